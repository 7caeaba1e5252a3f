"""Whether a clip plays: every picture of it is decoded, as a player would."""

from __future__ import annotations

from pathlib import Path

import av

from camera.errors import RecordingError
from camera.muxing import reason

SHORTFALL = 0.9
"""A clip whose pictures end long before its stated length does not play to the end."""


def play(path: Path) -> int:
    """Number of pictures. Raises RecordingError with a reason when one cannot be decoded. Takes seconds on a Pi."""
    pictures, end_s = 0, 0.0
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise RecordingError("It holds no picture.")
            stream = container.streams.video[0]
            stream.thread_type = "NONE"  # cameras have the other cores
            for frame in container.decode(stream):
                pictures += 1
                end_s = max(end_s, frame.time or 0.0)
            stated_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    except (OSError, av.FFmpegError) as exc:
        raise RecordingError(f"A picture cannot be decoded ({reason(exc)}).") from exc
    if not pictures or end_s < stated_s * SHORTFALL - 1:
        raise RecordingError(f"Its pictures end after {end_s:.0f} of {stated_s:.0f} seconds.")
    return pictures
