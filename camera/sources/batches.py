"""Packets of a stream in which nothing stirs, taken some at a time.

A thread that wakes up for one packet finds its code and data gone from the processor's caches: what is done with a
packet then takes four times as long as with the next one of several. So only the size of a quiet packet is looked at
when it comes.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from camera.sources.libav import SoundPacket
from camera.sources.whole import VideoPacket

TOGETHER_S = 0.5
"""For so long at most a packet waits for others; whoever disarms a camera waits as long."""
MOST_TOGETHER = 15
"""Also of a stream whose rate is not what it says."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One packet, and what was heard since the one before."""

    data: bytes
    pts: int
    dts: int | None
    duration: int | None
    is_keyframe: bool
    mono_s: float
    """When it came."""
    sounds: tuple[SoundPacket, ...]


class Gathered:
    """All packets in their order as an iterator; it takes some of them at a time, if `may_wait` says of each one's size
    but the last one's that it can. Nothing else is done with one that waits.

    Those that wait when `packets` fails are gone with it.
    """

    def __init__(
        self,
        packets: Iterable[VideoPacket],
        fps: float,
        may_wait: Callable[[int], bool],
        sounds: Callable[[], Iterable[SoundPacket]] = tuple,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._packets, self._may_wait, self._sounds, self._clock = iter(packets), may_wait, sounds, clock
        self._most = max(1, min(int(fps * TOGETHER_S), MOST_TOGETHER))
        self._waiting: deque[tuple[VideoPacket, float, tuple[SoundPacket, ...]]] = deque()
        self.mono_s = 0.0
        """When the last packet that was handed out came."""
        self._heard: tuple[SoundPacket, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the next packet must be waited for."""
        return not self._waiting

    def heard(self) -> tuple[SoundPacket, ...]:
        """The sound that came before what was handed out and has not been asked for."""
        heard, self._heard = self._heard, ()
        return heard

    def __iter__(self) -> Iterator[VideoPacket]:
        while self._waiting or self._gather():
            packet, self.mono_s, sounds = self._waiting.popleft()
            self._heard += sounds
            yield packet

    def _gather(self) -> bool:
        """False at the end."""
        waiting, may_wait, clock, sounds = self._waiting, self._may_wait, self._clock, self._sounds
        for packet in self._packets:
            now_s = clock()
            waiting.append((packet, now_s, tuple(sounds())))
            if packet.is_keyframe or packet.pts is None or len(waiting) >= self._most:
                return True
            if now_s - waiting[0][1] >= TOGETHER_S or not may_wait(packet.size):
                return True
        return bool(waiting)


def together(gathered: Gathered, packets: Iterable[VideoPacket]) -> Iterator[list[Arrived]]:
    """Those that came together, from the first key frame on. `packets` are made of those gathered, one by one or with
    one that is held back."""
    batch: list[Arrived] = []
    begun = False
    for packet in packets:
        is_key, pts = packet.is_keyframe, packet.pts
        if pts is not None and not packet.is_discard and (begun or is_key):  # before it nothing can be decoded
            begun = True
            heard = gathered.heard()
            batch.append(Arrived(bytes(packet), pts, packet.dts, packet.duration, is_key, gathered.mono_s, heard))
        if batch and gathered.is_empty:
            yield batch
            batch = []
    if batch:
        yield batch
