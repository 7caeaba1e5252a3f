"""First messages that got no answer: looked for by their number, so that none is lost and hardly one doubled."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Collection, Container
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup

from bot.delivery import Outcome, Undelivered
from bot.notes import Notes
from bot.ports import Letter, NotNow, Outbox, Unavailable
from bot.privacy import Look
from bot.trail import LOOKED_AT
from bot.wire import Address, Wire

_log = logging.getLogger(__name__)

MOST_SEARCHES = 3
"""Failed searches for one message, before it is sent again without."""
TRIES_WITHOUT_ANSWER = 3
"""Of a message that cannot be looked for; from then on it is tried once an hour."""


@dataclass(frozen=True, slots=True)
class _Fate:
    """How a message of unknown fate may be found."""

    after: int
    """The newest number known when it was sent; 0: none was."""
    captioned: bool
    searches: int = 0
    earlier: bool = False
    """It was sent by an earlier life of the program, of which less is known."""


async def find(
    wire: Wire,
    to: Address,
    after: int,
    html: str,
    keyboard: InlineKeyboardMarkup | None,
    *,
    captioned: bool,
    taken: Container[int] = (),
) -> int | None:
    """Looks for a message of unknown fate that was sent when `after` was the newest: the first of the next numbers that
    lets itself be edited into `html` is it; `taken` ones are others'. None: it is not in the chat, as far as one can
    know. Raises Undelivered."""
    edit = wire.edit_caption if captioned else wire.edit_text
    for message_id in wire.trail.candidates(after):
        if message_id in taken:
            continue
        try:
            await edit(to, message_id, html, keyboard)
        except Undelivered as exc:
            if exc.outcome not in (Outcome.GONE, Outcome.REFUSED):
                raise
        else:
            wire.trail.sent(message_id)
            return message_id
    return None


class Lost:
    """Loop only; in memory. The outbox remembers across a restart that a letter is of unknown fate, and which number
    was the newest then."""

    def __init__(self, wire: Wire, outbox: Outbox) -> None:
        self._wire = wire
        self._outbox = outbox
        self._fates = Notes[_Fate]()
        self._silences = Notes[int]()
        """Tries without an answer, by letter."""

    def silences(self, letter: Letter) -> int:
        """How often no answer came since it was last known not to be in the chat."""
        return self._silences.get(letter.letter_id, int(letter.unknown))

    def silent(self, letter: Letter) -> int:
        """Once more no answer; returns how often by now."""
        return self._silences.put(letter.letter_id, self.silences(letter) + 1)

    def beyond_search(self, letter: Letter) -> bool:
        """Tried as often as is decent, and it cannot be looked for."""
        fate = self._fates.get(letter.letter_id)
        return self.silences(letter) >= TRIES_WITHOUT_ANSWER and (fate is None or not fate.after)

    def forget(self, letter_id: int) -> None:
        """The chat shows it."""
        self._fates.pop(letter_id, None)
        self._silences.pop(letter_id, None)

    async def sending(self, letter: Letter, sending: Awaitable[int], *, captioned: bool) -> int:
        """Sends; the new message's number. One of unknown fate is remembered with what may find it. A 5xx counts: such
        an answer comes from a gateway, behind which the message may be stored."""
        trail = self._wire.trail
        after = trail.newest_picture if captioned else trail.newest
        try:
            return await sending
        except Undelivered as exc:
            if exc.outcome in (Outcome.UNKNOWN, Outcome.FAILED):
                self._fates.put(letter.letter_id, _Fate(after, captioned))
            raise

    async def mark(self, letter: Letter) -> bool:
        """Before it leaves: a program that is killed in that moment must know later that it may have arrived. False: it
        will not know. Raises NotNow."""
        try:
            return await self._outbox.sending(letter.letter_id, self._wire.trail.newest_picture)
        except NotNow:
            raise
        except Unavailable as exc:
            _log.warning("letter %d is sent though the outbox cannot be told: %s", letter.letter_id, exc)
            return letter.unknown

    async def begin(self) -> None:
        """Goes on from the last number that the last life knew."""
        try:
            self._wire.trail.begin(await self._outbox.newest_message())
        except Unavailable as exc:
            _log.warning("the numbers of earlier messages are not known: %s", exc)

    async def _taken(self, fate: _Fate) -> Collection[int] | None:
        """Numbers that belong to others; None: that cannot be told, and this life does not know them all itself."""
        try:
            return await self._outbox.numbers_taken(fate.after, LOOKED_AT)
        except Unavailable as exc:  # a disk that is too full even to be read
            _log.warning("the outbox cannot tell whose the next messages are: %s", exc)
            return None if fate.earlier else ()

    async def found(self, letter: Letter, to: Address, html: str, keyboard: InlineKeyboardMarkup | None) -> int | None:
        """The number of an earlier try's message, if it is in the chat after all; it shows `html` then."""
        fate = self._fates.get(letter.letter_id) or _of_earlier_life(letter)
        if fate is None or not fate.after or fate.searches >= MOST_SEARCHES:
            return None
        taken = await self._taken(fate)
        if taken is None:
            return None
        try:
            number = await find(self._wire, to, fate.after, html, keyboard, captioned=fate.captioned, taken=taken)
        except Undelivered as exc:
            if not exc.away:
                self._fates.put(letter.letter_id, replace(fate, searches=fate.searches + 1))
            raise Undelivered(Outcome.NOT_SENT, exc.reason, away=exc.away) from exc
        if number:
            self.forget(letter.letter_id)
            _log.info("letter %d was in the chat after all", letter.letter_id)
        elif fate.earlier:  # it may have gone out in another shape: the next copy explains itself
            self._fates.put(letter.letter_id, replace(fate, searches=MOST_SEARCHES))
        else:
            self._fates.pop(letter.letter_id, None)
            self._silences.put(letter.letter_id, 0)
        return number


def _of_earlier_life(letter: Letter) -> _Fate | None:
    """Of a picture that an earlier life sent. Words are not looked for: an answer to a command could be taken for them,
    since of answers no number is written down."""
    pictured = (letter.event_id or letter.cause is not None) and letter.look is not Look.TEXT
    return _Fate(letter.sent_after, captioned=True, earlier=True) if letter.unknown and pictured else None
