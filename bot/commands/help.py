"""/help: every command in a line."""

from __future__ import annotations

from bot.desk import Ask, Desk
from bot.roles import GUEST_COMMANDS
from bot.texts import common, guests
from bot.texts.menu import MENU


async def help_(desk: Desk, ask: Ask) -> None:
    """The list, as in Telegram's own menu."""
    if ask.is_owner:
        await desk.say(ask, common.help_text(MENU.values()))
    else:
        theirs = [entry for name, entry in MENU.items() if name in GUEST_COMMANDS]
        await desk.say(ask, guests.help_text(theirs))
