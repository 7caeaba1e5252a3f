"""Warns a week before there is no room any more, here or in the archive; once, and again only if it changed much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.ports import Outlook
from mocam.outlook import Outlooks
from mocam.store import Store
from storage.database import from_us, to_us
from storage.stock import StockDays

AHEAD = timedelta(days=7)
OVER = timedelta(days=14)
"""Room for longer than this ends the matter: a later shortage is told anew."""
MUCH_SOONER = timedelta(days=2)
AGAIN = timedelta(days=30)
"""After the day that was told, when it is full all the same."""
_NOTED = "room_told"


class Tell(Protocol):
    """What the owner hears of it, on the loop."""

    def archive_fills(self, full_utc: datetime, bytes_a_day: int) -> None: ...

    def disk_fills(self, full_utc: datetime, bytes_a_day: int, *, archive_on: bool) -> None: ...

    def only_copies_go(self, first_utc: datetime) -> None:
        """For the first time a rule will delete clips, and there is no archive."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to tell, and what is remembered as told (None: nothing)."""

    tell: bool
    told_utc: datetime | None


def verdict(now_utc: datetime, full_utc: datetime | None, told_utc: datetime | None) -> Verdict:
    """Pure. `full_utc`: when it will be full as it looks now; `told_utc`: the day that the owner was told."""
    if full_utc is None or full_utc > now_utc + OVER:
        return Verdict(tell=False, told_utc=None)
    if full_utc > now_utc + AHEAD:
        return Verdict(tell=False, told_utc=told_utc)
    news = told_utc is None or (full_utc < told_utc - MUCH_SOONER and told_utc > now_utc) or now_utc > told_utc + AGAIN
    return Verdict(news, full_utc if news else told_utc)


class RoomWarning:
    """A job of the hour."""

    def __init__(
        self,
        store: Store,
        outlooks: Outlooks,
        tell: Tell,
        owners: Callable[[], Collection[int]],
        distrust: Callable[[], str],
        *,
        archive_on: bool,
        now_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`distrust`: why the wall clock is not to be trusted; empty: it is. From any thread."""
        self._distrust = distrust
        self._store = store
        self.outlooks = outlooks
        self._tell = tell
        self._owners = owners
        self._archive_on = archive_on
        self._now_utc = now_utc

    async def look(self) -> None:
        """A scheduled look. Raises StorageError."""
        if not self._owners() or await asyncio.to_thread(lambda: bool(self._distrust())):
            return
        outlook = await self.outlooks.of(await asyncio.to_thread(self._store.preferences.rules))
        if outlook.bytes_a_day is None:
            return
        stored = await asyncio.to_thread(self._store.preferences.noted, _NOTED)
        before = dict(stored) if isinstance(stored, dict) else {}
        after = self._told(outlook, outlook.bytes_a_day, before)
        if not self._archive_on and self._first_deletion_is_near(outlook, before):
            after["only_copies"] = True
            if not await asyncio.to_thread(StockDays(self._store.database).something_went):
                self._tell.only_copies_go(outlook.here.first_utc or self._now_utc())
        if after != before:
            await asyncio.to_thread(self._store.preferences.note, _NOTED, after)

    def _told(self, outlook: Outlook, bytes_a_day: int, before: dict[str, object]) -> dict[str, object]:
        """Tells what is due of each place; what was told by now."""
        after = dict(before)
        places = {"here": outlook.here} | ({"archive": outlook.archive} if outlook.archive else {})
        for name, place in places.items():
            told_us = before.get(name)
            told_utc = from_us(told_us) if isinstance(told_us, int) else None
            found = verdict(self._now_utc(), place.full_utc, told_utc)
            if found.tell and place.full_utc:
                if name == "archive":
                    self._tell.archive_fills(place.full_utc, bytes_a_day)
                else:
                    self._tell.disk_fills(place.full_utc, bytes_a_day, archive_on=self._archive_on)
            after.pop(name, None)
            if found.told_utc is not None:
                after[name] = to_us(found.told_utc)
        return after

    def _first_deletion_is_near(self, outlook: Outlook, before: dict[str, object]) -> bool:
        """A rule deletes within a week, and whether that is news was never looked at in the life of this folder."""
        first_utc = outlook.here.first_utc
        if "only_copies" in before or first_utc is None or first_utc > self._now_utc() + AHEAD:
            return False
        return first_utc != outlook.here.full_utc  # of that there is a warning already
