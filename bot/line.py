"""Whether it is worth trying to reach Telegram now: one wait for all letters, so that an outage costs one try a minute
however many of them wait."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from bot import backoff

FAILURES_IN_A_ROW = 3
"""Of whatever kind and letter; a single letter that is refused again and again holds up no other."""


class Line:
    """Loop only; reads no clock but the one it was given."""

    def __init__(
        self,
        first_s: float,
        longest_s: float,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._clock = clock
        self._jitter = jitter
        self._failures = 0
        self._until_s = float("-inf")
        self._away = False

    @property
    def wait_s(self) -> float:
        """Seconds until the next letter may be tried; 0: now."""
        return max(0.0, self._until_s - self._clock())

    def worked(self) -> None:
        """Telegram took something."""
        self._failures = 0
        self._until_s = float("-inf")

    def failed(self, *, away: bool) -> None:
        """`away`: Telegram was not reached at all, so no other letter would fare better."""
        self._failures += 1
        self._away = away
        if away or self._failures >= FAILURES_IN_A_ROW:
            delay_s = backoff.delay_s(self._failures - 1, self._first_s, self._longest_s, self._jitter())
            self._until_s = self._clock() + delay_s

    def heard(self) -> bool:
        """Telegram answered something else: what waited for it may go now. True: something did wait."""
        waited = self._away and self.wait_s > 0
        if waited:
            self.worked()
        return waited
