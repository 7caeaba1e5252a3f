"""/privacy: what this chat sees of an event, when it leaves the chat again, and cameras closed for a while."""

from __future__ import annotations

from datetime import timedelta

from telegram import InlineKeyboardMarkup

from bot import keyboards, parsing
from bot.desk import Ask, Desk
from bot.formatting import moment_text
from bot.parsing import NotUnderstood, Why
from bot.people import Act
from bot.privacy import Look
from bot.texts import common
from bot.texts import privacy as texts

_WORDS = {
    "text": Look.TEXT,
    "text only": Look.TEXT,
    "words": Look.TEXT,
    "pixelated": Look.PIXELATED,
    "pixel": Look.PIXELATED,
    "pixels": Look.PIXELATED,
    "crop": Look.CROP,
    "cropped": Look.CROP,
    "cut-out": Look.CROP,
    "cutout": Look.CROP,
    "full": Look.FULL,
    "off": Look.FULL,
}
_STAY = ("stay", "remove off", "remove never", "keep")


async def privacy(desk: Desk, ask: Ask) -> None:
    """Shows it; with words: a level, `remove 24h`, `stay`, or for how long the cameras close."""
    words, book = ask.argument.lower(), desk.house.privacy
    if not words:
        await _show(desk, ask)
    elif words in _WORDS:
        await book.set_look(ask.chat_id, _WORDS[words])
        await desk.say(ask, texts.look_set(_WORDS[words]), await _keys(desk, ask))
    elif words in _STAY:
        await book.set_removal(ask.chat_id, None)
        await desk.say(ask, texts.removal_set(None), await _keys(desk, ask))
    elif words.startswith("remove"):
        hours = parsing.removal_hours(words.removeprefix("remove"))
        await book.set_removal(ask.chat_id, hours)
        await desk.say(ask, texts.removal_set(hours), await _keys(desk, ask))
    else:
        await _ask(desk, ask, _seconds(words), "")


async def privacy_pressed(desk: Desk, ask: Ask) -> None:
    """The buttons below /privacy; what they say is done, and shown in place."""
    kind, _, value = ask.argument.partition(".")
    book = desk.house.privacy
    if kind == "look" and value in tuple(Look):
        await book.set_look(ask.chat_id, Look(value))
    elif kind == "stay":
        await book.set_removal(ask.chat_id, None)
    elif kind == "remove":
        await book.set_removal(ask.chat_id, parsing.removal_hours(value))
    elif kind == "close":
        await _ask(desk, ask, parsing.seconds(value), "", in_place=False)
        return
    else:
        raise NotUnderstood(Why.PRIVACY)
    await _show(desk, ask)


async def close_yes(desk: Desk, ask: Ask) -> None:
    """The Yes button; expired, or from before a restart, it asks again."""
    seconds = parsing.seconds(ask.argument)
    if not await desk.confirmed(ask, _about(seconds)):
        await _ask(desk, ask, seconds, f"{common.QUESTION_EXPIRED}\n")
        return
    until_utc = desk.now_utc() + timedelta(seconds=seconds)
    await desk.house.arming.close(until_utc)
    await desk.note(ask, Act.CLOSED, "")
    await desk.show(ask, texts.closed(moment_text(until_utc, desk.now_utc(), desk.zone)), keyboards.arm())


async def _ask(desk: Desk, ask: Ask, seconds: int, before: str, *, in_place: bool = True) -> None:
    until = moment_text(desk.now_utc() + timedelta(seconds=seconds), desk.now_utc(), desk.zone)
    text = before + texts.close_question(seconds, until, desk.asked_long_ago(ask))
    keyboard = keyboards.question(texts.YES_CLOSE, "close-yes", str(seconds))
    await desk.question(ask, text, keyboard, _about(seconds), in_place=in_place)


def _seconds(words: str) -> int:
    try:
        return int(parsing.duration(words).total_seconds())
    except NotUnderstood as exc:
        raise (NotUnderstood(Why.PRIVACY) if exc.why is Why.DURATION else exc) from None


def _about(seconds: int) -> str:
    return f"close {seconds}"


async def _show(desk: Desk, ask: Ask) -> None:
    now = await desk.house.privacy.of(ask.chat_id)
    await desk.show(ask, texts.overview(now), keyboards.privacy(now))


async def _keys(desk: Desk, ask: Ask) -> InlineKeyboardMarkup:
    return keyboards.privacy(await desk.house.privacy.of(ask.chat_id))
