"""The archive and its restore drills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DrillView:
    """How a restore drill ended: a random archived clip, fetched, decrypted, compared, played."""

    at_utc: datetime
    passed: bool
    event_id: str
    clip_utc: datetime
    """When the clip was recorded."""
    sentence: str
    """Why it did not pass; else empty."""
    played: bool
    """False: a sealed clip, which was compared but cannot be opened here."""


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """The archive, as /archive tells it."""

    on: bool
    place: str
    """Where it is, without a secret."""
    clips: int
    size_bytes: int
    waiting: int
    trouble: str
    """The last failure as a sentence; empty when the last try went well."""
    kit_proved: bool
    """The owner has shown to hold the printed recovery kit."""
    last_drill: DrillView | None
    passed_utc: datetime | None
    """When a drill last passed."""
    sealed: bool
    """New clips are sealed: without their copy here they cannot be shown."""
    shut: int
    """Sealed clips whose copy here is gone."""


class Archiving(Protocol):
    async def state(self) -> ArchiveView: ...

    async def drill(self) -> DrillView:
        """One now; takes as long as the clip takes to come."""
