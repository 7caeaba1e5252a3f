"""The picture in the middle of a clip."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from camera.errors import RecordingError
from camera.muxing import reason

MOST_FRAMES = 300
"""Decoded at most on the way from the key frame: twenty seconds of an ordinary camera."""


def middle_picture(clip: Path) -> NDArray[np.uint8]:
    """Blue, green, red; shape (height, width, 3). Raises RecordingError when there is none."""
    try:
        with av.open(str(clip)) as container:
            if container.streams.video:
                middle_us = (container.duration or 0) // 2
                container.seek(middle_us)
                last = None
                for frame in islice(container.decode(video=0), MOST_FRAMES):
                    last = frame
                    if frame.time is None or frame.time * 1e6 >= middle_us:
                        break
                if last is not None:
                    return np.asarray(last.to_ndarray(format="bgr24"), np.uint8)
    except (OSError, av.FFmpegError) as exc:
        raise RecordingError(f"A clip cannot be read ({reason(exc)}).") from exc
    raise RecordingError("A clip holds no picture.")
