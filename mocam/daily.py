"""When the digest of a day is due in which chat. It is written down as a letter; the chat draws it when it goes out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, time, timedelta, tzinfo

from mocam.adapters.daily import chosen
from storage.daily import Dailies
from storage.errors import StorageError

log = logging.getLogger(__name__)

LOOK_S = 20.0
LATEST = timedelta(hours=12)
"""A digest that could not be written for longer is left out: the next one is near."""


def due(now_utc: datetime, at: time, zone: tzinfo) -> datetime:
    """The last time it was `at` on the owner's clock. Pure."""
    local = now_utc.astimezone(zone)
    days = (datetime.combine(local.date() - timedelta(days=ago), at, zone).astimezone(UTC) for ago in (0, 1, 2))
    return next(moment for moment in days if moment <= now_utc)


class Daily:
    """Writes each digest once, also when the program was off at its time."""

    def __init__(
        self,
        dailies: Dailies,
        owners: Callable[[], Collection[int]],
        usual: time | None,
        zone: tzinfo,
        wake: Callable[[], None],
        distrust: Callable[[], str],
        now_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`usual`: for chats that chose nothing; None: never. `distrust`: why the wall clock is not to be trusted;
        empty: it is. `wake`: a letter was written."""
        self._dailies = dailies
        self._owners = owners
        self._usual = usual
        self._zone = zone
        self._wake = wake
        self._distrust = distrust
        self._now_utc = now_utc

    async def run(self) -> None:
        """Until cancelled; survives a storage that fails for a while."""
        while True:
            try:
                if await asyncio.to_thread(self.write):
                    self._wake()
            except StorageError as exc:
                log.error("the digest of the day waits: %s", exc)
            await asyncio.sleep(LOOK_S)

    def write(self) -> int:
        """Writes what is due; returns how many. Raises StorageError."""
        return 0 if self._distrust() else sum(self._write(chat_id) for chat_id in self._owners())

    def _write(self, chat_id: int) -> bool:
        wish, now_utc = self._dailies.of(chat_id), self._now_utc()
        at = chosen(wish.at_min, self._usual)
        if at is None:
            return False
        moment_utc = due(now_utc, at, self._zone)
        if wish.told_utc is None or wish.told_utc > now_utc:
            # From now on: a chat that is new, or told by a clock that has been set back since.
            self._dailies.told(chat_id, now_utc, None)
            return False
        if moment_utc <= wish.told_utc:
            return False
        late = now_utc - moment_utc > LATEST
        self._dailies.told(chat_id, moment_utc, None if late else now_utc)
        return not late
