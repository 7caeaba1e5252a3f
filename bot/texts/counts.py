"""So many of something."""

from __future__ import annotations

from bot.language import plural


def clips(number: int) -> str:
    """`1 clip`, `3 clips`."""
    return plural("{count} clip", "{count} clips", number)


def parts(number: int) -> str:
    """Of an event."""
    return plural("{count} part", "{count} parts", number)


def events(number: int) -> str:
    """`1 event`."""
    return plural("{count} event", "{count} events", number)


def messages(number: int) -> str:
    """`1 message`."""
    return plural("{count} message", "{count} messages", number)


def frames(number: int) -> str:
    """`1 frame`."""
    return plural("{count} frame", "{count} frames", number)


def hours(number: int) -> str:
    """`1 hour`."""
    return plural("{count} hour", "{count} hours", number)
