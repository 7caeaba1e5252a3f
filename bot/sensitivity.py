"""How little is enough for an alert, as a port of the chat. Implemented by `mocam`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Level(StrEnum):
    """The least sensitive first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class LevelView:
    """Of one camera."""

    camera: str
    level: Level
    revision: int
    """Counts changes of this camera's zones and level."""
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What one level would have done."""

    alerts: int
    spared_false_alarms: int


@dataclass(frozen=True, slots=True)
class Trials:
    """The levels tried on what was recorded lately."""

    days: int
    events: int
    """Recorded and tried, the newest."""
    false_alarms: int
    """Of them, as the owner called them."""
    untested: int
    """Of which nothing is left to try; they count as alerts at every level."""
    left_out: int
    """Older ones of the same days: too many to try."""
    by_level: Mapping[Level, Trial]


Progress = Callable[[int, int], None]
"""Hears how many are done, of how many."""


class Sensitivities(Protocol):
    """Durable; what is set holds at once."""

    async def of(self, camera: str) -> LevelView: ...

    async def set(self, camera: str, level: Level) -> LevelView: ...

    async def undo(self, camera: str, revision: int) -> LevelView | None:
        """Takes the change back that led to `revision`; None: something else was changed since."""

    async def trials(self, camera: str, progress: Progress) -> Trials:
        """Takes seconds, on a small board up to minutes; `progress` is called on the loop."""
