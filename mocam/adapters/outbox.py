"""The chat's outbox, answered by the durable one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from bot import ports
from bot.ports import Unavailable
from storage.errors import StorageError
from storage.model import Letter
from storage.outbox import Outbox

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 50


class OutboxPort:
    """The chat's `Outbox`: translates letters and the clock, and leaves the event loop for each transaction."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def due(self) -> Sequence[ports.Letter]:
        letters = await _asked(self._outbox.due, datetime.now(UTC), AT_ONCE)
        return [_translated(letter) for letter in letters]

    async def shown(self, letter_id: int, message_id: int, wanted: int, *, holds_clip: bool) -> None:
        await _asked(partial(self._outbox.shown, letter_id, message_id, wanted, holds_clip=holds_clip))

    async def defer(self, letter_id: int, delay_s: float, reason: str, *, unknown: bool) -> None:
        until_utc = datetime.now(UTC) + timedelta(seconds=delay_s)
        await _asked(partial(self._outbox.defer, letter_id, until_utc, reason, unknown=unknown))

    async def give_up(self, letter_id: int, reason: str) -> None:
        await _asked(self._outbox.give_up, letter_id, reason)

    async def next_due_s(self) -> float | None:
        now_utc = datetime.now(UTC)
        due_utc = await _asked(self._outbox.next_due, now_utc)
        return None if due_utc is None else max(0.0, (due_utc - now_utc).total_seconds())


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
        message_id=letter.message_id,
        holds_clip=letter.holds_clip,
        wanted=letter.wanted,
        attempts=letter.attempts,
        created_utc=letter.created_utc,
        unknown=letter.unknown,
    )
