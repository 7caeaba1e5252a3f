"""The audit log: who did or fetched what and when; bounded, the newest rows stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, from_us, to_us

MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of it."""

    audit_id: int
    at_utc: datetime
    user_id: int
    who: str
    act: str
    about: str


class AuditLog:
    """From any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, now_utc: datetime, user_id: int, who: str, act: str, about: str) -> None:
        """Adds a line; the oldest ones beyond MOST_ROWS go. Raises StorageError."""
        with self._db.transaction() as rows:
            made = rows.execute(
                "INSERT INTO audit (at_utc_us, user_id, who, act, about) VALUES (?, ?, ?, ?, ?)",
                (to_us(now_utc), user_id, who[:64], act, about[:200]),
            )
            rows.execute("DELETE FROM audit WHERE audit_id <= ?", ((made.lastrowid or 0) - MOST_ROWS,))

    def newest(self, count: int, before: int | None = None) -> tuple[Entry, ...]:
        """The newest `count` lines, newest first; `before`: only those with a smaller id."""
        with self._db.read() as rows:
            found = rows.execute(
                "SELECT * FROM audit WHERE audit_id < ? ORDER BY audit_id DESC LIMIT ?", (before or 2**62, count)
            ).fetchall()
        return tuple(
            Entry(row["audit_id"], from_us(row["at_utc_us"]), row["user_id"], row["who"], row["act"], row["about"])
            for row in found
        )
