"""When each camera did not see, and why: durable, bounded, written at most once a minute."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from storage.database import Database, from_us, to_us

GAPS_KEPT = timedelta(days=400)
MOST_GAPS = 20_000
"""Bound of the table, some megabytes; a camera that comes and goes all day makes a few hundred a day."""


class GapKind(StrEnum):
    BLIND = "blind"
    """Armed, and it delivered nothing that could be seen."""
    OFF = "off"
    """MoCam was not running."""
    DISARMED = "disarmed"
    """The owner's wish."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One span in which one camera did not see."""

    camera: str
    kind: GapKind
    from_utc: datetime
    to_utc: datetime
    """Its end, or how far it is known to reach."""
    reason: str
    gap_id: int = 0
    """0: not yet written."""

    @property
    def length_s(self) -> float:
        return (self.to_utc - self.from_utc).total_seconds()


@dataclass(frozen=True, slots=True)
class Known:
    """The stretch of time of which one camera's gaps are known."""

    since_utc: datetime
    until_utc: datetime
    disarmed: bool
    """At its end."""
    ended: bool
    """MoCam was stopped in order then; else it was cut short."""
    seen: str = ""
    """What the camera gave at its end, as JSON, for whoever looks from outside."""


class Gaps:
    """The rows; each call is one short transaction, from any thread. Raises StorageError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def known(self) -> dict[str, Known]:
        """By camera, also of such that are no longer configured."""
        with self._db.read() as rows:
            found = rows.execute("SELECT * FROM sight").fetchall()
        return {
            row["camera"]: Known(
                *(from_us(row["since_utc_us"]), from_us(row["until_utc_us"])),
                *(bool(row["disarmed"]), bool(row["ended"])),
                seen=row["seen"],
            )
            for row in found
        }

    def write(self, gaps: Sequence[Gap], known: dict[str, Known]) -> list[Gap]:
        """Adds or changes these gaps and moves on what is known; returns the gaps with their numbers."""
        with self._db.transaction() as rows:
            rows.executemany(
                """INSERT INTO sight (camera, since_utc_us, until_utc_us, disarmed, ended, seen)
                   VALUES (?, ?, ?, ?, ?, ?)
                   ON CONFLICT (camera) DO UPDATE SET since_utc_us = excluded.since_utc_us,
                   until_utc_us = excluded.until_utc_us, disarmed = excluded.disarmed, ended = excluded.ended,
                   seen = excluded.seen""",
                [
                    (camera, to_us(one.since_utc), to_us(one.until_utc), one.disarmed, one.ended, one.seen)
                    for camera, one in known.items()
                ],
            )
            return [_written(rows, gap) for gap in gaps]

    def newest(self) -> int:
        """The number of the gap that was written last; 0: none."""
        with self._db.read() as rows:
            return int(rows.execute("SELECT coalesce(max(gap_id), 0) FROM gap").fetchone()[0])

    def move(self, after: int, step: timedelta) -> None:
        """Gaps with a higher number lie so much later: the clock was set."""
        step_us = step // timedelta(microseconds=1)
        with self._db.transaction() as rows:
            rows.execute(
                "UPDATE gap SET from_utc_us = from_utc_us + ?, to_utc_us = to_utc_us + ? WHERE gap_id > ?",
                (step_us, step_us, after),
            )

    def between(self, from_utc: datetime, to_utc: datetime, cameras: Collection[str]) -> list[Gap]:
        """Gaps of these cameras that reach into this span, oldest first, whole."""
        with self._db.read() as rows:
            found = rows.execute(
                "SELECT * FROM gap WHERE to_utc_us > ? AND from_utc_us < ? ORDER BY from_utc_us, gap_id",
                (to_us(from_utc), to_us(to_utc)),
            ).fetchall()
        return [gap for gap in map(_gap, found) if gap.camera in cameras]

    def prune(self, now_utc: datetime) -> int:
        """Forgets what is old or too much; returns how many."""
        with self._db.transaction() as rows:
            old = rows.execute("DELETE FROM gap WHERE to_utc_us < ?", (to_us(now_utc - GAPS_KEPT),)).rowcount
            many = rows.execute(
                "DELETE FROM gap WHERE gap_id <= (SELECT max(gap_id) FROM gap) - ?", (MOST_GAPS,)
            ).rowcount
            return old + many

    def told_utc(self) -> datetime | None:
        """When the owner was last told how much was seen; None: never."""
        with self._db.read() as rows:
            row = rows.execute("SELECT value FROM counter WHERE name = 'coverage_told_utc_us'").fetchone()
        return None if row is None else from_us(row[0])

    def set_told_utc(self, when_utc: datetime) -> None:
        with self._db.transaction() as rows:
            rows.execute(
                """INSERT INTO counter (name, value) VALUES ('coverage_told_utc_us', ?)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value""",
                (to_us(when_utc),),
            )


def _written(rows: sqlite3.Connection, gap: Gap) -> Gap:
    values = (gap.camera, gap.kind.value, to_us(gap.from_utc), to_us(gap.to_utc), gap.reason)
    if gap.gap_id:
        rows.execute(
            "UPDATE gap SET camera = ?, kind = ?, from_utc_us = ?, to_utc_us = ?, reason = ? WHERE gap_id = ?",
            (*values, gap.gap_id),
        )
        return gap
    number = rows.execute(
        "INSERT INTO gap (camera, kind, from_utc_us, to_utc_us, reason) VALUES (?, ?, ?, ?, ?)", values
    ).lastrowid
    return replace(gap, gap_id=number or 0)


def _gap(row: sqlite3.Row) -> Gap:
    return Gap(
        row["camera"],
        GapKind(row["kind"]),
        from_us(row["from_utc_us"]),
        from_us(row["to_utc_us"]),
        row["reason"],
        row["gap_id"],
    )
