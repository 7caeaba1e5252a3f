"""A camera over HTTP: a stream of JPEGs (`multipart/x-mixed-replace`), or an address that answers with one picture."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av.video.stream import VideoStream

from camera.config import CameraConfig
from camera.errors import SourceLost
from camera.model import Track
from camera.sources.feed import Feed, Item, StreamSource
from camera.sources.http_camera import HttpCamera
from camera.sources.libav import bare
from camera.sources.timing import Arrival

log = logging.getLogger(__name__)

MOST_STILLS_FPS = 2.0
"""How often an address with one picture is asked: each is a request, and a small camera takes a new picture for it."""

_STREAM_FPS = 15.0
"""What a stream is taken for, since nobody says its rate; it only guides the encoder's bit rate."""

_TIME_BASE = Fraction(1, 1_000_000)

_MOST_BROKEN = 250
"""Pictures in a row that may fail to decode before the camera counts as lost."""


def open_http(config: CameraConfig) -> StreamSource:
    """Connects, and waits for the first picture; what answers is found out by its Content-Type.

    Raises SourceLost, or SourceRefused for a wrong address or password.
    """
    camera = HttpCamera(config.source, min(MOST_STILLS_FPS, config.fps))
    try:
        pictures = _Pictures(camera)
    except BaseException:
        camera.close()
        raise
    feed = Feed(Arrival(), most_fps=config.fps, mask=config.mask)
    return StreamSource(_items(feed, pictures, camera.name), camera.close)


def _items(feed: Feed, pictures: _Pictures, name: str) -> Iterator[Item]:
    yield from feed.run(pictures)
    raise SourceLost(f"{name} has ended the stream.")


class _Pictures:
    """A Video whose packets are JPEGs, timed by their arrival since nothing in them says when they were taken."""

    codec = "mjpeg"
    passes_through = False

    def __init__(self, camera: HttpCamera) -> None:
        """Waits for the first picture that can be decoded. Raises SourceLost."""
        self._name = camera.name
        self._arriving = camera.pictures()
        self._broken = 0
        self._decoder = av.CodecContext.create("mjpeg", "r")
        self._decoder.thread_count = 1
        self.fps = MOST_STILLS_FPS if camera.sends_stills else _STREAM_FPS
        self._first, picture = self._first_picture()
        self.track = Track(self.codec, _TIME_BASE, picture.width, picture.height)

    def packets(self) -> Iterator[av.Packet[VideoStream]]:
        yield self._first
        for jpeg, mono_s in self._arriving:
            yield self._packet(jpeg, mono_s)

    def decode(self, packet: av.Packet[VideoStream] | None) -> list[av.VideoFrame]:
        if packet is None:
            return []
        pictures = self._decoded(packet)
        if any((picture.width, picture.height) != (self.track.width, self.track.height) for picture in pictures):
            raise SourceLost(f"{self._name} changed its picture size; it is being opened again.")
        return pictures

    def flush(self) -> None:
        """Each picture stands alone."""

    def renew(self) -> None:
        """The same."""

    def _first_picture(self) -> tuple[av.Packet[VideoStream], av.VideoFrame]:
        for jpeg, mono_s in self._arriving:
            packet = self._packet(jpeg, mono_s)
            for picture in self._decoded(packet):
                return packet, picture
        raise SourceLost(f"{self._name} has ended the stream before its first picture.")

    def _decoded(self, packet: av.Packet[VideoStream]) -> list[av.VideoFrame]:
        try:
            pictures = self._decoder.decode(packet)
        except av.FFmpegError as exc:
            self._broken += 1
            log.debug("%s: a picture could not be decoded: %s", self._name, exc.strerror)
            if self._broken > _MOST_BROKEN:
                raise SourceLost(f"The pictures of {self._name} cannot be decoded.") from bare(exc)
            return []
        self._broken = 0
        return pictures

    @staticmethod
    def _packet(jpeg: bytes, mono_s: float) -> av.Packet[VideoStream]:
        packet: av.Packet[Any] = av.Packet(jpeg)
        packet.pts = packet.dts = round(mono_s / _TIME_BASE)
        packet.time_base = _TIME_BASE
        packet.is_keyframe = True
        return packet
