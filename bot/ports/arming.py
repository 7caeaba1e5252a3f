"""Which cameras watch, and until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Armed:
    """Which cameras watch, and when the pause of each other one ends by itself."""

    cameras: tuple[str, ...]
    """The armed ones."""
    until_utc: Mapping[str, datetime]
    """The disarmed ones."""
    by_schedule: frozenset[str] = frozenset()
    """Those of the disarmed ones that their schedule disarmed."""
    off_utc: Mapping[str, datetime] = field(default_factory=dict)
    """Of armed ones: when their schedule disarms them."""
    private: bool = False
    """They were closed for privacy."""


class Arming(Protocol):
    async def state(self) -> Armed: ...

    async def arm(self, cameras: Collection[str]) -> None:
        """Opens these cameras; survives a restart. The others stay as they are."""

    async def disarm(self, cameras: Collection[str], until_utc: datetime) -> None:
        """Closes the devices of these cameras; returns when they are closed. The others stay as they are."""

    async def schedules(self) -> Mapping[str, Schedule]:
        """Of the cameras that have one; the others are armed always."""

    async def set_schedule(self, cameras: Collection[str], schedule: Schedule | None) -> None:
        """Kept, and followed at once; None: armed always. A pause goes on."""

    async def close(self, until_utc: datetime) -> None:
        """Disarms every camera for privacy; when it is over the owners hear how many frames were read meanwhile."""
