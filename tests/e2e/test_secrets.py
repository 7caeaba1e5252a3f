"""No secret leaves by arguments, environments, files, logs or the chat; nobody can connect, or read what is written."""

from __future__ import annotations

import stat
from pathlib import Path

from demo.botapi import BotApi
from tests.e2e.processes import listening, sampled
from tests.e2e.program import BRIEF, TOKEN, Phone, running
from tests.support_crypt import Reader

PASSWORD = "secret-of-the-camera-9x"


async def test_a_whole_life_shows_no_secret(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    camera = f"rtsp://admin:{PASSWORD}@127.0.0.1:9/stream"
    async with running(api, tmp_path, LOG_LEVEL="DEBUG", CAMERAS__BACK__SOURCE=camera, **BRIEF) as program:
        async with sampled(program.pid) as children:
            for method in ("getUpdates", "sendMessage", "sendPhoto"):
                api.faults.status(method, 401)
            clip = await phone.archived()
            for path, mode in program.modes().items():
                assert stat.S_IMODE(mode) == (0o700 if stat.S_ISDIR(mode) else 0o600), path
            assert "back" in (await phone.ask("/status", 60)).text
            for path in (program.data_dir / "clips").rglob("*.mp4"):
                path.unlink()
            await phone.ask(f"/clip {clip.text.split('#', 1)[1].split()[0]}")
            assert listening(program.pid) == []
            arguments = program.arguments().decode()
        reader = Reader.from_file(program.data_dir / "keys/archive-passwords.txt")
        assert await program.stop() == 0
    secrets = (TOKEN, TOKEN.split(":")[1], PASSWORD, reader.password, reader.password2)

    assert any(child.is_rclone for child in children)
    for child in children:
        assert not [secret for secret in secrets if secret in child.arguments]
        # The child's start copies its parent for an instant; what it then is has its own environment.
        if child.is_rclone:
            assert not [secret for secret in secrets if secret in child.environment]
            assert "TELEGRAM_" not in child.environment
        else:
            assert "MOCAMCRYPT_PASSWORD" not in child.environment, child.arguments
    assert not [secret for secret in secrets if secret in arguments]

    output = program.output.read_text()
    said = "".join(message.text + str(message.labels) for message in phone.messages)
    files = written(tmp_path, besides=(program.data_dir / "keys",))
    assert "https://api" not in said
    for secret in secrets:
        assert secret not in output
        assert secret not in said
        assert [path for path, content in files.items() if secret.encode() in content] == []


def written(folder: Path, besides: tuple[Path, ...]) -> dict[Path, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in paths if not any(path.is_relative_to(place) for place in besides)}
