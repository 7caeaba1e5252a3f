"""Puts the sound of a video on the line of time of its pictures."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from camera.model import Packet, Track
from camera.sources.libav import SoundPacket
from camera.sources.timing import Timekeeper, Timeline

log = logging.getLogger(__name__)

FARTHEST_S = 5.0
"""Sound that is further from its picture has another clock, as in an RTSP camera's first second; it is left out."""


class Hearing:
    """Sound never holds a picture back: what does not fit is dropped and counted."""

    def __init__(self, keeper: Timekeeper) -> None:
        self._keeper = keeper
        self._last_s = float("-inf")
        self._mono_s = float("-inf")
        self.dropped_packets = 0

    def placed(
        self, sounds: Iterable[SoundPacket], track: Track, timeline: Timeline, video_s: float
    ) -> Iterator[Packet]:
        """The sounds as packets, their pts rising; `video_s` is the stream time of the newest picture."""
        for sound in sounds:
            if sound.pts is None:
                continue
            pts = timeline.follow(sound.pts, track.time_base)
            media_s = float(pts * track.time_base)
            if media_s <= self._last_s or abs(media_s - video_s) > FARTHEST_S:
                self._drop()
                continue
            self._last_s = media_s
            self._mono_s = max(self._mono_s, self._keeper.mono_s(media_s))
            yield Packet(bytes(sound), pts, pts, False, self._mono_s, track)

    def _drop(self) -> None:
        self.dropped_packets += 1
        if self.dropped_packets in (1, 1000):  # once at the beginning is usual, a thousand times is not
            log.info("%d stretches of sound did not fit to the pictures and were left out", self.dropped_packets)
