"""Leafs through every digest in the chat, as the owner would: the ids of all events that it leads to."""

from __future__ import annotations

import re

from demo.conversation import Message
from tests.e2e.program import Phone

EVENT = re.compile(r"\b(e\d+)\b")
_PAGE = re.compile(r"(· )?(\d+)( - \d+)?( ·)?")
PATIENCE_S = 60.0


def ids(message: Message) -> set[str]:
    """Events that a message names."""
    return set(EVENT.findall(" ".join([message.text, *message.labels])))


async def leafed(phone: Phone) -> set[str]:
    """Every event that a message names, on whatever page. While the program runs."""
    found: set[str] = set()
    for message in list(phone.messages):
        found |= ids(message)
        for row in pages(message):
            found |= await _turned(phone, message, row)
    return found


def pages(message: Message) -> list[str]:
    """What stands on the buttons of other pages; none where there is one page."""
    labels = [label for label in message.labels if _PAGE.fullmatch(label)]
    return [label for label in labels if " - " in label and not label.startswith("·")]


async def _turned(phone: Phone, message: Message, label: str) -> set[str]:
    if label not in message.labels:
        return set()
    revision = message.revision
    phone.api.press(phone.user_id, message.message_id, label)
    await phone.api.wait_for(lambda: message.revision > revision or None, PATIENCE_S)
    return ids(message)
