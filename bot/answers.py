"""Answers to the owner: sent at once, and tried again for a bounded time with the policy of `delivery`."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from telegram import InlineKeyboardMarkup
from telegram.constants import ChatAction

from bot import backoff
from bot.delivery import Outcome, Undelivered
from bot.lost import find
from bot.pacing import Rank
from bot.ports import Media
from bot.timing import Timing
from bot.uploads import photo_in_place, video_in_place
from bot.wire import Address, Wire

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(slots=True)
class _Fate:
    """What is not known of one answer."""

    after: int = 0
    """The newest number when a try got no answer; 0: every try's fate is known, or nothing had been sent before it."""
    silences: int = 0


class Answers:
    """What does not arrive within `answer_patience_s` is dropped and counted: Undelivered goes up to the caller.

    An answer of unknown fate is looked for by its number (`lost`). Where it cannot be, it is tried once more, so
    that the owner sees it at most twice.
    """

    def __init__(self, wire: Wire, timing: Timing, clock: Callable[[], float] = time.monotonic) -> None:
        self._wire = wire
        self._timing = timing
        self._clock = clock
        self.dropped = 0

    async def text(self, chat_id: int, html: str, keyboard: InlineKeyboardMarkup | None = None) -> int:
        """A new message; returns its id."""
        to = _to(chat_id)

        async def look(after: int) -> int | None:
            return await find(self._wire, to, after, html, keyboard, captioned=False)

        return await self._insist(lambda: self._wire.text(to, html, keyboard), look)

    async def edit(self, chat_id: int, message_id: int, html: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """Replaces a message's text; sends a new one when the old one is gone or is no text."""
        try:
            await self._insist(lambda: self._wire.edit_text(_to(chat_id), message_id, html, keyboard))
        except Undelivered as exc:
            if exc.outcome not in (Outcome.GONE, Outcome.REFUSED):
                raise
            await self.text(chat_id, html, keyboard)

    async def edit_photo(
        self,
        chat_id: int,
        message_id: int,
        jpeg: bytes,
        name: str,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        event_id: str = "",
    ) -> None:
        """Shows another picture in a message of ours."""
        to = Address(chat_id, Rank.ANSWER, event_id=event_id)
        await self._insist(lambda: self._wire.edit_media(to, message_id, photo_in_place(jpeg, name), caption, keyboard))

    async def edit_video(
        self,
        chat_id: int,
        message_id: int,
        media: Media,
        name: str,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        event_id: str = "",
    ) -> None:
        """Shows a clip in the place of what a message of ours shows."""
        to = Address(chat_id, Rank.CLIP, event_id=event_id)
        await self._insist(
            lambda: self._wire.edit_media(to, message_id, video_in_place(media, name), caption, keyboard)
        )

    async def edit_words(self, chat_id: int, message_id: int, html: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """Replaces the caption or text of a message of ours."""
        await self._insist(lambda: self._wire.edit_words(_to(chat_id), message_id, html, keyboard))

    async def edit_keyboard(self, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup | None) -> None:
        """Replaces the buttons of a message of ours."""
        await self._insist(lambda: self._wire.edit_keyboard(_to(chat_id), message_id, keyboard))

    async def photo(
        self,
        chat_id: int,
        jpeg: bytes,
        name: str,
        caption: str,
        keyboard: InlineKeyboardMarkup | None = None,
        event_id: str = "",
    ) -> None:
        """A snapshot, of an event or of now."""
        to = Address(chat_id, Rank.ANSWER, event_id=event_id)

        async def look(after: int) -> int | None:
            return await self._find_pictured(to, after, caption, keyboard)

        await self._insist(lambda: self._wire.photo(to, jpeg, name, caption, keyboard), look)

    async def album(self, chat_id: int, pictures: Sequence[tuple[str, bytes, str]]) -> None:
        """Two to ten snapshots: file name, JPEG, caption."""
        await self._insist(lambda: self._wire.album(_to(chat_id), pictures))

    async def video(
        self,
        chat_id: int,
        media: Media,
        name: str,
        caption: str,
        keyboard: InlineKeyboardMarkup | None = None,
        event_id: str = "",
    ) -> None:
        """A clip; behind alerts and answers that wait for the same chat."""
        to = Address(chat_id, Rank.CLIP, event_id=event_id)

        async def look(after: int) -> int | None:
            return await self._find_pictured(to, after, caption, keyboard)

        await self._insist(lambda: self._wire.video(to, media, name, caption, keyboard), look)

    async def _find_pictured(
        self, to: Address, after: int, caption: str, keyboard: InlineKeyboardMarkup | None
    ) -> int | None:
        found = await find(self._wire, to, after, caption, keyboard, captioned=True)
        if found:
            await self._wire.pictured(to, [found])
        return found

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Takes a progress message away; what is gone already is fine, and it is worth one try."""
        try:
            await self._wire.delete(_to(chat_id), message_id)
        except Undelivered as exc:
            _log.info("a progress message stays: %s", exc)

    async def acknowledge(self, query_id: str, text: str = "") -> bool:
        """Ends the waiting sign on a pressed button. False: Telegram says that the press is from long ago."""
        try:
            await self._wire.acknowledge(query_id, text)
        except Undelivered as exc:
            _log.info("a button press was not acknowledged: %s", exc)
            return exc.outcome is not Outcome.REFUSED
        return True

    async def busy(self, chat_id: int, action: ChatAction) -> None:
        """`sending a video…`; not worth a second try."""
        try:
            await self._wire.busy(chat_id, action)
        except Undelivered as exc:
            _log.debug("no chat action: %s", exc)

    async def _insist(
        self, call: Callable[[], Awaitable[_T]], look: Callable[[int], Awaitable[_T | None]] | None = None
    ) -> _T:
        """`look(after)` looks for an answer that was sent when `after` was the newest number."""
        until_s = self._clock() + self._timing.answer_patience_s
        fate, attempts = _Fate(), 0
        while True:
            try:
                return await self._try(call, look, fate)
            except Undelivered as exc:
                again = exc.retryable or (exc.outcome is Outcome.UNKNOWN and fate.silences == 1)
                delay_s = self._delay_s(attempts)
                if not again or self._clock() + delay_s > until_s:
                    self.dropped += again
                    raise
                _log.info("an answer is tried again: %s", exc)
            attempts += 1
            await asyncio.sleep(delay_s)

    async def _try(
        self, call: Callable[[], Awaitable[_T]], look: Callable[[int], Awaitable[_T | None]] | None, fate: _Fate
    ) -> _T:
        if look and fate.after:
            if found := await self._looked_for(look, fate.after):
                return found
            fate.after = fate.silences = 0
        after = self._wire.trail.newest
        try:
            return await call()
        except Undelivered as exc:
            if exc.outcome in (Outcome.UNKNOWN, Outcome.FAILED):
                fate.after = after
                fate.silences += exc.outcome is Outcome.UNKNOWN
            raise

    @staticmethod
    async def _looked_for(look: Callable[[int], Awaitable[_T | None]], after: int) -> _T | None:
        try:
            return await look(after)
        except Undelivered as exc:
            raise Undelivered(Outcome.NOT_SENT, exc.reason, exc.hold_s) from exc

    def _delay_s(self, attempts: int) -> float:
        jitter = random.random()  # noqa: S311 - spreads retries, keeps no secret
        return backoff.delay_s(attempts, self._timing.retry_first_s, self._timing.retry_longest_s, jitter)


def _to(chat_id: int) -> Address:
    return Address(chat_id, Rank.ANSWER)
