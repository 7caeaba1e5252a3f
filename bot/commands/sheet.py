"""The page buttons of a digest: another page of its events, in the same message."""

from __future__ import annotations

from bot import digests
from bot.desk import Ask, Desk
from bot.texts import common
from bot.texts import digests as texts


async def sheet_pressed(desk: Desk, ask: Ask) -> None:
    """The button carries the digest and the number of the page."""
    letter, _, page = ask.argument.partition(".")
    if not (_is_number(letter) and _is_number(page)) or ask.message_id is None:
        await desk.say(ask, common.BUTTON_UNKNOWN)
        return
    look = (await desk.house.privacy.of(ask.chat_id)).look
    shown = await digests.rendered(desk.house, int(letter), int(page), look, desk.now_utc(), desk.zone)
    if shown is None:
        await desk.say(ask, texts.GONE)
    elif shown.sheet:
        answers = desk.answers
        await answers.edit_photo(
            ask.chat_id, ask.message_id, shown.sheet, digests.FILE_NAME, shown.caption, shown.keyboard
        )
    else:
        await desk.answers.edit_words(ask.chat_id, ask.message_id, shown.caption, shown.keyboard)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
