"""The storage room as tests use it: a real data folder, a real database, real rclone."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import subprocess
import sys
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.archive import Archive
from storage.archive_queue import ArchiveQueue
from storage.backups import Backups
from storage.catalogue import Catalogue
from storage.database import Database
from storage.files import Files
from storage.keys import WORD_LIST, Keys, Passwords
from storage.mending import Mending
from storage.model import Clip, NewClip
from storage.outbox import Outbox
from storage.preferences import Preferences
from storage.rclone import Rclone, found_binary
from storage.timekeeping import Timekeeper

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHATS = (7, 8)


@dataclass
class Room:
    """Everything of the room over one folder."""

    files: Files
    db: Database
    catalogue: Catalogue
    outbox: Outbox
    preferences: Preferences
    queue: ArchiveQueue
    passwords: Passwords
    mending: Mending
    backups: Backups
    timekeeper: Timekeeper

    @classmethod
    def at(cls, data_dir: Path) -> Room:
        files = Files(data_dir)
        keys = Keys(files)
        if (passwords := keys.load()) is None:
            passwords = passwords_of(data_dir.name)
            keys.take_over(passwords)
        db = Database(files.database_path)
        catalogue = Catalogue(db, files)
        queue = ArchiveQueue(db, catalogue)
        made = cls(
            files,
            db,
            catalogue,
            Outbox(db),
            Preferences(db),
            queue,
            passwords,
            Mending(db, files),
            Backups(files),
            Timekeeper(db, catalogue),
        )
        weakref.finalize(made, db.close)  # a test that leaves it open is warned of in whichever test comes after
        return made

    def event(self, number: int, started: datetime = NOON, *, camera: str = "front", ended: bool = True) -> str:
        event_id = f"e{number}"
        snapshot = self.files.write_snapshot(event_id, b"jpeg")
        self.catalogue.open_event(event_id, camera, started, snapshot, CHATS)
        if ended:
            self.catalogue.close_event(event_id, started + timedelta(seconds=9), 9.0)
        return event_id

    def clip(
        self, event_id: str, part: int = 1, started: datetime = NOON, *, size: int = 1000, archive: bool = True
    ) -> Clip:
        event = self.catalogue.event(event_id)
        assert event is not None
        temp = self.files.recording_dir / f"{event_id}.{part}.done"
        temp.write_bytes(random.Random(f"{event_id}-{part}").randbytes(size))
        path = self.files.publish(temp, event.camera, event_id, part, started)
        return self.catalogue.add_clip(NewClip(event_id, part, path, started, 12.5, "h264", 640, 360), archive=archive)

    def with_clip(self, number: int, started: datetime = NOON, *, size: int = 1000, archive: bool = True) -> Clip:
        return self.clip(self.event(number, started), started=started, size=size, archive=archive)

    def now(self, clip_id: int) -> Clip:
        clip = self.catalogue.clip(clip_id)
        assert clip is not None
        return clip

    def rclone(self, remote: Path | str, config: Path | None = None) -> Rclone:
        return Rclone(str(remote), self.passwords, self.files.data_dir, config or self.files.data_dir / "no.conf")

    def archive(self, remote: Path | str | None, config: Path | None = None, **told: Callable[..., object]) -> Archive:
        """Retries at once: what the waits are is tested where they are computed."""
        rclone = None if remote is None else self.rclone(remote, config)
        told.setdefault("backoff", lambda *_, **__: 0.05)
        return Archive(self.queue, self.catalogue, self.files, rclone, **told)  # type: ignore[arg-type] # test callbacks


def passwords_of(name: str) -> Passwords:
    """Always the same ones for this name, and others for another.

    New ones each time would give other names in the archive each time: one in 256 is read by a wrong kit, to nonsense,
    and one in some hundred archives has a name with "mp4" in it.
    """
    chance = random.Random(name)
    return Passwords(*(str(WORD_LIST.to_mnemonic(chance.randbytes(16))).replace(" ", "-") for _ in range(2)))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def until(condition: Callable[[], object], timeout_s: float = 180) -> None:
    """Waits for a condition; the limit only ends a test that hangs."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - the condition is about files and processes, which tell nobody
            await asyncio.sleep(0.02)


async def drained(archive: Archive, room: Room) -> None:
    """Runs the archive until nothing is left to do."""
    await running(archive, lambda: until(lambda: idle(room)))


def idle(room: Room) -> bool:
    """Nothing waits for the archive; asked often, so without reading what waits."""
    with room.db.read() as rows:
        query = """SELECT EXISTS (SELECT 1 FROM archive_job) OR EXISTS (SELECT 1 FROM remote_garbage)
                   OR EXISTS (SELECT 1 FROM manifest WHERE wanted <> uploaded)"""
        return not rows.execute(query).fetchone()[0]


async def running(archive: Archive, meanwhile: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.create_task(archive.run())
    done = asyncio.ensure_future(meanwhile())
    try:
        await asyncio.wait({task, done}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        await done
    finally:
        for waiting in (task, done):
            waiting.cancel()
        await asyncio.gather(task, done, return_exceptions=True)


def obscured(password: str) -> str:
    done = subprocess.run(
        [found_binary(), "obscure", "-"], input=password.encode(), stdout=subprocess.PIPE, check=True, timeout=300
    )
    return done.stdout.decode().strip()


def python_child(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A second program, really another process."""
    root = str(Path(__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": root}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )


def children_of_ours() -> dict[int, tuple[str, bytes]]:
    """Arguments and environment of every rclone below this process, by pid."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _descends(int(entry.name)):
            try:
                arguments, environment = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if b"rclone" in arguments.split(b"\0", 1)[0]:
                found[int(entry.name)] = (arguments.replace(b"\0", b" ").decode(), environment)
    return found


def _descends(pid: int) -> bool:
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError, IndexError):
            return False
        if pid == os.getpid():
            return True
    return False
