"""Footage with sound: a white picture and a click at the same moments, and where they are found in a clip."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from camera.model import GrayFrame, Packet
from camera.sources.feed import Feed
from camera.sources.libav import Address, VideoInput
from camera.sources.timing import FileTime

FPS = 25
SIZE = (320, 176)

CLICK_S = 0.02
"""Longer than what a codec smears, shorter than a picture."""


def flashes_at(seconds: int) -> list[float]:
    """Once in each second, never at the same place of it."""
    return [second + (3 + 5 * second % 17) / FPS for second in range(seconds)]


def write_sounding(
    path: Path, video: str, sound: str, *, seconds: int = 8, rate: int = 16_000, layout: str = "mono"
) -> Path:
    """A film of those codecs with a key frame each second."""
    flashes = flashes_at(seconds)
    key_frames_by_the_clock = {
        "libx264": {"x264-params": "scenecut=0:keyint=25:min-keyint=25"},
        "libx265": {"x265-params": "log-level=none:scenecut=0:keyint=25:min-keyint=25"},
    }
    with av.open(str(path), "w") as container:
        pictures = container.add_stream(video, rate=FPS, options=key_frames_by_the_clock.get(video, {}))
        assert isinstance(pictures, VideoStream)
        pictures.width, pictures.height = SIZE
        pictures.pix_fmt = "yuvj420p" if video == "mjpeg" else "yuv420p"
        pictures.codec_context.gop_size, pictures.codec_context.max_b_frames = FPS, 0
        pictures.codec_context.thread_count = 1
        sounds = container.add_stream(sound, rate=rate, layout=layout)
        assert isinstance(sounds, AudioStream)
        for second in range(seconds):
            for number in range(second * FPS, (second + 1) * FPS):
                white = any(abs(number / FPS - at) < 0.5 / FPS for at in flashes)
                luma = np.full((SIZE[1] * 3 // 2, SIZE[0]), 128, np.uint8)
                luma[: SIZE[1]] = 235 if white else 40
                luma[: SIZE[1] // 4, number % 160 : number % 160 + 40] = 120  # no two pictures alike
                frame = av.VideoFrame.from_ndarray(luma, format="yuv420p").reformat(format=pictures.pix_fmt)
                frame.pts, frame.time_base = number, Fraction(1, FPS)
                container.mux(pictures.encode(frame))
            for heard in _sound(second, flashes[second], rate, layout):
                container.mux(sounds.encode(heard))
        container.mux(pictures.encode(None))
        container.mux(sounds.encode(None))
    return path


def _sound(second: int, flash_s: float, rate: int, layout: str) -> list[av.AudioFrame]:
    samples = np.random.default_rng(second).normal(0, 30, rate)
    at = round((flash_s - second) * rate)
    length = round(CLICK_S * rate)
    samples[at : at + length] += 20_000 * np.sin(np.arange(length) * 2 * np.pi * 1000 / rate)
    channels = 2 if layout == "stereo" else 1
    packed = np.repeat(samples.astype(np.int16), channels)[None, :]
    frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, second * rate, Fraction(1, rate)
    return [frame]


def items_of(path: Path, *, sound: bool = True) -> list[Packet | GrayFrame]:
    """What a source makes of the film, at once."""
    video = VideoInput(Address(f"file:{path}", path.name, {}, sound=sound))
    try:
        return list(Feed(FileTime()).run(video))
    finally:
        video.close()


def packets_of(path: Path, *, sound: bool = True) -> list[Packet]:
    return [item for item in items_of(path, sound=sound) if isinstance(item, Packet)]


def flashes_in(clip: Path) -> list[float]:
    """Seconds of the white pictures."""
    with av.open(str(clip)) as container:
        frames = container.decode(video=0)
        return [float(f.time or 0) for f in frames if f.to_ndarray(format="gray")[SIZE[1] // 2 :].mean() > 180]


def clicks_in(clip: Path) -> list[float]:
    """Seconds at which a click begins."""
    found: list[float] = []
    with av.open(str(clip)) as container:
        for frame in container.decode(audio=0):
            loud = np.flatnonzero(np.abs(frame.to_ndarray()).reshape(-1, frame.samples)[0] > 0.2)
            for index in loud:
                at_s = float(frame.time or 0) + index / frame.sample_rate
                if not found or at_s - found[-1] > 5 * CLICK_S:
                    found.append(at_s)
    return found


def stored_sounds(clip: Path) -> list[bytes]:
    """Every packet of sound in a clip."""
    with av.open(str(clip)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def stored_times(clip: Path, kind: str) -> list[Fraction]:
    """Seconds of every packet of `video` or `audio`, in the order of the file."""
    with av.open(str(clip)) as container:
        stream = (container.streams.video if kind == "video" else container.streams.audio)[0]
        found = [packet for packet in container.demux(stream) if packet.dts is not None]
        return [Fraction(packet.dts or 0) * packet.time_base for packet in found]
