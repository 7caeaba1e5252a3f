"""A pinned message that says all the time that MoCam is alive: edited quietly, at a bounded rate, made anew if need be.

Its time is the sign of life: who sees an old one knows that MoCam, or its network, is down.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.delivery import Outcome, Undelivered
from bot.desk import House
from bot.language import speaking
from bot.lost import find
from bot.pacing import Rank
from bot.pins import PinBook
from bot.ports import Unavailable, Usage
from bot.texts import pin as texts
from bot.timing import Timing
from bot.wire import Address, Wire

_log = logging.getLogger(__name__)

_GONE = (Outcome.GONE, Outcome.REFUSED)
"""Of a deletion: there is nothing, or it is older than Telegram lets a bot delete."""


@dataclass(slots=True)
class _Shown:
    """What one chat is known to show."""

    body: str = ""
    """All but its first line."""
    edited_s: float = float("-inf")
    tried_s: float = float("-inf")
    made_s: float = float("-inf")
    """When it had to be made anew, since its owner deleted it."""
    after: int = 0
    """The newest message number when one was sent of which no answer told; 0: there is no such one."""


class Pinboard:
    """Loop only. `run` until cancelled."""

    def __init__(
        self,
        house: House,
        wire: Wire,
        zone: tzinfo,
        timing: Timing,
        now_utc: Callable[[], datetime],
        mono_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._house = house
        self._book: PinBook = house.pins
        self._wire = wire
        self._zone = zone
        self._timing = timing
        self._now_utc = now_utc
        self._mono_s = mono_s
        self._shown: dict[int, _Shown] = {}
        """Bounded by the owners."""
        self._stored: Usage | None = None
        self._counted_s = float("-inf")
        self._working = asyncio.Lock()
        self._closing = False

    async def run(self) -> None:
        """Looks now and then whether a chat's message must change."""
        while True:
            try:
                await self.renew()
            except Unavailable as exc:
                _log.warning("the pinned messages wait: %s", exc)
            await asyncio.sleep(self._timing.pin_look_s)

    async def settle(self, patience_s: float) -> None:
        """Begins nothing new, and waits so long for what is on its way: a cancelled call leaks its connection."""
        self._closing = True
        try:
            async with asyncio.timeout(patience_s), self._working:
                return
        except TimeoutError:
            _log.warning("stopped while a pinned message was on its way")

    async def is_on(self, chat_id: int) -> bool:
        """Whether this chat wants one."""
        return chat_id in await self._book.all()

    async def turn_on(self, chat_id: int) -> None:
        """Sent and pinned at once, if Telegram lets us; else as soon as it does."""
        async with self._working:
            if chat_id not in await self._book.all():
                self._shown.pop(chat_id, None)
                await self._book.put(chat_id, None)
        await self.renew()

    async def turn_off(self, chat_id: int) -> None:
        """Taken out of the chat; one that is too old for that says that it is not renewed any more."""
        async with self._working:
            message_id = (await self._book.all()).get(chat_id)
            await self._book.remove(chat_id)
            self._shown.pop(chat_id, None)
            if message_id is None:
                return
            try:
                await self._take_away(_to(chat_id), message_id)
            except Undelivered as exc:
                _log.info("the pinned message of chat %d stays: %s", chat_id, exc)

    async def renew(self) -> None:
        """Brings each chat's message up to now, if it is time. Raises Unavailable."""
        async with self._working:
            for chat_id, message_id in (await self._book.all()).items():
                if chat_id in self._house.owners.ids() and not (self._closing or self._wire.blocks(chat_id)):
                    await self._renew(chat_id, message_id)

    async def _renew(self, chat_id: int, message_id: int | None) -> None:
        shown, now_s = self._shown.setdefault(chat_id, _Shown()), self._mono_s()
        with speaking(self._house.languages.of(chat_id)):
            head, body = await self._words()
            if not self._due(shown, body, now_s, new=message_id is None):
                return
            shown.tried_s = now_s
            try:
                if message_id is None:
                    await self._send(chat_id, shown, f"{head}\n{body}")
                else:
                    await self._edit(chat_id, shown, message_id, f"{head}\n{body}")
            except Undelivered as exc:
                _log.info("the pinned message of chat %d is not renewed now: %s", chat_id, exc)
                return
        shown.body, shown.edited_s = body, now_s

    def _due(self, shown: _Shown, body: str, now_s: float, *, new: bool) -> bool:
        if now_s - shown.tried_s < self._timing.pin_change_s:
            return False
        return new or body != shown.body or now_s - shown.edited_s >= self._timing.pin_life_s

    async def _words(self) -> tuple[str, str]:
        house, now_utc = self._house, self._now_utc()
        cameras, usage = house.cameras.views(), await self._usage()
        machine = (await house.health.now()).trouble if house.health else ""
        trouble = texts.trouble(cameras, usage, machine, now_utc, self._zone)
        state, last = await house.arming.state(), await house.clips.latest()
        body = texts.body(state, cameras, last, trouble, now_utc, self._zone)
        return texts.head(not trouble, now_utc, self._zone), body

    async def _usage(self) -> Usage:
        """What is stored takes seconds to count when there is very much of it: not at every look."""
        if self._stored is None or self._mono_s() - self._counted_s >= self._timing.pin_life_s:
            self._stored, self._counted_s = await self._house.retention.usage(), self._mono_s()
        return self._stored

    async def _send(self, chat_id: int, shown: _Shown, html: str) -> None:
        to = _to(chat_id)
        message_id = await find(self._wire, to, shown.after, html, None, captioned=False) if shown.after else None
        shown.after = 0
        if message_id is None:
            after = self._wire.trail.newest
            try:
                message_id = await self._wire.text(to, html)
            except Undelivered as exc:
                if exc.outcome in (Outcome.UNKNOWN, Outcome.FAILED):
                    shown.after = after
                raise
        await self._book.put(chat_id, message_id)
        try:
            await self._wire.pin(to, message_id)
        except Undelivered as exc:
            _log.warning("the sign of life of chat %d stands there, but is not pinned: %s", chat_id, exc)

    async def _edit(self, chat_id: int, shown: _Shown, message_id: int, html: str) -> None:
        try:
            await self._wire.edit_text(_to(chat_id), message_id, html)
        except Undelivered as exc:
            if exc.outcome is not Outcome.GONE:
                raise
            await self._lost(chat_id, shown, html)

    async def _lost(self, chat_id: int, shown: _Shown, html: str) -> None:
        """Its owner deleted it, with the chat's history perhaps: it comes again, but not against their will."""
        now_s = self._mono_s()
        if now_s - shown.made_s < self._timing.pin_again_s:
            await self._book.remove(chat_id)
            await self._wire.text(_to(chat_id), str(texts.TAKEN_AWAY))
            return
        shown.made_s = now_s
        await self._book.put(chat_id, None)
        await self._send(chat_id, shown, html)

    async def _take_away(self, to: Address, message_id: int) -> None:
        try:
            await self._wire.delete(to, message_id)
        except Undelivered as exc:
            if exc.outcome not in _GONE:
                raise
            await self._leave(to, message_id)

    async def _leave(self, to: Address, message_id: int) -> None:
        try:
            await self._wire.edit_text(to, message_id, texts.gone_quiet(self._now_utc(), self._zone))
            await self._wire.unpin(to, message_id)
        except Undelivered as exc:
            if exc.outcome not in _GONE:
                raise
            _log.info("the pinned message is gone already: %s", exc)


def _to(chat_id: int) -> Address:
    return Address(chat_id, Rank.CAPTION, silent=True)
