"""Looks at videos the way an independent reader does, and makes small ones whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

START_CODE = b"\0\0\0\1"
PICTURES = {1, 5}
"""NAL unit types of H.264 that carry a picture."""


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
    """The coded slices of each access unit of an H.264 file, without their framing: what must survive untouched."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        annex_b = av.bitstream.BitStreamFilterContext("h264_mp4toannexb", stream)
        packets = [bytes(out) for packet in container.demux(stream) for out in annex_b.filter(packet)]
    return [found for packet in packets if (found := b"".join(_slices(packet)))]


def _slices(packet: bytes) -> list[bytes]:
    units = packet.replace(START_CODE, START_CODE[1:]).split(START_CODE[1:])
    return [unit for unit in units if unit and unit[0] & 31 in PICTURES]


def film(
    path: Path,
    seconds: float,
    moving: tuple[float, float],
    *,
    fps: int = 15,
    crf: int = 26,
    noise: int = 0,
    times: int = 1,
) -> Path:
    """640x360 H.264 (`times` as wide and high): a textured wall; a dark block crosses it between the two times.

    `noise` is still, not flickering; every picture is a key frame then, so that it costs bytes in each.
    """
    rng = np.random.default_rng(7)
    wall = np.kron(rng.integers(90, 170, (18, 32)), np.ones((20, 20))).astype(np.uint8)
    wall += rng.integers(0, noise + 1, wall.shape, dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264",
            rate=fps,
            options={"preset": "ultrafast", "crf": str(crf), "g": "1" if noise else str(fps), "bf": "0"},
        )
        stream.width, stream.height, stream.pix_fmt = 640 * times, 360 * times, "yuv420p"
        stream.codec_context.thread_count = 1  # one slice a picture, as cameras send
        for index in range(int(seconds * fps)):
            time_s = index / fps
            picture = wall.copy()
            for bit in range(12):  # every picture is unlike every other, and nothing moves
                picture[4:8, 4 + 4 * bit : 8 + 4 * bit] = 110 + 20 * (index >> bit & 1)
            if moving[0] <= time_s < moving[1]:
                left = int((time_s - moving[0]) / (moving[1] - moving[0]) * 560)
                picture[150:270, left : left + 60] = 20
            picture = picture.repeat(times, axis=0).repeat(times, axis=1)
            frame = av.VideoFrame.from_ndarray(np.repeat(picture[:, :, None], 3, axis=2), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
