"""Makes a smaller copy of a clip that is too big to be sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from camera.errors import RecordingError
from camera.grid import Zones
from camera.mask import black_frame
from camera.muxing import reason

log = logging.getLogger(__name__)

MARGIN = 0.9
"""Share of the limit aimed at: a bitrate is a wish, and the container needs some too."""
RETRY_MARGIN = 0.85
TRIES = 4
BITS_PER_PIXEL = 0.06
"""Below this an H.264 picture falls into blocks; a smaller picture looks better."""
LEAST_WIDTH = 160
LEAST_BPS = 20_000
MOST_FPS = 15


@dataclass(frozen=True, slots=True)
class Shape:
    """How the copy is to be encoded."""

    width: int
    height: int
    bits_per_s: int


def shrink(source: Path, target: Path, limit_bytes: int, mask: Zones | None = None) -> None:
    """Encodes `source` anew as H.264 yuv420p faststart MP4 of at most `limit_bytes`, with the same times.

    `mask` is black in it. Tries again smaller when the first copy is still too big. Costs seconds to minutes of CPU:
    never on an event loop. Raises RecordingError when the clip cannot be read or written or would not fit at any
    quality; no file is left under `target` then.
    """
    wanted_bytes = limit_bytes * MARGIN
    try:
        for _ in range(TRIES):
            _encode(source, target, wanted_bytes, mask or Zones())
            size_bytes = target.stat().st_size
            if size_bytes <= limit_bytes:
                return
            log.info("a smaller copy came out at %d of %d bytes, trying again", size_bytes, limit_bytes)
            wanted_bytes *= RETRY_MARGIN * limit_bytes / size_bytes
    except (OSError, ValueError, av.FFmpegError) as exc:
        target.unlink(missing_ok=True)
        raise RecordingError(f"A smaller copy could not be made ({reason(exc)}).") from exc
    except RecordingError:
        target.unlink(missing_ok=True)
        raise
    target.unlink(missing_ok=True)
    raise RecordingError("The clip is too long to be sent at any quality.")


def shape_for(width: int, height: int, duration_s: float, fps: float, wanted_bytes: float) -> Shape:
    """Picture size and bitrate that fill `wanted_bytes`; the picture shrinks when its pixels would starve.

    Raises RecordingError when not even the smallest picture would be watchable.
    """
    bits_per_s = int(wanted_bytes * 8 / max(duration_s, 1.0))
    if bits_per_s < LEAST_BPS:
        raise RecordingError("The clip is too long to be sent at any quality.")
    most_pixels = bits_per_s / (BITS_PER_PIXEL * max(fps, 1.0))
    scale = min(1.0, (most_pixels / (width * height)) ** 0.5)
    scale = max(scale, min(1.0, LEAST_WIDTH / width))
    return Shape(max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2), bits_per_s)


def _encode(source: Path, target: Path, wanted_bytes: float, mask: Zones) -> None:
    with av.open(str(source)) as reading:
        if not reading.streams.video:
            raise RecordingError("The clip holds no picture.")
        stream = reading.streams.video[0]
        stream.thread_type = "AUTO"
        rate = min(stream.average_rate or Fraction(MOST_FPS), Fraction(MOST_FPS))
        duration_s = (reading.duration or 0) / av.time_base
        sound_bytes = sum(sound.bit_rate or 0 for sound in reading.streams.audio[:1]) * duration_s / 8
        shape = shape_for(stream.width, stream.height, duration_s, float(rate), wanted_bytes - sound_bytes)
        with av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as writing:
            encoder = _encoder(writing.add_stream("libx264", rate=rate), shape)
            frames = 0
            for frame in _thinned(_decoded(reading, stream, writing), rate):
                small = frame.reformat(shape.width, shape.height, "yuv420p", interpolation="AREA")
                small = black_frame(small, mask) if mask else small
                small.pts, small.time_base = frame.pts, frame.time_base
                small.pict_type = av.video.frame.PictureType.NONE
                writing.mux(encoder.encode(small))
                frames += 1
            if not frames:
                raise RecordingError("The clip holds no picture.")
            writing.mux(encoder.encode(None))


def _encoder(stream: VideoStream, shape: Shape) -> VideoStream:
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = shape.width, shape.height, "yuv420p"
    context.time_base = Fraction(1, 90_000)
    # The bitrate is a ceiling (VBV), not a target: a still night needs far less than its share.
    context.options = {
        "preset": "veryfast",
        "crf": "23",
        "maxrate": str(shape.bits_per_s),
        "bufsize": str(shape.bits_per_s * 2),
        "bf": "0",
    }
    return stream


def _decoded(reading: InputContainer, video: VideoStream, writing: OutputContainer) -> Iterator[VideoFrame]:
    """The pictures; the sound is copied as it is on the way."""
    sounds = reading.streams.audio[:1]
    copies = [writing.add_stream_from_template(sound, opaque=True) for sound in sounds]
    for packet in reading.demux(video, *sounds):
        if packet.stream.index == video.index:
            yield from video.decode(packet)
        elif packet.size and packet.pts is not None:
            packet.stream = copies[0]
            writing.mux(packet)


def _thinned(frames: Iterator[VideoFrame], rate: Fraction) -> Iterator[VideoFrame]:
    """At most about `rate` frames a second; those without a time are left out."""
    next_s, step_s = 0.0, float(1 / rate)
    for frame in frames:
        if frame.pts is None or frame.time is None:
            continue
        if frame.time >= next_s - step_s / 2:
            next_s = max(next_s + step_s, frame.time)
            yield frame
