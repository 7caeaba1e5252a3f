"""The chat's view of the archive: where, how much, and whether it comes back."""

from __future__ import annotations

import asyncio

from bot.ports import ArchiveView, DrillView, Unavailable
from mocam.store import Store
from storage.archive import Archive
from storage.drill import Drilled, Drills
from storage.errors import StorageError
from storage.keys import Keys


class ArchivingPort:
    """The chat's `Archiving`. `remote`: ARCHIVE_REMOTE; `sealing`: new clips are sealed."""

    def __init__(self, store: Store, archive: Archive, drills: Drills, remote: str, *, sealing: bool = False) -> None:
        self._store = store
        self._archive = archive
        self._drills = drills
        self._remote = remote
        self._sealing = sealing
        self._keys = Keys(store.files)

    async def state(self) -> ArchiveView:
        try:
            return await asyncio.to_thread(self._state)
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc

    async def drill(self) -> DrillView:
        if not self._archive.on:
            raise Unavailable("There is no archive, so there is nothing to try.")
        try:
            return drill_view(await self._drills.run())
        except StorageError as exc:
            raise Unavailable(f"The drill could not be done now: {exc}") from exc

    def _state(self) -> ArchiveView:
        stock = self._store.catalogue.totals()
        record = self._drills.record()
        return ArchiveView(
            on=self._archive.on,
            place=place(self._remote),
            clips=stock.remote_clips,
            size_bytes=stock.remote_bytes,
            waiting=stock.waiting,
            trouble=self._archive.trouble,
            kit_proved=self._archive.on and self._keys.kit_confirmed(),
            last_drill=drill_view(record.last) if record.last else None,
            passed_utc=record.passed_utc,
            sealed=self._sealing,
            shut=self._store.catalogue.shut_clips(),
        )


def drill_view(done: Drilled) -> DrillView:
    """In the chat's words."""
    return DrillView(done.at_utc, done.passed, done.event_id, done.started_utc, done.sentence, done.played)


def place(remote: str) -> str:
    """As it may be shown: rclone lets one write a password into the name of a remote."""
    name, colon, path = remote.partition(":")
    if not colon or "/" in name:
        return remote
    return f"{name.split(',')[0]}:{path}" if name and "," not in remote else f"{name.split(',')[0] or 'a remote'}:…"
