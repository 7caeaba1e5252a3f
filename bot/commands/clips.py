"""/clips: what was recorded, by day, by words, by camera and kind; newest first."""

from __future__ import annotations

from dataclasses import replace

from bot import choice, clip_keys, search
from bot.desk import Ask, Desk
from bot.parsing import NotUnderstood, Why
from bot.search import Search
from bot.texts import clips as texts
from bot.texts import status as status_texts

PER_PAGE = 8


async def clips(desk: Desk, ask: Ask) -> None:
    """The newest day that has any; or `yesterday evening`, `front friday`, `18:00-20:00`, `kept`."""
    names = desk.camera_names()
    try:
        found = search.words(ask.argument, names, desk.now_utc(), desk.zone)
    except NotUnderstood as exc:
        stray = next((word for word in ask.argument.split() if choice.is_nearly(word, names)), "")
        if exc.why is not Why.WHEN or not stray:
            raise
        await desk.say(ask, status_texts.no_such_camera(stray, choice.near(stray, names), names))
        return
    await _show(desk, ask, found, 0)


async def clips_pressed(desk: Desk, ask: Ask) -> None:
    """Another page or day, in place."""
    await _show(desk, ask, *search_and_page(desk, ask))


async def day_pressed(desk: Desk, ask: Ask) -> None:
    """The day of an event: below its message, which stays."""
    await clips_pressed(desk, replace(ask, message_id=None))


def search_and_page(desk: Desk, ask: Ask) -> tuple[Search, int]:
    """What a paging button carries. Raises NotUnderstood."""
    token, _, page = ask.argument.partition(".")
    found = search.of_token(token, desk.camera_names())
    return found, int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 0


async def _show(desk: Desk, ask: Ask, wanted: Search, number: int) -> None:
    shown = await desk.house.clips.page(wanted, number, PER_PAGE)
    if shown is None:
        await desk.show(ask, texts.NONE_YET)
        return
    today = desk.today()
    text = (
        texts.page_text(shown, today, desk.zone) if shown.events else texts.none_found(shown.search, today, desk.zone)
    )
    await desk.show(ask, text, clip_keys.page(shown, today, desk.zone))
