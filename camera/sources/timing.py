"""From the time stamps of a stream to strictly rising pts and to monotonic seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

LONGEST_DRIFT_S = 1.0
"""How far a stream's clock may run from ours before it is set anew."""


@dataclass(slots=True)
class Timeline:
    """Puts the pts and dts of a stream on one strictly rising line, whatever the camera's clock or a file's joint does.

    Pure. All numbers are in units of `time_base`.
    """

    time_base: Fraction
    longest_gap_s: float = 10.0
    """A jump above this, or one backwards by more than a second, is a clock that was reset: the line goes on."""
    step: int = 1
    """Usual distance of two packets, put between what stood before and after a jump or a joint."""
    _shift: int = 0
    _last_dts: int | None = None
    _end: int = 0

    def place(
        self, pts: int | None, dts: int | None, duration: int | None = None, elapsed_s: float | None = None
    ) -> tuple[int, int]:
        """Where a packet goes, (pts, dts) with pts at or after dts and dts above all before.

        `elapsed_s` is for live streams: how long ago the packet before came. It shows smaller resets too, and clocks
        that stand still; the line then goes on by as much.
        """
        raw_dts = dts if dts is not None else pts
        if raw_dts is None:
            raw_dts = self._end - self._shift
        raw_pts = pts if pts is not None else raw_dts
        arrived_s = elapsed_s if dts is not None else None  # without dts, B-frames seem to go back
        if self._last_dts is not None and self._is_jump(raw_dts + self._shift - self._last_dts, arrived_s):
            self._shift = self._last_dts + self._pause(arrived_s) - raw_dts
        placed_dts = raw_dts + self._shift
        if self._last_dts is not None:
            placed_dts = max(placed_dts, self._last_dts + 1)
        placed_pts = max(raw_pts + self._shift, placed_dts)
        self._last_dts = placed_dts
        self._end = max(self._end, placed_pts + (duration or self.step))
        return placed_pts, placed_dts

    def join(self, first_pts: int) -> None:
        """What follows begins a new run whose first picture has `first_pts`: it goes right after the last run."""
        self._shift = self._end - first_pts

    def follow(self, pts: int, time_base: Fraction) -> int:
        """Where something of another track goes, both in units of its own `time_base`."""
        return pts + round(self._shift * self.time_base / time_base)

    def seconds(self, pts: int) -> float:
        """The same as a fraction would give, in a tenth of its time."""
        return pts * self.time_base.numerator / self.time_base.denominator

    def _is_jump(self, distance: int, elapsed_s: float | None) -> bool:
        seconds = self.seconds(distance)
        if elapsed_s is None:
            return seconds < -1.0 or seconds > self.longest_gap_s
        # A real pause lasts here as long as there; a clock that is set forward takes no time.
        return distance <= 0 or seconds > min(self.longest_gap_s, elapsed_s + LONGEST_DRIFT_S)

    def _pause(self, elapsed_s: float | None) -> int:
        """What lies between two packets whose times do not tell; half a step at least, should they come in a rush."""
        return self.step if elapsed_s is None else max(self.step // 2, round(elapsed_s / self.time_base), 1)


class Timekeeper(Protocol):
    """Says when a picture was taken, and holds a source back that would run ahead."""

    def release(self, media_s: float, arrived_s: float | None = None) -> None:
        """Called for each packet at its time on the stream's clock; may sleep until its moment has come. `arrived_s` is
        when it came; None: now."""

    def arrived(self, media_s: float, arrived_s: float) -> None:
        """Called instead for each but the last of several packets that are taken together."""

    def mono_s(self, media_s: float) -> float:
        """The monotonic second at which a picture of that stream time was taken."""

    def elapsed_s(self, arrived_s: float | None = None) -> float | None:
        """Seconds from the packet before until this one; None where they tell nothing of the stream's own time."""


class Arrival:
    """For live streams: the stream's own time differences, tied to the clock by the earliest arrival.

    A packet can come late but never before its picture was taken, so the least delay seen is the best estimate. The
    estimate yields by 0.5 ms a second, more than any crystal drifts, and is set anew when it is off by a second.
    """

    _YIELD = 0.0005

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._offset_s: float | None = None
        self._last_arrival_s = 0.0

    def release(self, media_s: float, arrived_s: float | None = None) -> None:
        now = self._clock() if arrived_s is None else arrived_s
        delay = now - media_s
        if self._offset_s is None or delay - self._offset_s > LONGEST_DRIFT_S:
            self._offset_s = delay
        else:
            self._offset_s = min(self._offset_s + self._YIELD * (now - self._last_arrival_s), delay)
        self._last_arrival_s = now

    def arrived(self, media_s: float, arrived_s: float) -> None:
        self.release(media_s, arrived_s)

    def mono_s(self, media_s: float) -> float:
        return media_s + (self._offset_s or 0.0)

    def elapsed_s(self, arrived_s: float | None = None) -> float | None:
        if self._offset_s is None:
            return None
        return (self._clock() if arrived_s is None else arrived_s) - self._last_arrival_s


class RealTime:
    """For files and the scene: each picture comes at its own time after the first, as from a camera."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._offset_s: float | None = None

    def release(self, media_s: float, arrived_s: float | None = None) -> None:
        now = self._clock()
        if self._offset_s is None or now - media_s - self._offset_s > LONGEST_DRIFT_S:
            self._offset_s = now - media_s  # the first, or the machine cannot keep up: no rush to make up for it
        ahead_s = media_s + self._offset_s - now
        if ahead_s > 0:
            self._sleep(ahead_s)

    def arrived(self, media_s: float, arrived_s: float) -> None:
        """It waits for the last one's moment."""

    def mono_s(self, media_s: float) -> float:
        return media_s + (self._offset_s or 0.0)

    def elapsed_s(self, arrived_s: float | None = None) -> float | None:
        return None


class FileTime:
    """For replay: never waits; time is the file's own, counted from its first picture."""

    def release(self, media_s: float, arrived_s: float | None = None) -> None:
        """Nothing to wait for."""

    def arrived(self, media_s: float, arrived_s: float) -> None:
        """Nothing to wait for."""

    def mono_s(self, media_s: float) -> float:
        return media_s

    def elapsed_s(self, arrived_s: float | None = None) -> float | None:
        return None
