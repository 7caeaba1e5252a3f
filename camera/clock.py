"""The two clocks of a camera: one that orders events, one that people read."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as the camera room needs it; tests bring their own."""

    def mono_s(self) -> float:
        """CLOCK_MONOTONIC seconds, the clock of every packet and gray frame."""

    def wall_utc(self) -> datetime:
        """Aware UTC time of day; may jump when the machine learns the time after boot."""


class SystemClock:
    """The machine's own clocks."""

    def mono_s(self) -> float:
        return time.monotonic()

    def wall_utc(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Ties both clocks together once per event, so that a jump of the wall clock cannot tear an event apart."""

    mono_s: float
    wall_utc: datetime

    @classmethod
    def now(cls, clock: Clock) -> Anchor:
        return cls(clock.mono_s(), clock.wall_utc())

    def wall(self, mono_s: float) -> datetime:
        """Time of day of a monotonic moment."""
        return self.wall_utc + timedelta(seconds=mono_s - self.mono_s)
