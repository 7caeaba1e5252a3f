"""How quick alerts are, measured by the program itself; a port like those of bot/ports.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Promptness:
    """Of the last alerts, from the first moved frame to the photo in the chat."""

    alerts: int
    """How many were measured."""
    median_s: float
    most_s: float
    """95 of 100 took no longer."""


class TakesTime(Protocol):
    async def sent(self, event_id: str, begun_mono_s: float, ended_mono_s: float) -> None:
        """The photo of an event is in the chat; when its upload began and ended. Never raises."""

    async def recent(self) -> Promptness | None:
        """None: nothing was measured yet."""
