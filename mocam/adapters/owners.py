"""Who may command: ids from the settings, and those who paired."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from storage.preferences import Preferences


class Owners:
    """The chat's `Owners`. Ids in the settings are always owners; pairing adds to them."""

    def __init__(self, configured: frozenset[int], preferences: Preferences) -> None:
        self._configured = configured
        self._preferences = preferences

    def ids(self) -> frozenset[int]:
        return self._configured | self._preferences.owner_ids()

    async def add(self, user_id: int) -> None:
        await asyncio.to_thread(self._preferences.add_owner, user_id, datetime.now(UTC))
