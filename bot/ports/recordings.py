"""Recordings that somebody asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Begun:
    """A recording by hand that goes on."""

    event_id: str
    until_utc: datetime
    fresh: bool
    """False: it went on before, and lasts longer now."""


class Recordings(Protocol):
    async def begin(self, camera: str, length_s: float, chat_id: int) -> Begun:
        """Records now, whatever moves or not; a disarmed camera is opened for that alone. Its message comes to this
        chat by itself. Raises Unavailable when it cannot begin."""

    async def stop(self, event_id: str) -> bool:
        """Ends it; False: it does not go on."""
