"""Looks at videos the way an independent reader does, and makes small ones whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

START_CODE = b"\0\0\0\1"


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader finds in an MP4."""

    duration_s: float
    pts_s: list[float]
    starts_with_key: bool
    faststart: bool
    decoded: int


def look(path: Path) -> Look:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        pts_s = [float(packet.pts * stream.time_base) for packet in packets if packet.pts is not None]
        duration_s = float((stream.duration or 0) * stream.time_base)
    with av.open(str(path)) as container:
        decoded = sum(1 for _ in container.decode(video=0))
    content = path.read_bytes()
    return Look(duration_s, pts_s, packets[0].is_keyframe, content.index(b"moov") < content.index(b"mdat"), decoded)


def pictures(path: Path) -> list[bytes]:
    """The coded slices of each access unit (H.264 or H.265), without their framing: what must survive untouched."""
    codec = codec_of(path)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        annex_b = av.bitstream.BitStreamFilterContext(f"{codec}_mp4toannexb", stream)
        packets = [bytes(out) for packet in container.demux(stream) for out in annex_b.filter(packet)]
    return [found for packet in packets if (found := b"".join(_slices(packet, codec)))]


def codec_of(path: Path) -> str:
    """`h264` or `hevc`."""
    with av.open(str(path)) as container:
        return container.streams.video[0].codec_context.name


def _slices(packet: bytes, codec: str) -> list[bytes]:
    units = packet.replace(START_CODE, START_CODE[1:]).split(START_CODE[1:])
    return [unit for unit in units if unit and _is_slice(unit[0], codec)]


def _is_slice(header: int, codec: str) -> bool:
    """By the type of a NAL unit (ISO/IEC 14496-10 and 23008-2, 7.3.1)."""
    return header & 31 in {1, 5} if codec == "h264" else header >> 1 & 63 < 32


def film(
    path: Path,
    seconds: float,
    moving: tuple[float, float],
    *,
    every_s: float = math.inf,
    fps: int = 15,
    crf: int = 26,
    noise: int = 0,
    size: tuple[int, int] = (640, 360),
    codec: str = "libx264",
) -> Path:
    """H.264 (or `codec`): a textured wall, and a dark block that crosses it between the two times, again `every_s`.

    `noise` is still, not flickering; every picture is a key frame then, so that it costs bytes in each.
    """
    options = {"preset": "ultrafast", "crf": str(crf), "g": "1" if noise else str(fps), "bf": "0"}
    if codec == "libx265":
        options["x265-params"] = "log-level=none"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.thread_count = 1  # one slice a picture, as cameras send
        for picture in wall(seconds, moving, every_s=every_s, fps=fps, noise=noise):
            frame = av.VideoFrame.from_ndarray(np.repeat(picture[:, :, None], 3, axis=2), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def wall(
    seconds: float, moving: tuple[float, float], *, every_s: float = math.inf, fps: int = 15, noise: int = 0
) -> Iterator[NDArray[np.uint8]]:
    """The pictures of that film, gray, shape (360, 640)."""
    rng = np.random.default_rng(7)
    plain = np.kron(rng.integers(90, 170, (18, 32)), np.ones((20, 20))).astype(np.uint8)
    plain += rng.integers(0, noise + 1, plain.shape, dtype=np.uint8)
    for index in range(int(seconds * fps)):
        time_s = index / fps % every_s
        picture = plain.copy()
        for bit in range(12):  # every picture is unlike every other, and nothing moves
            picture[4:8, 4 + 4 * bit : 8 + 4 * bit] = 110 + 20 * (index >> bit & 1)
        if moving[0] <= time_s < moving[1]:
            left = int((time_s - moving[0]) / (moving[1] - moving[0]) * 560)
            picture[150:270, left : left + 60] = 20
        yield picture
