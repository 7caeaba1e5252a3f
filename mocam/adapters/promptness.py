"""How quick alerts are, for the chat: the stopwatch on one side, what it wrote down on the other."""

from __future__ import annotations

import asyncio

from bot.ports import Unavailable
from bot.promptness import Promptness
from mocam.stopwatch import Stopwatch
from storage.alert_times import AlertTimes, within_ms
from storage.errors import StorageError


class PromptnessPort:
    """The chat's `TakesTime`."""

    def __init__(self, stopwatch: Stopwatch, times: AlertTimes) -> None:
        self._stopwatch = stopwatch
        self._times = times

    async def sent(self, event_id: str, begun_mono_s: float, ended_mono_s: float) -> None:
        await asyncio.to_thread(self._stopwatch.sent, event_id, begun_mono_s, ended_mono_s)

    async def recent(self) -> Promptness | None:
        try:
            found = [one.whole_ms for one in await asyncio.to_thread(self._times.newest_first)]
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc
        if not found:
            return None
        return Promptness(len(found), within_ms(found, 0.5) / 1000, within_ms(found, 0.95) / 1000)
