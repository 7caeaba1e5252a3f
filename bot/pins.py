"""Which chats want a pinned sign of life: as it is kept, and as commands ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class PinBook(Protocol):
    """Durable; raises Unavailable."""

    async def all(self) -> Mapping[int, int | None]:
        """The message of each chat that wants one; None: it must still be sent."""

    async def put(self, chat_id: int, message_id: int | None) -> None:
        """This chat wants one."""

    async def remove(self, chat_id: int) -> None: ...


class Pinning(Protocol):
    async def is_on(self, chat_id: int) -> bool:
        """Whether this chat wants one."""

    async def turn_on(self, chat_id: int) -> None:
        """Sent and pinned at once, if Telegram lets us; else as soon as it does."""

    async def turn_off(self, chat_id: int) -> None:
        """Taken out of the chat."""
