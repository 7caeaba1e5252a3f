"""The two clocks of a camera: one that orders events, one that people read."""

from __future__ import annotations

import time
from datetime import UTC, datetime
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
