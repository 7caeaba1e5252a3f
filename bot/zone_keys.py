"""The buttons below the picture with the grid: a row, then its squares, so that every square is two taps away."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback import camera_key, pack
from bot.language import Words
from bot.sensitivity import Level, LevelView
from bot.texts import sensitivity as level_texts
from bot.texts import why as why_texts
from bot.texts import zones as texts
from bot.zones import COLUMNS, ROWS, Verb, ZonesView

ALL_OF_ROW = "*"
IGNORE, MASK = "i", "m"
TAPS = {IGNORE: Verb.TOGGLE, MASK: Verb.TOGGLE_MASK}
"""What a tap on a square does."""


def cameras(names: Sequence[str], verb: str = "zones") -> InlineKeyboardMarkup:
    """Whose grid; or whatever else `verb` opens."""
    buttons = [_button(name[:32], verb, camera_key(name)) for name in names]
    return InlineKeyboardMarkup([buttons[at : at + 2] for at in range(0, len(buttons), 2)])


def grid(view: ZonesView, row: int | None, tap: str = IGNORE) -> InlineKeyboardMarkup:
    """`row`, from 1, is open: its squares can be tapped, which does what `tap` says."""
    key = camera_key(view.camera)
    rows = [
        [
            _button(texts.row_label(one, row), "zones-row", f"{key}.{0 if one == row else one}.{tap}")
            for one in range(1, ROWS + 1)
        ]
    ]
    if row is not None:
        squares = [
            _button(
                texts.square_label(f"{column}{row}", view.marks.get(f"{column}{row}", "")),
                "zones-tap",
                f"{key}.{row}.{column}.{tap}",
            )
            for column in COLUMNS
        ]
        half = len(squares) // 2
        whole = _button(texts.WHOLE_ROW, "zones-tap", f"{key}.{row}.{ALL_OF_ROW}.{tap}")
        taps = [
            _button(texts.tap_label(label, chosen=one == tap), "zones-row", f"{key}.{row}.{one}")
            for one, label in ((IGNORE, texts.TAP_IGNORES), (MASK, texts.TAP_MASKS))
        ]
        rows += [squares[:half], squares[half:], [whole], taps]
    last = [_button(texts.NEW_PICTURE, "zones-see", f"{key}.{row or 0}.{tap}")]
    if view.can_undo:
        last.append(_button(texts.UNDO, "zones-undo", f"{key}.{row or 0}.{view.revision}.{tap}"))
    return InlineKeyboardMarkup([*rows, last])


def levels(view: LevelView) -> InlineKeyboardMarkup:
    """Below /sensitivity."""
    key = camera_key(view.camera)
    rows = [
        [_button(level_texts.level_label(level, view.level), "level", f"{key}.{level}") for level in Level],
        *([[_button(texts.UNDO, "level-undo", f"{key}.{view.revision}")]] if view.can_undo else []),
    ]
    return InlineKeyboardMarkup(rows)


def why(key: str, page: int, pages: int) -> InlineKeyboardMarkup | None:
    """Turns the pages of /why, `page` from 0; None: there is one only."""
    turn = [_button(why_texts.NEWER, "why-page", f"{key}.{page - 1}")] if page else []
    if page + 1 < pages:
        turn.append(_button(why_texts.OLDER, "why-page", f"{key}.{page + 1}"))
    return InlineKeyboardMarkup([turn]) if turn else None


def _button(label: Words, verb: str, argument: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(str(label), callback_data=pack(verb, argument))
