"""What a chat is to see of an event, and the port that keeps it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Look(StrEnum):
    """How much of an event comes unasked."""

    TEXT = "text"
    """No picture at all."""
    PIXELATED = "pixelated"
    CROP = "crop"
    """Only the part in which something moves."""
    FULL = "full"
    """The picture, and then the clip."""


_MOST_PRIVATE_FIRST = tuple(Look)


def stricter(one: Look, other: Look) -> Look:
    """The more private of two."""
    return min(one, other, key=_MOST_PRIVATE_FIRST.index)


@dataclass(frozen=True, slots=True)
class ChatPrivacy:
    """Of one chat."""

    look: Look = Look.FULL
    remove_after_h: int | None = None
    """Pictures and clips leave the chat after so many hours; None: they stay."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Messages of one chat that must go."""

    chat_id: int
    message_ids: tuple[int, ...]


class PrivacyBook(Protocol):
    """Durable; raises Unavailable."""

    async def of(self, chat_id: int) -> ChatPrivacy: ...

    async def set_look(self, chat_id: int, look: Look) -> None: ...

    async def set_removal(self, chat_id: int, after_h: int | None) -> None: ...

    async def sent(self, chat_id: int, message_ids: Collection[int], event_id: str) -> None:
        """These messages show a picture or a clip, of that event or (empty) of none."""

    async def due(self) -> Sequence[Removal]:
        """What must leave a chat now."""

    async def removed(self, removal: Removal) -> None: ...
