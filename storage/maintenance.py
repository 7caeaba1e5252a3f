"""What is done by the clock: retention, sweeping, pruning, the database's log. One scheduler for all of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage import reserve
from storage.backups import Backups
from storage.catalogue import Catalogue
from storage.check import lost_snapshots
from storage.database import Database
from storage.errors import DamagedDatabase, StorageError
from storage.files import Files
from storage.gaps import Gaps
from storage.outbox import Outbox
from storage.retention import Applied, Retention
from storage.timekeeping import Timekeeper

log = logging.getLogger(__name__)

RETENTION_EVERY_MIN = 10
HOUSEKEEPING_EVERY_MIN = 60
CLOCK_EVERY_S = 2.0
DRIFT_S = 30.0
"""A wall clock that was set by more makes every job due: the scheduler waits for a time of day."""


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
        timekeeper: Timekeeper,
        on_applied: Callable[[Applied], None] = lambda _: None,
        hourly: Sequence[Callable[[], Awaitable[None]]] = (),
        on_step: Callable[[timedelta], None] = lambda _: None,
        retention_every_min: int | None = None,
    ) -> None:
        """`hourly`: jobs of others that come with the housekeeping; `on_step` hears how far the clock was set."""
        self._retention = retention
        self._catalogue = catalogue
        self._outbox = outbox
        self._db = db
        self._files = files
        self._backups = backups
        self._timekeeper = timekeeper
        self._stopping = False
        self._on_step = on_step
        self._retention_every_min = retention_every_min or RETENTION_EVERY_MIN
        self._before = (datetime.now(UTC), time.monotonic())
        self._on_applied = on_applied
        self._hourly = hourly
        self._gaps = Gaps(db)
        # A run that was missed while the machine slept is made up for, once.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    async def watch_clock(self) -> None:
        """Until cancelled. A wall clock that was set back would hold up every job until it is there again."""
        while True:
            await asyncio.sleep(CLOCK_EVERY_S)
            await self._guarded(self._look_at_clock)

    async def _look_at_clock(self) -> None:
        looked = await asyncio.to_thread(self._timekeeper.look)
        if looked.step:
            self._on_step(looked.step)
        now_utc, now_mono_s = datetime.now(UTC), time.monotonic()
        drift_s = (now_utc - self._before[0]).total_seconds() - (now_mono_s - self._before[1])
        self._before = (now_utc, now_mono_s)
        if abs(drift_s) > DRIFT_S and self._scheduler.running:
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))

    def start(self) -> None:
        """Starts the clock; the first retention run comes at once, since the disk may be full already."""
        self._every(self._retention_every_min, self.apply_retention)
        self._every(HOUSEKEEPING_EVERY_MIN, self.keep_house)
        for job in self._hourly:
            self._every(HOUSEKEEPING_EVERY_MIN, job)
        self._scheduler.start()

    def stop(self) -> None:
        """Stops the clock; safe to call twice."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def retention_soon(self) -> None:
        """The disk refuses clips: the next run of retention comes now, since its floor makes room."""
        if self._scheduler.running:
            self._scheduler.modify_job(self.apply_retention.__name__, next_run_time=datetime.now(UTC))

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
        try:
            self._backups.keep(now_utc)
        except DamagedDatabase as error:
            self._db.on_damage(str(error))
            raise
        reserve.put_by(self._files)
        log.info("housekeeping: %d events and %d letters forgotten", events, letters)

    def _every(self, minutes: int, job: Callable[[], Awaitable[None]]) -> None:
        self._scheduler.add_job(
            self._guarded, "interval", args=(job,), minutes=minutes, next_run_time=datetime.now(UTC), id=job.__name__
        )

    async def _guarded(self, job: Callable[[], Awaitable[None]]) -> None:
        """The border of every job: a failure is logged and the next run comes."""
        try:
            await job()
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            # The scheduler would log its own end as a fault of the job.
            log.info("%s was stopped half-way; it runs again after the next start", _name_of(job))
        except StorageError as error:  # a disk that refuses is worth a line
            log.error("%s could not be done, it runs again at its next time: %s", _name_of(job), error)
        except Exception:  # the named border of scheduled jobs
            log.exception("%s failed; it runs again at its next time", _name_of(job))


def _name_of(job: Callable[[], Awaitable[None]]) -> str:
    return getattr(job, "__name__", "a job")
