"""Makes of a camera's packets what a clip can hold: H.264 of JPEG pictures, AAC of other sound."""

from __future__ import annotations

import logging
from fractions import Fraction

import av

from camera.encoder import TIME_BASE, Encoder
from camera.errors import RecordingError, SourceError
from camera.mask import Mask
from camera.model import Packet, Track
from camera.sound import SoundEncoder

log = logging.getLogger(__name__)

FPS = 15
"""What the encoder is told; it only guides its bit rate."""

_ADTS_SYNC = b"\xff"
"""No raw AAC packet begins so (it would be an end mark); one that does has a header that MP4 cannot hold."""


class Developer:
    """Packets in, packets that an MP4 holds out; used by one thread for one event.

    H.264, HEVC and AAC pass as they are. Sound that cannot be read is left out: it never costs a picture.
    """

    def __init__(self, camera: str, mask: Mask | None = None) -> None:
        """`mask` is black in pictures that are encoded here."""
        self._camera = camera
        self._mask = mask
        self._pictures: _Pictures | None = None
        self._sound: tuple[Track, SoundEncoder | None] | None = None

    def develop(self, packet: Packet) -> list[Packet]:
        """What becomes of the packet, none to a few. Raises RecordingError when pictures cannot be encoded."""
        if packet.track.is_sound:
            return self._heard(packet)
        if packet.track.codec != "mjpeg":
            return [packet]
        if self._pictures is None or self._pictures.source != packet.track:
            self._pictures = _Pictures(packet.track, self._mask)
        return self._pictures.develop(packet)

    def finish(self) -> list[Packet]:
        """The sound that was still in the encoder."""
        encoder = self._sound[1] if self._sound else None
        try:
            return encoder.finish() if encoder else []
        except av.FFmpegError as exc:
            log.debug("camera %s: the last sound is lost: %s", self._camera, exc.strerror)
            return []

    def _heard(self, packet: Packet) -> list[Packet]:
        track = packet.track
        if track.codec == "aac" and track.extradata and track.channels in (1, 2):
            return [] if packet.data.startswith(_ADTS_SYNC) else [packet]
        if self._sound is None or self._sound[0] != track:
            self._sound = track, self._encoder(track)
        encoder = self._sound[1]
        try:
            return encoder.encode(packet) if encoder else []
        except av.FFmpegError as exc:
            log.debug("camera %s: a stretch of sound is damaged: %s", self._camera, exc.strerror)
            return []

    def _encoder(self, track: Track) -> SoundEncoder | None:
        try:
            return SoundEncoder(track)
        except (av.FFmpegError, ValueError, TypeError):
            log.warning("camera %s: its sound (%s) cannot be read; clips are silent.", self._camera, track.codec)
            return None


class _Pictures:
    """JPEG to H.264, one packet of each; damaged pictures are left out."""

    def __init__(self, source: Track, mask: Mask | None) -> None:
        self.source = source
        decoder = av.CodecContext.create("mjpeg", "r")
        if not isinstance(decoder, av.VideoCodecContext):
            raise RecordingError("This build of FFmpeg cannot read JPEG.")
        decoder.thread_count = 1
        self._decoder = decoder
        self._last_pts = -1
        try:
            self._encoder = Encoder(source.width, source.height, FPS, mask=mask)
        except SourceError as exc:
            raise RecordingError(str(exc)) from exc

    def develop(self, packet: Packet) -> list[Packet]:
        pts = max(self._last_pts + 1, round(packet.pts * self.source.time_base / TIME_BASE))
        encoded = av.Packet(packet.data)
        encoded.pts, encoded.time_base = pts, Fraction(TIME_BASE)
        try:
            pictures = self._decoder.decode(encoded)
        except av.FFmpegError as exc:
            log.debug("a JPEG picture is damaged: %s", exc.strerror)
            return []
        self._last_pts = pts
        try:
            return [made for picture in pictures[:1] for made in self._encoder.encode(picture, pts, packet.mono_s)]
        except SourceError as exc:
            raise RecordingError(str(exc)) from exc
