from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mocam.settings import CameraSettings, Settings, load
from mocam.settings_apart import Reader, held
from mocam.values import Secret, SettingsError

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAOnlyATestTokenThatOpensNothing"
FILE = f"""\
TELEGRAM_BOT_TOKEN={TOKEN}
TELEGRAM_OWNER_IDS=1,2
CAMERAS__FRONT__SOURCE=rtsp://user:secret@10.0.0.2/stream
CAMERAS__FRONT__IGNORE=A1-C2
CAMERAS__YARD__SOURCE=scene
ARCHIVE_REMOTE=cloud:clips
DIGEST_AT=21:00
KEEP_CLIPS=memory
TIMEZONE=Europe/Berlin
ARCHIV_REMOTE=a slip
"""
APART = """\
import sys
from pathlib import Path
from mocam.settings_apart import Reader
from mocam.values import SettingsError
reader = Reader(Path(sys.argv[1]))
try:
    settings, unknown = reader.found()
except SettingsError as exc:
    print("refused", exc)
else:
    cameras = {name: camera.source for name, camera in settings.cameras.items()}
    print(settings.telegram_bot_token, settings.telegram_bot_token.get_secret_value())
    print(sorted(settings.telegram_owner_ids), cameras, settings.digest_time, settings.zone, settings.memory.most_bytes)
    print(unknown)
print("pydantic" in sys.modules)
"""


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(FILE)
    return path


def read_apart(env_file: Path, code: str = APART) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-c", code, str(env_file)],
        cwd=ROOT, env=clean, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_settings_come_from_a_process_that_is_gone(env_file: Path) -> None:
    lines = read_apart(env_file).stdout.splitlines()
    assert lines[0] == f"Secret(***) {TOKEN}"
    cameras = {"front": "rtsp://user:secret@10.0.0.2/stream", "yard": "scene"}
    assert lines[1] == f"[1, 2] {cameras} 21:00:00 Europe/Berlin 200000000"
    assert "is it ARCHIVE_REMOTE?" in lines[2]
    assert lines[3] == "False"


def test_what_is_wrong_is_said_as_if_it_were_read_here(env_file: Path) -> None:
    env_file.write_text(FILE.replace("scene", "nonsense").replace("21:00", "noon"))
    with pytest.raises(SettingsError) as here:
        load(env_file)
    done = read_apart(env_file)
    assert done.stdout == f"refused {here.value}\nFalse\n"
    assert done.stderr == ""


def test_a_reader_that_is_ended_leaves_a_sentence(env_file: Path) -> None:
    """As by a system without memory."""
    fake = f"""
import os, sys, types
def ended(_path):
    os.kill(os.getpid(), {int(signal.SIGKILL)})
sys.modules["mocam.settings"] = types.SimpleNamespace(load=ended, unknown_names=ended)
"""
    done = read_apart(env_file, fake + APART)
    assert done.stdout.startswith("refused the settings could not be read")


def test_a_fault_of_the_reader_is_logged_and_leaves_a_sentence(env_file: Path) -> None:
    fake = """
import sys, types
def broken(_path):
    raise ZeroDivisionError("a fault")
sys.modules["mocam.settings"] = types.SimpleNamespace(load=broken, unknown_names=broken)
"""
    done = read_apart(env_file, fake + APART)
    assert done.stdout.startswith("refused the settings could not be read")
    assert "ZeroDivisionError: a fault" in done.stderr


def test_where_the_library_is_there_already_it_is_used(env_file: Path) -> None:
    settings, unknown = Reader(env_file).found()
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert len(unknown) == 1


def test_every_setting_is_held(env_file: Path) -> None:
    read = load(env_file)
    kept = held(read)
    for name in set(Settings.model_fields) - {"telegram_bot_token", "cameras"}:
        assert getattr(kept, name) == getattr(read, name)
    for name in CameraSettings.model_fields:
        assert getattr(kept.cameras["front"], name) == getattr(read.cameras["front"], name)
    assert (kept.zone, kept.digest_time, kept.memory) == (read.zone, read.digest_time, read.memory)
    assert TOKEN not in repr(kept) + repr(vars(kept))


def test_a_secret_does_not_show() -> None:
    assert "hidden" not in f"{Secret('hidden')} {Secret('hidden')!r}"
