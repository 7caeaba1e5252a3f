"""What a digest shows: words, buttons and the contact sheet of one page of its events."""

from __future__ import annotations

import logging
from datetime import datetime, tzinfo

from bot import day_posts, keyboards
from bot.alerts import twice_note
from bot.delivery import Outcome, Undelivered
from bot.desk import House
from bot.lost import Lost
from bot.pictures import Tile
from bot.ports import Cause, EventView, Gathered, Letter, Unavailable
from bot.privacy import Look
from bot.shown import Shown
from bot.texts import digests as texts
from bot.uploads import photo_in_place
from bot.wire import Address, Wire

_log = logging.getLogger(__name__)

PER_PAGE = 12
"""Small pictures that can still be told apart on a phone; 300 events are 25 pages, each one tap away."""
LAST_PAGE = -1
FILE_NAME = "events.jpg"


async def rendered(
    house: House, letter_id: int, page: int, look: Look, now_utc: datetime, zone: tzinfo
) -> Shown | None:
    """None: the digest is gone, or its events are. Raises Unavailable."""
    gathered = await house.outbox.gathered(letter_id, page, PER_PAGE)
    if gathered is None:
        return None
    found = [await house.clips.event(event_id) for event_id in gathered.event_ids]
    events = [event for event in found if event is not None]
    if not events:
        return None
    return Shown(
        texts.digest(gathered, events, now_utc, zone),
        keyboards.digest(letter_id, gathered, events, PER_PAGE),
        await _sheet(house, gathered, events, look, zone),
        FILE_NAME,
    )


async def _sheet(house: House, gathered: Gathered, events: list[EventView], look: Look, zone: tzinfo) -> bytes:
    if look is Look.TEXT:
        return b""
    numbered = enumerate(events, gathered.first_number)
    tiles = [
        Tile(str(number), texts.tile(event, zone), event.snapshot, event.box, camera=event.camera)
        for number, event in numbered
    ]
    try:
        return await house.pictures.sheet(tiles, look)
    except Unavailable as exc:
        _log.warning("no contact sheet: %s", exc)
        return b""


class DigestPosts:
    """Brings digests into the chat, and keeps them as they should be there. Loop only."""

    def __init__(self, house: House, wire: Wire, lost: Lost, zone: tzinfo) -> None:
        self._house = house
        self._wire = wire
        self._lost = lost
        self._zone = zone

    async def post(self, letter: Letter, to: Address, now_utc: datetime) -> int:
        """One try; returns the message id. Raises Undelivered, Unavailable."""
        digest = await self._rendered(letter, now_utc)
        if digest is None:
            raise Undelivered(Outcome.GONE, "its events are gone")
        if letter.message_id is not None:
            await self._edit(digest, to, letter.message_id)
            return letter.message_id
        if found := await self._lost.found(letter, to, digest.caption, digest.keyboard):
            if digest.sheet:
                await self._wire.pictured(to, [found])
            return found
        return await self._first(letter, digest, to)

    async def _rendered(self, letter: Letter, now_utc: datetime) -> Shown | None:
        if letter.until_utc is not None:
            return await day_posts.rendered(self._house, letter.until_utc, letter.look, now_utc, self._zone)
        page = LAST_PAGE if letter.cause is Cause.STORM else 0
        return await rendered(self._house, letter.letter_id, page, letter.look, now_utc, self._zone)

    async def _first(self, letter: Letter, digest: Shown, to: Address) -> int:
        silences = self._lost.silences(letter)
        note = twice_note(silences, durable=await self._lost.mark(letter))
        caption = f"{digest.caption}\n{note}" if note else digest.caption
        if digest.sheet and silences < 2:
            photo = self._wire.photo(to, digest.sheet, digest.name, caption, digest.keyboard)
            try:
                return await self._lost.sending(letter, photo, captioned=True)
            except Undelivered as exc:
                if exc.outcome not in (Outcome.TOO_LARGE, Outcome.REFUSED):
                    raise
                _log.warning("Telegram did not take a contact sheet: %s", exc.reason)
        return await self._lost.sending(letter, self._wire.text(to, caption, digest.keyboard), captioned=False)

    async def _edit(self, digest: Shown, to: Address, message_id: int) -> None:
        if digest.sheet:
            await self._wire.edit_media(
                to, message_id, photo_in_place(digest.sheet, FILE_NAME), digest.caption, digest.keyboard
            )
        else:
            await self._wire.edit_words(to, message_id, digest.caption, digest.keyboard)
