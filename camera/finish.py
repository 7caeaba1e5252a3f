"""Turns a recording that grew (fragmented, perhaps cut off) into a plain MP4 that any player seeks in."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from camera.errors import EmptyRecording, RecordingError
from camera.muxing import COPIED_CODECS, CREATED, reason

log = logging.getLogger(__name__)

GROWING_SUFFIX = ".mp4.part"
"""`e42.1.mp4.part`: fragmented, still being written or left by a power cut."""
PLAIN_SUFFIX = ".mp4"
"""`e42.1.mp4`: whole, waiting to be published."""

_UNDECODED = {"codec_whitelist": "aac"}
"""FFmpeg decodes the first pictures of whatever it opens, to learn what an MP4 of ours says in its header: 9 MB at
1080p, at the moment when most is in memory anyway. It may decode none but sound."""

CUT_TOLERANCE_S = 0.001
"""A cut at a picture's very time is before it, though one time is a fraction and the other a rounded number."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a plain MP4 holds."""

    path: Path
    duration_s: float
    codec: str
    width: int
    height: int
    size_bytes: int
    started_utc: datetime | None = None
    """When it began, by the clock of that time, to the second; None: the file does not tell."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A recording that a stopped program left in the recording folder."""

    path: Path
    event_id: str
    part: int
    whole: bool
    """False: `repair` it first."""


def make_plain(source: Path, target: Path, until_s: float | None = None) -> Finished:
    """Copies the packets of `source` into a faststart MP4 that appears under `target` whole and synced.

    `until_s` (file seconds) cuts off what is later. A damaged end of `source` is left out. Raises EmptyRecording when
    nothing is in it, RecordingError when the disk refuses; nothing is left under `target` then, and `source` is never
    touched.
    """
    growing = target.with_name(target.name + ".new")
    try:
        _copy(source, growing, until_s)
        _sync(growing)
        finished = describe(growing)
        growing.replace(target)
        _sync(target.parent)
    except av.InvalidDataError as exc:
        tidy(growing)
        raise EmptyRecording("A recording holds nothing that can be read.") from exc
    except (OSError, ValueError, av.FFmpegError) as exc:
        tidy(growing)
        raise RecordingError(f"A clip could not be finished ({reason(exc)}).") from exc
    except RecordingError:
        tidy(growing)
        raise
    return replace(finished, path=target)


def tidy(path: Path) -> None:
    """Removes what is of no use; a disk that refuses even that (read-only) keeps it, and the next start finds it."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def repair(source: Path, target: Path) -> Finished:
    """Makes a plain MP4 of a recording that was cut off at any byte; at most its last fragment is lost.

    Raises EmptyRecording if nothing is in it (the caller may delete it), RecordingError when the disk refuses.
    """
    return make_plain(source, target)


def describe(path: Path) -> Finished:
    """What the MP4 at `path` holds. Raises RecordingError when it is no video."""
    try:
        with av.open(str(path), container_options=_UNDECODED) as container:
            stream = _video(container)
            if not stream.frames or stream.duration is None or stream.time_base is None:
                raise EmptyRecording("A recording holds no picture.")
            return Finished(
                path,
                float(stream.duration * stream.time_base),
                stream.codec_context.name,
                stream.codec_context.width,
                stream.codec_context.height,
                path.stat().st_size,
                _told_start(container),
            )
    except (OSError, ValueError, av.FFmpegError) as exc:  # ValueError: a damaged name in it is no text
        raise RecordingError(f"A recording cannot be read ({reason(exc)}).") from exc


def leftovers(recording_dir: Path) -> list[Leftover]:
    """Recordings that a stopped program left, by name; half-made copies are removed. Call before any camera starts."""
    for half_made in recording_dir.glob("*.new"):
        half_made.unlink(missing_ok=True)
    found = []
    for path in sorted(recording_dir.iterdir()):
        suffix = next((s for s in (GROWING_SUFFIX, PLAIN_SUFFIX) if path.name.endswith(s)), None)
        event_id, _, part = path.name.removesuffix(suffix or "").rpartition(".")
        if suffix is None or not event_id or not part.isdecimal():
            continue
        whole = suffix == PLAIN_SUFFIX
        if not whole and path.with_suffix("").exists():
            path.unlink()  # its whole copy was made, only the tidying did not happen
            continue
        found.append(Leftover(path, event_id, int(part), whole))
    return found


def _copy(source: Path, target: Path, until_s: float | None) -> None:
    with (
        av.open(str(source), container_options={"fflags": "+discardcorrupt"} | _UNDECODED) as reading,
        av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as writing,
    ):
        if created := reading.metadata.get(CREATED):
            writing.metadata[CREATED] = created
        stream = _video(reading)
        copied = writing.add_stream_from_template(stream, opaque=True)
        copied.codec_context.codec_tag = COPIED_CODECS.get(stream.codec_context.name, "")
        targets: dict[int, VideoStream | AudioStream] = {stream.index: copied}
        for sound in reading.streams.audio[:1]:
            targets[sound.index] = writing.add_stream_from_template(sound, opaque=True)
        empty = True
        for packet in _packets(reading, stream, until_s):
            packet.stream = targets[packet.stream.index]
            writing.mux(packet)
            empty = False
        if empty:
            raise EmptyRecording("A recording holds no picture.")


def _packets(reading: InputContainer, video: VideoStream, until_s: float | None) -> Iterator[av.Packet[Any]]:
    """The packets from the first key frame on, from second 0, each track up to its first one that is too late.

    It ends at the first damaged packet of any track.
    """
    zero_s: Fraction | None = None
    ended: set[int] = set()
    with suppress(av.InvalidDataError, EOFError):  # where a power cut ended the file
        for packet in reading.demux(video, *reading.streams.audio[:1]):
            index = packet.stream.index
            if packet.pts is None or packet.dts is None or index in ended:
                continue
            if zero_s is None and (index != video.index or not packet.is_keyframe):
                continue
            if packet.is_corrupt:
                return
            zero_s = packet.pts * packet.time_base if zero_s is None else zero_s
            zero_pts = round(zero_s / packet.time_base)
            packet.pts -= zero_pts
            packet.dts -= zero_pts
            if packet.pts < 0 and index != video.index:
                continue
            if until_s is not None and packet.pts * packet.time_base >= until_s - CUT_TOLERANCE_S:
                ended.add(index)
                continue
            yield packet


def _told_start(container: InputContainer) -> datetime | None:
    try:
        told = datetime.fromisoformat(container.metadata[CREATED])
    except (KeyError, ValueError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _video(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise EmptyRecording("A recording holds no picture.")
    return container.streams.video[0]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
