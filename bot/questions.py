"""Which questions are still open: a Yes counts only from who was asked, on that message, within its time."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

MOST_OPEN = 100
OVERTAKEN_S = 5.0
"""How long a press waits for questions that are on their way."""


class Questions:
    """Kept in memory only: after a restart every question has expired, and is asked again when its Yes is pressed."""

    def __init__(self, lasts_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lasts_s = lasts_s
        self._clock = clock
        self._open: OrderedDict[tuple[int, int], tuple[int, str, float]] = OrderedDict()
        self._going_out: set[tuple[int, asyncio.Event]] = set()

    def asked(self, chat_id: int, message_id: int, user_id: int, about: str) -> None:
        """Remembers what this message asks of this user."""
        self._open[chat_id, message_id] = (user_id, about, self._clock() + self._lasts_s)
        self._open.move_to_end((chat_id, message_id))
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)

    @contextmanager
    def going_out(self, chat_id: int) -> Iterator[None]:
        """Around the sending of a question and `asked`."""
        sent = asyncio.Event()
        self._going_out.add((chat_id, sent))
        try:
            yield
        finally:
            self._going_out.discard((chat_id, sent))
            sent.set()

    async def settled(self, chat_id: int) -> None:
        """Who sees a question may press before Telegram has told us which message it became: waits for that."""
        under_way = [sent.wait() for chat, sent in self._going_out if chat == chat_id]
        with suppress(TimeoutError):
            async with asyncio.timeout(OVERTAKEN_S):
                await asyncio.gather(*under_way)

    def answered(self, chat_id: int, message_id: int, user_id: int, about: str) -> bool:
        """True once, for the right user, message and matter, in time; the question is closed then."""
        known_user, known_about, until_s = self._open.get((chat_id, message_id), (0, "", 0.0))
        valid = (known_user, known_about) == (user_id, about) and self._clock() <= until_s
        if valid or known_user == user_id:
            self._open.pop((chat_id, message_id), None)
        return valid

    def words(self, chat_id: int, message_id: int) -> str | None:
        """What the open question on this message is about; None: there is none."""
        known = self._open.get((chat_id, message_id))
        return None if known is None else known[1]

    def dropped(self, chat_id: int, message_id: int) -> None:
        """Answered with No: a Yes on the same message does not count any more."""
        self._open.pop((chat_id, message_id), None)
