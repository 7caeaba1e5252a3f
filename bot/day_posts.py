"""What the digest of a day shows: words, buttons, and its picture."""

from __future__ import annotations

import logging
from datetime import datetime, tzinfo

from bot import activity, keyboards, moments
from bot.daily import DayView
from bot.desk import House
from bot.pictures import Tile
from bot.ports import Unavailable
from bot.privacy import Look
from bot.shown import Shown
from bot.texts import daily as texts

_log = logging.getLogger(__name__)

FILE_NAME = "day.jpg"


async def rendered(house: House, until_utc: datetime, look: Look, now_utc: datetime, zone: tzinfo) -> Shown:
    """The day that ended then, as it is known now. Without events there is no picture. Raises Unavailable."""
    day = await house.days.day(until_utc)
    usage = await house.retention.usage()
    health = await house.health.now() if house.health else None
    best = moments.best(day.events)
    tiles = [
        Tile(str(number), texts.tile(event, zone), event.snapshot, event.box, camera=event.camera)
        for number, event in enumerate(best, 1)
    ]
    drawn = b"" if look is Look.TEXT or not day.events else await _drawn(house, day, tiles, look, now_utc, zone)
    return Shown(
        texts.caption(day, usage, health.celsius if health else None, now_utc, zone),
        keyboards.day(day, best if drawn else [], now_utc, zone),
        drawn,
        FILE_NAME,
    )


async def _drawn(house: House, day: DayView, tiles: list[Tile], look: Look, now_utc: datetime, zone: tzinfo) -> bytes:
    try:
        return await house.pictures.day(activity.picture(day, tiles, now_utc, zone), look)
    except Unavailable as exc:
        _log.warning("no picture of the day: %s", exc)
        return b""
