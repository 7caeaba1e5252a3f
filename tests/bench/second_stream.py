"""Processor time of `mocam run` while nothing moves, with and without a small second stream for detection.

Both programs run at the same time against one RTSP server; then something moves, and both clips must be the main
stream's own pictures.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import av
import cv2
import numpy as np

from demo.botapi import BotApi
from tests.bench.figure import Figure, figure
from tests.bench.processes import shares
from tests.camera.source_devices import rtsp_server
from tests.e2e.program import OWNER, TOKEN, Phone, running
from tests.e2e.video import pictures, wall

SECONDS, MOVING, FPS = 95.0, (75.0, 79.0), 15
SETTLE_S = 20.0
"""The gate learns for ten seconds."""
MEASURED_S, STRETCHES = 10.0, 4


async def measure(short: bool) -> list[Figure]:
    stretches = 1 if short else STRETCHES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        main = _grainy(folder / "main.mp4", (1920, 1080), "4M")
        low = _grainy(folder / "low.mp4", (640, 360), "512k")
        with rtsp_server(main, low=low) as (port, _):
            one = {"CAMERAS__FRONT__SOURCE": f"rtsp://127.0.0.1:{port}/file"}
            two = one | {"CAMERAS__FRONT__DETECT_SOURCE": f"rtsp://127.0.0.1:{port}/low"}
            alone, paired = await asyncio.gather(
                _idle_share(one, main, folder / "one", stretches), _idle_share(two, main, folder / "two", stretches)
            )
    return [
        figure("idle, one 1080p15 H.264 stream over RTSP, share of a core", "%", alone),
        figure("idle, the same with a 640x360 stream for detection", "%", paired),
    ]


def _grainy(path: Path, size: tuple[int, int], bits_s: str) -> Path:
    """The wall with a sensor's grain on it, which makes a camera's stream as big as it is."""
    rng = np.random.default_rng(3)
    grain = [rng.integers(0, 6, size[::-1], dtype=np.uint8) for _ in range(5)]
    colour = np.full((size[1] // 2, size[0]), 128, np.uint8)
    with av.open(str(path), "w") as container:
        options = {"preset": "superfast", "b": bits_s, "maxrate": bits_s, "bufsize": bits_s, "g": str(FPS), "bf": "0"}
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.thread_count = 1
        for index, picture in enumerate(wall(SECONDS, MOVING, fps=FPS)):
            luma = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC) + grain[index % len(grain)]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.concatenate([luma, colour]), format="yuv420p")))
        container.mux(stream.encode(None))
    return path


async def _idle_share(camera: dict[str, str], main: Path, folder: Path, stretches: int) -> list[float]:
    """Percent of a core in each stretch. Raises RuntimeError when the clip is not the camera's own video."""
    folder.mkdir()
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, folder, **camera) as program:
        await asyncio.sleep(SETTLE_S)
        found = [(await shares({"": program.pid}, MEASURED_S))[""] for _ in range(stretches)]
        clip = await Phone(api).clip(timeout_s=180)
        assert clip.media
        kept = pictures(clip.media)  # while the stand-in keeps it
    original = pictures(main)
    start = original.index(kept[0]) if kept and kept[0] in original else 0
    if not kept or kept != original[start : start + len(kept)]:
        raise RuntimeError("the clip is not the main stream's own video")
    return found
