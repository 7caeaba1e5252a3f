"""Reminds of the recovery kit, once: who starts MoCam without `mocam setup` has not heard of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from mocam.store import Store
from storage.keys import Keys

AFTER = timedelta(hours=1)
"""After the first clip was archived: not amid the first minutes."""
_NOTED = "kit_told"


class KitReminder:
    """`tell` is called on the loop, at most once in the life of a data folder."""

    def __init__(self, store: Store, tell: Callable[[], None], owners: Callable[[], Collection[int]]) -> None:
        self._store = store
        self._owners = owners
        self._tell = tell

    async def remind(self) -> None:
        """A scheduled look. Raises StorageError."""
        due = bool(self._owners()) and await asyncio.to_thread(self._due, datetime.now(UTC))
        if due:
            self._tell()
            await asyncio.to_thread(self._store.preferences.note, _NOTED, True)

    def _due(self, now_utc: datetime) -> bool:
        if self._store.preferences.noted(_NOTED) or Keys(self._store.files).kit_confirmed():
            return False
        first_utc = self._store.catalogue.first_verified_utc()
        return first_utc is not None and now_utc - first_utc >= AFTER
