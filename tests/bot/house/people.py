"""Owners, guests, what they did, and how they speak."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.language import ENGLISH, known
from bot.people import Act, GuestView, LogEntry


class Owners:
    def __init__(self, *ids: int) -> None:
        self._ids = set(ids)

    def ids(self) -> frozenset[int]:
        return frozenset(self._ids)

    async def add(self, user_id: int) -> None:
        await asyncio.sleep(0)
        self._ids.add(user_id)


class Guests:
    """In memory; `out` holds the codes of open links."""

    def __init__(self) -> None:
        self.out: dict[str, tuple[datetime, datetime]] = {}
        self.found: dict[int, GuestView] = {}

    def until_utc(self, user_id: int) -> datetime | None:
        guest = self.found.get(user_id)
        return guest.until_utc if guest and guest.until_utc > datetime.now(UTC) else None

    async def invite(self, code: str, expires_utc: datetime, until_utc: datetime, invited_by: int) -> None:
        self.out[code] = (expires_utc, until_utc)

    async def claim(self, code: str, user_id: int, name: str) -> datetime | None:
        expires_utc, until_utc = self.out.pop(code.strip().upper(), (datetime.min.replace(tzinfo=UTC), None))
        if until_utc is None or expires_utc <= datetime.now(UTC):
            return None
        self.found[user_id] = GuestView(user_id, name, until_utc)
        return until_utc

    async def all(self) -> Sequence[GuestView]:
        return sorted(self.found.values(), key=lambda guest: guest.until_utc)

    async def open_links(self) -> int:
        return len(self.out)

    async def remove(self, user_id: int) -> str:
        guest = self.found.pop(user_id, None)
        return guest.name if guest else ""

    async def withdraw_links(self) -> int:
        count = len(self.out)
        self.out.clear()
        return count


class AuditLog:
    def __init__(self) -> None:
        self.entries: list[LogEntry] = []

    def add(self, about: str) -> None:
        self.entries.append(LogEntry(len(self.entries) + 1, datetime.now(UTC), "Ann", Act.DISARMED.value, about))

    async def note(self, user_id: int, who: str, act: Act, about: str) -> None:
        self.entries.append(LogEntry(len(self.entries) + 1, datetime.now(UTC), who, act.value, about))

    async def newest(self, count: int, before: int | None) -> Sequence[LogEntry]:
        older = [entry for entry in self.entries if before is None or entry.entry_id < before]
        return older[::-1][:count]


class Languages:
    """Of each person, as Telegram told or as was chosen."""

    def __init__(self) -> None:
        self.told: dict[int, str] = {}
        self.choices: dict[int, str] = {}

    def of(self, user_id: int) -> str:
        return known(self.chosen(user_id)) or known(self.told.get(user_id, "")) or ENGLISH

    def chosen(self, user_id: int) -> str:
        return self.choices.get(user_id, "")

    async def heard(self, user_id: int, telling: str) -> None:
        self.told[user_id] = telling

    async def choose(self, user_id: int, language: str) -> None:
        self.choices[user_id] = language
