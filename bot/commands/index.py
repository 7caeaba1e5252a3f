"""The picture index of /clips: a contact sheet of one day's events, with a button for each clip."""

from __future__ import annotations

from bot import keyboards
from bot.commands.clips import day_and_page
from bot.desk import Ask, Desk
from bot.pictures import Tile
from bot.privacy import Look
from bot.texts import clips as texts
from bot.texts import digests as digest_texts

PER_PAGE = 12
FILE_NAME = "clips.jpg"


async def index_pressed(desk: Desk, ask: Ask) -> None:
    """From the list: a new message, since a list cannot become a picture and back."""
    await _show(desk, ask, in_place=False)


async def index_turned(desk: Desk, ask: Ask) -> None:
    """Another page, in the same message."""
    await _show(desk, ask, in_place=True)


async def _show(desk: Desk, ask: Ask, *, in_place: bool) -> None:
    day, number = day_and_page(ask.argument)
    shown = await desk.house.clips.page(day, number, PER_PAGE)
    if shown is None or not shown.events:
        await desk.say(ask, texts.none_on(day, desk.today()))
        return
    first = shown.page * PER_PAGE + 1
    tiles = [
        Tile(str(at), digest_texts.tile(event, desk.zone), event.snapshot, event.box, camera=event.camera)
        for at, event in enumerate(shown.events, first)
    ]
    sheet = await desk.house.pictures.sheet(tiles, Look.FULL)
    text = texts.index_text(shown, first, desk.today(), desk.zone)
    keyboard = keyboards.index(shown, first)
    if in_place and ask.message_id is not None:
        await desk.answers.edit_photo(ask.chat_id, ask.message_id, sheet, FILE_NAME, text, keyboard)
    else:
        await desk.answers.photo(ask.chat_id, sheet, FILE_NAME, text, keyboard)
