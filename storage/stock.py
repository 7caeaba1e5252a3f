"""What lies here and in the archive, day by day: what a forecast of retention goes on from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, from_us

_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class DayOfCopies:
    """What lies in one place of what was recorded on one UTC day."""

    first_utc: datetime
    """Start of the first of them."""
    size_bytes: int
    kept_bytes: int
    """Besides: what the owner wished to keep."""


class StockDays:
    """Questions to the catalogue, from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def by_day(self) -> tuple[list[DayOfCopies], list[DayOfCopies]]:
        """What lies here and in the archive (as the provider counts) by the UTC day it was recorded, oldest first."""
        stored = "32 + size_bytes + 16 * ((size_bytes + 65535) / 65536)"
        return self._by_day("size_bytes", "path IS NOT NULL"), self._by_day(stored, "archive = 'verified'")

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
