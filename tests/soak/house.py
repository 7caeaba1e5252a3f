"""The program on clocks that jump, with its stand-in for Telegram and a remote: what soak and outage share."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from demo.botapi import BotApi
from tests.e2e.program import OWNER, ROOT, STOP_S, TOKEN, Phone, settings_for
from tests.e2e.video import film
from tests.soak.source import FILM_S, MOVING, WORK, Order
from tests.support_clock import TestClock

DAY_S = 86_400.0
MOST_MEDIA_BYTES = 300_000_000


class House:
    """One run. `begin` and `end` are for the program, all else is there before and after."""

    def __init__(self, folder: Path, api: BotApi, settings: dict[str, str]) -> None:
        self.folder, self.api = folder, api
        self.phone = Phone(api)
        self.clock = TestClock(folder)
        film(folder / "film.mp4", FILM_S, MOVING)
        self._settings = settings_for(api, folder) | self.clock.environment | {"MOCAM_SOAK": str(folder)} | settings
        self._process: asyncio.subprocess.Process | None = None
        self._begun_wall_s = self.clock.wall_now_s()

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def played(self) -> int:
        """Visits so far."""
        path = self.folder / "visits"
        return int(path.read_text() or 0) if path.exists() else 0

    @property
    def output(self) -> Path:
        return self.folder / "output.txt"

    def day(self) -> float:
        """Days of program time since the start."""
        return (self.clock.wall_now_s() - self._begun_wall_s) / DAY_S

    def order(self, order: Order) -> None:
        order.write(self.folder / "order.json")

    async def begin(self) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM", "CAMERA", "ARCHIVE"))}
        with self.output.open("ab") as sink:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.soak.inside", "run", cwd=self.folder, stdout=sink, stderr=sink,
                env=clean | {"PYTHONPATH": str(ROOT)} | self._settings,
            )  # fmt: skip

    async def end(self) -> int:
        """SIGTERM; the exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            return await process.wait()

    @property
    def ended(self) -> bool:
        """It ended without having been told to."""
        return self._process is not None and self._process.returncode is not None

    def asked(self, query: str) -> int:
        """One number of the catalogue; -1 while it cannot be read."""
        try:
            address = f"file:{self.data_dir / 'mocam.sqlite3'}?mode=ro"
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=10)) as rows:
                return int(rows.execute(query).fetchone()[0] or 0)
        except sqlite3.Error:
            return -1

    def waiting(self) -> int:
        """Letters, uploads, lists and deletions that are still to come."""
        return sum(abs(self.asked(query)) for query in WORK)


@asynccontextmanager
async def house(folder: Path, settings: dict[str, str]) -> AsyncIterator[House]:
    """A house whose program is ended whatever happens."""
    folder.mkdir(exist_ok=True)
    async with BotApi(TOKEN, owner_ids=[OWNER], keep_media_bytes=MOST_MEDIA_BYTES) as api:
        made = House(folder, api, settings)
        try:
            yield made
        finally:
            await made.end()
