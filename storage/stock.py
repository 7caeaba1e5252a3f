"""What lies here and in the archive: copy by copy or in heaps for a plan of retention, day by day for its forecast.

Note on locking: the database is held only for as long as one piece of it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from storage.database import Database, from_us
from storage.memory import LINK
from storage.model import BEFORE_ALL, LAST_ID, Copy, Heap, Place, Stock

COPIES_AT_ONCE = 5000
_DAY_US = 86_400_000_000
_HEAP_US = 7 * _DAY_US
_STORED = "(32 + size_bytes + 16 * ((size_bytes + 65535) / 65536))"
"""Size of a copy as the provider counts; see `encrypted_bytes`."""


@dataclass(frozen=True, slots=True)
class DayOfCopies:
    """What lies in one place of what was recorded on one UTC day."""

    first_utc: datetime
    """Start of the first of them."""
    size_bytes: int
    kept_bytes: int
    """Besides: what the owner wished to keep."""


def stock(db: Database, local_bytes: int, remote_bytes: int) -> Stock:
    """All copies, of which the sums are known; read when they are asked for, from any thread."""
    return Stock(
        local_bytes,
        remote_bytes,
        partial(_copies, db, "path IS NOT NULL", f"path LIKE '{LINK}/%'", BEFORE_ALL),
        # Of the archive its index alone is read: to look at each row of a million takes seconds.
        partial(_copies, db, "archive = 'verified'", "0"),
        partial(_heaps, db),
    )


def _copies(db: Database, which: str, in_memory: str, after: Place) -> Iterator[Copy]:
    while True:
        with db.read() as rows:
            found = rows.execute(
                f"""SELECT clip_id, started_utc_us, size_bytes, kept, archive, {in_memory} AS in_memory FROM clip
                    WHERE {which} AND (started_utc_us, clip_id) > (?, ?)
                    ORDER BY started_utc_us, clip_id LIMIT {COPIES_AT_ONCE}""",  # noqa: S608 - constants
                after,
            ).fetchall()
        if not found:
            return
        yield from map(Copy._make, found)
        after = (found[-1]["started_utc_us"], found[-1]["clip_id"])


def _heaps(db: Database, after: Place) -> Iterator[Heap]:
    """The archive behind a place, a week at a time; weeks without copies are left out."""
    behind = "FROM clip WHERE archive = 'verified' AND (started_utc_us, clip_id) > (?, ?)"
    while True:
        with db.read() as rows:
            first_us = rows.execute(f"SELECT min(started_utc_us) {behind}", after).fetchone()[0]
            if first_us is None:
                return
            found = rows.execute(
                f"""SELECT min(started_utc_us), max(started_utc_us), sum(1 - kept), sum({_STORED} * (1 - kept)),
                           min(started_utc_us) FILTER (WHERE kept) {behind} AND started_utc_us < ?""",
                (*after, first_us + _HEAP_US),
            ).fetchone()
        yield Heap._make(found)
        after = (first_us + _HEAP_US - 1, LAST_ID)


class StockDays:
    """Questions to the catalogue, from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def by_day(self) -> tuple[list[DayOfCopies], list[DayOfCopies]]:
        """What lies here and in the archive (as the provider counts) by the UTC day it was recorded, oldest first."""
        return self._by_day("size_bytes", "path IS NOT NULL"), self._by_day(_STORED, "archive = 'verified'")

    def _by_day(self, size: str, which: str) -> list[DayOfCopies]:
        """A week at a time: the database is held only as long as that takes."""
        found: list[DayOfCopies] = []
        after_us = -(2**62)
        while True:
            with self._db.read() as rows:
                query = f"SELECT min(started_utc_us) FROM clip WHERE {which} AND started_utc_us >= ?"  # noqa: S608 - constants
                first_us = rows.execute(query, (after_us,)).fetchone()[0]
                if first_us is None:
                    return found
                day = first_us // _DAY_US
                after_us = (day + 7) * _DAY_US
                days = rows.execute(
                    f"""SELECT min(started_utc_us), sum(({size}) * (1 - kept)), sum(({size}) * kept) FROM clip
                        WHERE {which} AND started_utc_us >= ? AND started_utc_us < ?
                        GROUP BY (started_utc_us - ?) / {_DAY_US} ORDER BY 1""",  # noqa: S608 - constants
                    (first_us, after_us, day * _DAY_US),
                ).fetchall()
            found += [DayOfCopies(from_us(row[0]), row[1], row[2]) for row in days]

    def something_went(self) -> bool:
        """Whether a clip was deleted altogether, as far as that is remembered."""
        with self._db.read() as rows:
            return rows.execute("SELECT 1 FROM clip WHERE gone_utc_us IS NOT NULL LIMIT 1").fetchone() is not None
