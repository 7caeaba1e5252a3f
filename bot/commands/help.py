"""/help: every command in a line."""

from __future__ import annotations

from bot.desk import Ask, Desk
from bot.texts import common
from bot.texts.menu import MENU


async def help_(desk: Desk, ask: Ask) -> None:
    """The list, as in Telegram's own menu."""
    await desk.say(ask, common.help_text(MENU.values()))
