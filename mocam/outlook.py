"""What retention rules will come to: the rate of the last two weeks, what lies where, and how much room there is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.ports import Outlook, PlaceOutlook
from mocam.remote_room import RemoteRoom
from mocam.store import Store
from storage.clock import MADE_UTC
from storage.forecast import LEAST_HISTORY_DAYS, Forecast, Shelf, forecast
from storage.model import Rules
from storage.stock import DayOfCopies, StockDays

WINDOW = timedelta(days=14)
"""Long enough for a quiet week, short enough for a camera that was added."""
_DAY = timedelta(days=1)


def _now_utc() -> datetime:
    return datetime.now(UTC)


class Outlooks:
    """On the loop; what it reads is read in a worker thread. Raises StorageError."""

    def __init__(self, store: Store, room: RemoteRoom, *, archive_on: bool, now_utc: Callable[[], datetime] = _now_utc):
        self._store = store
        self._room = room
        self._archive_on = archive_on
        self._now_utc = now_utc

    async def of(self, rules: Rules) -> Outlook:
        """If these rules held from now on."""
        free_there = await self._room.free_bytes() if self._archive_on else None
        return await asyncio.to_thread(self._of, rules, free_there)

    def _of(self, rules: Rules, free_there_bytes: int | None) -> Outlook:
        now_utc, store = self._now_utc(), self._store
        history_days, rate = self._recorded(now_utc)
        here, there = StockDays(store.database).by_day()
        # Memory gives clips up by and by, as it is meant to: that it is full is no news.
        in_memory = store.files.memory_room() is not None
        free_here_bytes = None if in_memory else store.files.disk_free_bytes() - rules.least_free_bytes
        known = history_days >= LEAST_HISTORY_DAYS

        def place(
            copies: Sequence[DayOfCopies], days: float | None, limit: int | None, free: int | None
        ) -> PlaceOutlook:
            found = forecast(shelf(copies, days, limit, free, now_utc), rate if known else 0.0)
            return _view(found, now_utc) if known else PlaceOutlook(None, found.room_bytes, None, None)

        archive = place(there, rules.remote_days, rules.remote_bytes, free_there_bytes) if self._archive_on else None
        return Outlook(
            history_days,
            round(rate) if known else None,
            place(here, rules.local_days, rules.local_bytes, free_here_bytes),
            archive,
        )

    def _recorded(self, now_utc: datetime) -> tuple[float, float]:
        """For how many days it is known, two weeks at most, and how many bytes a day were recorded in them."""
        size_bytes, first_utc = self._store.catalogue.recorded_since(now_utc - WINDOW)
        since = [one.since_utc for one in self._store.gaps.known().values()] + ([first_utc] if first_utc else [])
        begun_utc = max(min((one for one in since if one >= MADE_UTC), default=now_utc), now_utc - WINDOW)
        history_days = max(0.0, (now_utc - begun_utc) / _DAY)
        return history_days, size_bytes / history_days if history_days else 0.0


def shelf(
    copies: Sequence[DayOfCopies],
    days: float | None,
    limit_bytes: int | None,
    free_bytes: int | None,
    now_utc: datetime,
) -> Shelf:
    """What lies in one place, by age. What was recorded before the clock was set is of an age that nobody knows."""
    dated = [day for day in copies if day.first_utc >= MADE_UTC]
    return Shelf(
        copies=[((now_utc - day.first_utc) / _DAY, day.size_bytes) for day in dated if day.size_bytes],
        kept_bytes=sum(day.size_bytes + day.kept_bytes for day in copies) - sum(day.size_bytes for day in dated),
        days=days,
        limit_bytes=limit_bytes,
        free_bytes=free_bytes,
    )


def _view(found: Forecast, now_utc: datetime) -> PlaceOutlook:
    def when_utc(days: float | None) -> datetime | None:
        return None if days is None else now_utc + timedelta(days=days)

    return PlaceOutlook(found.needs_bytes, found.room_bytes, when_utc(found.first_days), when_utc(found.full_days))
