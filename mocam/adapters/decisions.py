"""The chat's `Decisions`: alerts and what became of them, what stirred and was none, and when nobody looked."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.decisions import Decision, Fate
from camera.model import Stirred
from mocam.adapters.wishes import asked
from storage.catalogue import Catalogue
from storage.dismissals import Dismissals, Dismissed, Told
from storage.errors import StorageError
from storage.gaps import GapKind, Gaps
from storage.privacy import FULL

log = logging.getLogger(__name__)

WRITE_S = 300.0
"""Together and seldom: nobody misses five minutes of these, and the card is spared."""
MOST_WAITING = 200
"""In memory, until they are written."""
LOOKED_BACK = timedelta(days=3)
"""For times in which nobody looked."""
WORTH_SAYING_S = 60.0

_GAPS = {GapKind.DISARMED: Fate.DISARMED, GapKind.BLIND: Fate.BLIND, GapKind.OFF: Fate.OFF}


@dataclass(frozen=True, slots=True)
class Rows:
    """What is read."""

    dismissals: Dismissals
    gaps: Gaps
    catalogue: Catalogue


class Ledger:
    """Hears from camera threads what was dismissed; `run` writes it down."""

    def __init__(
        self,
        rows: Rows,
        place_of: Callable[[str, tuple[float, float, float, float] | None], str],
        now_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`place_of` gives the named place of a camera in which a box lies."""
        self._rows = rows
        self._place_of = place_of
        self._now_utc = now_utc
        self._lock = threading.Lock()
        self._waiting: deque[Dismissed] = deque(maxlen=MOST_WAITING)

    def stirred(self, stirred: Stirred) -> None:
        """Any thread; returns at once."""
        dismissed = Dismissed(stirred.camera, stirred.cause, stirred.first_utc, stirred.last_utc, stirred.times)
        with self._lock:
            self._waiting.append(dismissed)

    async def run(self) -> None:
        """Until cancelled; survives a storage that fails for a while."""
        while True:
            await asyncio.sleep(WRITE_S)
            await self.write()

    async def write(self) -> None:
        """What waits; never raises."""
        try:
            await asyncio.to_thread(self._write)
        except StorageError as exc:
            log.warning("what was dismissed waits for the disk: %s", exc)

    def _write(self) -> None:
        with self._lock:
            found = list(self._waiting)
            self._waiting.clear()
        try:
            self._rows.dismissals.add(found)
        except StorageError:
            with self._lock:
                self._waiting.extendleft(reversed(found[-(MOST_WAITING - len(self._waiting)) :]))
            raise

    async def newest(self, chat_id: int, camera: str, count: int) -> Sequence[Decision]:
        """As the port says."""
        await self.write()
        found = await asked(lambda: list(self._found(chat_id, count * 4)))
        wanted = [one for one in found if camera in {"", one.camera}]
        return sorted(wanted, key=lambda one: one.until_utc, reverse=True)[:count]

    def _found(self, chat_id: int, count: int) -> Iterator[Decision]:
        for told in self._rows.dismissals.told(chat_id, count):
            event = self._rows.catalogue.event(told.event_id)
            place = self._place_of(told.camera, event.box) if event else ""
            yield Decision(
                told.camera,
                _fate(told),
                told.started_utc,
                told.started_utc,
                event_id=told.event_id,
                place=place,
                false_alarm=told.false_alarm,
            )
        for one in self._rows.dismissals.newest(count):
            yield Decision(one.camera, Fate(one.cause), one.first_utc, one.last_utc, one.times)
        now_utc = self._now_utc()
        cameras = set(self._rows.gaps.known())
        for gap in self._rows.gaps.between(now_utc - LOOKED_BACK, now_utc, cameras):
            if gap.length_s >= WORTH_SAYING_S:
                yield Decision(gap.camera, _GAPS[gap.kind], gap.from_utc, gap.to_utc)


def _fate(told: Told) -> Fate:
    if told.given_up:
        return Fate.REFUSED
    if told.cause:
        return Fate(told.cause)
    if not told.delivered:
        return Fate.WAITING
    if told.hushed:
        return Fate.HUSHED
    if told.look != FULL:
        return Fate.VEILED
    return Fate.FOLLOWED if told.silent else Fate.SENT
