"""From the first moved frame to the photo at the Bot API: the program with its synthetic camera, truth known."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from camera.sources.scene import truth
from demo.botapi import BotApi
from tests.bench.figure import Figure, figure
from tests.e2e.program import OWNER, TOKEN, Phone, running

EVENTS = 20
ZERO = re.compile(r"synthetic camera: first picture at (\d+\.\d+) s of the monotonic clock")
CAMERAS = 2
"""Side by side, so that twenty events do not take seven minutes; on two cores more would wait for each other."""


async def measure(short: bool) -> list[Figure]:
    wanted = 2 if short else EVENTS
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
            seeds = {"front": 0, "back": 5}
            sources = {f"CAMERAS__{name.upper()}__SOURCE": f"scene:{seed}" for name, seed in seeds.items()}
            async with running(api, Path(folder), LOG_LEVEL="DEBUG", **sources) as program:
                phone = Phone(api)
                await phone.alert(wanted, timeout_s=wanted * 25 / CAMERAS + 60)
                alerts, log = list(phone.alerts), program.output.read_text()
    delays = []
    for alert in alerts[:wanted]:
        name = next(name for name in seeds if f"· {name}" in alert.text.replace("\n", " "))
        onsets = _onsets(log, name, seeds[name])
        delays.append(min(alert.mono_s - onset for onset in onsets if onset <= alert.mono_s))
    return [figure("first moved frame to photo at the Bot API (15 frames/s)", "s", delays, "0.5")]


def _onsets(log: str, name: str, seed: int) -> list[float]:
    """Monotonic seconds at which something began to move before this camera."""
    zero = float(re.findall(rf"camera-{name}.*{ZERO.pattern}", log)[-1])
    return [zero + start for start, _ in truth(seed, 3600)]
