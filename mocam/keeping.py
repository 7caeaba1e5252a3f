"""Clips that are kept in memory: room is made after each one, and the owner hears once what a power cut takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from mocam.notices import Notices
from storage.files import Files
from storage.preferences import Preferences

TOLD = "told_of_memory"
EVERY_MIN = 1
"""A long event grows between two clips."""


class Keeping:
    """`make_room` starts retention, on the loop."""

    def __init__(
        self,
        files: Files,
        preferences: Preferences,
        notices: Notices,
        make_room: Callable[[], None],
        *,
        archive_on: bool,
    ) -> None:
        self._in_memory = files.memory_room() is not None
        self._preferences = preferences
        self._notices = notices
        self._make_room = make_room
        self._archive_on = archive_on

    @property
    def retention_every_min(self) -> int | None:
        """None: as often as usual."""
        return EVERY_MIN if self._in_memory else None

    def changed(self) -> None:
        """A clip was written, or archived; on the loop."""
        if self._in_memory:
            self._make_room()

    async def begun(self, gone: Collection[str]) -> None:
        """At the start; `gone`: events that the last power cut took. Raises StorageError."""
        if gone:
            self._notices.gone_with_memory(gone)
        told = await asyncio.to_thread(self._preferences.noted, TOLD)
        wanted = [self._in_memory, self._archive_on] if self._in_memory else None
        if told != wanted:
            await asyncio.to_thread(self._preferences.note, TOLD, wanted)
        if wanted and told != wanted:
            self._notices.kept_in_memory(archive_on=self._archive_on)
