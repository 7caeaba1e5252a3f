"""A message with a sheet of pictures, ready to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a digest, or a day."""

    caption: str
    keyboard: InlineKeyboardMarkup | None
    sheet: bytes
    """JPEG; empty: it could not be drawn, or the chat is to see no picture."""
    name: str
    """Of the file."""
