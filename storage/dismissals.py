"""What stirred and was no event, and what became of the alerts of those that were: durable, bounded, read by /why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, from_us, to_us

MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Dismissed:
    """One or more stirs of a camera with the same cause."""

    camera: str
    cause: str
    """`small`, `doubt`, `light` or `zone`."""
    first_utc: datetime
    last_utc: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and what one chat got of it."""

    event_id: str
    camera: str
    started_utc: datetime
    false_alarm: bool
    has_letter: bool
    """False: the chat was to get nothing, as it was no owner's then."""
    delivered: bool
    given_up: bool
    cause: str
    """Of the digest that stands for it: `storm`, `outage`; empty: it has a message of its own."""
    hushed: bool
    """Without a sound, since the chat was muted or it was quiet hours."""
    silent: bool
    """Without a sound for another reason: it followed another one."""
    look: str
    """What the chat was to see of it."""


class Dismissals:
    """Each call is one short transaction, from any thread. Raises StorageError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, found: Sequence[Dismissed]) -> None:
        """All together; the oldest ones go."""
        if not found:
            return
        with self._db.transaction() as rows:
            rows.executemany(
                "INSERT INTO dismissal (camera, cause, first_utc_us, last_utc_us, times) VALUES (?, ?, ?, ?, ?)",
                [(one.camera, one.cause, to_us(one.first_utc), to_us(one.last_utc), one.times) for one in found],
            )
            rows.execute(
                "DELETE FROM dismissal WHERE dismissal_id <= (SELECT max(dismissal_id) FROM dismissal) - ?",
                (MOST_KEPT,),
            )

    def newest(self, count: int) -> list[Dismissed]:
        """Newest first."""
        with self._db.read() as rows:
            found = rows.execute("SELECT * FROM dismissal ORDER BY dismissal_id DESC LIMIT ?", (count,)).fetchall()
        return [
            Dismissed(
                row["camera"], row["cause"], from_us(row["first_utc_us"]), from_us(row["last_utc_us"]), row["times"]
            )
            for row in found
        ]

    def told(self, chat_id: int, count: int) -> list[Told]:
        """The newest events, deleted ones too, newest first."""
        with self._db.read() as rows:
            found = rows.execute(
                """SELECT event.event_id, camera, started_utc_us, false_alarm_utc_us, letter.letter_id, letter.hushed,
                          letter.silent, letter.look, digest.cause AS cause,
                          coalesce(digest.message_id, letter.message_id) AS message_id,
                          coalesce(digest.shown = digest.wanted, letter.shown = letter.wanted) AS settled
                   FROM event
                   LEFT JOIN letter ON letter.event_id = event.event_id AND letter.chat_id = ? AND letter.kind = 'alert'
                   LEFT JOIN letter AS digest ON digest.letter_id = letter.digest_id
                   ORDER BY event.started_utc_us DESC, event.event_id DESC LIMIT ?""",
                (chat_id, count),
            ).fetchall()
        return [
            Told(
                event_id=row["event_id"],
                camera=row["camera"],
                started_utc=from_us(row["started_utc_us"]),
                false_alarm=row["false_alarm_utc_us"] is not None,
                has_letter=row["letter_id"] is not None,
                delivered=row["message_id"] is not None,
                given_up=row["message_id"] is None and bool(row["settled"]),
                cause=row["cause"] or "",
                hushed=bool(row["hushed"]),
                silent=bool(row["silent"]),
                look=row["look"] or "full",
            )
            for row in found
        ]
