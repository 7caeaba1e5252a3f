"""The time that an orderly end may take, shared out among the parts of the program."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

ORDERLY_S = 9.0
"""In all: what is not done by then is taken in at the next start."""
CAMERAS_S = 6.0
"""Of these, for the cameras to close and finish their clips."""
ROWS_S = 3.0
"""For these to be written down."""


class Deadline:
    """Shares out what is left of the orderly end."""

    def __init__(self, length_s: float = ORDERLY_S) -> None:
        self._loop = asyncio.get_running_loop()
        self._until_s = self._loop.time() + length_s

    def left_s(self, most_s: float = ORDERLY_S) -> float:
        """At most `most_s`, and a little in any case."""
        return min(most_s, max(0.1, self._until_s - self._loop.time()))


async def cancelled(tasks: Collection[asyncio.Task[object]], within_s: float) -> None:
    """Cancels them, and waits so long for them to end. Whoever began the end raises the error that counts."""
    for task in tasks:
        task.cancel()
    ended, _ = await asyncio.wait(tasks, timeout=within_s)
    for task in ended:
        if not task.cancelled():
            task.exception()
