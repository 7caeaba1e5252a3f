"""A counter of changes that others can wait on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Counts changes and wakes whoever waits. One event loop; nothing is queued, so nothing can pile up."""

    def __init__(self) -> None:
        self.count = 0
        self._next = asyncio.Event()

    def note(self) -> int:
        """One more change; returns its number."""
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()
        return self.count

    async def after(self, count: int) -> None:
        """Returns once more than `count` changes were noted."""
        while self.count <= count:
            await self._next.wait()

    async def until(self, predicate: Callable[[], T | None], timeout_s: float) -> T:
        """Asks `predicate` now and after every change; returns its first true answer. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while True:
                seen = self.count
                if answer := predicate():
                    return answer
                await self.after(seen)
