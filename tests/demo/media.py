"""Real pictures and clips for the tests of the demo: a porch at dusk with somebody walking by."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def porch(width: int, height: int, at: float) -> Picture:
    """A BGR picture; `at` 0 to 1 is how far the visitor has walked."""
    shade = np.linspace(0, 1, height)[:, None, None]
    sky = (1 - shade) * np.array([96, 62, 40]) + shade * np.array([70, 92, 120])
    picture = np.broadcast_to(sky, (height, width, 3)).astype(np.uint8).copy()
    horizon = int(height * 0.62)
    cv2.rectangle(picture, (0, horizon), (width, height), (52, 66, 62), -1)
    cv2.rectangle(picture, (int(width * 0.62), int(height * 0.2)), (width, horizon), (88, 104, 128), -1)
    cv2.rectangle(picture, (int(width * 0.74), int(height * 0.32)), (int(width * 0.84), horizon), (48, 58, 84), -1)
    cv2.circle(picture, (int(width * 0.7), int(height * 0.36)), max(3, width // 80), (150, 220, 255), -1)
    x, head = int(width * (0.1 + 0.6 * at)), max(4, height // 22)
    top = int(height * 0.42)
    cv2.ellipse(picture, (x, top + head * 5), (head + head // 2, head * 4), 0, 0, 360, (40, 40, 70), -1)
    cv2.circle(picture, (x, top), head, (120, 150, 190), -1)
    return cast("Picture", cv2.GaussianBlur(picture, (5, 5), 0))


@cache
def jpeg(width: int = 1280, height: int = 720, at: float = 0.5) -> bytes:
    """One picture as JPEG."""
    _, data = cv2.imencode(".jpg", porch(width, height, at))
    return data.tobytes()


def mp4(path: Path, *, width: int = 640, height: int = 360, duration_s: int = 2, fps: int = 10) -> Path:
    """A faststart H.264 clip."""
    path.write_bytes(_mp4(width, height, duration_s, fps))
    return path


@cache
def _mp4(width: int, height: int, duration_s: int, fps: int) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        _write(file.name, width, height, duration_s, fps)
        return Path(file.name).read_bytes()


def _write(path: str, width: int, height: int, duration_s: int, fps: int) -> None:
    with av.open(path, "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "g": str(fps)})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(duration_s * fps):
            frame = av.VideoFrame.from_ndarray(porch(width, height, number / (duration_s * fps)), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
