"""Puts picture and sound of one camera in the order of their times, though one may come somewhat later."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from fractions import Fraction

from camera.model import Packet

PATIENCE_S = 1
"""How long a picture waits for the sound before it, in stream time; then it goes without."""

MOST_SOUNDS = 1000
"""Stretches of sound that wait for a picture, 20 s at 20 ms each; then the oldest goes."""


class Interleaver:
    """Packets in as they come, out by their times; used by one thread. Pictures keep their order and are never lost."""

    def __init__(self, *, waits: bool) -> None:
        """`waits=False`: there is no sound to wait for."""
        self._waits = waits
        self._video: deque[Packet] = deque()
        self._sound: deque[Packet] = deque(maxlen=MOST_SOUNDS)

    def put(self, packet: Packet) -> Iterator[Packet]:
        """Takes a packet and gives out those whose turn has come."""
        (self._sound if packet.track.is_sound else self._video).append(packet)
        while self._video:
            picture = self._video[0]
            if self._sound and _time(self._sound[0]) < _time(picture):
                yield self._sound.popleft()
            elif self._sound or not self._waits or _time(self._video[-1]) - _time(picture) >= PATIENCE_S:
                yield self._video.popleft()
            else:
                return

    def finish(self) -> list[Packet]:
        """Everything that still waits."""
        rest: list[Packet] = []
        while self._video:
            sound_first = self._sound and _time(self._sound[0]) < _time(self._video[0])
            rest.append((self._sound if sound_first else self._video).popleft())
        rest += self._sound
        self._sound.clear()
        return rest


def _time(packet: Packet) -> Fraction:
    """Seconds in stream time: a clip begins with a key frame's pts, so all sound before that comes before it."""
    return (packet.pts if packet.is_keyframe else packet.dts) * packet.track.time_base
