"""Makes the small picture that a chat shows before a clip is loaded."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from camera.errors import RecordingError
from camera.muxing import reason

LONGEST_PX = 320
MOST_BYTES = 200_000
"""Telegram's limits for a thumbnail."""

_SMALLEST_FIRST = (cv2.IMREAD_REDUCED_COLOR_8, cv2.IMREAD_REDUCED_COLOR_4, cv2.IMREAD_REDUCED_COLOR_2, cv2.IMREAD_COLOR)
"""A JPEG can be decoded at a fraction of its size: a 1080p picture costs 0.4 MB so, not 6 MB."""

Picture = NDArray[np.uint8]
"""Blue, green, red; shape (height, width, 3)."""


def thumbnail_of_jpeg(jpeg: bytes) -> bytes:
    """A JPEG of at most 320 pixels and 200 kB. Raises RecordingError when `jpeg` is no picture."""
    raw = np.frombuffer(jpeg, np.uint8)
    picture = None
    for scale in _SMALLEST_FIRST if raw.size else ():
        picture = cv2.imdecode(raw, scale)
        if picture is None or max(picture.shape) >= LONGEST_PX:
            break
    if picture is None:
        raise RecordingError("A snapshot is damaged; no small picture could be made of it.")
    return _encoded(np.asarray(picture, np.uint8))


def thumbnail_of_clip(clip: Path) -> bytes:
    """The same from a clip's first picture. Raises RecordingError when there is none."""
    try:
        with av.open(str(clip)) as container:
            if container.streams.video:
                for frame in container.decode(video=0):
                    return _encoded(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8))
    except (OSError, av.FFmpegError) as exc:
        raise RecordingError(f"A clip cannot be read ({reason(exc)}).") from exc
    raise RecordingError("A clip holds no picture.")


def _encoded(picture: Picture) -> bytes:
    height, width = picture.shape[:2]
    scale = LONGEST_PX / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    for quality in (80, 60, 40, 20):
        done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and jpeg.size <= MOST_BYTES:
            return jpeg.tobytes()
    raise RecordingError("No small picture could be made.")
