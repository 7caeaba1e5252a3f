"""How much room the provider says there is, asked now and then: a question takes seconds, and many do not tell."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from storage.archive import Archive
from storage.errors import StorageError

log = logging.getLogger(__name__)

GOOD_FOR_S = 3600.0
PATIENCE_S = 5.0
"""Of who asks: then the last answer must do."""


class RemoteRoom:
    """Loop only."""

    def __init__(self, archive: Archive, mono_s: Callable[[], float] = time.monotonic) -> None:
        self._archive = archive
        self._mono_s = mono_s
        self._free_bytes: int | None = None
        self._asked_s = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def free_bytes(self) -> int | None:
        """None: there is no archive, or the provider does not tell (in time)."""
        if self._archive.on and self._mono_s() - self._asked_s > GOOD_FOR_S:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask(), name="room in the archive")
            await asyncio.wait([self._asking], timeout=PATIENCE_S)
        return self._free_bytes

    async def _ask(self) -> None:
        try:
            self._free_bytes = (await self._archive.space()).free_bytes
        except StorageError as exc:
            log.info("the provider does not say how much room there is: %s", exc)
            self._free_bytes = None
        self._asked_s = self._mono_s()
