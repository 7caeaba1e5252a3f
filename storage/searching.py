"""Narrows a look at the events: to cameras and to kinds."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import to_us

Span = tuple[datetime, datetime]
"""From, and to without that moment."""

_KINDS = {
    "": "",
    "kept": "AND event_id IN (SELECT event_id FROM clip WHERE kept = 1)",
    "false": "AND false_alarm_utc_us IS NOT NULL",
    "by hand": "AND by_hand_until_utc_us IS NOT NULL",
    "person": "AND seen = 'person'",
    "animal": "AND seen = 'animal'",
    "vehicle": "AND seen = 'vehicle'",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; without anything: all."""

    cameras: tuple[str, ...] = ()
    """Empty: all."""
    kind: str = ""
    """`kept`, `false`, `by hand`, `person`, `animal`, `vehicle`; empty: all."""

    @property
    def condition(self) -> str:
        """SQL that follows another condition; its values are `cameras`."""
        marks = ", ".join("?" * len(self.cameras))
        return f"{f'AND camera IN ({marks})' if marks else ''} {_KINDS[self.kind]}"


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Around:
    """Where an event stands among those of a look, newest first."""

    newer: str | None
    """The event before it."""
    older: str | None
    number: int
    """From 1."""
    count: int
    """Of all."""


def around(
    rows: sqlite3.Connection, event_id: str, span_utc: Span, condition: str, cameras: tuple[str, ...]
) -> Around | None:
    """See `Reading.around`; `condition` follows another one, and its values are `cameras`."""
    row = rows.execute("SELECT started_utc_us, event_id FROM event WHERE event_id = ?", (event_id,)).fetchone()
    if row is None:
        return None
    among = f"FROM event WHERE started_utc_us >= ? AND started_utc_us < ? {condition}"
    newer, older = (f"{among} AND (started_utc_us, event_id) {sign} (?, ?)" for sign in "><")
    values = (to_us(span_utc[0]), to_us(span_utc[1]), *cameras)
    place = (*values, row["started_utc_us"], row["event_id"])
    before = rows.execute(f"SELECT event_id {newer} ORDER BY started_utc_us, event_id LIMIT 1", place).fetchone()
    after = rows.execute(
        f"SELECT event_id {older} ORDER BY started_utc_us DESC, event_id DESC LIMIT 1", place
    ).fetchone()
    number = int(rows.execute(f"SELECT count(*) {newer}", place).fetchone()[0]) + 1
    count = int(rows.execute(f"SELECT count(*) {among}", values).fetchone()[0])
    return Around(before and before[0], after and after[0], number, count)
