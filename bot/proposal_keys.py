"""The buttons below a proposal. A notice carries its key, so that they come with it whenever it is sent."""

from __future__ import annotations

import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback import camera_key, pack
from bot.language import Words
from bot.proposals import Answer, ProposalView
from bot.texts import proposals as texts

_KEY = re.compile(r"proposal:([0-9a-f]{12}\.[0-9]{1,9})")


def notice_key(camera: str, number: int) -> str:
    """Of the notice that makes this proposal."""
    return f"proposal:{camera_key(camera)}.{number}"


def of_notice(key: str) -> InlineKeyboardMarkup | None:
    """Below a notice with that key; None: it proposes nothing."""
    found = _KEY.fullmatch(key)
    return _open(found[1]) if found else None


def answered(view: ProposalView) -> InlineKeyboardMarkup | None:
    """Below it once it was answered."""
    about = f"{camera_key(view.camera)}.{view.number}"
    if view.answer is Answer.ACCEPTED:
        return InlineKeyboardMarkup([[_button(texts.UNDO, f"{about}.{Answer.UNDONE}")]])
    return _open(about) if view.answer is Answer.OPEN else None


def _open(about: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [
                _button(texts.ACCEPT, f"{about}.{Answer.ACCEPTED}"),
                _button(texts.DECLINE, f"{about}.{Answer.DECLINED}"),
            ]
        ]
    )


def _button(label: Words, argument: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(str(label), callback_data=pack("offer", argument))
