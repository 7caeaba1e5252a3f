"""Peak memory of `mocam run` with one camera, through an event, its clip and its upload to the archive; and whether it
grows with events."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from demo.botapi import BotApi
from tests.bench.figure import Figure, figure
from tests.bench.footprint import Watched, footprint
from tests.bench.processes import memory_mb
from tests.e2e.program import OWNER, TOKEN, Phone, running
from tests.e2e.video import film

CAMERA = "a camera that gives H.264 (1920x1080 file)"
EVERY_S, VISIT_S = 8.0, 2.0
QUICK = {
    "CAMERAS__FRONT__PRE_ROLL_S": "1",
    "CAMERAS__FRONT__POST_ROLL_S": "1",
    "CAMERAS__FRONT__GAP_S": "2",
    "ALERT_STORM_EVENTS": "0",
}
"""So that each visit of a film with one every eight seconds is an event, a clip and a message of its own."""


@dataclass(frozen=True, slots=True)
class _Run:
    peak_mb: float
    """The kernel's own; between two looks there may be more than `watched` saw."""
    watched: Watched


async def measure(short: bool) -> list[Figure]:
    runs = 1 if short else 3
    scene = [await _run("scene") for _ in range(runs)]
    with tempfile.TemporaryDirectory() as folder:
        source = film(Path(folder) / "wall.mp4", 40, (8, 12), size=(1920, 1080))
        file = [await _run(f"file://{source}") for _ in range(runs)]
        visits = film(Path(folder) / "visits.mp4", 40, (4, 4 + VISIT_S), every_s=EVERY_S, size=(1920, 1080))
        events = (3, 6) if short else (5, 30)
        early_mb, late_mb = await _growth(f"file://{visits}", events)
    return [
        figure(f"peak memory, {CAMERA}", "MB", [run.peak_mb for run in file], "under 120"),
        figure("of it private, so that nobody else has it mapped", "MB", [run.watched.program.private for run in file]),
        figure(
            "of that dirty, so that it cannot be dropped and read again",
            "MB",
            [run.watched.program.dirty for run in file],
        ),
        figure("rclone at its largest", "MB", [run.watched.child.resident for run in file]),
        figure("of it private", "MB", [run.watched.child.private for run in file]),
        figure("of that dirty", "MB", [run.watched.child.dirty for run in file]),
        figure("both at the same moment, at most", "MB", [run.watched.both.resident for run in file], "under 200"),
        figure("of it dirty", "MB", [run.watched.both.dirty for run in file]),
        figure(f"dirty memory after {events[0]} events, each with its upload", "MB", [early_mb]),
        figure(f"dirty memory after {events[1]} events", "MB", [late_mb], "not growing"),
        figure(
            "peak memory, the synthetic camera (draws and encodes 1280x720 besides)",
            "MB",
            [run.peak_mb for run in scene],
        ),
    ]


async def _run(source: str) -> _Run:
    """One event, recorded, sent, archived and verified."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"CAMERAS__FRONT__SOURCE": source}
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, Path(folder), **settings) as program:
            watched = Watched()
            watching = asyncio.create_task(watched.watch(program.pid))
            await Phone(api).archived()
            watched.end()
            await watching
            return _Run(memory_mb(program.pid), watched)


async def _growth(source: str, events: tuple[int, int]) -> tuple[float, float]:
    """Dirty memory of one program after the first and the second number of events, each the median of the last three:
    it is some megabytes more while all pictures are decoded."""
    with tempfile.TemporaryDirectory() as folder:
        settings = QUICK | {"CAMERAS__FRONT__SOURCE": source}
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, Path(folder), **settings) as program:
            found: list[float] = []
            for number in range(1, events[1] + 1):
                await Phone(api).archived(number)
                now = footprint(program.pid)
                assert now is not None, "the program ended"
                found.append(now.dirty)
            first, second = (statistics.median(found[max(0, count - 3) : count]) for count in events)
            return first, second
