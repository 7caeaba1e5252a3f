"""Sentences of pairing: the console's, and the chat's greeting of a new owner."""

from __future__ import annotations

from bot.formatting import escaped
from bot.language import Text, t
from bot.texts.privacy import CHOICE


def invitation(bot_name: str, code: str, link: str, until: str, qr: str) -> str:
    """For the console, plain text: English, since nobody has spoken yet."""
    return (
        f"Nobody owns this MoCam yet. On your phone open\n\n    {link}\n\n"
        f"and press Start, or send  /start {code}  to @{bot_name}.\n"
        f"The code works once, until {until}; then a new one appears here.\n\n{qr}"
    )


def paired_console(user_id: int) -> str:
    """For the console, plain text."""
    return f"Paired: the Telegram user {user_id} is the owner now."


SETTING_UP = Text(
    "Welcome! This camera is yours now; nobody else gets an answer here. When set-up is done I send you a test alert."
)


def test_alert(camera: str) -> str:
    """Below the picture that ends the set-up."""
    return t(
        "<b>Test alert</b> · {camera}\nThis is how an alert comes when something moves. Set-up is done.",
        camera=escaped(camera),
    )


def paired(name: str) -> str:
    """The first thing a new owner reads."""
    greeting = t("Welcome, {name}!", name=escaped(name)) if name else t("Welcome!")
    return t(
        "{greeting} This camera is yours now; nobody else gets an answer here.\n"
        "When something moves you get a picture at once, and then the clip.\n"
        "{choice}\n"
        "Try /snapshot, or /help.",
        greeting=greeting,
        choice=CHOICE,
    )
