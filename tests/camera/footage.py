"""Footage that the camera room's tests make for themselves: gray frames with known motion, and encoded packets."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from camera.model import Luma, Packet, Track

FPS = 15
SHAPE = (180, 320)

Picture = NDArray[np.float64]
Change = Callable[[Picture, float], Picture]
"""What happens in the picture at a time in seconds."""


def room(seed: int = 1) -> Picture:
    """A textured still picture, shape (180, 320), brightness about 40 to 200."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(rng.uniform(60, 180, (9, 16)), SHAPE[::-1], interpolation=cv2.INTER_CUBIC)
    fine = cv2.GaussianBlur(rng.normal(0, 40, SHAPE), (0, 0), 2)
    return np.asarray(np.clip(coarse + fine, 40, 200), np.float64)


def film(
    seconds: float, *changes: Change, noise: float = 2.0, fps: float = FPS, seed: int = 1
) -> Iterator[tuple[Luma, float]]:
    """Gray frames with their times, the room changed by `changes` in turn, sensor noise on top."""
    still, rng = room(seed), np.random.default_rng(seed + 1)
    for index in range(int(seconds * fps)):
        t_s = index / fps
        picture = still.copy()
        for change in changes:
            picture = change(picture, t_s)
        picture += rng.normal(0, noise, SHAPE)
        yield np.clip(picture, 0, 255).astype(np.uint8), t_s


def mover(
    start_s: float, end_s: float, *, width: int = 12, height: int = 26, speed_px_s: float = 60, brightness: float = 20
) -> Change:
    """A walking block that comes in at the left edge and is gone outside its times."""

    def change(picture: Picture, t_s: float) -> Picture:
        if start_s <= t_s < end_s:
            right = int((t_s - start_s) * speed_px_s) + 1
            picture[80 : 80 + height, max(0, right - width) : max(0, right)] = brightness
        return picture

    return change


def light(gain_at: Callable[[float], float], offset_at: Callable[[float], float] = lambda _t: 0.0) -> Change:
    """The whole picture in another light."""
    return lambda picture, t_s: picture * gain_at(t_s) + offset_at(t_s)


def packets(
    count: int,
    *,
    group: int = 15,
    codec: str = "h264",
    annex_b: bool = False,
    first_mono_s: float = 100.0,
    size: tuple[int, int] = (160, 96),
) -> list[Packet]:
    """`count` encoded pictures at 15 per second with a key frame every `group`; pts do not begin at 0."""
    width, height = size
    encoder = av.CodecContext.create({"h264": "libx264", "hevc": "libx265"}[codec], "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.gop_size = group
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency"}
    if codec == "hevc":
        encoder.options |= {"x265-params": f"keyint={group}:min-keyint={group}:bframes=0:log-level=none"}
    units = [bytes(packet) for frame in _pictures(count, width, height) for packet in encoder.encode(frame)]
    units += [bytes(packet) for packet in encoder.encode(None)]
    extradata = b""
    if not annex_b:
        units, extradata = _as_mp4(units, codec)
    track = Track(codec, Fraction(1, 90_000), width, height, extradata)
    return [
        Packet(unit, 9000 + index * 6000, 9000 + index * 6000, index % group == 0, first_mono_s + index / FPS, track)
        for index, unit in enumerate(units)
    ]


def stored_units(path: Path) -> list[bytes]:
    """Every access unit of an MP4, length-prefixed as it lies there."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def stored_times(path: Path) -> list[Fraction]:
    """Presentation time of every packet of an MP4 in seconds."""
    with av.open(str(path)) as container:
        found = [packet for packet in container.demux(video=0) if packet.pts is not None]
        return [packet.pts * packet.time_base for packet in found if packet.pts is not None]


def decoded(path: Path) -> int:
    """How many pictures a player sees."""
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def nal_units(annex_b: bytes) -> list[bytes]:
    """The units between start codes."""
    return [part for part in annex_b.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if part]


def length_prefixed_units(data: bytes) -> list[bytes]:
    """The units of one access unit as an MP4 holds them."""
    units = []
    while data:
        size = int.from_bytes(data[:4])
        units.append(data[4 : 4 + size])
        data = data[4 + size :]
    return units


def _pictures(count: int, width: int, height: int) -> Iterator[av.VideoFrame]:
    rng = np.random.default_rng(7)
    noise = rng.integers(0, 255, (height, width), dtype=np.uint8)
    for index in range(count):
        rgb = np.repeat(np.roll(noise, index * 3, axis=1)[:, :, None], 3, axis=2)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
        frame.pts, frame.time_base = index, Fraction(1, FPS)
        yield frame


def _as_mp4(units: Iterable[bytes], codec: str) -> tuple[list[bytes], bytes]:
    """The same units as a camera with avcC or hvcC set-up would send them."""
    units = list(units)
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as container:
        stream = container.add_mux_stream(codec, width=16, height=16, time_base=Fraction(1, FPS))
        for index, unit in enumerate(units):
            packet = av.Packet(unit)
            packet.stream, packet.pts, packet.dts, packet.duration = stream, index, index, 1
            packet.time_base = Fraction(1, FPS)
            container.mux(packet)
    written.seek(0)
    with av.open(written, "r") as container:
        extradata = container.streams.video[0].codec_context.extradata or b""
        return [bytes(packet) for packet in container.demux(video=0) if packet.size], extradata
