"""The chat's outbox, answered by the durable one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from bot import ports
from bot.ports import NotNow, Unavailable
from bot.privacy import Look
from mocam.spare import Spare
from storage.digests import Digests
from storage.errors import StorageError
from storage.model import Letter
from storage.outbox import LONGEST_DEFERRAL, Outbox

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 50


def _now_utc() -> datetime:
    return datetime.now(UTC)


class OutboxPort:
    """The chat's `Outbox`: translates letters and the clock, and leaves the event loop for each transaction."""

    def __init__(
        self,
        outbox: Outbox,
        digests: Digests,
        now_utc: Callable[[], datetime] = _now_utc,
        spare: Spare | None = None,
    ) -> None:
        """`spare` has what the disk does not take; its letters come first."""
        self._spare = spare or Spare()
        self._outbox = outbox
        self._digests = digests
        self._now_utc = now_utc

    async def due(self) -> Sequence[ports.Letter]:
        spare = self._spare.due()
        try:
            letters = await _asked(self._outbox.due, self._now_utc(), AT_ONCE)
        except Unavailable:
            if not spare:
                raise
            return spare
        return [*spare, *(_translated(letter) for letter in letters)]

    async def current(self, letter_id: int) -> ports.Letter | None:
        if letter_id < 0:
            return self._spare.current(letter_id)
        letter = await _asked(self._outbox.current, letter_id)
        return _translated(letter) if letter else None

    async def gather(self, busy: Collection[int]) -> None:
        try:
            gathered = await _asked(self._digests.gather, self._now_utc(), busy)
        except Unavailable as exc:
            # A disk that takes no row takes no digest; what memory has must go out all the same.
            log.warning("no digest can be made now: %s", exc)
            return
        if gathered:
            log.info("%d alerts that could not be sent for long are told in a digest", gathered)

    async def gathered(self, letter_id: int, page: int, per_page: int) -> ports.Gathered | None:
        found = await _asked(self._digests.look, letter_id, page, per_page)
        if found is None:
            return None
        return ports.Gathered(
            chat_id=found.chat_id,
            cause=ports.Cause(found.cause.value),
            first_utc=found.first_utc,
            last_utc=found.last_utc,
            by_camera=found.by_camera,
            page=found.page,
            pages=found.pages,
            first_number=found.first_number,
            event_ids=found.event_ids,
        )

    async def sending(self, letter_id: int, newest: int) -> bool:
        if letter_id < 0:
            if not self._spare.sending(letter_id):
                raise NotNow("It is just being written down.")
            return False
        await _asked(self._outbox.sending, letter_id, newest)
        return True

    async def newest_message(self) -> int:
        return await _asked(self._outbox.newest_message)

    async def numbers_taken(self, after: int, count: int) -> Collection[int]:
        return await _asked(self._outbox.numbers_taken, after, count)

    async def hushed(self, letter_id: int) -> None:
        if letter_id > 0:
            await _asked(self._outbox.hushed, letter_id)

    async def shown(self, letter_id: int, message_id: int, wanted: int, *, holds_clip: bool) -> None:
        if letter_id < 0:
            self._spare.shown(letter_id, message_id, wanted)
            return
        await _asked(partial(self._outbox.shown, letter_id, message_id, wanted, holds_clip=holds_clip))

    async def defer(self, letter_id: int, delay_s: float, reason: str, *, unknown: bool) -> None:
        if letter_id < 0:
            self._spare.defer(letter_id, delay_s, unknown=unknown)
            return
        until_utc = self._now_utc() + min(timedelta(seconds=delay_s), LONGEST_DEFERRAL)
        await _asked(partial(self._outbox.defer, letter_id, until_utc, reason, unknown=unknown))

    async def give_up(self, letter_id: int, reason: str) -> None:
        if letter_id < 0:
            self._spare.give_up(letter_id)
            return
        await _asked(self._outbox.give_up, letter_id, reason)

    async def next_due_s(self) -> float | None:
        now_utc, spare_s = self._now_utc(), self._spare.next_due_s()
        try:
            due_utc = await _asked(self._outbox.next_due, now_utc)
        except Unavailable:
            if spare_s is None:
                raise
            return spare_s
        waits = [] if due_utc is None else [max(0.0, (due_utc - now_utc).total_seconds())]
        return min([*waits, *([] if spare_s is None else [spare_s])], default=None)


async def _asked(question: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """One transaction, in a worker thread."""
    try:
        return await asyncio.to_thread(question, *arguments, **named)
    except StorageError as exc:
        raise Unavailable(str(exc)) from exc


def _translated(letter: Letter) -> ports.Letter:
    return ports.Letter(
        letter_id=letter.letter_id,
        chat_id=letter.chat_id,
        event_id=letter.event_id,
        text=letter.text,
        silent=letter.silent,
        urgent=letter.urgent,
        message_id=letter.message_id,
        holds_clip=letter.holds_clip,
        wanted=letter.wanted,
        attempts=letter.attempts,
        created_utc=letter.created_utc,
        unknown=letter.unknown,
        cause=ports.Cause(letter.cause.value) if letter.cause else None,
        look=Look(letter.look),
        key=letter.key,
        sent_after=letter.sent_after,
        until_utc=letter.until_utc,
    )
