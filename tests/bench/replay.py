"""CPU seconds of `mocam replay` for a 1080p15 H.264 file, beside decoding alone in the same run."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import av
import cv2
import numpy as np

from tests.bench.figure import Figure, figure
from tests.bench.processes import child_cpu_s

SECONDS, FPS = 30, 15
DECODE_ONLY = """
import sys, av
with av.open(sys.argv[1]) as container:
    container.streams.video[0].codec_context.thread_count = 1
    for frame in container.decode(video=0):
        pass
"""


async def measure(short: bool) -> list[Figure]:
    runs = 1 if short else 5
    with tempfile.TemporaryDirectory() as folder:
        file = _film(Path(folder) / "wall.mp4", 5 if short else SECONDS)
        seconds = 5 if short else SECONDS
        idle = await child_cpu_s(sys.executable, "-c", "import camera.replay, mocam.cli")
        ours, bare = [], []
        for _ in range(runs):
            ours.append(
                (await child_cpu_s(sys.executable, "-m", "mocam", "replay", "--json", str(file)) - idle) / seconds
            )
            bare.append(await child_cpu_s(sys.executable, "-c", DECODE_ONLY, str(file)) / seconds)
    return [
        figure("`mocam replay`, CPU for a second of 1080p15 H.264 (without start-up)", "s", ours),
        figure("decoding it alone, PyAV, one thread", "s", bare),
    ]


def _film(path: Path, seconds: int) -> Path:
    rng = np.random.default_rng(3)
    wall = cv2.resize(rng.integers(60, 180, (27, 48), dtype=np.uint8), (1920, 1080), interpolation=cv2.INTER_CUBIC)
    grain = [rng.integers(0, 6, wall.shape, dtype=np.uint8) for _ in range(5)]
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "g": str(FPS * 2), "b": "4M", "maxrate": "4M", "bufsize": "8M"}
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for index in range(seconds * FPS):
            picture = wall + grain[index % len(grain)]
            picture[400:800, (index * 8) % 1600 : (index * 8) % 1600 + 160] = 30
            planes = np.concatenate([picture, np.full((540, 1920), 128, np.uint8)])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
        container.mux(stream.encode(None))
    return path
