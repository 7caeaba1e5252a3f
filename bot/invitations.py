"""How somebody becomes a guest: by `/start <code>` of a one-time link, in a private chat; wrong codes get silence."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MOST_WRONG = 10
WITHIN_S = 3600.0


class Tries:
    """Wrong codes of all strangers together within the last hour: beyond the bound no code is looked at. Pure but for
    its clock; a code has 50 bits, so ten tries an hour are hopeless."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong_s: deque[float] = deque(maxlen=MOST_WRONG)

    def left(self) -> bool:
        """Another code may be looked at."""
        while self._wrong_s and self._clock() - self._wrong_s[0] > WITHIN_S:
            self._wrong_s.popleft()
        return len(self._wrong_s) < MOST_WRONG

    def wrong(self) -> None:
        """One was not right."""
        self._wrong_s.append(self._clock())
