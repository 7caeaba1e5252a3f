"""What is kept for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RulesView:
    """None: no such limit."""

    local_days: float | None
    local_bytes: int | None
    remote_days: float | None
    remote_bytes: int | None


@dataclass(frozen=True, slots=True)
class Deletions:
    """What rules would delete now, as counted by a plan that was not applied."""

    local_clips: int
    local_bytes: int
    remote_clips: int
    remote_bytes: int
    oldest_left_utc: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    local_clips: int
    local_bytes: int
    remote_clips: int
    remote_bytes: int
    disk_free_bytes: int
    archive_waiting: int
    """Clips not yet archived."""
    archive_trouble: str
    """The last failure as a sentence, empty when the last try went well."""
    archive_on: bool


@dataclass(frozen=True, slots=True)
class PlaceOutlook:
    """How rules will work in one place, if as much goes on being recorded."""

    needs_bytes: int | None
    """What the age rule comes to; None: there is no such rule."""
    room_bytes: int | None
    """What can lie there in all; None: nobody knows."""
    first_utc: datetime | None
    """When the first copy goes; None: not within a year."""
    full_utc: datetime | None
    """When there is no room any more in spite of the rules; None: not within a year, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What rules will come to."""

    history_days: float
    """For how long it is known how much is recorded."""
    bytes_a_day: int | None
    """Recorded a day; None: it is too early to say, and the places tell nothing."""
    here: PlaceOutlook
    archive: PlaceOutlook | None
    """None: there is none."""


class Retention(Protocol):
    async def rules(self) -> RulesView: ...

    async def usage(self) -> Usage: ...

    async def preview(self, rules: RulesView) -> Deletions: ...

    async def outlook(self, rules: RulesView) -> Outlook:
        """What these rules would come to."""

    async def change(self, rules: RulesView) -> Deletions:
        """Stores the rules and applies them now; returns what was deleted."""
