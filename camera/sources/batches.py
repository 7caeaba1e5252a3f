"""Packets of a stream in which nothing stirs, taken some at a time.

A thread that wakes up for one packet finds its code and data gone from the processor's caches: what is done with a
packet then takes four times as long as with the next one of several. So only the size of a quiet packet is looked at
when it comes.
"""

from __future__ import annotations

import time
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


def together(
    packets: Iterable[VideoPacket],
    fps: float,
    may_wait: Callable[[int], bool],
    sounds: Callable[[], Iterable[SoundPacket]] = tuple,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[list[Arrived]]:
    """All packets in their order, from the first key frame on; some of them together, if `may_wait` says of each one's
    size but the last one's that it can.

    Those that wait when `packets` fails are gone with it.
    """
    most = max(1, min(int(fps * TOGETHER_S), MOST_TOGETHER))
    waiting: list[Arrived] = []
    begun = False
    for packet in packets:
        is_key, pts = packet.is_keyframe, packet.pts
        if pts is None or packet.is_discard or not (begun or is_key):
            continue  # before a key frame nothing can be decoded
        begun = True
        data = bytes(packet)
        one = Arrived(data, pts, packet.dts, packet.duration, is_key, clock(), tuple(sounds()))
        waiting.append(one)
        if is_key or len(waiting) >= most or one.mono_s - waiting[0].mono_s >= TOGETHER_S or not may_wait(len(data)):
            yield waiting
            waiting = []
    if waiting:
        yield waiting
