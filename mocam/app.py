"""The composition root: builds every part, joins them, starts them, and stops them in reverse.

Read it from top to bottom to see what MoCam is made of. Order of life: the data folder is locked; what the last run
left is taken in; cameras start and depend on nothing that follows; archive, retention and chat run beside them. On the
way out cameras close first, so that their last clips are written down, then the rest.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.service import Bot, House
from camera.meter import Meter
from camera.model import Status, Stirred
from mocam import check, parts, recovery, start_pages
from mocam.adapters.archiving import ArchivingPort, drill_view
from mocam.adapters.cameras import Household
from mocam.adapters.clips import Clips
from mocam.adapters.languages import Languages
from mocam.adapters.outbox import OutboxPort
from mocam.adapters.owners import Owners
from mocam.adapters.pictures import Pictures
from mocam.adapters.promptness import PromptnessPort
from mocam.adapters.recordings import Recordings
from mocam.adapters.retention import RetentionPort
from mocam.adapters.wishes import WishesPort
from mocam.books import Books
from mocam.ending import CAMERAS_S, ROWS_S, Deadline, cancelled
from mocam.journal import Journal, Listeners
from mocam.keeping import Keeping
from mocam.lifeline import Lifeline
from mocam.logs import Redactor
from mocam.naming import Naming
from mocam.notices import Notices
from mocam.reminder import KitReminder
from mocam.service_manager import ServiceManager
from mocam.signals import end_on_signal
from mocam.spare import RESERVED, Spare
from mocam.stopwatch import Stopwatch
from mocam.store import Store, open_store
from mocam.tuning import Tuning
from mocam.watchbook import Watchbook
from storage import rescue
from storage.archive import Archive
from storage.archive_queue import ArchiveQueue
from storage.drill import Drilled, Drills
from storage.errors import DamagedDatabase
from storage.maintenance import Maintenance
from storage.numbers import EventNumbers
from storage.rclone import Rclone
from storage.retention import Applied, Retention

if TYPE_CHECKING:
    from mocam.settings import Settings

log = logging.getLogger(__name__)

HANG_CHECK_S = 10.0


class Stuck(Exception):  # noqa: N818 - a state, not a fault
    """A camera's driver hangs for good: only a new process can open it again."""


class App:
    """MoCam, built on the running loop. `announce` prints a text for whoever stands at the console (pairing)."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        redactor: Redactor,
        announce: Callable[[str], None],
        manager: ServiceManager | None = None,
    ) -> None:
        """`manager`: who started the program and watches over it; None: nobody."""
        self._settings = settings
        self._store = store
        self._manager = manager or ServiceManager()
        self._loop = asyncio.get_running_loop()
        self._damage: asyncio.Future[None] = self._loop.create_future()
        store.database.on_damage = self._damaged
        store.outbox.bot_id = settings.telegram_bot_token.get_secret_value().partition(":")[0]
        self.owners = Owners(settings.telegram_owner_ids, store.preferences)
        self._spare = Spare(RESERVED)
        self._languages = Languages(store.preferences)
        self._notices = Notices(
            store.outbox,
            self.owners.ids,
            self._wake_bot,
            settings.zone,
            disk_refuses=self._make_room,
            quiet=store.quiet,
            spare=self._spare,
            in_memory=settings.memory is not None,
            language=self._languages.of,
        )
        self._build_keeping(redactor)
        self._build_watching()
        self._build_chat(announce)
        pulse = parts.pulse(self.household, lambda: self._bot.silent_s)
        self._lifeline = Lifeline(self._manager, pulse, self.household.started, self._summary, begun=start_pages.let_go)

    def _build_keeping(self, redactor: Redactor) -> None:
        """Archive, retention and all that is done by the hour."""
        settings, store = self._settings, self._store
        self._archive = Archive(
            ArchiveQueue(store.database, store.catalogue),
            store.catalogue,
            store.files,
            parts.rclone(settings, store.files, redactor),
            seal_to=settings.archive_seal_to,
            on_verified=self._clip_verified,
            on_trouble=self._notices.archive_trouble,
            before_work=self._compare_archive,
        )
        self._retention = Retention(
            store.catalogue,
            store.files,
            self._archive,
            store.preferences,
            distrust=store.timekeeper.distrust,
            warned=self._notices.warned_of_loss,
        )
        self._keeping = Keeping(
            store.files, store.preferences, self._notices, self._make_room, archive_on=self._archive.on
        )
        self._meters = {name: Meter() for name in settings.cameras}
        self._watchbook = Watchbook(
            list(settings.cameras), store.gaps, self._notices, settings.zone, self._pauses_utc, self._meters
        )
        self._drills = Drills(self._archive, store.catalogue, store.preferences, parts.must_play, self._drilled)
        kit_reminder = KitReminder(store, self._notices.kit_missing, self.owners.ids)
        self._room = parts.room_warning(store, self._archive, self._notices, self.owners.ids)
        self._maintenance = Maintenance(
            self._retention,
            store.catalogue,
            store.outbox,
            store.database,
            store.files,
            store.backups,
            store.timekeeper,
            self._retention_applied,
            hourly=[self._watchbook.tell_week, self._drills.run_if_due, kit_reminder.remind, self._room.look],
            on_step=self._clock_stepped,
            retention_every_min=self._keeping.retention_every_min,
        )

    def _build_watching(self) -> None:
        """Cameras, and what is written down of what they see."""
        settings, store = self._settings, self._store
        self._naming = Naming(settings.object_model, settings.object_budget_s, store.catalogue, self._wake_bot)
        self._numbers = EventNumbers(store.catalogue)
        self._stopwatch = Stopwatch(store.alert_times.add)
        self._pictures = Pictures(lambda camera: self.tuning.zones.mask_of(camera))  # noqa: PLW0108 - built below
        listeners = Listeners(
            self._wake_bot, self._clip_written, self._camera_state,
            self._notices.disk_trouble, self._event_written, self._warm_bot, self._stirred, self._pictures.prepare,
        )  # fmt: skip
        self._journal = Journal(
            *(settings.cameras, store.catalogue, store.files, self.owners.ids, listeners),
            archive_on=self._archive.on,
            spare=self._spare,
            stopwatch=self._stopwatch,
        )
        self._configs = parts.camera_configs(settings, store.files)
        supervisors = parts.supervisors(self._configs, self._journal, self._numbers.take, self._meters)
        self.tuning = Tuning(self._configs, supervisors, store, settings.zone, self._notices.proposed)
        self.household = Household(
            supervisors,
            store.preferences,
            self._notices.armed_again,
            self._watchbook.covered,
            self._notices.long_disarmed,
            settings.zone,
            clock_good=lambda: not store.timekeeper.distrust(),
            opened=self._notices.opened,
        )
        self.tuning.zones.snapshot = self.household.snapshot
        self._recordings = Recordings(supervisors, store.catalogue, self._wake_bot)

    def _build_chat(self, announce: Callable[[str], None]) -> None:
        """The bot, and what it may ask of the rest."""
        settings, store = self._settings, self._store
        self.clips = Clips(
            *(store.catalogue, store.files, store.preferences, self._archive, settings.zone, self._spare),
            place_of=self.tuning.zones.place_of,
            mask_of=self.tuning.zones.mask_of,
        )
        self.retention = RetentionPort(store, self._retention, self._archive, self._room.outlooks)
        self._wishes = WishesPort(
            *(store.wishes, store.catalogue, store.privacy, self._wish_changed),
            called_false=self.tuning.proposals.consider,
        )
        books = Books(settings, store, self._languages)
        self._daily = parts.daily(settings, store, self.owners.ids, self._wake_bot)
        house = House(
            cameras=self.household,
            arming=self.household,
            clips=self.clips,
            retention=self.retention,
            owners=self.owners,
            outbox=OutboxPort(store.outbox, store.digests, spare=self._spare),
            pictures=self._pictures,
            archive=ArchivingPort(
                store, self._archive, self._drills, settings.archive_remote, sealing=bool(settings.archive_seal_to)
            ),
            wishes=self._wishes,
            quiet=books.quiet,
            guests=books.guests,
            audit=books.audit,
            privacy=books.privacy,
            days=books.days,
            pins=books.pins,
            zones=self.tuning.zones,
            sensitivities=self.tuning.sensitivities,
            decisions=self.tuning.ledger,
            proposals=self.tuning.proposals,
            languages=self._languages,
            recordings=self._recordings,
            health=books.health,
            promptness=PromptnessPort(self._stopwatch, store.alert_times),
        )
        token = settings.telegram_bot_token.get_secret_value()
        self._bot = Bot(token, settings.telegram_base_url, settings.zone, house, announce)

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until `stop`. Raises Stuck, or whatever ended one of its tasks, after an orderly end of the others."""
        await self._take_in()
        if stop.is_set():
            return
        self.household.start()
        self._maintenance.start()
        jobs = {
            "journal": self._journal.run(),
            "pauses and schedules": self.household.keep_time(),
            "tuning": self.tuning.run(),
            "drivers": self._watch_drivers(),
            "watchbook": self._watchbook.run(),
            "archive": self._archive.run(),
            "wishes": self._wishes.run(),
            "naming": self._naming.run(),
            "chat": self._bot.run(),
            "digest of the day": self._daily.run(),
            "lifeline": self._lifeline.run(),
            "clock": self._maintenance.watch_clock(),
            "catalogue": self._until_damaged(),
            "stop": stop.wait(),
        }
        tasks = {name: asyncio.create_task(job, name=name) for name, job in jobs.items()}
        try:
            ended, _ = await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._manager.stopping()
            await self._close(tasks)
        for task in ended:
            if error := None if task.cancelled() else task.exception():
                raise error

    # -- life ----------------------------------------------------------------------------------------------------

    async def _take_in(self) -> None:
        waiting = asyncio.create_task(self._lifeline.begin(), name="begin")
        try:
            await asyncio.to_thread(self._store.timekeeper.look)
            taken = await asyncio.to_thread(
                recovery.take_in, self._store, self.owners.ids(), archive_on=self._archive.on
            )
            await asyncio.to_thread(self._numbers.begin)
        finally:
            waiting.cancel()
        if taken.saved:
            log.info("%d clips of the last run were saved", taken.saved)
        await self._keeping.begun(taken.gone)
        if self._store.rebuilt is not None:
            self._notices.catalogue_rebuilt(self._store.rebuilt, taken.adopted)

    async def _close(self, tasks: Mapping[str, asyncio.Task[object]]) -> None:
        """Cameras first, while the journal still writes; then everything else. All of it within a deadline."""
        deadline = Deadline()
        self._maintenance.stop()
        await self._watchbook.close()
        await self.household.stop(deadline.left_s(CAMERAS_S))
        await self.tuning.close()
        if not tasks["journal"].done():
            await self._journal.settle_within(deadline.left_s(ROWS_S))
        await asyncio.to_thread(self._numbers.release)
        if not tasks["chat"].done():
            with suppress(TimeoutError):
                async with asyncio.timeout(deadline.left_s()):
                    await self._bot.stop()
        await cancelled(tasks.values(), deadline.left_s())

    async def _watch_drivers(self) -> None:
        """A service manager can do what we cannot: give a hanging driver a new process."""
        while True:
            await asyncio.sleep(HANG_CHECK_S)
            if camera := self.household.beyond_help(asyncio.get_running_loop().time()):
                raise Stuck(f"The driver of camera {camera} hangs; MoCam must be started again.")

    async def _until_damaged(self) -> None:
        """A catalogue that turns out to be damaged is made anew by the next start."""
        await self._damage

    # -- what the service manager hears ------------------------------------------------------------------------------

    def _summary(self) -> str:
        chat = "chat connected" if self._bot.connected else f"chat: {self._bot.trouble or 'connecting'}"
        archive = f"; archive: {self._archive.trouble}" if self._archive.trouble else ""
        return f"cameras: {self.household.summary()}; {chat}{archive}"

    # -- joints --------------------------------------------------------------------------------------------------

    async def _compare_archive(self, rclone: Rclone) -> None:
        """After rows were lost the archive may know more than they: before it is worked on, they learn from it."""
        if await asyncio.to_thread(rescue.wants_comparison, self._store.database):
            learned = await check.learn_from_archive(self._store, rclone)
            self._notices.learned_from_archive(learned)

    def _damaged(self, sentence: str) -> None:
        """From any thread."""

        def end() -> None:
            if not self._damage.done():
                self._damage.set_exception(DamagedDatabase(sentence))

        with suppress(RuntimeError):  # the loop is closed: the next start finds it
            self._loop.call_soon_threadsafe(end)

    def _clock_stepped(self, step: timedelta) -> None:
        """Times that were to come move with the clock, so that each wait lasts as long as it was meant to."""
        self.household.clock_stepped(step)
        self._bot.wake()

    def _make_room(self) -> None:
        self._maintenance.retention_soon()

    def _stirred(self, stirred: Stirred) -> None:
        self.tuning.ledger.stirred(stirred)

    def _wake_bot(self) -> None:
        self._bot.wake()

    def _warm_bot(self) -> None:
        self._bot.warm()

    def _camera_state(self, status: Status) -> None:
        self._watchbook.state_changed(status)
        self._notices.camera_state(status)

    def _pauses_utc(self) -> dict[str, datetime]:
        return self._store.preferences.pauses_utc(self._settings.cameras)

    def _event_written(self, event_id: str) -> None:
        self._numbers.written(event_id)
        self._naming.written(event_id)

    def _wish_changed(self) -> None:
        self._bot.wake()
        self._archive.wake()

    def _clip_written(self) -> None:
        self._archive.wake()
        self._keeping.changed()

    def _clip_verified(self, event_id: str) -> None:
        log.info("event %s is archived and verified", event_id)
        self._keeping.changed()
        self._bot.wake()

    def _drilled(self, done: Drilled) -> None:
        self._notices.drilled(drill_view(done))

    def _retention_applied(self, applied: Applied) -> None:
        if applied.unarchived:
            self._notices.unarchived_deleted(sorted({clip.event_id for clip in applied.unarchived}))
        self._bot.wake()


async def run(settings: Settings, redactor: Redactor, announce: Callable[[str], None]) -> None:
    """Runs MoCam until SIGINT or SIGTERM; a second one ends it at once.

    Raises StorageError when the data folder cannot be used, and Stuck when a new process is needed.
    """
    manager = ServiceManager.of_environment()
    stop = asyncio.Event()
    end_on_signal(stop)
    with open_store(settings.data_dir, settings.alert_storm_events, memory=settings.memory) as store:
        await asyncio.to_thread(parts.set_floor, settings, store)
        await App(settings, store, redactor, announce, manager).run(stop)
    log.info("stopped")
