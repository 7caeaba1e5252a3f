"""Follows the wall clock: says whether it is to be trusted, and sets right what was recorded before it was set right.

Event times are the wall clock's at the start of each event. When the clock is set, all events of this boot are moved by
the same step: so they tell the truth as soon as the clock does, however wrong it was before.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from storage import kernel_clock
from storage.catalogue import Catalogue
from storage.clock import Known, Reading, judged, stepped
from storage.database import Database, from_us, to_us
from storage.shifting import shift_times

log = logging.getLogger(__name__)

WRITTEN_EVERY_S = 600.0
_NAME = "clock"


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look found."""

    distrust: str
    """Why the clock is not trusted, as half a sentence; empty: it is."""
    step: timedelta
    """How far it was set since the last look; zero: it was not."""
    moved: int
    """Events whose times were set right."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """As the preference holds it: survives a restart of the program, and counts only within its boot."""

    boot: str
    wall_us: int
    mono_s: float
    begun_mono_s: float
    suspect: str
    first_event: int
    """Number of the first event that this boot may have."""
    last_event: int
    """Number of the last event that had a row at this look: it has this clock's time."""
    seen_us: int
    """The latest time at which the clock was trusted, of any boot; 0: none."""


class Timekeeper:
    """From any thread. Raises StorageError."""

    def __init__(
        self,
        db: Database,
        catalogue: Catalogue,
        read: Callable[[], Reading] = kernel_clock.read,
        boot_id: Callable[[], str] = kernel_clock.boot_id,
    ) -> None:
        self._db = db
        self._catalogue = catalogue
        self._read = read
        self._boot = boot_id()
        self._looking = threading.Lock()
        self._last: _Stored | None = None
        self._untold = timedelta(0)
        self._written_mono_s = float("-inf")

    def look(self) -> Looked:
        """Reads the clocks; sets rows right when the clock was set, and remembers. For whoever follows the steps."""
        with self._looking:
            looked = self._look()
            untold, self._untold = self._untold, timedelta(0)
            return replace(looked, step=looked.step + untold)

    def distrust(self) -> str:
        """Why the clock is not trusted at this moment; empty: it is. A step is kept for the next `look`."""
        with self._looking:
            looked = self._look()
            self._untold += looked.step
            return looked.distrust

    def _look(self) -> Looked:
        now = self._read()
        stored = self._last or self._stored()
        same_boot = stored is not None and stored.boot == self._boot and now.mono_s >= stored.mono_s
        if stored is None or not same_boot:
            return self._first_look(now, stored)
        before = Reading(from_us(stored.wall_us), stored.mono_s, None)
        step = stepped(before, now)
        known = judged(now, Known(stored.begun_mono_s, stored.suspect), self._newest(stored, now, step), step)
        moved = 0
        if step:
            since = timedelta(seconds=now.mono_s - before.mono_s)
            up_for = timedelta(seconds=now.mono_s)
            moved = shift_times(self._db, stored.first_event, stored.last_event, now.wall_utc, since, step, up_for)
            log.warning("the clock was set by %s; %d events of this boot were moved with it", step, moved)
        self._store(now, known, stored.first_event, stored.seen_us)
        return Looked(known.suspect, step, moved)

    def _first_look(self, now: Reading, stored: _Stored | None) -> Looked:
        step = timedelta(0)
        known = judged(now, Known(now.mono_s), self._newest(stored, now, step), step)
        seen_us = 0 if stored is None else stored.seen_us
        self._store(now, known, self._catalogue.next_event_number(), seen_us)
        return Looked(known.suspect, step, 0)

    def _newest(self, stored: _Stored | None, now: Reading, step: timedelta) -> datetime | None:
        """The latest time known to be past. What this boot recorded moves with the clock: it says nothing of a step."""
        seen = None if stored is None or not stored.seen_us else from_us(stored.seen_us)
        clip = None if step else self._catalogue.newest_clip_start()
        return max((moment for moment in (seen, clip) if moment is not None), default=None)

    def _stored(self) -> _Stored | None:
        with self._db.read() as rows:
            row = rows.execute("SELECT value FROM preference WHERE name = ?", (_NAME,)).fetchone()
        try:
            return None if row is None else _Stored(**json.loads(row[0]))
        except (TypeError, ValueError):
            return None

    def _store(self, now: Reading, known: Known, first_event: int, seen_us: int) -> None:
        wall_us = to_us(now.wall_utc)
        # The network's word replaces what a clock that ran ahead had been believed to be.
        seen_us = seen_us if known.suspect else wall_us if now.synced else max(seen_us, wall_us)
        last, self._last = (
            self._last,
            _Stored(
                self._boot,
                wall_us,
                now.mono_s,
                known.begun_mono_s,
                known.suspect,
                first_event,
                self._catalogue.last_event_number(),
                seen_us,
            ),
        )
        # Written now and then: a step within one run of the program is seen without it.
        same = last is not None and (last.begun_mono_s, last.suspect) == (known.begun_mono_s, known.suspect)
        if same and now.mono_s - self._written_mono_s < WRITTEN_EVERY_S:
            return
        with self._db.transaction() as rows:
            rows.execute(
                """INSERT INTO preference (name, value) VALUES (?, ?)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value""",
                (_NAME, json.dumps(asdict(self._last))),
            )
        self._written_mono_s = now.mono_s
