"""Which cameras are to watch now, by pause, by hand and by schedule; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from bot.schedule import Schedule

LONGEST_PAUSE = timedelta(days=30)
"""A pause that ends later than this was set by a clock that was wrong: it is over."""


class By(StrEnum):
    """What decides."""

    DEFAULT = "default"
    """Nothing was said: it watches."""
    PAUSE = "pause"
    HAND = "hand"
    """Armed by the owner against the schedule."""
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one camera; `until_utc`: when that changes by itself, None: not foreseen."""

    armed: bool
    by: By
    until_utc: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the owner has said, by camera."""

    pauses_utc: Mapping[str, datetime] = field(default_factory=dict)
    """Ends of pauses; one that lies in the past is over."""
    holds_utc: Mapping[str, datetime] = field(default_factory=dict)
    """Ends of having been armed by hand against the schedule."""
    schedules: Mapping[str, Schedule] = field(default_factory=dict)

    def standing(self, camera: str, now_utc: datetime, zone: tzinfo, *, clock_good: bool = True) -> Standing:
        """With a clock that cannot be trusted no schedule closes a camera."""
        schedule = self.schedules.get(camera) if clock_good else None
        pause_utc = self.pauses_utc.get(camera)
        if pause_utc is not None and now_utc < pause_utc <= now_utc + LONGEST_PAUSE:
            return Standing(armed=False, by=By.PAUSE, until_utc=_end_of(pause_utc, schedule, zone))
        if schedule is None:
            return Standing(armed=True, by=By.DEFAULT)
        change_utc = schedule.next_change(now_utc, zone)
        hold_utc = self.holds_utc.get(camera)
        if schedule.armed_at(now_utc, zone):
            return Standing(armed=True, by=By.SCHEDULE, until_utc=change_utc)
        if hold_utc is not None and now_utc < hold_utc <= now_utc + LONGEST_PAUSE:
            beyond = schedule.next_change(hold_utc, zone) if schedule.armed_at(hold_utc, zone) else hold_utc
            return Standing(armed=True, by=By.HAND, until_utc=beyond)
        return Standing(armed=False, by=By.SCHEDULE, until_utc=change_utc)


def _end_of(pause_utc: datetime, schedule: Schedule | None, zone: tzinfo) -> datetime:
    """A pause that ends while the schedule says disarmed goes on until that is over."""
    if schedule is None or schedule.armed_at(pause_utc, zone):
        return pause_utc
    return schedule.next_change(pause_utc, zone) or pause_utc
