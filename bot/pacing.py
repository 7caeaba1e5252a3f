"""When the next message may go to a chat: about one a second with a small burst, the most urgent first; what can wait
leaves some of the burst to what cannot."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum


class Rank(IntEnum):
    """Who goes first when several wait for the same chat."""

    ALERT = 0
    ANSWER = 1
    CLIP = 2
    CAPTION = 3


_LEFT = {Rank.ALERT: 0, Rank.ANSWER: 0, Rank.CLIP: 1, Rank.CAPTION: 2}
"""So much of a burst is left to those who cannot wait: else the edits of busy cameras use all of it, and somebody who
asks waits for seconds."""


class Bucket:
    """Lets `burst` through at once, then one every `every_s`. Pure: takes `now_s`.

    The generic cell rate algorithm (ITU-T I.371): one number, the theoretical arrival time of the next message.
    """

    def __init__(self, every_s: float, burst: int) -> None:
        self._every_s = every_s
        self._burst = burst
        self._due_s = float("-inf")

    def wait_s(self, now_s: float, left: int = 0) -> float:
        """Seconds until the next one may pass and leave so many of the burst to others; 0 or less: now."""
        slack_s = max(0, self._burst - 1 - left) * self._every_s
        return self._due_s - slack_s - now_s

    def take(self, now_s: float) -> None:
        """One passes."""
        self._due_s = max(self._due_s, now_s) + self._every_s


@dataclass
class _Line:
    bucket: Bucket
    places: list[tuple[int, int]] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)


class Pacer:
    """One line of waiting messages per chat, and one hold for all of them. Loop only."""

    def __init__(self, every_s: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._burst = burst
        self._clock = clock
        self._lines: dict[int, _Line] = {}
        self._serial = itertools.count()
        self._held_until_s = float("-inf")

    def hold(self, seconds: float) -> None:
        """Nothing goes out to anybody for so long (Telegram's retry_after)."""
        self._held_until_s = max(self._held_until_s, self._clock() + seconds)

    @property
    def held_s(self) -> float:
        """Seconds that the hold still lasts; 0: none."""
        return max(0.0, self._held_until_s - self._clock())

    async def turn(self, chat_id: int, rank: Rank) -> None:
        """Returns when a message of this rank may go to this chat."""
        line = self._lines.setdefault(chat_id, _Line(Bucket(self._every_s, self._burst)))
        place = (int(rank), next(self._serial))
        heapq.heappush(line.places, place)
        try:
            while not self._may_pass(line, place):
                await self._wait(line, place)
        finally:
            line.places.remove(place)
            heapq.heapify(line.places)
            line.moved.set()

    def _may_pass(self, line: _Line, place: tuple[int, int]) -> bool:
        now_s = self._clock()
        if line.places[0] != place or self._wait_s(line, place, now_s) > 0:
            return False
        line.bucket.take(now_s)
        return True

    def _wait_s(self, line: _Line, place: tuple[int, int], now_s: float) -> float:
        return max(line.bucket.wait_s(now_s, _LEFT[Rank(place[0])]), self._held_until_s - now_s)

    async def _wait(self, line: _Line, place: tuple[int, int]) -> None:
        """Until something moves; the first in line also wakes by itself when its time has come."""
        first = line.places[0] == place
        line.moved.clear()
        try:
            async with asyncio.timeout(max(0.001, self._wait_s(line, place, self._clock())) if first else None):
                await line.moved.wait()
        except TimeoutError:
            return
