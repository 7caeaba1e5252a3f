"""The port that fulfils what the owner wishes of single events."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Wishes(Protocol):
    """Each raises Unavailable when there is no such event; its messages change by themselves."""

    async def keep(self, event_id: str, *, kept: bool) -> None: ...

    async def false_alarm(self, event_id: str, *, false: bool) -> None: ...

    async def delete(self, event_id: str) -> datetime:
        """Both copies go in a minute; returns when."""

    async def undo_delete(self, event_id: str) -> bool:
        """False: it was too late."""
