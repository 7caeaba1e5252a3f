"""Guests: who may look until when, and the one-time links that make somebody a guest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, from_us, to_us
from storage.errors import StorageError

MOST_GUESTS = 50
MOST_INVITATIONS = 20


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who may look until then."""

    user_id: int
    name: str
    until_utc: datetime


class Guests:
    """From any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def invite(self, now_utc: datetime, code: str, expires_utc: datetime, until_utc: datetime, invited_by: int) -> None:
        """Keeps a link's code, as a hash. Raises StorageError when too many links or guests are out already."""
        with self._db.transaction() as rows:
            rows.execute("DELETE FROM invitation WHERE expires_utc_us <= ?", (to_us(now_utc),))
            rows.execute("DELETE FROM guest WHERE until_utc_us <= ?", (to_us(now_utc),))
            links, guests = (rows.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES)  # noqa: S608 - constants
            if links >= MOST_INVITATIONS or guests >= MOST_GUESTS:
                raise StorageError("There are too many guests or open invitations. End some with /guest first.")
            rows.execute(
                "INSERT OR REPLACE INTO invitation VALUES (?, ?, ?, ?)",
                (_digest(code), to_us(expires_utc), to_us(until_utc), invited_by),
            )

    def claim(self, now_utc: datetime, code: str, user_id: int, name: str) -> datetime | None:
        """Uses a link up: until when this user may look now; None: there is no such link (any more)."""
        with self._db.transaction() as rows:
            row = rows.execute(
                "DELETE FROM invitation WHERE code_sha256 = ? RETURNING expires_utc_us, until_utc_us, invited_by",
                (_digest(code),),
            ).fetchone()
            if row is None or row["expires_utc_us"] <= to_us(now_utc):
                return None
            rows.execute(
                """INSERT INTO guest (user_id, name, until_utc_us, invited_by) VALUES (?, ?, ?, ?)
                   ON CONFLICT (user_id) DO UPDATE SET name = excluded.name,
                       until_utc_us = max(until_utc_us, excluded.until_utc_us), invited_by = excluded.invited_by""",
                (user_id, name[:64], row["until_utc_us"], row["invited_by"]),
            )
            return from_us(row["until_utc_us"])

    def remove(self, user_id: int) -> str:
        """Ends a permission; the guest's name, empty when there was none."""
        with self._db.transaction() as rows:
            row = rows.execute("DELETE FROM guest WHERE user_id = ? RETURNING name", (user_id,)).fetchone()
        return "" if row is None else str(row["name"])

    def withdraw_links(self) -> int:
        """No open link works any more; returns how many there were."""
        with self._db.transaction() as rows:
            return rows.execute("DELETE FROM invitation").rowcount

    def all(self) -> tuple[Guest, ...]:
        """Every guest, past ones too until they are forgotten; the first to end first."""
        with self._db.read() as rows:
            found = rows.execute("SELECT * FROM guest ORDER BY until_utc_us").fetchall()
        return tuple(Guest(row["user_id"], row["name"], from_us(row["until_utc_us"])) for row in found)

    def open_links(self, now_utc: datetime) -> int:
        """Links that may still be opened."""
        with self._db.read() as rows:
            query = "SELECT count(*) FROM invitation WHERE expires_utc_us > ?"
            return int(rows.execute(query, (to_us(now_utc),)).fetchone()[0])


_TABLES = ("invitation", "guest")


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()
