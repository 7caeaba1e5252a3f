"""/clips: what was recorded, day by day, newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot import keyboards, parsing
from bot.desk import Ask, Desk
from bot.texts import clips as texts

PER_PAGE = 8


async def clips(desk: Desk, ask: Ask) -> None:
    """The newest day that has any, or the day that was named."""
    day = parsing.day(ask.argument, desk.today()) if ask.argument else None
    await _show(desk, ask, day, 0)


async def clips_pressed(desk: Desk, ask: Ask) -> None:
    """Another page or day, in place."""
    await _show(desk, ask, *day_and_page(ask.argument))


async def day_pressed(desk: Desk, ask: Ask) -> None:
    """The day of an event: below its message, which stays."""
    await clips_pressed(desk, replace(ask, message_id=None))


def day_and_page(argument: str) -> tuple[date, int]:
    """What a paging button carries. Raises NotUnderstood."""
    day_text, _, page_text = argument.partition(".")
    try:
        day = datetime.strptime(day_text, "%Y%m%d").date()  # noqa: DTZ007 - a day in the owner's zone has no time
    except ValueError as exc:
        raise parsing.NotUnderstood(parsing.Why.DAY) from exc
    return day, int(page_text) if page_text.isdecimal() and len(page_text) < 6 else 0


async def _show(desk: Desk, ask: Ask, day: date | None, number: int) -> None:
    shown = await desk.house.clips.page(day, number, PER_PAGE)
    if shown is None:
        await desk.show(ask, texts.NONE_YET)
        return
    text = texts.page_text(shown, desk.today(), desk.zone) if shown.events else texts.none_on(shown.day, desk.today())
    await desk.show(ask, text, keyboards.page(shown, desk.today(), desk.zone))
