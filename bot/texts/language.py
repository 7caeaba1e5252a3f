"""Sentences of /language."""

from __future__ import annotations

from bot.formatting import escaped
from bot.language import Text, speaking, t

AUTO = ""
_OWN_NAME = Text("English")
"""Translated as the name of the language that it is translated into."""
UNKNOWN = Text("That language I do not speak. These I do; <code>/language auto</code> follows your Telegram.")


def label(language: str, *, chosen: bool) -> str:
    """The button of one, by its own name; the chosen one is marked."""
    name = own_name(language) if language else t("As Telegram")
    return f"{name} ✓" if chosen else name


def own_name(language: str) -> str:
    """`Deutsch`."""
    with speaking(language):
        return str(_OWN_NAME)


def overview(chosen: str) -> str:
    """How I speak, and why."""
    if chosen:
        return t("I speak <b>{language}</b> with you, as you chose.", language=escaped(own_name(chosen)))
    return t("I speak <b>{language}</b> with you, as your Telegram is set.", language=_OWN_NAME)
