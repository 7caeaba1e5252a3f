"""One opened video: demuxed and decoded by FFmpeg through PyAV, with its errors translated here and nowhere else."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, cast

import av
from av.audio.stream import AudioStream
from av.codec.context import ThreadType
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from camera.errors import SourceError, SourceLost, SourceRefused
from camera.model import Track

log = logging.getLogger(__name__)

SILENCE_S = 10.0
"""A live source that delivers nothing for this long is lost."""

MOST_BROKEN = 250
"""Pictures in a row that may fail to decode before the source counts as lost; about 10 s."""

_MOST_SOUNDS = 500
"""Stretches of sound that may wait for the next picture, 10 s at 20 ms each; then the oldest goes."""

_WITHOUT_PTS = frozenset({"avi", "h264", "hevc"})
"""Containers that carry no pts: with B-frames the order of display would be a guess, so these are encoded anew."""

_RENEWABLE = frozenset({"h264", "hevc"})
"""Codecs whose set-up is all that a new decoder needs."""

SoundPacket: TypeAlias = "av.Packet[AudioStream]"

Sentences = Mapping[type[av.FFmpegError], tuple[type[SourceError], str]]
"""What each of FFmpeg's errors means for one kind of source, said for the owner."""


@dataclass(frozen=True, slots=True)
class Address:
    """What FFmpeg opens, and how errors speak of it."""

    url: str = field(repr=False)
    """May hold a password; never printed."""
    name: str
    """What the owner reads: holds no password."""
    sentences: Sentences
    container: str | None = None
    """FFmpeg's demuxer; None: found out."""
    options: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float | None = None
    """For opening and for each packet; None: files, which do not stall."""
    sound: bool = False
    """Whether the first sound track is read as well."""


class VideoInput:
    """The first video track of an opened address, and its sound. Used by one thread; close it in any case."""

    def __init__(self, address: Address) -> None:
        """Opens at once, at most `timeout_s` long. Raises SourceLost or SourceRefused."""
        self._address = address
        self._container = self._open()
        try:
            self._stream = self._video_stream()
            self._decoder = self._own_decoder() or _one_thread(self._stream.codec_context)
            sound = self._sound_stream() if address.sound else None
        except BaseException:
            self._container.close()
            raise
        self._index = self._stream.index
        streams = [self._stream] if sound is None else [self._stream, sound]
        self._demuxed: Iterator[av.Packet[Stream]] = self._container.demux(*streams)
        self._broken = 0
        self._sounds: deque[SoundPacket] = deque(maxlen=_MOST_SOUNDS)
        self.sound_track = None if sound is None else _sound_track(sound)
        self.codec = self._decoder.codec.canonical_name
        self.fps = float(self._stream.average_rate or self._stream.guessed_rate or 15)
        self.track = Track(
            self.codec,
            self._stream.time_base or Fraction(1, 1_000_000),
            self._decoder.width,
            self._decoder.height,
            self._decoder.extradata or b"",
        )

    @property
    def passes_through(self) -> bool:
        """Whether its packets can go into a clip as they are."""
        carries_pts = not _WITHOUT_PTS.intersection(self._container.format.name.split(","))
        return self.codec in ("h264", "hevc") and carries_pts

    def packets(self) -> Iterator[av.Packet[VideoStream]]:
        """Encoded pictures until the end of the file. Raises SourceLost after `timeout_s` without one.

        What is heard meanwhile waits in `sounds`.
        """
        while (packet := self.next_packet()) is not None:
            if packet.size:
                yield packet

    def sounds(self) -> Iterator[SoundPacket]:
        """The sound that came since it was last asked for."""
        while self._sounds:
            yield self._sounds.popleft()

    def decode(self, packet: av.Packet[VideoStream] | None) -> list[av.VideoFrame]:
        """The pictures that a packet completes, or with None those still held back at the end of a file.

        A broken packet costs its picture and is counted; SourceLost when nothing can be decoded for long.
        """
        try:
            pictures = self._decoder.decode(packet)
        except av.FFmpegError as exc:
            self._broken += 1
            log.debug("%s: a packet could not be decoded: %s", self._address.name, exc.strerror)
            if self._broken > MOST_BROKEN:
                raise SourceLost(f"The pictures of {self._address.name} cannot be decoded.") from bare(exc)
            return []
        if pictures:
            self._broken = 0
        return [picture for picture in pictures if self._fits(picture)]

    def flush(self) -> None:
        """Makes the decoder forget all it had: what comes next begins with a key frame."""
        self._decoder.flush_buffers()

    def renew(self) -> None:
        """The same, and gives back the room for pictures that the decoder had at once and will not have again soon."""
        decoder = None if self._decoder.has_b_frames else self._own_decoder()
        if decoder is None:
            self.flush()
        else:
            self._decoder = decoder

    def close(self) -> None:
        """Lets the device or connection go; safe to call twice."""
        self._demuxed = iter(())  # it holds the last packet, which may lie in the device's own memory
        self._container.close()

    def _open(self) -> InputContainer:
        address = self._address
        try:
            return av.open(
                address.url,
                "r",
                format=address.container,
                container_options=dict(address.options),  # `options` would force its size on the decoder as well
                timeout=address.timeout_s,
            )
        except av.FFmpegError as exc:
            failure, cause = self._translated(exc), bare(exc)
        raise failure from cause  # outside the handler: FFmpeg's own error holds the address with its password

    def _video_stream(self) -> VideoStream:
        if not self._container.streams.video:
            raise SourceRefused(f"There is no video in {self._address.name}.")
        stream = self._container.streams.video[0]
        if stream.codec_context is None:
            raise SourceRefused(f"The video of {self._address.name} is of a kind that FFmpeg cannot decode.")
        if not stream.codec_context.width:
            raise SourceLost(f"{self._address.name} has sent no whole picture yet.")
        return stream

    def _own_decoder(self) -> av.VideoCodecContext | None:
        """One that can be replaced, which the stream's own cannot. None: the order of pictures or the set-up must be
        learnt from the stream, and a new one would have to learn it again."""
        known = self._stream.codec_context
        codec = known.codec.canonical_name
        if codec not in _RENEWABLE or not known.extradata or known.has_b_frames:
            return None
        decoder = av.CodecContext.create(codec, "r")
        if not isinstance(decoder, av.VideoCodecContext):
            return None
        decoder.extradata = known.extradata
        decoder.width, decoder.height = known.width, known.height
        decoder.colorspace, decoder.color_range = known.colorspace, known.color_range
        return _one_thread(decoder)

    def _sound_stream(self) -> AudioStream | None:
        """The first sound track that FFmpeg can decode."""
        for stream in self._container.streams.audio:
            if stream.codec_context is not None and stream.codec_context.sample_rate > 0:
                return stream
        return None

    def next_packet(self) -> av.Packet[VideoStream] | None:
        """The next picture's packet, or None at the end. Raises SourceLost or SourceRefused."""
        begun_s: float | None = None
        while (packet := self._demux()) is not None:
            if packet.stream_index == self._index:
                return cast("av.Packet[VideoStream]", packet)
            begun_s = begun_s or time.monotonic()
            if packet.size:
                self._sounds.append(cast("SoundPacket", packet))
            if self._address.timeout_s and time.monotonic() - begun_s > self._address.timeout_s:
                raise SourceLost(f"{self._address.name} has sent sound but no picture for {SILENCE_S:.0f} seconds.")
        return None

    def _demux(self) -> av.Packet[Stream] | None:
        try:
            return next(self._demuxed, None)
        except av.EOFError:
            return None
        except av.FFmpegError as exc:
            failure, cause = self._translated(exc), bare(exc)
        raise failure from cause

    def _fits(self, picture: av.VideoFrame) -> bool:
        """Checks that the picture has the announced size, since a clip cannot change it midway."""
        if (picture.width, picture.height) == (self.track.width, self.track.height) or not self._address.timeout_s:
            return True
        raise SourceLost(f"{self._address.name} changed its picture size; it is being opened again.")

    def _translated(self, exc: av.FFmpegError) -> SourceError:
        for kind, (error, sentence) in self._address.sentences.items():
            if isinstance(exc, kind):
                return error(sentence.format(name=self._address.name))
        return SourceLost(f"{self._address.name} cannot be read: {exc.strerror}.")


def _one_thread(decoder: av.VideoCodecContext) -> av.VideoCodecContext:
    decoder.thread_count, decoder.thread_type = 1, ThreadType.NONE
    return decoder


def _sound_track(stream: AudioStream) -> Track:
    context = stream.codec_context
    return Track(
        context.codec.canonical_name,
        stream.time_base or Fraction(1, context.sample_rate),
        extradata=context.extradata or b"",
        sample_rate=context.sample_rate,
        channels=context.channels,
    )


def bare(exc: av.FFmpegError) -> av.FFmpegError:
    """The error without its address, which may hold a password."""
    return type(exc)(exc.errno or 0, exc.strerror or "unknown error")
