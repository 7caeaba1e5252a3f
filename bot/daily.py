"""The digest of a day, as a port of the chat: who wants it when, and what happened. Implemented by `mocam`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DayEvent:
    """One event of the day; its copies may be gone."""

    event_id: str
    camera: str
    started_utc: datetime
    motion_s: float
    snapshot: Path | None
    """None: there is none, or none that the owner still wants."""
    box: tuple[float, float, float, float] | None
    """Where it moved in it."""
    seen: str
    """`person`, `animal` or `vehicle`, if a model said so."""
    false_alarm: bool
    kept: bool


@dataclass(frozen=True, slots=True)
class DayCamera:
    """What one camera did."""

    name: str
    armed_s: float
    lost_s: float
    """Of that, for how long it saw nothing."""
    blind: Sequence[tuple[datetime, datetime]]
    """When, MoCam being off included."""
    closed: Sequence[tuple[datetime, datetime]]
    """When it was disarmed."""


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the owner's, which ends at any time of day."""

    from_utc: datetime
    until_utc: datetime
    events: Sequence[DayEvent]
    """Oldest first."""
    cameras: Sequence[DayCamera]
    """Those that are configured, in their order."""


class DayBook(Protocol):
    async def time_of(self, chat_id: int) -> time | None:
        """When this chat's digest comes, in the owner's zone; None: never."""

    async def set_time(self, chat_id: int, at: time | None) -> None: ...

    async def day(self, until_utc: datetime) -> DayView:
        """The day that ended then."""


def day_before(until_utc: datetime, zone: tzinfo) -> datetime:
    """The same time of the day before on the owner's clock; 23 or 25 hours earlier when the clocks changed."""
    local = until_utc.astimezone(zone)
    return datetime.combine(local.date() - timedelta(days=1), local.time(), zone).astimezone(until_utc.tzinfo)
