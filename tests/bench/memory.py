"""Peak memory of `mocam run` with one camera, through an event, its clip and its upload to the archive."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from demo.botapi import BotApi
from tests.bench.figure import Figure, figure
from tests.e2e.program import OWNER, TOKEN, Phone, running
from tests.e2e.video import film


async def measure(short: bool) -> list[Figure]:
    runs = 1 if short else 3
    scene = [await _memory("scene") for _ in range(runs)]
    with tempfile.TemporaryDirectory() as folder:
        source = film(Path(folder) / "wall.mp4", 40, (8, 12), size=(1920, 1080))
        file = [await _memory(f"file://{source}") for _ in range(runs)]
    camera = "a camera that gives H.264 (1920x1080 file)"
    return [
        figure(f"peak memory, {camera}", "MB", [peak_mb for peak_mb, _ in file], "under 120"),
        figure(
            f"of it the program's own, without pages of libraries, afterwards, {camera}", "MB", [own for _, own in file]
        ),
        figure(
            "peak memory, the synthetic camera (draws and encodes 1280x720 besides)",
            "MB",
            [peak_mb for peak_mb, _ in scene],
        ),
    ]


async def _memory(source: str) -> tuple[float, float]:
    """The peak, and at the end what is no file's page."""
    camera = {"CAMERAS__FRONT__SOURCE": source}
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, Path(folder), **camera) as program:
            await Phone(api).archived()
            status = program.status()
    return _mb(status, "VmHWM"), _mb(status, "RssAnon")


def _mb(status: str, name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024 / 1e6
