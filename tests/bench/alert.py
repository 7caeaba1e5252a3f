"""From the first moved frame to the photo at the Bot API: the program with its synthetic camera, truth known."""

from __future__ import annotations

import math
import re
import tempfile
import time
from itertools import chain
from pathlib import Path

import cv2
import httpx
import numpy as np
from numpy.typing import NDArray

from camera.sources.picture import still
from camera.sources.scene import FPS, HEIGHT, NOISE_PATTERNS, WIDTH, Stage, truth
from demo.botapi import BotApi
from storage.alert_times import AlertTime, look
from tests.bench.figure import Measured, figure
from tests.e2e.program import OWNER, TOKEN, Phone, running, until

EVENTS = 16
VISIBLE_STEP, VISIBLE_SHARE = 15, 0.0001
"""A pixel has changed when it differs by more than 15 of 255 steps; a tenth of a per mille of them is a moved frame."""
SEEDS = (0,)
"""One program after the other would be the same; side by side they take each other's processor."""
STAGES = {
    "decision_ms": ("decision", "0.2"),
    "capture_ms": ("capture", ""),
    "picture_ms": ("JPEG", ""),
    "writing_ms": ("disk", ""),
    "queue_ms": ("queue", ""),
    "upload_ms": ("upload", ""),
}
"""As the program measures itself; its first moved frame is the first in which what it believed in was seen."""
COMES = re.compile(r"visitor comes at (\d+\.\d+) s of the monotonic clock")
"""The scene says it itself: on a machine that cannot keep up it plays in slow motion."""


async def measure(short: bool) -> Measured:
    each = (2 if short else EVENTS) // len(SEEDS)
    found = [await _alerts(seed, each) for seed in SEEDS]
    whole_s = list(chain(*(delays for delays, _ in found)))
    times = list(chain(*(times for _, times in found)))
    name = "first moved frame to photo at the Bot API (1280x720, 15 frames/s)"
    stages_s = {told: [getattr(one, stage) / 1000 for one in times] for stage, (told, _) in STAGES.items()}
    cold_s, warm_s = await _bare(3 if short else 20)
    figures = [
        figure(name, "s", whole_s, "0.3"),
        figure(f"{name}, 95 % within", "s", [sorted(whole_s)[-(-len(whole_s) * 95 // 100) - 1]], "0.6"),
        *(figure(f"of that, {told}", "s", stages_s[told], aim) for told, aim in STAGES.values()),
        figure("a bare sendPhoto of a picture of that size, on an open connection", "s", warm_s),
        figure("the same on a new connection (no TLS and no distance here)", "s", cold_s),
    ]
    return Measured(figures, {"whole_s": whole_s, "stages_s": stages_s})


async def _bare(times: int) -> tuple[list[float], list[float]]:
    """Seconds of single uploads to the stand-in, on new connections and on one that is open."""
    picture = still(Stage(0).picture(0.0))()  # about 170 kB, as the alerts have

    async def post(client: httpx.AsyncClient, url: str) -> float:
        begun_s = time.perf_counter()
        answer = await client.post(url, data={"chat_id": str(OWNER)}, files={"photo": ("front.jpg", picture)})
        answer.raise_for_status()
        return time.perf_counter() - begun_s

    async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
        url = f"{api.base_url}/bot{TOKEN}/sendPhoto"
        cold_s = []
        for _ in range(times):
            async with httpx.AsyncClient() as client:
                cold_s.append(await post(client, url))
        async with httpx.AsyncClient() as client:
            await post(client, url)
            warm_s = [await post(client, url) for _ in range(times)]
    return cold_s, warm_s


async def _alerts(seed: int, wanted: int) -> tuple[list[float], list[AlertTime]]:
    """Seconds of each of the first `wanted` alerts of one program, and what the program itself measured of them."""
    settings = {"CAMERAS__FRONT__SOURCE": f"scene:{seed}", "LOG_LEVEL": "DEBUG", "ALERT_STORM_EVENTS": "0"}
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, Path(folder), **settings) as program:
            await Phone(api).alert(wanted, timeout_s=wanted * 25 + 60)
            arrived = [call.mono_s for call in api.calls if call.method == "sendPhoto"][:wanted]
            came = COMES.findall(program.output.read_text())
            database = program.data_dir / "mocam.sqlite3"
            await until(lambda: len(look(database)) >= wanted)
            times = look(database)[::-1][:wanted]
    stage = Stage(seed)
    visits = truth(seed, 25.0 * (len(came) + 1))
    onsets = [float(mono_s) + _unseen_s(stage, start_s) for mono_s, (start_s, _) in zip(came, visits, strict=False)]
    return [mono_s - max(onset for onset in onsets if onset <= mono_s) for mono_s in arrived], times


def _unseen_s(stage: Stage, start_s: float) -> float:
    """From the first frame of a visit to the first in which `VISIBLE_SHARE` of the pixels have changed."""
    return _first_visible(stage, start_s) - math.ceil(start_s * FPS) / FPS


def _first_visible(stage: Stage, start_s: float) -> float:
    empty = {index % NOISE_PATTERNS: _luma(stage, index) for index in _frames_before(start_s)}
    first = math.ceil(start_s * FPS)
    for index in range(first, first + 2 * FPS):
        changed = cv2.absdiff(_luma(stage, index), empty[index % NOISE_PATTERNS]) > VISIBLE_STEP
        if np.count_nonzero(changed) >= VISIBLE_SHARE * WIDTH * HEIGHT:
            return index / FPS
    raise RuntimeError("nobody came")


def _frames_before(start_s: float) -> range:
    last = math.floor(start_s * FPS) - 1
    return range(last - NOISE_PATTERNS + 1, last + 1)


def _luma(stage: Stage, index: int) -> NDArray[np.uint8]:
    planes = stage.picture(index / FPS).to_ndarray()
    return np.asarray(planes[:HEIGHT], np.uint8)
