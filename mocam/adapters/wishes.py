"""What the owner wishes of single events, and when the phone makes no sound."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from bot import quiet as bot_quiet
from bot.ports import Unavailable
from storage.catalogue import Catalogue
from storage.errors import StorageError
from storage.privacy import Privacy
from storage.quiet import QuietTimes
from storage.wishes import Wishes

log = logging.getLogger(__name__)

UNDO = timedelta(minutes=1)
LOOK_S = 2.0
"""How late a deletion may be."""
IDLE_LOOK_S = 60.0
"""A look while nothing is to be deleted: such wishes come through here alone, but the catalogue may be set right."""

_T = TypeVar("_T")


def _now_utc() -> datetime:
    return datetime.now(UTC)


class WishesPort:
    """The chat's `Wishes`; `run` fulfils those whose time has come."""

    def __init__(
        self,
        wishes: Wishes,
        catalogue: Catalogue,
        privacy: Privacy,
        changed: Callable[[], None],
        now_utc: Callable[[], datetime] = _now_utc,
        called_false: Callable[[str], None] = lambda _event_id: None,
    ) -> None:
        """`changed` is called on the loop when messages, and perhaps the archive, have something to do; `called_false`
        hears of events that the owner called a false alarm."""
        self._called_false = called_false
        self._asked = asyncio.Event()
        self._wishes = wishes
        self._catalogue = catalogue
        self._privacy = privacy
        self._changed = changed
        self._now_utc = now_utc

    async def keep(self, event_id: str, *, kept: bool) -> None:
        await self._done(lambda: self._catalogue.keep(event_id, kept=kept))

    async def false_alarm(self, event_id: str, *, false: bool) -> None:
        await self._done(lambda: self._wishes.false_alarm(event_id, self._now_utc() if false else None))
        if false:
            self._called_false(event_id)

    async def delete(self, event_id: str) -> datetime:
        when_utc = self._now_utc() + UNDO
        await self._done(lambda: self._wishes.delete_at(event_id, when_utc))
        self._asked.set()
        return when_utc

    async def undo_delete(self, event_id: str) -> bool:
        event = await asked(lambda: self._catalogue.event(event_id))
        copies = event and any(clip.path or clip.archive == "verified" for clip in event.parts)
        if event is None or (event.ended_utc is not None and event.parts and not copies):
            return False
        await self._done(lambda: self._wishes.delete_at(event_id, None))
        return True

    async def run(self) -> None:
        """Deletes what is due until cancelled; survives a storage that fails for a while."""
        while True:
            self._asked.clear()
            await self.fulfil()
            if await self._waits():
                await asyncio.sleep(LOOK_S)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_LOOK_S):
                    await self._asked.wait()

    async def _waits(self) -> bool:
        try:
            return await asyncio.to_thread(self._wishes.waits)
        except StorageError:
            return True

    async def fulfil(self) -> None:
        """Deletes what is due now, and takes it out of the chats."""
        try:
            deleted = await asyncio.to_thread(self._wishes.fulfil, self._now_utc())
            for event_id in deleted:
                await asyncio.to_thread(self._privacy.unwanted, event_id)
            if deleted:
                self._changed()
        except StorageError as exc:
            log.error("wishes wait: %s", exc)

    async def _done(self, change: Callable[[], object]) -> None:
        await asked(change)
        self._changed()


class QuietPort:
    """The chat's `QuietTimes`."""

    def __init__(self, quiet: QuietTimes, now_utc: Callable[[], datetime] = _now_utc) -> None:
        self._quiet = quiet
        self._now_utc = now_utc

    async def of(self, chat_id: int) -> bot_quiet.Quiet:
        found = await asked(lambda: self._quiet.of(chat_id, self._now_utc()))
        hours = found.hours_min
        return bot_quiet.Quiet(found.until_utc, None if hours is None else (_clock(hours[0]), _clock(hours[1])))

    async def mute(self, chat_id: int, camera: str, until_utc: datetime) -> None:
        await asked(lambda: self._quiet.mute(chat_id, camera, until_utc))

    async def unmute(self, chat_id: int) -> None:
        await asked(lambda: self._quiet.unmute(chat_id))

    async def set_hours(self, chat_id: int, hours: tuple[time, time] | None) -> None:
        minutes = None if hours is None else (_minutes(hours[0]), _minutes(hours[1]))
        await asked(lambda: self._quiet.set_hours(chat_id, minutes))


async def asked(question: Callable[[], _T]) -> _T:
    """One transaction, in a worker thread."""
    try:
        return await asyncio.to_thread(question)
    except StorageError as exc:
        raise Unavailable(str(exc)) from exc


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
