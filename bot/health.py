"""What the chat wants to know of the machine, and from whom; a port like those of bot/ports.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HealthView:
    """How the machine and the program on it are."""

    since_utc: datetime
    """When the program started."""
    celsius: float | None
    """Of its hottest part; None: the machine does not tell."""
    trouble: str
    """Too hot, or too little voltage; empty: neither."""
    waiting: int
    """Messages that must still be sent or changed."""


class Health(Protocol):
    async def now(self) -> HealthView: ...
