"""Writes packets into a growing MP4 so that a power cut costs at most its last second."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from camera.bitstream import annex_b, is_annex_b
from camera.errors import RecordingError
from camera.model import Packet, Track

COPIED_CODECS = {"h264": "avc1", "hevc": "hvc1"}
"""What goes into a clip as it is, with its MP4 tag; `hvc1` because Apple players refuse `hev1`."""

FRAGMENT_S = 1.0

OpenFile = Callable[[Path], BinaryIO]
"""Makes a file that must not exist yet; unbuffered, so that a failed write shows where it happens."""


def open_new(path: Path) -> BinaryIO:
    """The OpenFile of production."""
    return path.open("xb", buffering=0)


class GrowingFile:
    """One fragmented MP4 that is being written; used by one thread, closed once.

    A fragment ends at each key frame, and within a long group after a second; each one is synced to the disk as soon
    as it is whole. A packet is held back until the next one tells how long it lasts.
    """

    def __init__(self, path: Path, first: Packet, open_file: OpenFile = open_new) -> None:
        """`first` is a key frame. Raises RecordingError."""
        self._file = _Synced(_opened(path, open_file))
        self._time_base = first.track.time_base
        self._zero_pts = first.pts
        self._held = first
        self._duration_pts = 0
        try:
            self._container, self._stream = _begin(self._file, first)
        except BaseException:
            self._file.close()
            raise

    @property
    def last_dts(self) -> int:
        return self._held.dts

    def write(self, packet: Packet) -> None:
        """Appends the next packet in decode order, its dts above the last. Raises RecordingError."""
        self._mux(packet.dts - self._held.dts)
        self._held = packet

    def close(self) -> None:
        """Writes what is held back and syncs. Raises RecordingError; the file is closed in any case."""
        try:
            self._mux(self._duration_pts or round(Fraction(1, 15) / self._time_base))
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

    def _mux(self, duration_pts: int) -> None:
        held = self._held
        packet = av.Packet(held.data)
        packet.stream = self._stream
        packet.time_base = self._time_base
        packet.pts, packet.dts = held.pts - self._zero_pts, held.dts - self._zero_pts
        packet.duration = self._duration_pts = duration_pts
        packet.is_keyframe = held.is_keyframe
        try:
            self._container.mux(packet)
            self._file.sync_if_written()
        except (OSError, av.FFmpegError) as exc:
            raise _refused(exc) from exc


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


def _begin(file: io.RawIOBase, first: Packet) -> tuple[OutputContainer, VideoStream]:
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
            },
        )
        stream = container.add_stream_from_template(model, opaque=True)
        if not is_annex_b(track.extradata):
            stream.codec_context.extradata = track.extradata
        stream.codec_context.codec_tag = COPIED_CODECS[track.codec]
        stream.time_base = track.time_base
    except (OSError, ValueError, av.FFmpegError) as exc:
        raise _refused(exc) from exc
    return container, stream


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
