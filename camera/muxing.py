"""Writes packets into a growing MP4 so that a power cut costs at most its last second."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from camera.bitstream import annex_b, is_annex_b
from camera.errors import RecordingError
from camera.model import Packet, Track

COPIED_CODECS = {"h264": "avc1", "hevc": "hvc1"}
"""What goes into a clip as it is, with its MP4 tag; `hvc1` because Apple players refuse `hev1`."""

FRAGMENT_S = 1.0

CREATED = "creation_time"
"""What FFmpeg calls the time of day in an MP4's header."""

_AAC_SAMPLES = 1024
"""Of one packet of AAC-LC (ISO/IEC 14496-3)."""

OpenFile = Callable[[Path], BinaryIO]
"""Makes a file that must not exist yet; unbuffered, so that a failed write shows where it happens."""


def open_new(path: Path) -> BinaryIO:
    """The OpenFile of production."""
    return path.open("xb", buffering=0)


class GrowingFile:
    """One fragmented MP4 that is being written; used by one thread, closed once.

    A fragment ends at each key frame, and within a long group after a second; each one is synced to the disk as soon
    as it is whole.
    """

    def __init__(
        self,
        path: Path,
        first: Packet,
        open_file: OpenFile = open_new,
        sound: Track | None = None,
        started_utc: datetime | None = None,
    ) -> None:
        """`first` is a key frame, at which the file begins; `sound` an AAC track of the same origin; `started_utc` the
        time of day that the file itself tells, in whole seconds. RecordingError."""
        self._file = _Synced(_opened(path, open_file))
        try:
            self._container, stream = _begin(self._file, first, started_utc)
            zero_s = first.pts * first.track.time_base
            self._video = _Lane(stream, first.track, zero_s, Fraction(1, 15))
            self._video.next(first)
            self._sound: _Lane | None = None
            if sound is not None:
                usual_s = Fraction(_AAC_SAMPLES, sound.sample_rate)
                self._sound = _Lane(_add_sound(self._container, sound), sound, zero_s, usual_s)
        except BaseException:
            self._file.close()
            raise

    def write(self, packet: Packet) -> None:
        """Appends the next picture in decode order, its dts above the last, or the next sound. Raises RecordingError.

        Sound of before the first picture, of another track or out of order is left out.
        """
        if not packet.track.is_sound:
            self._mux(self._video.next(packet))
        elif self._sound is not None and self._sound.takes(packet):
            self._mux(self._sound.next(packet))

    def close(self) -> None:
        """Writes what is held back and syncs. Raises RecordingError; the file is closed in any case."""
        try:
            self._mux(self._video.last())
            if self._sound is not None:
                self._mux(self._sound.last())
            try:
                self._container.close()
                self._file.sync()
            except (OSError, av.FFmpegError) as exc:
                raise _refused(exc) from exc
        finally:
            self._file.close()

    def abandon(self) -> None:
        """Closes after a failed write, as the power cut would have left it."""
        self._file.close()

    def _mux(self, packet: av.Packet[Any] | None) -> None:
        if packet is None:
            return
        try:
            self._container.mux(packet)
            self._file.sync_if_written()
        except (OSError, av.FFmpegError) as exc:
            raise _refused(exc) from exc


class _Lane:
    """One track of the file. A packet is held back until the next one tells how long it lasts."""

    def __init__(self, stream: VideoStream | AudioStream, track: Track, zero_s: Fraction, usual_s: Fraction) -> None:
        """`zero_s`, in stream time, becomes 0; `usual_s` is how long a packet lasts that is the only one."""
        self._stream = stream
        self._track = track
        self._zero_pts = round(zero_s / track.time_base)
        self._duration_pts = round(usual_s / track.time_base)
        self._held: Packet | None = None

    def takes(self, packet: Packet) -> bool:
        """Whether it belongs here and after the last one."""
        after = self._zero_pts - 1 if self._held is None else self._held.pts
        return packet.track == self._track and packet.pts > after

    def next(self, packet: Packet) -> av.Packet[Any] | None:
        """Holds the packet back and gives out the one before it."""
        if self._held is not None:
            self._duration_pts = packet.dts - self._held.dts
        before, self._held = self.last(), packet
        return before

    def last(self) -> av.Packet[Any] | None:
        """The packet that is held back."""
        held = self._held
        if held is None:
            return None
        packet: av.Packet[Any] = av.Packet(held.data)
        packet.stream, packet.time_base = self._stream, self._track.time_base
        packet.pts, packet.dts = held.pts - self._zero_pts, held.dts - self._zero_pts
        packet.duration = self._duration_pts
        packet.is_keyframe = held.is_keyframe or held.track.is_sound
        return packet


class _Synced(io.RawIOBase):
    """What FFmpeg writes into: whole writes only, and it knows whether a sync is due.

    FFmpeg buffers a fragment and hands it over at once, so a write means a fragment has become whole.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._raw = file
        self._written = False

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # FFmpeg hands over bytes and nothing else
        rest = memoryview(data)
        while rest:
            rest = rest[self._raw.write(rest) :]
        self._written = True
        return len(data)

    def sync_if_written(self) -> None:
        if self._written:
            self.sync()

    def sync(self) -> None:
        self._written = False
        os.fsync(self._raw.fileno())

    def close(self) -> None:
        self._raw.close()
        super().close()


def template(track: Track, first: Packet) -> VideoStream:
    """A stream that says how the packets are coded, read from a key frame's own bytes. Raises RecordingError.

    FFmpeg's parser finds the parameter sets; PyAV's shortcut of copying an encoder's set-up yields a wrong SPS.
    """
    if track.codec not in COPIED_CODECS:
        raise RecordingError(f"A clip cannot hold {track.codec} video; set the camera to H.264.")
    try:
        data = first.data
        if not is_annex_b(track.extradata):
            data = annex_b(data, track.codec, track.extradata)
        elif track.extradata:
            data = track.extradata + data
        return av.open(io.BytesIO(data), format=track.codec).streams.video[0]
    except (ValueError, IndexError, av.FFmpegError) as exc:
        raise RecordingError("The camera's video begins with a damaged picture; no clip could be made of it.") from exc


def _begin(file: io.RawIOBase, first: Packet, started_utc: datetime | None) -> tuple[OutputContainer, VideoStream]:
    track = first.track
    model = template(track, first)
    try:
        container = av.open(
            file,
            "w",
            format="mp4",
            options={
                "movflags": "frag_keyframe+empty_moov+default_base_moof+skip_trailer",
                "frag_duration": str(int(FRAGMENT_S * 1_000_000)),
                "flush_packets": "1",
                "max_interleave_delta": str(int(FRAGMENT_S * 1_000_000)),  # when the sound stops, pictures go on
            },
        )
        if started_utc is not None:
            container.metadata[CREATED] = started_utc.astimezone(UTC).isoformat()
        stream = container.add_stream_from_template(model, opaque=True)
        if not is_annex_b(track.extradata):
            stream.codec_context.extradata = track.extradata
        stream.codec_context.codec_tag = COPIED_CODECS[track.codec]
        stream.time_base = track.time_base
    except (OSError, ValueError, av.FFmpegError) as exc:
        raise _refused(exc) from exc
    return container, stream


def _add_sound(container: OutputContainer, track: Track) -> AudioStream:
    """An AAC stream of that very set-up, raises RecordingError; an ADTS stream only lends its shape."""
    try:
        layout = "mono" if track.channels == 1 else "stereo"
        with av.open(io.BytesIO(), "w", format="adts") as lender:
            model = lender.add_stream("aac", rate=track.sample_rate, layout=layout)
            stream = container.add_stream_from_template(model, opaque=True)
        stream.codec_context.extradata = track.extradata
        stream.time_base = track.time_base
    except (ValueError, av.FFmpegError) as exc:
        raise _refused(exc) from exc
    return stream


def _opened(path: Path, open_file: OpenFile) -> BinaryIO:
    try:
        return open_file(path)
    except OSError as exc:
        raise _refused(exc) from exc


def _refused(exc: Exception) -> RecordingError:
    return RecordingError(f"A clip could not be written ({reason(exc)}); make room on the disk or check it.")


def reason(exc: Exception) -> str:
    """What the system said, without file names."""
    return str(getattr(exc, "strerror", None) or type(exc).__name__)
