"""The composition root: builds every part, joins them, starts them, and stops them in reverse.

Read it from top to bottom to see what MoCam is made of. Order of life: the data folder is locked; what the last run left
is taken in; cameras start and depend on nothing that follows; archive, retention and chat run beside them. On the way out
cameras close first, so that their last clips are written down, then the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass

from bot import texts
from bot.ports import CameraView
from bot.service import Bot, House
from camera.config import CameraConfig
from camera.model import Status
from camera.supervisor import Supervisor
from mocam import recovery
from mocam.adapters.cameras import Household
from mocam.adapters.clips import Clips
from mocam.adapters.outbox import OutboxPort
from mocam.adapters.owners import Owners
from mocam.adapters.retention import RetentionPort
from mocam.journal import Journal, Listeners
from mocam.logs import Redactor
from mocam.settings import CameraSettings, Settings
from storage.archive import Archive
from storage.catalogue import Catalogue
from storage.database import Database
from storage.files import Files
from storage.maintenance import Maintenance
from storage.outbox import Outbox
from storage.preferences import Preferences
from storage.retention import Retention

log = logging.getLogger(__name__)

STORAGE_STOP_S = 10.0


class App:
    """MoCam. `announce` prints a text for whoever stands at the console (pairing)."""

    def __init__(self, settings: Settings, redactor: Redactor, announce: Callable[[str], None]) -> None:
        self._settings = settings
        self._redactor = redactor
        self._announce = announce

    async def run(self) -> None:
        """Runs until SIGINT or SIGTERM; raises StorageError when the data folder cannot be used."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal, stop)
        async with contextlib.AsyncExitStack() as stack:
            parts = await self._build(stack)
            tasks = [asyncio.create_task(part, name=name) for name, part in parts]
            ...
