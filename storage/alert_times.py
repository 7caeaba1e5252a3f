"""How long the last alerts took, stage by stage: few enough to be read at once, enough to tell a percentile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from storage.database import Database

KEPT = 200


@dataclass(frozen=True, slots=True)
class AlertTime:
    """One alert, in milliseconds; the stages follow each other without a gap."""

    decision_ms: int
    """From the first moved frame to the frame that confirmed it, as the camera took them."""
    capture_ms: int
    """Until that frame was judged: transport and decoding."""
    picture_ms: int
    """Until its JPEG was made."""
    writing_ms: int
    """Until picture and rows were on the disk."""
    queue_ms: int
    """Until the photo set out."""
    upload_ms: int
    """Until Telegram had it."""

    @property
    def whole_ms(self) -> int:
        """From the first moved frame to the photo in the chat."""
        return sum(astuple(self))


STAGES = tuple(field.name for field in fields(AlertTime))
_COLUMNS = ", ".join(STAGES)
_NEWEST = f"SELECT {_COLUMNS} FROM alert_time ORDER BY number DESC"  # noqa: S608 - our own columns


class AlertTimes:
    """Of the last `KEPT` alerts; survives a restart. From any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, one: AlertTime) -> None:
        """The oldest beyond `KEPT` goes."""
        marks = ", ".join("?" * len(STAGES))
        with self._db.transaction() as rows:
            made = rows.execute(f"INSERT INTO alert_time ({_COLUMNS}) VALUES ({marks})", astuple(one))  # noqa: S608 - our own columns
            rows.execute("DELETE FROM alert_time WHERE number <= ?", ((made.lastrowid or 0) - KEPT,))

    def newest_first(self) -> list[AlertTime]:
        """At most `KEPT`."""
        with self._db.read() as rows:
            return [AlertTime(*row) for row in rows.execute(_NEWEST)]


def look(database: Path) -> list[AlertTime]:
    """The same without disturbing anybody, also while MoCam runs; none when they cannot be read."""
    if not database.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as rows:
            return [AlertTime(*row) for row in rows.execute(_NEWEST)]
    except sqlite3.Error:
        return []  # of an earlier version, or damaged, which others say


def within_ms(values: list[int], share: float) -> int:
    """What so large a share of them does not exceed (the nearest rank); 0 of none. Pure."""
    ranked = sorted(values)
    return ranked[max(0, -int(-share * len(ranked) // 1) - 1)] if ranked else 0
