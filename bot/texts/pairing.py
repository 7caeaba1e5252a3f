"""Sentences of pairing: the console's, and the chat's greeting of a new owner."""

from __future__ import annotations

from bot.formatting import escaped
from bot.texts.privacy import CHOICE

WRONG_CODE = "That code is not right. The console of MoCam shows the right one."


def invitation(bot_name: str, code: str, link: str, until: str, qr: str) -> str:
    """For the console, plain text."""
    return (
        f"Nobody owns this MoCam yet. On your phone open\n\n    {link}\n\n"
        f"and press Start, or send  /start {code}  to @{bot_name}.\n"
        f"The code works once, until {until}; then a new one appears here.\n\n{qr}"
    )


def paired_console(user_id: int) -> str:
    """For the console, plain text."""
    return f"Paired: the Telegram user {user_id} is the owner now."


def paired(name: str) -> str:
    """The first thing a new owner reads."""
    greeting = f", {escaped(name)}" if name else ""
    return (
        f"Welcome{greeting}! This camera is yours now; nobody else gets an answer here.\n"
        "When something moves you get a picture at once, and then the clip.\n"
        f"{CHOICE}\n"
        "Try /snapshot, or /help."
    )
