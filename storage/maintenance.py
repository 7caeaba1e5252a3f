"""What is done by the clock: retention, sweeping, pruning, the database's log. One scheduler for all of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage.backups import Backups
from storage.catalogue import Catalogue
from storage.check import lost_snapshots
from storage.database import Database
from storage.files import Files
from storage.gaps import Gaps
from storage.outbox import Outbox
from storage.retention import Applied, Retention

log = logging.getLogger(__name__)

RETENTION_EVERY_MIN = 10
HOUSEKEEPING_EVERY_MIN = 60


class Maintenance:
    """The scheduled jobs; made and used on the loop. `on_applied` hears of each retention run that deleted something or
    had trouble."""

    def __init__(
        self,
        retention: Retention,
        catalogue: Catalogue,
        outbox: Outbox,
        db: Database,
        files: Files,
        backups: Backups,
        on_applied: Callable[[Applied], None] = lambda _: None,
        hourly: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """`hourly`: jobs of others that come with the housekeeping."""
        self._retention = retention
        self._catalogue = catalogue
        self._outbox = outbox
        self._db = db
        self._files = files
        self._backups = backups
        self._on_applied = on_applied
        self._hourly = hourly
        self._gaps = Gaps(db)
        # A run that was missed while the machine slept is made up for, once.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Starts the clock; the first retention run comes at once, since the disk may be full already."""
        self._every(RETENTION_EVERY_MIN, self.apply_retention)
        self._every(HOUSEKEEPING_EVERY_MIN, self.keep_house)
        for job in self._hourly:
            self._every(HOUSEKEEPING_EVERY_MIN, job)
        self._scheduler.start()

    def stop(self) -> None:
        """Stops the clock; safe to call twice."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def apply_retention(self) -> None:
        """Deletes by the rules. Raises StorageError."""
        applied = await self._retention.apply(datetime.now(UTC))
        if applied.local or applied.remote or applied.trouble:
            self._on_applied(applied)

    async def keep_house(self) -> None:
        """Forgets what is long gone and keeps files and tables small. Raises StorageError."""
        await asyncio.to_thread(self._keep_house, datetime.now(UTC))

    def _keep_house(self, now_utc: datetime) -> None:
        events = self._catalogue.forget_gone(now_utc)
        letters = self._outbox.prune(now_utc)
        for finding in lost_snapshots(self._catalogue, self._files):
            if finding.path is not None:
                self._files.delete(finding.path)
        self._gaps.prune(now_utc)
        self._db.checkpoint()
        self._backups.keep(now_utc)
        log.info("housekeeping: %d events and %d letters forgotten", events, letters)

    def _every(self, minutes: int, job: Callable[[], Awaitable[None]]) -> None:
        self._scheduler.add_job(
            self._guarded, "interval", args=(job,), minutes=minutes, next_run_time=datetime.now(UTC), id=job.__name__
        )

    @staticmethod
    async def _guarded(job: Callable[[], Awaitable[None]]) -> None:
        """The border of every job: a failure is logged and the next run comes."""
        try:
            await job()
        except Exception:  # the named border of scheduled jobs
            log.exception("%s failed; it runs again at its next time", getattr(job, "__name__", "a job"))
