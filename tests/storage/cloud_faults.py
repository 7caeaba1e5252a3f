"""`make remotes-table`: every failure of a remote on every kind of remote, and what the owner reads, for the docs.

Each time a clip is recorded while the fault holds; then the fault goes, and what counts is that the archive holds the
same bytes in the end, that the owner was told once, and once that it works again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from storage import rclone as runner
from storage.archive import TRIES_BEFORE_TOLD
from storage.model import Clip
from storage.rclone_arguments import transfer_limit_s
from tests.bench.page import write_between
from tests.storage.clouds import KINDS, Cloud, cloud
from tests.storage.room import Room, children_of_ours, idle, running, until
from tests.support_crypt import Reader

PAGE = Path(__file__).parents[2] / "docs/reference/archive-failures.md"
NAME = "remotes"
COMMAND = "make remotes-table"
CLIP_BYTES = 400_000
BYTES_PER_S = "150k"
"""An upload takes some seconds, so that it can be met in its middle."""
LIMIT_S = 6.0
"""Wall clock of a transfer, in place of the two minutes and more that it has."""


@dataclass(slots=True)
class Scene:
    """One fault of one remote; `told` is what the owner was told, None: that it works again."""

    cloud: Cloud
    room: Room
    clip: Clip
    told: list[str | None] = field(default_factory=list)
    failures: int = 0
    pause_s: float = 0.05
    """Between two tries."""

    def backoff(self, failures: int, _: float, *, refused: bool) -> float:
        self.failures = max(self.failures + 1, failures)
        return 0.2 if refused else self.pause_s

    async def is_told(self) -> None:
        await until(lambda: self.told)

    async def fails(self) -> None:
        await until(lambda: self.failures)


Act = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`begin` before the archive starts, `meet` while it works, up to the end of the fault."""

    name: str
    begin: Act
    meet: Act
    is_told: bool
    """The owner hears of it."""
    kinds: tuple[str, ...] = KINDS
    slow: bool = False


async def _nothing(_: Scene) -> None:
    """No preparation."""


async def _away(scene: Scene) -> None:
    await scene.cloud.disconnect()


async def _back(scene: Scene) -> None:
    await scene.is_told()
    await scene.cloud.connect()


async def _wrong_password(scene: Scene) -> None:
    scene.cloud.write_config("not-the-password")


async def _right_password(scene: Scene) -> None:
    await scene.is_told()
    scene.cloud.write_config()


async def _read_only(scene: Scene) -> None:
    await scene.cloud.end_server()
    await scene.cloud.serve("--read-only")


async def _writable(scene: Scene) -> None:
    await scene.is_told()
    await scene.cloud.end_server()
    await scene.cloud.serve()


async def _full(scene: Scene) -> None:
    scene.cloud.full = True


async def _room_again(scene: Scene) -> None:
    await scene.is_told()
    scene.cloud.full = False


async def _server_dies(scene: Scene) -> None:
    await until(lambda: scene.cloud.halfway)
    scene.pause_s = 1.0  # or a slow machine has tried too often by the time that the server is there again
    await scene.cloud.end_server()
    await scene.cloud.serve()
    scene.pause_s = 0.05


async def _stall(scene: Scene) -> None:
    await until(lambda: scene.cloud.halfway)
    scene.cloud.freeze()
    await scene.fails()
    scene.cloud.freeze(signal.SIGCONT)


async def _mute(scene: Scene) -> None:
    scene.cloud.mute_after = CLIP_BYTES


async def _no_longer_mute(scene: Scene) -> None:
    await scene.fails()
    scene.cloud.mute_after = None


async def _kill(scene: Scene) -> None:
    await until(lambda: scene.cloud.halfway and _uploads())
    for pid in _uploads():
        os.kill(pid, signal.SIGKILL)


def _uploads() -> list[int]:
    return [pid for pid, (arguments, _) in children_of_ours().items() if "copyto" in arguments]


async def _truncated(scene: Scene) -> None:
    """As an interrupted upload leaves it where there are no temporary names."""
    assert scene.clip.path is not None
    rclone = scene.room.rclone(scene.cloud.place, scene.cloud.config)
    await rclone.upload(scene.clip.path, scene.clip.remote_name, scene.clip.size_bytes)
    # These servers remember what they have, so it happens while they are away.
    await scene.cloud.end_server()
    for path in scene.cloud.folder.rglob("*"):
        if path.is_file():
            os.truncate(path, 32 + 65_536 + 16)
    await scene.cloud.serve()


FAULTS: tuple[Fault, ...] = (
    Fault("unreachable", _away, _back, is_told=True),
    Fault("credentials wrong or expired", _wrong_password, _right_password, is_told=True),
    Fault("read-only", _read_only, _writable, is_told=True),
    Fault("full", _full, _room_again, is_told=True, kinds=("webdav", "s3")),
    Fault("server dies in mid-upload", _nothing, _server_dies, is_told=False, slow=True),
    Fault("stalls in mid-upload", _nothing, _stall, is_told=False, slow=True),
    Fault("stalls at 100 %", _mute, _no_longer_mute, is_told=False, kinds=("webdav", "sftp", "s3")),
    Fault("rclone killed in mid-upload", _nothing, _kill, is_told=False, slow=True),
    Fault("truncated under the final name", _truncated, _nothing, is_told=False),
)


async def run(fault: Fault, kind: str, folder: Path) -> list[str | None]:
    """Lets one remote meet one fault; returns what the owner was told. AssertionError: the copy is not whole."""
    room = Room.at(folder / "data")
    usual = transfer_limit_s
    limit_s = (lambda _: LIMIT_S) if "stall" in fault.name else usual
    speed = {"RCLONE_BWLIMIT": BYTES_PER_S} if fault.slow else {}
    try:
        async with cloud(kind, folder / "provider") as remote:
            with patch.object(runner, "transfer_limit_s", limit_s), patch.dict(os.environ, speed):
                return await _met(fault, Scene(remote, room, room.with_clip(1, size=CLIP_BYTES)))
    finally:
        room.db.close()


async def _met(fault: Fault, scene: Scene) -> list[str | None]:
    await fault.begin(scene)
    archive = scene.room.archive(
        scene.cloud.place, scene.cloud.config, on_trouble=scene.told.append, backoff=scene.backoff
    )

    async def meanwhile() -> None:
        await fault.meet(scene)
        await until(lambda: idle(scene.room))

    await running(archive, meanwhile)
    reader = Reader.from_file(scene.room.files.keys_dir / "archive-passwords.txt")
    assert scene.clip.path is not None
    assert reader.files(scene.cloud.folder)[scene.clip.remote_name] == scene.clip.path.read_bytes()
    assert not _uploads(), "no rclone outlives its call"
    return scene.told


def row(fault: Fault, kind: str, told: list[str | None]) -> str:
    """One line of the table."""
    sentence = told[0] if told else f"nothing: it is over before the {TRIES_BEFORE_TOLD}th try"
    again = "once" if told[1:] == [None] else "" if not told else "**no**"
    return f"| {fault.name} | {kind} | {sentence} | {again} | whole |"


async def main() -> None:
    lines = ["| failure | remote | what you read | works again, told | archived in the end |", "|---|---|---|---|---|"]
    for fault in FAULTS:
        for kind in fault.kinds:
            with tempfile.TemporaryDirectory() as folder:
                lines.append(row(fault, kind, await run(fault, kind, Path(folder))))
            sys.stdout.write(lines[-1] + "\n")
            sys.stdout.flush()
    write_between(PAGE, NAME, "\n".join([f"`{COMMAND}`:", "", *lines]))


if __name__ == "__main__":
    asyncio.run(main())
