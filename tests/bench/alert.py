"""From the first moved frame to the photo at the Bot API: the program with its synthetic camera, truth known."""

from __future__ import annotations

import asyncio
import re
import tempfile
from itertools import chain
from pathlib import Path

from camera.sources.scene import truth
from demo.botapi import BotApi
from tests.bench.figure import Figure, figure
from tests.e2e.program import OWNER, TOKEN, Phone, running

EVENTS = 20
SEEDS = (0, 5)
"""Two programs side by side, so that twenty events do not take seven minutes."""
ZERO = re.compile(r"first picture at (\d+\.\d+) s of the monotonic clock")


async def measure(short: bool) -> list[Figure]:
    each = (2 if short else EVENTS) // len(SEEDS)
    delays = await asyncio.gather(*(_delays(seed, each) for seed in SEEDS))
    return [
        figure("first moved frame to photo at the Bot API (1280x720, 15 frames/s)", "s", list(chain(*delays)), "0.5"),
    ]


async def _delays(seed: int, wanted: int) -> list[float]:
    """Seconds of each of the first `wanted` alerts of one program."""
    settings = {"CAMERAS__FRONT__SOURCE": f"scene:{seed}", "LOG_LEVEL": "DEBUG"}
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, Path(folder), **settings) as program:
            await Phone(api).alert(wanted, timeout_s=wanted * 25 + 60)
            arrived = [call.mono_s for call in api.calls if call.method == "sendPhoto"][:wanted]
            found = ZERO.search(program.output.read_text())
    assert found
    onsets = [float(found[1]) + start_s for start_s, _ in truth(seed, 3600)]
    return [mono_s - max(onset for onset in onsets if onset <= mono_s) for mono_s in arrived]
