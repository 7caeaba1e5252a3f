"""Retention as the chat shows it: rules, usage, and what a change would delete."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from bot.ports import Deletions, Outlook, RulesView, Unavailable, Usage
from mocam.outlook import Outlooks
from mocam.store import Store
from storage.archive import Archive
from storage.database import from_us
from storage.errors import StorageError
from storage.model import BEFORE_ALL, Rules
from storage.reading import encrypted_bytes
from storage.retention import Applied, Retention


class RetentionPort:
    """The chat's `Retention`."""

    def __init__(self, store: Store, retention: Retention, archive: Archive, outlooks: Outlooks) -> None:
        self._outlooks = outlooks
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

    async def outlook(self, rules: RulesView) -> Outlook:
        with _sentences():
            return await self._outlooks.of(await asyncio.to_thread(self._merged, rules))

    async def change(self, rules: RulesView) -> Deletions:
        with _sentences():
            await asyncio.to_thread(lambda: self._store.preferences.set_rules(self._merged(rules)))
            applied = await self._retention.apply(datetime.now(UTC))
            return await asyncio.to_thread(self._deleted, applied)

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
        return Deletions(len(plan.local), plan.local_bytes, plan.remote_count, plan.remote_bytes, plan.oldest_left_utc)

    def _deleted(self, applied: Applied) -> Deletions:
        stock = self._store.catalogue.stock()
        places = (stock.local_copies(), stock.remote_copies(BEFORE_ALL))
        oldest = [copy.started_us for copies in places for copy in islice(copies, 1)]
        return Deletions(
            local_clips=len(applied.local),
            local_bytes=sum(clip.size_bytes for clip in applied.local),
            remote_clips=len(applied.remote),
            remote_bytes=sum(encrypted_bytes(clip.size_bytes) for clip in applied.remote),
            oldest_left_utc=from_us(min(oldest)) if oldest else None,
        )


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (StorageError, ValueError) as exc:
        raise Unavailable(str(exc)) from exc
