"""Retention as the chat shows it: rules, usage, and what a change would delete."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from bot.ports import Deletions, RulesView, Unavailable, Usage
from mocam.store import Store
from storage.archive import Archive
from storage.errors import StorageError
from storage.model import Rules
from storage.reading import encrypted_bytes
from storage.retention import Applied, Plan, Retention


class RetentionPort:
    """The chat's `Retention`."""

    def __init__(self, store: Store, retention: Retention, archive: Archive) -> None:
        self._store = store
        self._retention = retention
        self._archive = archive

    async def rules(self) -> RulesView:
        rules = await asyncio.to_thread(self._stored)
        return RulesView(rules.local_days, rules.local_bytes, rules.remote_days, rules.remote_bytes)

    async def usage(self) -> Usage:
        return await asyncio.to_thread(self._usage)

    async def preview(self, rules: RulesView) -> Deletions:
        return await asyncio.to_thread(self._preview, rules)

    async def change(self, rules: RulesView) -> Deletions:
        with _sentences():
            await asyncio.to_thread(lambda: self._store.preferences.set_rules(self._merged(rules)))
            applied = await self._retention.apply(datetime.now(UTC))
            oldest_left_utc = await asyncio.to_thread(self._oldest_left, applied)
        return _deletions(applied, oldest_left_utc)

    def _stored(self) -> Rules:
        with _sentences():
            return self._store.preferences.rules()

    def _merged(self, rules: RulesView) -> Rules:
        """The chat does not set the disk floor: that is the settings' business."""
        return replace(
            self._stored(),
            local_days=rules.local_days,
            local_bytes=rules.local_bytes,
            remote_days=rules.remote_days,
            remote_bytes=rules.remote_bytes,
        )

    def _usage(self) -> Usage:
        with _sentences():
            totals = self._store.catalogue.totals()
            return Usage(
                local_clips=totals.local_clips,
                local_bytes=totals.local_bytes,
                remote_clips=totals.remote_clips,
                remote_bytes=totals.remote_bytes,
                disk_free_bytes=self._store.files.free_bytes(),
                archive_waiting=totals.waiting,
                archive_trouble=self._archive.trouble,
                archive_on=self._archive.on,
            )

    def _preview(self, rules: RulesView) -> Deletions:
        with _sentences():
            plan = self._retention.preview(self._merged(rules), datetime.now(UTC))
            return _deletions(plan, self._oldest_left(plan))

    def _oldest_left(self, deleted: Plan | Applied) -> datetime | None:
        """Start of the oldest clip that keeps a copy, here or there."""
        here, there = ({clip.clip_id for clip in clips} for clips in (deleted.local, deleted.remote))
        left = (
            clip.started_utc
            for clip in self._store.catalogue.clips_with_copies()
            if (clip.path and clip.clip_id not in here) or (clip.archive == "verified" and clip.clip_id not in there)
        )
        return min(left, default=None)


def _deletions(deleted: Plan | Applied, oldest_left_utc: datetime | None) -> Deletions:
    return Deletions(
        local_clips=len(deleted.local),
        local_bytes=sum(clip.size_bytes for clip in deleted.local),
        remote_clips=len(deleted.remote),
        remote_bytes=sum(encrypted_bytes(clip.size_bytes) for clip in deleted.remote),
        oldest_left_utc=oldest_left_utc,
    )


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (StorageError, ValueError) as exc:
        raise Unavailable(str(exc)) from exc
