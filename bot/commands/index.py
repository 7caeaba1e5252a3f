"""The picture index of /clips: a contact sheet of the events, with a number that opens each."""

from __future__ import annotations

from bot import clip_keys
from bot.clip_keys import PER_INDEX
from bot.commands.clips import search_and_page
from bot.desk import Ask, Desk
from bot.people import Act
from bot.pictures import Tile
from bot.privacy import Look
from bot.texts import clips as texts
from bot.texts import digests as digest_texts

FILE_NAME = "clips.jpg"


async def index_pressed(desk: Desk, ask: Ask) -> None:
    """From the list: a new message, since a list cannot become a picture and back."""
    await _show(desk, ask, in_place=False)


async def index_turned(desk: Desk, ask: Ask) -> None:
    """Another page, in the same message."""
    await _show(desk, ask, in_place=True)


async def _show(desk: Desk, ask: Ask, *, in_place: bool) -> None:
    wanted, number = search_and_page(desk, ask)
    shown = await desk.house.clips.page(wanted, number, PER_INDEX)
    if shown is None or not shown.events:
        await desk.say(ask, texts.none_found(wanted, desk.today(), desk.zone))
        return
    first = shown.page * PER_INDEX + 1
    tiles = [
        Tile(str(at), digest_texts.tile(event, desk.zone), event.snapshot, event.box, camera=event.camera)
        for at, event in enumerate(shown.events, first)
    ]
    sheet = await desk.house.pictures.sheet(tiles, Look.FULL)
    text = texts.index_text(shown, first, desk.today(), desk.zone)
    keyboard = clip_keys.index(shown, first, desk.today())
    if in_place and ask.message_id is not None:
        await desk.answers.edit_photo(ask.chat_id, ask.message_id, sheet, FILE_NAME, text, keyboard)
    else:
        await desk.answers.photo(ask.chat_id, sheet, FILE_NAME, text, keyboard)
    ends = dict.fromkeys(f"#{event.event_id}" for event in (shown.events[-1], shown.events[0]))
    await desk.note(ask, Act.LOOKED, " … ".join(ends))
