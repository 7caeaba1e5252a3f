"""Small videos made on the spot, with a picture whose colours are known."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

WIDTH, HEIGHT, FPS = 640, 360, 25

LEFT_RGB, RIGHT_RGB = (200, 180, 90), (40, 90, 140)
"""Colours of the two halves; a red box crosses their upper part."""

LEFT_LUMA, RIGHT_LUMA = 168, 86
"""What the halves are in limited-range BT.601."""


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """RGB, shape (height, width, 3)."""
    rgb = np.full((height, width, 3), RIGHT_RGB, np.uint8)
    rgb[:, : width // 2] = LEFT_RGB
    left = (number * 6) % (width - 60)
    rgb[height // 8 : height // 4, left : left + 60] = (230, 30, 30)
    return rgb


def write_video(
    path: Path,
    codec: str = "libx264",
    *,
    frames: int = 75,
    b_frames: int = 0,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    pix_fmt: str = "yuv420p",
    pts: list[int] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A video with a key frame each second; `pts` in 1/1000 s for uneven ones."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS, options=options or {})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = pix_fmt
        stream.codec_context.gop_size, stream.codec_context.max_b_frames = FPS, b_frames
        stream.codec_context.thread_count = 1
        if pts is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number, *size), format="rgb24")
            if pts is not None:
                frame.pts, frame.time_base = pts[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def packets_of(path: Path) -> list[bytes]:
    """The encoded pictures of a file's video track, in decode order."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def encoded_frames(codec: str, pix_fmt: str, frames: int = 60) -> Iterator[bytes]:
    """One blob for each picture, as a camera with that codec would hand it over."""
    if codec == "rawvideo":
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            yield frame.reformat(format=pix_fmt).to_ndarray().tobytes()
        return
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, pix_fmt
    context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
    context.thread_count, context.gop_size = 1, FPS
    if codec == "libx264":
        context.options = {"preset": "veryfast", "tune": "zerolatency"}
    for number in range(frames):
        frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24").reformat(format=pix_fmt)
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        for packet in context.encode(frame):
            yield bytes(packet)
    for packet in context.encode(None):
        yield bytes(packet)
