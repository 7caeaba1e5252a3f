"""Sentences of /record."""

from __future__ import annotations

from bot.formatting import escaped, length_text
from bot.language import Text, t
from bot.texts.foreign import told

OVER = Text("That recording is over already.")


def which(seconds: int) -> str:
    """Above the buttons of several cameras."""
    return t("Record {length} of which camera?", length=length_text(seconds))


def closed(until: str) -> str:
    """Every camera is closed for privacy; `until` may be empty."""
    if not until:
        return t("🔒 The cameras are closed for privacy: nothing can be recorded. /arm opens them.")
    return t(
        "🔒 The cameras are closed for privacy until <b>{until}</b>: nothing can be recorded. /arm opens them.",
        until=until,
    )


def goes_on(camera: str, until: str, event_id: str) -> str:
    """It was being recorded by hand already."""
    return t(
        "<b>{camera}</b> is being recorded already, now until <b>{until}</b> (#{event}).",
        camera=escaped(camera),
        until=until,
        event=escaped(event_id),
    )


def failed(camera: str, reason: str) -> str:
    """`reason` is a sentence."""
    return f"{escaped(camera)}: {told(reason)}"
