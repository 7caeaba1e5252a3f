"""Inline keyboards: the buttons below a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from demo.rejection import breach


@dataclass(frozen=True, slots=True)
class Button:
    """One button; `data` comes back to the bot, or `url` is opened."""

    text: str
    data: str = ""
    url: str = ""
    style: str = ""

    def to_json(self) -> dict[str, object]:
        answer: dict[str, object] = {"text": self.text}
        answer |= {"callback_data": self.data} if self.data else {"url": self.url}
        if self.style:
            answer["style"] = self.style
        return answer


Buttons = tuple[tuple[Button, ...], ...]


def keyboard_json(buttons: Buttons) -> dict[str, object]:
    """The Bot API's InlineKeyboardMarkup."""
    return {"inline_keyboard": [[button.to_json() for button in row] for row in buttons]}


def parse_keyboard(markup: object) -> Buttons:
    """Rows of an InlineKeyboardMarkup; empty for any other markup, which private chats of this house do not use.

    Raises Rejected for a button that the server would refuse.
    """
    if not isinstance(markup, dict):
        raise breach("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise breach('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(map(len, rows)) > 100:
        raise breach("REPLY_MARKUP_TOO_LONG")
    return tuple(tuple(_button(button) for button in cast("Sequence[object]", row)) for row in rows if row)


def _button(source: object) -> Button:
    if not isinstance(source, dict) or not str(source.get("text", "")).strip():
        raise breach("text buttons are unallowed in the inline keyboard")
    data, url = str(source.get("callback_data", "")), str(source.get("url", ""))
    if bool(data) == bool(url):
        raise breach("text buttons are unallowed in the inline keyboard" if not data else "BUTTON_TYPE_INVALID")
    if len(data.encode()) > 64:
        raise breach("BUTTON_DATA_INVALID")
    return Button(str(source["text"]), data, url, str(source.get("style", "")))
