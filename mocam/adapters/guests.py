"""The chat's `Guests` and `AuditLog` over the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.people import Act, GuestView, LogEntry
from bot.ports import Unavailable
from storage.audit import AuditLog as Rows
from storage.errors import StorageError
from storage.guests import Guest
from storage.guests import Guests as Kept

log = logging.getLogger(__name__)


class Guests:
    """Everybody who writes to the bot is held against it, so it remembers the rows: only it changes them."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._guests: dict[int, Guest] = {}
        self._read()

    def until_utc(self, user_id: int) -> datetime | None:
        guest = self._guests.get(user_id)
        return guest.until_utc if guest and guest.until_utc > datetime.now(UTC) else None

    async def invite(self, code: str, expires_utc: datetime, until_utc: datetime, invited_by: int) -> None:
        try:
            await asyncio.to_thread(self._kept.invite, datetime.now(UTC), code, expires_utc, until_utc, invited_by)
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc

    async def claim(self, code: str, user_id: int, name: str) -> datetime | None:
        try:
            until_utc = await asyncio.to_thread(self._kept.claim, datetime.now(UTC), code, user_id, name)
            await asyncio.to_thread(self._read)
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc
        return until_utc

    async def all(self) -> Sequence[GuestView]:
        now_utc = datetime.now(UTC)
        guests = sorted(self._guests.values(), key=lambda guest: guest.until_utc)
        return [GuestView(one.user_id, one.name, one.until_utc) for one in guests if one.until_utc > now_utc]

    async def open_links(self) -> int:
        try:
            return await asyncio.to_thread(self._kept.open_links, datetime.now(UTC))
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc

    async def remove(self, user_id: int) -> str:
        try:
            name = await asyncio.to_thread(self._kept.remove, user_id)
            await asyncio.to_thread(self._read)
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc
        return name

    async def withdraw_links(self) -> int:
        try:
            return await asyncio.to_thread(self._kept.withdraw_links)
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc

    def _read(self) -> None:
        self._guests = {guest.user_id: guest for guest in self._kept.all()}


class AuditLog:
    """Notes are worth no failed command: what cannot be written is said in the program's log."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def note(self, user_id: int, who: str, act: Act, about: str) -> None:
        try:
            await asyncio.to_thread(self._rows.note, datetime.now(UTC), user_id, who, act.value, about)
        except StorageError as exc:
            log.error("could not be noted: user %d, %s %s: %s", user_id, act, about, exc)

    async def newest(self, count: int, before: int | None) -> Sequence[LogEntry]:
        try:
            found = await asyncio.to_thread(self._rows.newest, count, before)
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc
        return [LogEntry(one.audit_id, one.at_utc, one.who, one.act, one.about) for one in found]
