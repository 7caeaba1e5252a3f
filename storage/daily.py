"""The digest of a day: which chat wants it when, up to when the days are told, and what happened in one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.database import Database, from_us, to_us
from storage.files import Files
from storage.model import Box
from storage.outbox import MOST_LETTERS, make_room, put_notice

NEVER = -1
KEY = "day"
"""A later digest takes the place of one that could not be sent: the day before is old then."""
MOST_EVENTS = 20_000
"""Of a day; a camera that never rests has less than half as many."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Of one chat."""

    at_min: int | None
    """When it comes, minutes after local midnight; `NEVER`; None: nothing was chosen."""
    told_utc: datetime | None
    """Up to when the days are told; None: none was."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, as far as a look at the day needs it."""

    event_id: str
    camera: str
    started_utc: datetime
    motion_s: float
    snapshot: Path | None
    box: Box | None
    seen: str
    false_alarm: bool
    unwanted: bool
    """The owner deleted it, or is about to."""
    kept: bool


class Dailies:
    """Each call is one short transaction, from any thread."""

    def __init__(self, db: Database, files: Files) -> None:
        self._db = db
        self._files = files

    def of(self, chat_id: int) -> Wish:
        """What was chosen."""
        with self._db.read() as rows:
            row = rows.execute(
                "SELECT digest_min, digest_told_utc_us FROM chat WHERE chat_id = ?", (chat_id,)
            ).fetchone()
        if row is None:
            return Wish(None, None)
        return Wish(row[0], None if row[1] is None else from_us(row[1]))

    def choose(self, chat_id: int, at_min: int, now_utc: datetime) -> None:
        """From now on; what was before is not told any more."""
        with self._db.transaction() as rows:
            rows.execute(
                """INSERT INTO chat (chat_id, digest_min, digest_told_utc_us) VALUES (?, ?, ?)
                   ON CONFLICT (chat_id) DO UPDATE SET digest_min = excluded.digest_min,
                                                       digest_told_utc_us = excluded.digest_told_utc_us""",
                (chat_id, at_min, to_us(now_utc)),
            )

    def told(self, chat_id: int, until_utc: datetime, now_utc: datetime | None) -> None:
        """The days up to then are told. With `now_utc` the letter that does it is written in the same transaction."""
        with self._db.transaction() as rows:
            if now_utc is not None:
                put_notice(rows, chat_id, "", KEY, to_us(now_utc), silent=True, until_us=to_us(until_utc))
                make_room(rows, MOST_LETTERS)
            rows.execute(
                """INSERT INTO chat (chat_id, digest_told_utc_us) VALUES (?, ?)
                   ON CONFLICT (chat_id) DO UPDATE SET digest_told_utc_us = excluded.digest_told_utc_us""",
                (chat_id, to_us(until_utc)),
            )

    def happened(self, from_utc: datetime, until_utc: datetime) -> Sequence[Happened]:
        """Events that began in [from, until), oldest first, those whose copies are gone too; at most `MOST_EVENTS`."""
        with self._db.read() as rows:
            found = rows.execute(
                """SELECT *, EXISTS (SELECT 1 FROM clip WHERE clip.event_id = event.event_id AND kept = 1) AS kept
                   FROM event WHERE started_utc_us >= ? AND started_utc_us < ? ORDER BY started_utc_us, event_id
                   LIMIT ?""",
                (to_us(from_utc), to_us(until_utc), MOST_EVENTS),
            ).fetchall()
        return [
            Happened(
                event_id=row["event_id"],
                camera=row["camera"],
                started_utc=from_us(row["started_utc_us"]),
                motion_s=row["motion_s"] or 0.0,
                snapshot=self._files.absolute(row["snapshot"]),
                box=_box(row["box"]),
                seen=row["seen"],
                false_alarm=row["false_alarm_utc_us"] is not None,
                unwanted=row["delete_utc_us"] is not None,
                kept=bool(row["kept"]),
            )
            for row in found
        ]


def _box(stored: str | None) -> Box | None:
    if stored is None:
        return None
    left, top, width, height = json.loads(stored)
    return left, top, width, height
