"""When the owner is told that a camera is blind, and that it sees again: once each, however it comes and goes. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

BLIND_FOR_S = 60.0
"""A camera is called blind after this long: a router that restarts is not worth a message."""
SEES_FOR_S = 60.0
"""After this long without trouble it is told that it sees again."""
STILL_FOR_S = 300.0
"""Still blind after this long: quiet hours are no reason any more to say it without a sound."""
OFTEN_S, OFTEN_WITHIN_S = 300.0, 1800.0
"""A camera that comes and goes is called blind when it was so for five of the last thirty minutes."""
SEES_AFTER_OFTEN_S = 600.0
"""The same after it came and went: it has to prove itself longer."""
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Blind:
    """It delivers nothing to be seen."""

    since_mono_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class StillBlind:
    """It was told to be blind, and is."""

    since_mono_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class Unsteady:
    """It comes and goes."""

    blind_s: float
    within_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class SeesAgain:
    """What was told is over."""

    from_mono_s: float
    to_mono_s: float
    blind_s: float
    """In all; less than the span when it saw in between."""


Word = Blind | StillBlind | Unsteady | SeesAgain


@dataclass(frozen=True, slots=True)
class _Span:
    from_s: float
    to_s: float


class Blindness:
    """One camera. `blind`, `sees`, `forget` follow it; `due` says what is to be told by now, `next_s` when to ask."""

    def __init__(self, blind_for_s: float = BLIND_FOR_S, sees_for_s: float = SEES_FOR_S) -> None:
        self._blind_for_s = blind_for_s
        self._sees_for_s = sees_for_s
        self._spans: deque[_Span] = deque(maxlen=MOST_REMEMBERED)
        self._blind_since_s: float | None = None
        self._sees_since_s: float | None = None
        self._reason = ""
        self._told_since_s: float | None = None
        self._told_often = False
        self._told_still = False

    def blind(self, since_s: float, reason: str) -> None:
        """It does not see; a later reason takes the place of the one before."""
        self._reason = reason
        if self._blind_since_s is None:
            self._blind_since_s, self._sees_since_s = since_s, None
            self._told_still = False

    def sees(self, since_s: float) -> None:
        if self._blind_since_s is not None:
            self._spans.append(_Span(self._blind_since_s, max(since_s, self._blind_since_s)))
            self._blind_since_s = None
            self._sees_since_s = since_s

    def forget(self) -> None:
        """It was disarmed: nobody wants to know any more."""
        self._spans.clear()
        self._blind_since_s = self._sees_since_s = self._told_since_s = None
        self._told_often = False

    def due(self, now_s: float) -> Word | None:
        """What is to be told now; each is given out once."""
        if self._told_since_s is not None:
            return self._still(now_s) or self._good_news(self._told_since_s, now_s)
        if self._blind_since_s is not None and now_s - self._blind_since_s >= self._blind_for_s:
            self._told_since_s = self._blind_since_s
            return Blind(self._blind_since_s, self._reason)
        blind_s = self._blind_s(now_s - OFTEN_WITHIN_S, now_s)
        if blind_s >= OFTEN_S:
            self._told_since_s, self._told_often = now_s - OFTEN_WITHIN_S, True
            return Unsteady(blind_s, OFTEN_WITHIN_S, self._reason)
        return None

    def next_s(self, now_s: float) -> float | None:
        """When `due` may have something to say if nothing changes before; None: never."""
        if self._told_since_s is not None:
            if self._blind_since_s is not None:
                return None if self._told_still else self._blind_since_s + STILL_FOR_S
            return None if self._sees_since_s is None else self._sees_since_s + self._patience_s
        if self._blind_since_s is None:
            return None
        missing_s = max(0.0, OFTEN_S - self._blind_s(now_s - OFTEN_WITHIN_S, now_s))
        return min(self._blind_since_s + self._blind_for_s, now_s + missing_s)

    @property
    def _patience_s(self) -> float:
        return max(self._sees_for_s, SEES_AFTER_OFTEN_S) if self._told_often else self._sees_for_s

    def _still(self, now_s: float) -> StillBlind | None:
        if self._told_still or self._blind_since_s is None or now_s - self._blind_since_s < STILL_FOR_S:
            return None
        self._told_still = True
        return StillBlind(self._blind_since_s, self._reason)

    def _good_news(self, told_since_s: float, now_s: float) -> SeesAgain | None:
        if self._sees_since_s is None or now_s - self._sees_since_s < self._patience_s:
            return None
        word = SeesAgain(told_since_s, self._sees_since_s, self._blind_s(told_since_s, now_s))
        self.forget()
        return word

    def _blind_s(self, from_s: float, now_s: float) -> float:
        spans = [*self._spans, *([_Span(self._blind_since_s, now_s)] if self._blind_since_s is not None else [])]
        return sum(max(0.0, span.to_s - max(span.from_s, from_s)) for span in spans)
