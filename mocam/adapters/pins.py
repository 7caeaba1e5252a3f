"""Which chats want a pinned sign of life."""

from __future__ import annotations

from collections.abc import Mapping

from mocam.adapters.wishes import asked
from storage.pins import Pins


class PinsPort:
    """The chat's `PinBook` over the durable one."""

    def __init__(self, pins: Pins) -> None:
        self._pins = pins

    async def all(self) -> Mapping[int, int | None]:
        return await asked(self._pins.all)

    async def put(self, chat_id: int, message_id: int | None) -> None:
        await asked(lambda: self._pins.put(chat_id, message_id))

    async def remove(self, chat_id: int) -> None:
        await asked(lambda: self._pins.remove(chat_id))
