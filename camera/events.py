"""Turns verdicts on single frames into events; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from camera.motion import Motion

Frame = TypeVar("Frame")
"""Whatever the caller wants to remember of a frame; the machine only hands it back."""

LAPSE_S = 0.5
"""Unconfirmed motion is forgotten after this long without a moved frame."""

SUSPICION_S = 0.6
"""A suspicion that is neither confirmed nor forgotten for this long (or twice the least motion) begins anew: flickering
before a visit must not delay the alert."""

TOLERANCE_S = 0.005
"""Frame times jitter; three frames at 15 per second are 0.2 s for this purpose."""


@dataclass(frozen=True, slots=True)
class Start(Generic[Frame]):
    """Motion was confirmed."""

    first_s: float
    """Time of the first moved frame."""
    confirmed_s: float
    best: Frame
    """The frame with the most motion so far."""


@dataclass(frozen=True, slots=True)
class End:
    """The event is over."""

    first_s: float
    last_s: float
    """Time of the last moved frame."""


class EventMachine(Generic[Frame]):
    """Waiting -> suspecting -> in an event -> waiting.

    A suspicion becomes an event when moved frames span `least_motion_s`, there are at least two of them, and they are
    at least half of all frames since the first: a flash or a drop of noise does neither. An event ends `gap_s` after
    its last moved frame; a shorter pause joins what is on both sides, and what only stirs where something moved before
    prolongs it, but begins none. Times are seconds of the caller's clock; a time that runs backwards counts as standing
    still.
    """

    def __init__(self, least_motion_s: float, gap_s: float) -> None:
        self._least_motion_s = least_motion_s
        self._gap_s = gap_s
        self._suspicion_s = max(SUSPICION_S, 2 * least_motion_s)
        self._now_s = float("-inf")
        self._first_s = 0.0
        self._ended_s = float("-inf")
        self._last_s = 0.0
        self._moved = 0
        self._frames = 0
        self._best: tuple[float, Frame] | None = None
        self._in_event = False

    @property
    def in_event(self) -> bool:
        return self._in_event

    @property
    def last_motion_s(self) -> float:
        """Time of the last moved frame of the event in progress."""
        return self._last_s

    def step(self, motion: Motion, t_s: float, frame: Frame) -> list[Start[Frame] | End]:
        """Takes the verdict on one frame; returns what it starts or ends, in order (mostly nothing)."""
        self._now_s = max(self._now_s, t_s)
        ended: list[Start[Frame] | End] = []
        if self._in_event and self._now_s - self._last_s >= self._gap_s:
            ended.append(self._close())
        if self._in_event:
            if motion.moved:
                self._last_s = self._now_s
            elif motion.stirred_s is not None:
                self._last_s = max(self._last_s, min(motion.stirred_s, self._now_s))
            return ended
        start = self._suspect(motion, frame)
        return [*ended, start] if start else ended

    def finish(self) -> End | None:
        """No more frames will come: ends the event in progress, forgets a suspicion."""
        self._best = None
        return self._close() if self._in_event else None

    def _suspect(self, motion: Motion, frame: Frame) -> Start[Frame] | None:
        if not motion.moved:
            self._frames += 1
            if self._now_s - self._last_s > LAPSE_S:
                self._best = None
            return None
        if self._best is None:
            self._best = self._begin(motion, frame)
        else:
            self._frames += 1
            self._moved += 1
            self._last_s = self._now_s
            self._first_s = min(self._first_s, self._since_s(motion))
            if motion.score > self._best[0]:
                self._best = (motion.score, frame)
        if self._is_confirmed():
            start = Start(self._first_s, self._last_s, self._best[1])
            self._in_event, self._best = True, None
            return start
        if self._last_s - self._first_s > self._suspicion_s:
            self._best = self._begin(motion, frame)
        return None

    def _begin(self, motion: Motion, frame: Frame) -> tuple[float, Frame]:
        self._first_s, self._last_s = self._since_s(motion), self._now_s
        self._moved = self._frames = 1
        return motion.score, frame

    def _since_s(self, motion: Motion) -> float:
        """When what moves was first seen; a thing may have been followed before it was believed."""
        since_s = self._now_s if motion.since_s is None else min(motion.since_s, self._now_s)
        return max(since_s, self._ended_s)

    def _is_confirmed(self) -> bool:
        if self._last_s <= self._first_s:
            return False  # one frame is none
        long_enough = self._last_s - self._first_s >= self._least_motion_s - TOLERANCE_S
        return long_enough and 2 * self._moved >= self._frames

    def _close(self) -> End:
        self._in_event = False
        self._ended_s = self._last_s
        return End(self._first_s, self._last_s)
