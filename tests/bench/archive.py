"""What archiving a thousand small clips costs, beside a bare `rclone copy` of the same files through the same crypt
layer in the same run: into a folder, and to a WebDAV server on this machine."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from storage import uploads
from storage.archive import Archive
from storage.model import NewClip
from storage.rclone import Done, Rclone
from tests.bench.figure import Figure, figure
from tests.storage.dav import Dav
from tests.storage.room import Room, drained

CLIPS, SHORT, ONE_BY_ONE = 1000, 40, 40
CLIP_BYTES = 50_000
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


async def measure(short: bool) -> list[Figure]:
    clips = SHORT if short else CLIPS
    figures = []
    with tempfile.TemporaryDirectory() as name:
        dav = Dav(Path(name) / "dav")
        await dav.start()
        try:
            figures += await _measure(Path(name) / "a", clips, "a folder", None)
            figures += await _measure(Path(name) / "b", clips, "WebDAV", dav)
        finally:
            await dav.stop()
    return figures


async def _measure(folder: Path, clips: int, where: str, dav: Dav | None) -> list[Figure]:
    def archive(room: Room, name: str) -> Archive:
        return room.archive(f"cloud:{name}" if dav else folder / name, dav.config if dav else None)

    room = _filled(folder / "many", clips)
    bare = await _timed(lambda: _bare(room, f"cloud:{folder.name}-bare" if dav else folder / "bare", dav))
    with _calls() as calls_s:
        batches = await _timed(lambda: drained(archive(room, f"{folder.name}-ours"), room))
    room.db.close()
    few = min(clips, ONE_BY_ONE)
    single = _filled(folder / "few", few)
    with patch.object(uploads, "BATCH_CLIPS", 1), _calls() as single_calls_s:
        one_by_one = await _timed(lambda: drained(archive(single, f"{folder.name}-single"), single))
    single.db.close()
    return [
        figure(f"archiving {clips:,} clips of 50 kB into {where}, proved, for one", "ms", [batches[0] / clips * 1000]),
        figure("the same, processor time", "ms", [batches[1] / clips * 1000]),
        *_where_it_went(batches[0], calls_s),
        figure(f"bare `rclone copy` of the same {clips:,}, for one", "ms", [bare[0] / clips * 1000]),
        figure("the same, processor time", "ms", [bare[1] / clips * 1000]),
        figure(f"MoCam against bare rclone, {where}", "times", [batches[0] / bare[0]], "2"),
        figure(f"clips that go one by one, into {where}, for one", "ms", [one_by_one[0] / few * 1000]),
        figure("the same, processor time", "ms", [one_by_one[1] / few * 1000]),
        figure("the same, calls of rclone", "calls", [len(_all(single_calls_s)) / few]),
    ]


def _where_it_went(all_s: float, calls_s: dict[str, list[float]]) -> list[Figure]:
    """Of the thousand: each kind of call of rclone, and all else."""
    rows = [
        figure(f"of it {len(took_s)} `rclone {command}`", "s", [sum(took_s)]) for command, took_s in calls_s.items()
    ]
    return [*rows, figure("of it all else", "s", [all_s - sum(_all(calls_s))])]


def _all(calls_s: dict[str, list[float]]) -> list[float]:
    return [took_s for those in calls_s.values() for took_s in those]


@contextmanager
def _calls() -> Iterator[dict[str, list[float]]]:
    """How long each call of rclone takes, by its command."""
    found: dict[str, list[float]] = defaultdict(list)
    usual = Rclone._run

    async def timed(self: Rclone, arguments: Sequence[str], *more: object, **named: object) -> Done:
        begun_s = time.monotonic()
        try:
            return await usual(self, arguments, *more, **named)  # type: ignore[arg-type] # as they came
        finally:
            found[arguments[0]].append(time.monotonic() - begun_s)

    with patch.object(Rclone, "_run", timed):
        yield found


def _filled(data_dir: Path, clips: int) -> Room:
    """So many clips of one day that wait for the archive."""
    room = Room.at(data_dir)
    for number in range(1, clips + 1):
        started_utc = NOON + timedelta(seconds=number)
        room.catalogue.open_event(f"e{number}", "front", started_utc, None, ())
        temp = room.files.recording_dir / f"e{number}.done"
        temp.write_bytes(number.to_bytes(4, "little") + os.urandom(CLIP_BYTES - 4))
        path = room.files.publish(temp, "front", f"e{number}", 1, started_utc)
        room.catalogue.add_clip(NewClip(f"e{number}", 1, path, started_utc, 12.5, "h264", 640, 360), archive=True)
        room.catalogue.close_event(f"e{number}", started_utc, 9.0)
    return room


async def _bare(room: Room, remote: Path | str, dav: Dav | None) -> None:
    rclone = room.rclone(remote, dav.config if dav else None)
    rclone.make_folder()
    arguments = ["copy", "--transfers", "2", "--checkers", "2", "--buffer-size", "0", "--include", "*.mp4"]
    await rclone.run([*arguments, "--", str(room.files.data_dir / "clips"), "mocamcrypt:"], 3600)


async def _timed(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Seconds on the clock, and of all processors with children."""
    begun_s, before = time.monotonic(), os.times()
    await work()
    after = os.times()
    cpu_s = sum(after[:4]) - sum(before[:4])
    return time.monotonic() - begun_s, cpu_s


if __name__ == "__main__":
    for one in asyncio.run(measure(short=True)):
        print(one)  # noqa: T201
