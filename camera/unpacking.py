"""A JPEG as pixels to draw on, with little memory: those of a 1080p picture are 6 MB, and OpenCV makes them twice."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray


def unpacked(jpeg: bytes, most_width: int) -> NDArray[np.uint8] | None:
    """Blue, green, red; shape (height, width, 3), made smaller when it is wider than `most_width`. None: it is no JPEG,
    or a damaged one."""
    picture = _decoded(jpeg) if jpeg else None
    if picture is None:
        return None
    width = min(picture.width, most_width)
    bgr = VideoReformatter().reformat(
        picture,
        width,
        max(1, round(picture.height * width / picture.width)),
        "bgr24",
        src_colorspace=Colorspace.ITU601,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.AREA if width < picture.width else None,
        threads=1,
    )
    plane = bgr.planes[0]  # its pixels in place: the array keeps it alive
    rows = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # a buffer, which PyAV's stub cannot say yet
    shape, strides = (bgr.height, bgr.width, 3), (plane.line_size, 3, 1)
    return np.lib.stride_tricks.as_strided(rows, shape, strides)


def _decoded(jpeg: bytes) -> av.VideoFrame | None:
    decoder = av.CodecContext.create("mjpeg", "r")
    if not isinstance(decoder, av.VideoCodecContext):
        return None
    decoder.thread_count = 1
    try:
        pictures = decoder.decode(av.Packet(jpeg))
        pictures += [] if pictures else decoder.decode(None)
    except (av.FFmpegError, ValueError):
        return None
    return pictures[-1] if pictures else None
