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
    scene = [await _peak_mb("scene") for _ in range(1 if short else 3)]
    with tempfile.TemporaryDirectory() as folder:
        source = film(Path(folder) / "wall.mp4", 40, (8, 12), size=(1920, 1080))
        file = [await _peak_mb(f"file://{source}") for _ in range(1 if short else 3)]
    return [
        figure("peak memory, a camera that gives H.264 (1920x1080 file)", "MB", file, "under 150"),
        figure("peak memory, the synthetic camera (draws and encodes 1280x720 besides)", "MB", scene),
    ]


async def _peak_mb(source: str) -> float:
    camera = {"CAMERAS__FRONT__SOURCE": source}
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, Path(folder), **camera) as program:
            await Phone(api).archived()
            status = program.status()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024 / 1e6
