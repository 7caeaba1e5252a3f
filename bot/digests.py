"""What a digest shows: words, buttons and the contact sheet of one page of its events."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, tzinfo

from telegram import InlineKeyboardMarkup

from bot import keyboards
from bot.desk import House
from bot.pictures import Tile
from bot.ports import EventView, Gathered, Unavailable
from bot.texts import digests as texts

_log = logging.getLogger(__name__)

PER_PAGE = 12
"""Small pictures that can still be told apart on a phone; 300 events are 25 pages, each one tap away."""
LAST_PAGE = -1
FILE_NAME = "events.jpg"


@dataclass(frozen=True, slots=True)
class Shown:
    """One page, ready to be sent."""

    caption: str
    keyboard: InlineKeyboardMarkup
    sheet: bytes
    """JPEG; empty: it could not be drawn."""


async def rendered(house: House, letter_id: int, page: int, now_utc: datetime, zone: tzinfo) -> Shown | None:
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
        await _sheet(house, gathered, events, zone),
    )


async def _sheet(house: House, gathered: Gathered, events: list[EventView], zone: tzinfo) -> bytes:
    numbered = enumerate(events, gathered.first_number)
    tiles = [Tile(str(number), texts.tile(event, zone), event.snapshot) for number, event in numbered]
    try:
        return await house.pictures.sheet(tiles)
    except Unavailable as exc:
        _log.warning("no contact sheet: %s", exc)
        return b""
