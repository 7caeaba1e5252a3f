"""The composition root: builds every part, joins them, starts them, and stops them in reverse.

Read it from top to bottom to see what MoCam is made of. Order of life: the data folder is locked; what the last run left
is taken in; cameras start and depend on nothing that follows; archive, retention and chat run beside them. On the way out
cameras close first, so that their last clips are written down, then the rest.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

from bot.service import Bot, House
from camera.config import CameraConfig
from camera.supervisor import Supervisor
from mocam import recovery
from mocam.adapters.cameras import Household
from mocam.adapters.clips import Clips
from mocam.adapters.outbox import OutboxPort
from mocam.adapters.owners import Owners
from mocam.adapters.retention import RetentionPort
from mocam.journal import Journal, Listeners
from mocam.logs import Redactor
from mocam.notices import Notices
from mocam.settings import Settings
from mocam.store import Store, open_store
from storage.archive import Archive
from storage.maintenance import Maintenance
from storage.retention import Retention

log = logging.getLogger(__name__)

SETTLE_S = 15.0
"""For the last clips to be written down on the way out; what is not is taken in at the next start."""
HELP_CHECK_S = 10.0


class Stuck(Exception):  # noqa: N818 - a state, not a fault of the program
    """A camera's driver hangs for good: only a new process can open it again."""


class App:
    """MoCam. `announce` prints a text for whoever stands at the console (pairing)."""

    def __init__(self, settings: Settings, redactor: Redactor, announce: Callable[[str], None]) -> None:
        self._settings = settings
        self._redactor = redactor
        self._announce = announce
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Runs until SIGINT or SIGTERM; a second one ends it at once. Raises StorageError when the data folder cannot be
        used, and Stuck when a new process is needed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)
        with open_store(self._settings.data_dir) as store:
            await _Parts(self._settings, self._redactor, self._announce, store).run(self._stop)
        log.info("stopped")

    def _on_signal(self) -> None:
        if self._stop.is_set():
            log.warning("stopped at once; an unfinished clip is taken in at the next start")
            os._exit(130)
        log.info("stopping; once more to stop at once")
        self._stop.set()


class _Parts:
    """Every part, joined."""

    def __init__(
        self, settings: Settings, redactor: Redactor, announce: Callable[[str], None], store: Store
    ) -> None:
        self._settings = settings
        self._store = store
        self._owners = Owners(settings.telegram_owner_ids, store.preferences)
        self._notices = Notices(store.outbox, self._owners.ids, self._wake_outbox, settings.zone)
        self._archive = ...
