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


class Retention(Protocol):
    async def rules(self) -> RulesView: ...

    async def usage(self) -> Usage: ...

    async def preview(self, rules: RulesView) -> Deletions: ...

    async def change(self, rules: RulesView) -> Deletions:
        """Stores the rules and applies them now; returns what was deleted."""
