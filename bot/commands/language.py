"""/language: in which language somebody is answered and alerted; without a choice as their Telegram is set."""

from __future__ import annotations

from bot import keyboards
from bot.desk import Ask, Desk
from bot.language import languages, speaking
from bot.texts import language as texts

_AUTO = ("auto", "off", "telegram")


async def language(desk: Desk, ask: Ask) -> None:
    """`de`, `Deutsch`, `auto`; without words it shows the choice."""
    word = ask.argument.lower()
    if word and word not in (*languages(), *_AUTO):
        await desk.say(ask, texts.UNKNOWN, keyboards.languages(desk.house.languages.chosen(ask.user_id)))
        return
    if word:
        await desk.house.languages.choose(ask.user_id, texts.AUTO if word in _AUTO else word)
    await _show(desk, ask)


async def language_pressed(desk: Desk, ask: Ask) -> None:
    """A button carries the language, or nothing: as Telegram is set."""
    await desk.house.languages.choose(ask.user_id, ask.argument if ask.argument in languages() else texts.AUTO)
    await _show(desk, ask)


async def _show(desk: Desk, ask: Ask) -> None:
    """In the new one at once."""
    chosen = desk.house.languages.chosen(ask.user_id)
    with speaking(desk.house.languages.of(ask.user_id)):
        await desk.show(ask, texts.overview(chosen), keyboards.languages(chosen))
