"""The whole program with real storage and cameras, fed with odd updates over HTTP, and judged by what it did."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from bot import service
from bot.texts import common
from demo.botapi import BotApi
from mocam.app import App
from mocam.logs import Redactor
from mocam.settings import load
from mocam.store import open_store
from storage.guests import Guests as KeptGuests
from storage.keys import Keys
from tests.bot.conftest import QUICK
from tests.fuzz.odd import GUEST, OWNER, Odd, Oddities

TOKEN = "123456789:AAFuzzTokenThatMustNeverBeSeenAnywhere"
PASSWORD = "rtsp-password-of-the-camera"
MOST_CALLS = 20_000
"""Kept by the stand-in."""
AT_ONCE = 24
"""Updates that wait together; a bot takes up to 32 in work."""
BATCH_S = 120.0
TABLES = ("preference", "owner", "guest", "invitation", "mute", "audit")
WISHED = """SELECT event_id FROM event WHERE delete_utc_us IS NOT NULL OR false_alarm_utc_us IS NOT NULL
            UNION ALL SELECT event_id FROM clip WHERE kept = 1"""


@dataclass(slots=True)
class Found:
    """What a run shows; all lists are empty when all is well."""

    updates: int = 0
    by_strangers: int = 0
    by_guests: int = 0
    answers: int = 0
    crashes: list[str] = field(default_factory=list)
    """Tracebacks in the log, apologies in the chat, a program that ended or stands still."""
    words_to_strangers: list[str] = field(default_factory=list)
    changes_by_strangers: list[str] = field(default_factory=list)
    changes_by_guests: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    """Calls that no correct bot would make."""

    @property
    def faults(self) -> list[str]:
        return [
            *self.crashes,
            *self.words_to_strangers,
            *self.changes_by_strangers,
            *self.changes_by_guests,
            *self.secrets,
            *self.violations,
        ]


class Fuzz:
    """One running program and what it is asked."""

    def __init__(self, api: BotApi, app: App, database: Path, log: io.StringIO, life: asyncio.Task[None]) -> None:
        self._api = api
        self._app = app
        self._database = database
        self._log = log
        self._life = life
        self.found = Found()

    async def feed(self, make: Callable[[], Odd], count: int) -> None:
        """In batches, each worked off before the next."""
        for begin in range(0, count, AT_ONCE):
            for _ in range(min(AT_ONCE, count - begin)):
                odd = make()
                self._api.push(odd.kind, odd.payload)
                self.found.updates += 1
                self.found.by_strangers += not odd.authorised
            await self._worked_off()
            if self._life.done():
                self.found.crashes.append(f"the program ended: {self._life.exception()!r}")
                return

    async def _worked_off(self) -> None:
        tasks = self._app._bot._dispatch._tasks
        try:
            async with asyncio.timeout(BATCH_S):
                while (self._api.office.updates.pending or tasks) and not self._life.done():  # noqa: ASYNC110 - see Phone
                    await asyncio.sleep(0.01)
        except TimeoutError:
            self.found.crashes.append(f"{len(tasks)} commands hang, {self._api.office.updates.pending} updates wait")

    def invite(self) -> None:
        """The guest has opened a link of the owner's."""
        guests, now_utc = KeptGuests(self._app._store.database), datetime.now(UTC)
        until_utc = now_utc + timedelta(days=1)
        guests.invite(now_utc, "code", until_utc, until_utc, OWNER)
        guests.claim(now_utc, "code", GUEST, "Guest")

    async def feed_guest(self, make: Callable[[], Odd], count: int) -> None:
        """What a guest does leaves nothing but a line in the log of who looked."""
        self.invite()
        before = self.state()
        await self.feed(make, count)
        after = self.state()
        self.found.by_guests = count
        self.found.changes_by_guests += [name for name in before if name != "audit" and before[name] != after[name]]

    def state(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that a person can change."""
        with contextlib.closing(sqlite3.connect(self._database)) as rows:
            found = {name: rows.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in TABLES}  # noqa: S608 - constants
            found["wishes"] = rows.execute(WISHED).fetchall()
        found["preference"] = [row for row in found["preference"] if row[0] != "clock"]  # changes by itself
        return found

    def judge(self, secrets: list[str]) -> None:
        """Looks at all that was said and logged."""
        api, found, log = self._api, self.found, self._log.getvalue()
        calls = [call for call in api.calls if call.method != "getUpdates"]
        found.answers = len(calls)
        found.crashes += _tracebacks(log)
        said = [str(call.params) for call in calls]
        found.crashes += [text for text in said if str(common.WRONG) in text or "Traceback" in text]
        found.words_to_strangers += [f"{call.method} to others" for call in calls if _to_other(call.params)]
        everything = log + "".join(said)
        found.secrets += [f"{secret[:4]}…" for secret in secrets if secret in everything]
        if len(api.calls) == MOST_CALLS:
            found.crashes.append("more calls than could be looked at")
        found.violations += api.violations


def _tracebacks(log: str) -> list[str]:
    """Each with the line before it and what it ended in."""
    lines = log.splitlines()
    begins = [at for at, line in enumerate(lines) if line.startswith("Traceback")]
    return ["\n".join(lines[max(0, at - 1) : at + 40]) for at in begins]


def _to_other(params: dict[str, object]) -> bool:
    return str(params.get("chat_id", OWNER)) not in {str(OWNER), str(GUEST)}


@asynccontextmanager
async def program(folder: Path) -> AsyncIterator[tuple[Fuzz, list[str]]]:
    """A running one, and the secrets that it holds."""
    log = io.StringIO()
    redactor = Redactor()
    redactor.hide(TOKEN)
    handler = logging.StreamHandler(log)
    handler.setFormatter(redactor)
    root = logging.getLogger()
    root.addHandler(handler)
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
        environment = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_OWNER_IDS": str(OWNER),
            "TELEGRAM_BASE_URL": api.base_url,
            "CAMERAS__FRONT__SOURCE": "scene",
            "CAMERAS__BACK__SOURCE": f"rtsp://admin:{PASSWORD}@127.0.0.1:9/x",
            "ARCHIVE_REMOTE": str(folder / "archive"),
            "DATA_DIR": str(folder / "data"),
            "TIMEZONE": "Europe/Berlin",
        }
        stop = asyncio.Event()
        with (
            patch.dict("os.environ", environment),
            patch.object(service, "Timing", lambda: QUICK),
            open_store(folder / "data") as store,
        ):
            app = App(load(folder / "none.env"), store, redactor, lambda _: None)
            life = asyncio.create_task(app.run(stop))
            passwords = Keys(store.files).load_or_make()
            try:
                await api.wait_for(lambda: app._bot.connected, 60)
                fuzz = Fuzz(api, app, store.files.database_path, log, life)
                yield fuzz, [TOKEN, TOKEN.split(":")[1], PASSWORD, passwords.password, passwords.password2]
            finally:
                stop.set()
                await asyncio.gather(life, return_exceptions=True)
                root.removeHandler(handler)


async def fuzz(seed: int, count: int, folder: Path) -> Found:
    """A quarter each by strangers, by a guest, by the owner, and broken ones."""
    oddities = Oddities(seed)
    async with program(folder) as (running, secrets):
        before = running.state()
        asked_before = len(running._api.answers)
        await running.feed(oddities.by_strangers, count // 4)
        after = running.state()
        running.found.changes_by_strangers += [name for name in before if before[name] != after[name]]
        if len(running._api.answers) > asked_before:
            running.found.words_to_strangers.append("a stranger's press was answered")
        await running.feed_guest(oddities.by_guest, count // 4)
        await running.feed(oddities.by_owner, count // 4)
        await running.feed(oddities.broken, count - 3 * (count // 4))
        running._api.say(OWNER, "/help")
        await running._worked_off()
        last = running._api.messages(OWNER)[-12:]
        if not any(message.from_bot and message.text.startswith("What I can do") for message in last):
            running.found.crashes.append("it does not answer any more")
        running.judge(secrets)
    return running.found
