"""The Stills button of /status: every camera at a glance, on one sheet, as clear as the chat is to see."""

from __future__ import annotations

import asyncio

from telegram.constants import ChatAction

from bot.desk import Ask, Desk
from bot.formatting import moment_text
from bot.people import Act
from bot.pictures import MOST_TILES, Still
from bot.ports import Unavailable
from bot.privacy import Look
from bot.texts import status as texts

FILE_NAME = "cameras.jpg"


async def stills_pressed(desk: Desk, ask: Ask) -> None:
    """A new message below the status, which stays as it is. A camera that is closed stays closed."""
    look = (await desk.house.privacy.of(ask.chat_id)).look
    if look is Look.TEXT:
        await desk.say(ask, texts.NO_STILLS)
        return
    await desk.answers.busy(ask.chat_id, ChatAction.UPLOAD_PHOTO)
    until_utc = (await desk.house.arming.state()).until_utc
    ends = {name: moment_text(end, desk.now_utc(), desk.zone) for name, end in until_utc.items()}
    names = desk.camera_names()[:MOST_TILES]
    stills = await asyncio.gather(*(_still(desk, name, ends.get(name, "")) for name in names))
    sheet = await desk.house.pictures.stills(stills, look)
    if shown := [name for name, still in zip(names, stills, strict=True) if still.jpeg]:
        await desk.note(ask, Act.SNAPSHOT, ", ".join(shown))
    caption = texts.stills_caption(len(shown), desk.now_utc(), desk.zone)
    await desk.answers.photo(ask.chat_id, sheet, FILE_NAME, caption)


async def _still(desk: Desk, name: str, closed_until: str) -> Still:
    if closed_until:
        return Still(name, b"", texts.still_closed(closed_until))
    try:
        jpeg = await desk.house.cameras.snapshot(name)
    except Unavailable:
        return Still(name, b"", str(texts.STILL_FAILED))
    return Still(texts.still_label(name, desk.now_utc(), desk.zone), jpeg, str(texts.STILL_FAILED))
