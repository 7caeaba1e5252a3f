"""Digests: one letter that stands for many events, in a storm or after a long outage."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from storage.database import Database, from_us, to_us
from storage.model import Cause, Gathered

STORM_EVENTS = 6
"""So many events within `STORM_SPAN` are a storm: further ones join one message."""
STORM_SPAN = timedelta(minutes=5)
"""As long without an event ends a storm."""
LONGEST_STORM = timedelta(hours=1)
"""Then a new message begins, which makes a sound again."""
LATE = timedelta(minutes=5)
"""An alert that could not be sent for so long is no news any more."""
LEAST_LATE = 4
"""Fewer late alerts than this come each by itself."""
MOST_EVENTS = 300
"""Of one digest: its buttons must fit below one message."""
EDIT_EVERY = timedelta(seconds=10)
"""A digest that counts up is edited no more often."""

MOVED = """EXISTS (SELECT 1 FROM event WHERE event.event_id = letter.event_id AND by_hand_until_utc_us IS NULL)"""
"""Of an alert: something moved, nobody asked for it."""

LOOK_OF_CHAT = "coalesce((SELECT look FROM chat WHERE chat_id = ?1), 'full')"
"""What the chat is to see, as a letter remembers it."""


def stand_for(rows: sqlite3.Connection, chat_id: int, now_us: int, storm_events: int, *, silent: bool) -> int | None:
    """The storm's digest that a new event of this chat joins; it is due again then. None: no storm.

    Inside the transaction that makes the event's letter. `storm_events` 0: there are no storms.
    `silent`: the phone made its sound for what goes on.
    """
    if storm_events <= 0:
        return None
    digest_id = _open_storm(rows, chat_id, now_us)
    if digest_id is not None:
        rows.execute("UPDATE letter SET wanted = wanted + 1 WHERE letter_id = ?", (digest_id,))
        return digest_id
    if _lately(rows, chat_id, now_us) < storm_events:
        return None
    return _begun(rows, chat_id, Cause.STORM, now_us, silent=silent)


def _open_storm(rows: sqlite3.Connection, chat_id: int, now_us: int) -> int | None:
    span_us, longest_us = _us(STORM_SPAN), _us(LONGEST_STORM)
    row = rows.execute(
        """SELECT letter_id FROM letter AS digest
           WHERE kind = 'digest' AND cause = 'storm' AND closed = 0 AND chat_id = ? AND created_utc_us BETWEEN ? AND ?
           AND (SELECT count(*) FROM letter WHERE digest_id = digest.letter_id) < ?
           AND EXISTS (SELECT 1 FROM letter WHERE digest_id = digest.letter_id AND created_utc_us BETWEEN ? AND ?)
           ORDER BY letter_id DESC LIMIT 1""",
        (chat_id, now_us - longest_us, now_us + span_us, MOST_EVENTS, now_us - span_us, now_us + span_us),
    ).fetchone()
    return None if row is None else int(row[0])


def _lately(rows: sqlite3.Connection, chat_id: int, now_us: int) -> int:
    # Cameras report side by side, so a start a little later than this one may be there already.
    span_us = _us(STORM_SPAN)
    # What was recorded by hand is no part of a storm.
    query = f"""SELECT count(*) FROM letter WHERE kind = 'alert' AND chat_id = ? AND created_utc_us BETWEEN ? AND ?
                AND {MOVED}"""  # noqa: S608 - constant
    return int(rows.execute(query, (chat_id, now_us - span_us, now_us + span_us)).fetchone()[0])


def _begun(rows: sqlite3.Connection, chat_id: int, cause: Cause, created_us: int, *, silent: bool = False) -> int:
    made = rows.execute(
        f"""INSERT INTO letter (chat_id, kind, cause, silent, due_utc_us, created_utc_us, look)
            VALUES (?1, 'digest', ?, ?, 0, ?, {LOOK_OF_CHAT})""",  # noqa: S608 - constant
        (chat_id, cause, int(silent), created_us),
    )
    return int(made.lastrowid or 0)


def want_digest_again(rows: sqlite3.Connection, event_id: str) -> None:
    """The picture of an event came late: the digests that show it are due again."""
    rows.execute(
        """UPDATE letter SET wanted = wanted + 1
           WHERE closed = 0 AND letter_id IN (SELECT digest_id FROM letter WHERE event_id = ?)""",
        (event_id,),
    )


class Digests:
    """Each call is one short transaction, from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def gather(self, now_utc: datetime, busy: Collection[int]) -> int:
        """Puts alerts that could not be sent for long into one digest a chat; returns how many.

        A digest that was not sent yet takes up more, one that was sent never changes. `busy` are letters on their way
        at this moment: they are left alone. A storm that was never told becomes part of it.
        """
        late_us = to_us(now_utc - LATE)
        with self._db.read() as rows:
            chats = [row[0] for row in rows.execute(f"SELECT DISTINCT chat_id {_LATE}", (late_us,))]
        gathered = 0
        for chat_id in chats:
            with self._db.transaction() as rows:
                gathered += _gather(rows, chat_id, late_us, frozenset(busy))
        return gathered

    def look(self, digest_id: int, page: int, per_page: int) -> Gathered | None:
        """What a digest stands for, and the events of one page, oldest first.

        A page past the end is the last, a negative one counts from the end.

        None: there is no such digest, or all its events were forgotten.
        """
        with self._db.read() as rows:
            head = rows.execute(
                "SELECT chat_id, cause FROM letter WHERE letter_id = ? AND kind = 'digest'", (digest_id,)
            ).fetchone()
            by_camera = rows.execute(
                f"""SELECT camera, count(*), min(started_utc_us), max(started_utc_us) {_OF_DIGEST}
                    GROUP BY camera ORDER BY count(*) DESC, camera""",
                (digest_id,),
            ).fetchall()
            if head is None or not by_camera:
                return None
            count = sum(row[1] for row in by_camera)
            pages = -(-count // per_page)
            page = min(max(page + pages if page < 0 else page, 0), pages - 1)
            found = rows.execute(
                f"SELECT event_id {_OF_DIGEST} ORDER BY started_utc_us, event.event_id LIMIT ? OFFSET ?",
                (digest_id, per_page, page * per_page),
            ).fetchall()
        return Gathered(
            chat_id=head["chat_id"],
            cause=Cause(head["cause"]),
            first_utc=from_us(min(row[2] for row in by_camera)),
            last_utc=from_us(max(row[3] for row in by_camera)),
            by_camera={row[0]: row[1] for row in by_camera},
            page=page,
            pages=pages,
            first_number=page * per_page + 1,
            event_ids=tuple(row[0] for row in found),
        )


_OF_DIGEST = "FROM letter JOIN event USING (event_id) WHERE digest_id = ?"
_LATE = """FROM letter WHERE message_id IS NULL AND wanted <> shown AND created_utc_us < ?
           AND (kind = 'alert' OR (kind = 'digest' AND cause = 'storm' AND unknown = 0))"""


def _gather(rows: sqlite3.Connection, chat_id: int, late_us: int, busy: frozenset[int]) -> int:
    query = f"SELECT letter_id, kind {_LATE} AND chat_id = ? ORDER BY created_utc_us, letter_id"
    late = [(row[0], row[1]) for row in rows.execute(query, (late_us, chat_id)) if row[0] not in busy]
    storms = [letter_id for letter_id, kind in late if kind == "digest"]
    alerts = [letter_id for letter_id, kind in late if kind == "alert"]
    for storm_id in storms:
        alerts += [row[0] for row in rows.execute("SELECT letter_id FROM letter WHERE digest_id = ?", (storm_id,))]
    digest_id, room = _unsent(rows, chat_id, busy)
    if digest_id is None and len(alerts) < LEAST_LATE:
        return 0
    for letter_id in alerts:
        if digest_id is None or room <= 0:
            created = rows.execute("SELECT created_utc_us FROM letter WHERE letter_id = ?", (letter_id,)).fetchone()
            digest_id, room = _begun(rows, chat_id, Cause.OUTAGE, created[0]), MOST_EVENTS
        rows.execute(
            "UPDATE letter SET digest_id = ?, shown = wanted, unknown = 0 WHERE letter_id = ?", (digest_id, letter_id)
        )
        room -= 1
    _delete(rows, storms)
    if alerts and digest_id is not None:
        rows.execute("UPDATE letter SET wanted = wanted + 1 WHERE letter_id = ?", (digest_id,))
    return len(alerts)


def _unsent(rows: sqlite3.Connection, chat_id: int, busy: frozenset[int]) -> tuple[int | None, int]:
    """The outage's digest that still waits, and how many events it can take."""
    found = rows.execute(
        """SELECT letter_id, (SELECT count(*) FROM letter WHERE digest_id = digest.letter_id) AS events
           FROM letter AS digest WHERE kind = 'digest' AND cause = 'outage' AND chat_id = ? AND message_id IS NULL
           AND wanted <> shown AND unknown = 0 ORDER BY letter_id DESC""",
        (chat_id,),
    ).fetchall()
    fitting = next((row for row in found if row["letter_id"] not in busy and row["events"] < MOST_EVENTS), None)
    return (None, 0) if fitting is None else (fitting["letter_id"], MOST_EVENTS - fitting["events"])


def _delete(rows: sqlite3.Connection, letter_ids: Iterable[int]) -> None:
    rows.executemany("DELETE FROM letter WHERE letter_id = ?", [(letter_id,) for letter_id in letter_ids])


def _us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
