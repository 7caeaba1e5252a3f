"""Takes pictures and clips out of a chat when their time there is over, or their event was deleted."""

from __future__ import annotations

import asyncio
import logging

from bot.delivery import Outcome, Undelivered
from bot.pacing import Rank
from bot.ports import Unavailable
from bot.privacy import PrivacyBook, Removal
from bot.timing import Timing
from bot.wire import Address, Wire

_log = logging.getLogger(__name__)


class Sweeper:
    """Part of the outbox's drain. What must go is durable: what fails, or what a kill cut off, comes again."""

    def __init__(self, book: PrivacyBook, wire: Wire, timing: Timing) -> None:
        self._book = book
        self._wire = wire
        self._timing = timing

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            done = await self._sweep()
            await asyncio.sleep(self._timing.sweep_s if done else self._timing.retry_longest_s)

    async def sent(self, to: Address, message_ids: list[int]) -> None:
        """These messages show a picture or a clip."""
        try:
            await self._book.sent(to.chat_id, message_ids, to.event_id)
        except Unavailable as exc:
            _log.error("a picture in the chat was not written down and will not be removed: %s", exc)

    async def _sweep(self) -> bool:
        """Removes what is due; False: not all of it could be."""
        try:
            removals = await self._book.due()
            return all([await self._removed(removal) for removal in removals])
        except Unavailable as exc:
            _log.warning("what must leave the chat cannot be read: %s", exc)
            return False

    async def _removed(self, removal: Removal) -> bool:
        to = Address(removal.chat_id, Rank.CAPTION)
        try:
            await self._wire.delete_many(to, removal.message_ids)
        except Undelivered as exc:
            if exc.outcome not in (Outcome.GONE, Outcome.REFUSED):
                _log.info("pictures could not be removed from the chat yet: %s", exc)
                return False
            _log.warning("Telegram does not remove pictures from the chat: %s", exc.reason)
        await self._book.removed(removal)
        return True
