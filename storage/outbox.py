"""The outbox: what must still reach the chat, durable and bounded."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from storage.database import Database, from_us, to_us
from storage.digests import EDIT_EVERY, LOOK_OF_CHAT, stand_for
from storage.errors import NotFound
from storage.model import Cause, Letter, LetterKind
from storage.sounds import is_told

log = logging.getLogger(__name__)

MOST_LETTERS = 10_000
"""Bound of the whole table: about a year of alerts, some megabytes."""
FINISHED_NOTICE_KEPT = timedelta(days=7)
FINISHED_ALERT_KEPT = timedelta(days=180)
"""An alert is edited as long as its clip lives; half a year later nobody scrolls there."""

LONGEST_DEFERRAL = timedelta(hours=2)
"""Nothing is deferred further: what lies beyond was deferred by a clock that has been set back since, and is due."""

# New messages of alerts and digests, then those of notices, then edits; each oldest first, also after an outage. One
# that fails alone is deferred and holds up no other.
_ORDER = """ORDER BY CASE WHEN message_id IS NULL AND kind <> 'notice' THEN 0
                          WHEN message_id IS NULL THEN 1 ELSE 2 END, created_utc_us, letter_id"""

# The alerts of a digest that was not sent yet are what it is made of.
_FINISHED = """WHERE wanted = shown AND (digest_id IS NULL OR digest_id NOT IN
               (SELECT letter_id FROM letter WHERE kind = 'digest' AND wanted <> shown))"""


def _now_utc() -> datetime:
    return datetime.now(UTC)


class Outbox:
    """Letters; each call is one short transaction, from any thread."""

    def __init__(
        self, db: Database, most_letters: int = MOST_LETTERS, now_utc: Callable[[], datetime] = _now_utc
    ) -> None:
        self._db = db
        self._most = most_letters
        self._now_utc = now_utc
        self.bot_id = ""
        """Whose messages are numbered: another bot numbers anew."""

    def due(self, now_utc: datetime, limit: int = 50) -> tuple[Letter, ...]:
        """Letters whose time has come, new alerts before notices before edits, oldest first."""
        with self._db.read() as rows:
            found = rows.execute(
                f"SELECT * FROM letter WHERE wanted <> shown AND (due_utc_us <= ? OR due_utc_us > ?) {_ORDER} LIMIT ?",  # noqa: S608 - constant
                (to_us(now_utc), to_us(now_utc + LONGEST_DEFERRAL), limit),
            ).fetchall()
        return tuple(map(_letter, found))

    def next_due(self, now_utc: datetime) -> datetime | None:
        """When the next letter may be tried, `now_utc` when one may already; None: nothing waits."""
        with self._db.read() as rows:
            first = rows.execute("SELECT min(due_utc_us) FROM letter WHERE wanted <> shown").fetchone()[0]
        if first is None:
            return None
        return from_us(first) if now_utc < from_us(first) <= now_utc + LONGEST_DEFERRAL else now_utc

    def current(self, letter_id: int) -> Letter | None:
        """The letter as it is now; None: it has nothing to show any more, or another letter stands for it."""
        with self._db.read() as rows:
            row = rows.execute("SELECT * FROM letter WHERE letter_id = ? AND wanted <> shown", (letter_id,)).fetchone()
        return None if row is None else _letter(row)

    def shown(self, letter_id: int, message_id: int, wanted: int, *, holds_clip: bool) -> None:
        """The chat now shows state `wanted`; a change made meanwhile keeps the letter due. Raises NotFound.

        A digest that changes all the time is due again only after a while.
        """
        pause_us = to_us(self._now_utc() + EDIT_EVERY)
        self._change(
            letter_id,
            """message_id = ?, shown = max(shown, ?), holds_clip = ?, attempts = 0, unknown = 0, last_error = '',
               due_utc_us = CASE kind WHEN 'digest' THEN ? ELSE due_utc_us END""",
            (message_id, wanted, int(holds_clip), pause_us),
            newest=message_id,
        )

    def sending(self, letter_id: int, newest: int = 0) -> None:
        """A first message goes out: should the program end now, nobody knows whether it arrived. If it did, its number
        comes after `newest`, the last one known before its first try (0: none was). Raises NotFound."""
        after = "sent_after = CASE WHEN unknown = 1 AND sent_after > 0 THEN sent_after ELSE ? END"
        self._change(letter_id, f"{after}, unknown = 1", (newest,), newest=newest)

    def newest_message(self) -> int:
        """The highest message number of this bot that was ever written down; 0: none."""
        return self._counted(self._numbers)

    def numbers_taken(self, after: int, count: int) -> frozenset[int]:
        """Of the `count` numbers after `after`, those of letters and of pictures in the chat."""
        with self._db.read() as rows:
            found = rows.execute(
                """SELECT message_id FROM letter WHERE message_id BETWEEN ?1 AND ?2
                   UNION SELECT message_id FROM media WHERE message_id BETWEEN ?1 AND ?2""",
                (after + 1, after + count),
            ).fetchall()
        return frozenset(int(row[0]) for row in found)

    @property
    def _numbers(self) -> str:
        return f"newest_message:{self.bot_id}"

    def hushed(self, letter_id: int) -> None:
        """It is sent without a sound, since its chat is muted or it is quiet hours. Raises NotFound."""
        self._change(letter_id, "hushed = 1", ())

    def defer(self, letter_id: int, until_utc: datetime, reason: str, *, unknown: bool) -> None:
        """A try failed: not again before `until_utc`, at most `LONGEST_DEFERRAL` from now; `unknown`: it or one before
        may have arrived. NotFound."""
        self._change(
            letter_id,
            "due_utc_us = ?, last_error = ?, unknown = ?, attempts = attempts + 1",
            (to_us(until_utc), reason, int(unknown)),
        )

    def give_up(self, letter_id: int, reason: str) -> None:
        """Never to be tried again as it is; a later change of its event makes it due again. Raises NotFound."""
        log.warning("letter %d is given up: %s", letter_id, reason)
        self._change(
            letter_id, "shown = wanted, last_error = ?, attempts = 0, unknown = 0", (reason,), count="letters_given_up"
        )

    def notice(self, chats: Collection[int], text: str, *, silent: bool = False, key: str = "") -> None:
        """A sentence for each chat. A later one with the same key takes the place of one that was not yet sent."""
        self.notices(dict.fromkeys(chats, text), silent=silent, key=key)

    def notices(self, texts: Mapping[int, str], *, silent: bool = False, urgent: bool = False, key: str = "") -> None:
        """As `notice`, with a sentence of its own for each chat. `urgent`: it makes its sound in quiet hours too."""
        now_us = to_us(self._now_utc())
        with self._db.transaction() as rows:
            for chat_id, text in texts.items():
                put_notice(rows, chat_id, text, key, now_us, silent=silent, urgent=urgent)
            make_room(rows, self._most)

    def told(self, key: str, since_utc: datetime) -> bool | None:
        """Whether a notice of this key reached a chat since then; None: none was even written."""
        with self._db.read() as rows:
            row = rows.execute(
                "SELECT max(message_id IS NOT NULL) FROM letter WHERE key = ? AND created_utc_us >= ?",
                (key, to_us(since_utc)),
            ).fetchone()
        return None if row is None or row[0] is None else bool(row[0])

    def prune(self, now_utc: datetime) -> int:
        """Deletes letters that are finished and old; returns how many."""
        with self._db.transaction() as rows:
            age = "created_utc_us < CASE kind WHEN 'notice' THEN ? ELSE ? END"
            gone = rows.execute(
                f"DELETE FROM letter {_FINISHED} AND {age}",  # noqa: S608 - constants
                (to_us(now_utc - FINISHED_NOTICE_KEPT), to_us(now_utc - FINISHED_ALERT_KEPT)),
            )
            return gone.rowcount

    def dropped(self) -> int:
        """Letters lost unsent because the outbox was full, ever."""
        return self._counted("letters_dropped")

    def given_up(self) -> int:
        """Letters that the chat refused for good, ever."""
        return self._counted("letters_given_up")

    def waiting(self) -> int:
        """Letters that must still be sent or edited."""
        with self._db.read() as rows:
            return int(rows.execute("SELECT count(*) FROM letter WHERE wanted <> shown").fetchone()[0])

    def _counted(self, name: str) -> int:
        with self._db.read() as rows:
            row = rows.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])

    def _change(
        self, letter_id: int, change: str, values: tuple[object, ...], count: str = "", newest: int = 0
    ) -> None:
        with self._db.transaction() as rows:
            done = rows.execute(f"UPDATE letter SET {change} WHERE letter_id = ?", (*values, letter_id))  # noqa: S608 - constants
            if not done.rowcount:
                raise NotFound(f"There is no letter {letter_id}.")
            if count:
                count_up(rows, count, 1)
            if newest:
                rows.execute(
                    """INSERT INTO counter (name, value) VALUES (?, ?)
                       ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)""",
                    (self._numbers, newest),
                )


def put_notice(
    rows: sqlite3.Connection,
    chat_id: int,
    text: str,
    key: str,
    now_us: int,
    *,
    silent: bool,
    urgent: bool = False,
    until_us: int | None = None,
) -> None:
    """One letter, inside a transaction; a later one with the same key takes the place of one that was not yet sent.

    `until_us`: it tells of the day that ended then, and has no text.
    """
    # `unknown` may already stand in the chat: replacing it would let one of the two sentences get lost.
    replaced = (
        key
        and rows.execute(
            """UPDATE letter SET text = ?, silent = ?, urgent = ?, until_utc_us = ?
           WHERE chat_id = ? AND key = ? AND kind = 'notice'
           AND message_id IS NULL AND wanted <> shown AND unknown = 0""",
            (text, int(silent), int(urgent), until_us, chat_id, key),
        ).rowcount
    )
    if not replaced:
        rows.execute(
            """INSERT INTO letter (chat_id, kind, text, key, silent, urgent, due_utc_us, created_utc_us, until_utc_us)
               VALUES (?, 'notice', ?, ?, ?, ?, 0, ?, ?)""",
            (chat_id, text, key, int(silent), int(urgent), now_us, until_us),
        )


def add_alerts(
    rows: sqlite3.Connection,
    event_id: str,
    chats: Collection[int],
    now_us: int,
    storm_events: int,
    most_letters: int = MOST_LETTERS,
    sent: Mapping[int, tuple[int | None, bool]] = MappingProxyType({}),
) -> None:
    """One letter per chat for a new event, inside the transaction that makes the event; in a storm a digest stands for
    it. With `storm_events` 0 every event has its message and its sound. `sent`: by chat, the message that stands there
    already (None: none), and whether one may stand there of which no answer told."""
    for chat_id in chats:
        if chat_id in sent:
            message_id, unknown = sent[chat_id]
            rows.execute(
                """INSERT INTO letter (chat_id, kind, event_id, message_id, shown, unknown, due_utc_us, created_utc_us)
                   VALUES (?, 'alert', ?, ?, ?, ?, 0, ?)""",
                (chat_id, event_id, message_id, int(message_id is not None), int(unknown), now_us),
            )
            continue
        silent = storm_events > 0 and is_told(rows, chat_id, event_id, now_us)
        digest_id = stand_for(rows, chat_id, now_us, storm_events, silent=silent)
        rows.execute(
            f"""INSERT INTO letter (chat_id, kind, event_id, digest_id, silent, shown, due_utc_us, created_utc_us, look)
                VALUES (?1, 'alert', ?, ?, ?, ?, 0, ?, {LOOK_OF_CHAT})""",  # noqa: S608 - constant
            (chat_id, event_id, digest_id, int(silent), int(digest_id is not None), now_us),
        )
    make_room(rows, most_letters)


def want_again(rows: sqlite3.Connection, event_id: str) -> None:
    """The event's own messages should show something new, inside the transaction that changed it."""
    rows.execute(
        "UPDATE letter SET wanted = wanted + 1 WHERE event_id = ? AND digest_id IS NULL AND closed = 0", (event_id,)
    )


def make_room(rows: sqlite3.Connection, most_letters: int) -> None:
    """Keeps the table bounded: the oldest finished letters go first, then the oldest unsent, which are counted."""
    over = int(rows.execute("SELECT count(*) FROM letter").fetchone()[0]) - most_letters
    if over <= 0:
        return
    some = "DELETE FROM letter WHERE letter_id IN (SELECT letter_id FROM letter {} ORDER BY letter_id LIMIT ?)"
    over -= rows.execute(some.format(_FINISHED), (over,)).rowcount
    if over > 0:
        rows.execute(some.format(""), (over,))
        count_up(rows, "letters_dropped", over)
        log.error("the outbox is full: the oldest %d unsent letters were dropped", over)


def count_up(rows: sqlite3.Connection, name: str, by: int) -> None:
    """Adds to a counter inside a transaction."""
    rows.execute(
        """INSERT INTO counter (name, value) VALUES (?, ?)
           ON CONFLICT (name) DO UPDATE SET value = value + excluded.value""",
        (name, by),
    )


def _letter(row: sqlite3.Row) -> Letter:
    return Letter(
        letter_id=row["letter_id"],
        chat_id=row["chat_id"],
        kind=LetterKind(row["kind"]),
        event_id=row["event_id"] or "",
        text=row["text"],
        silent=bool(row["silent"]),
        urgent=bool(row["urgent"]),
        message_id=row["message_id"],
        holds_clip=bool(row["holds_clip"]),
        wanted=row["wanted"],
        shown=row["shown"],
        attempts=row["attempts"],
        created_utc=from_us(row["created_utc_us"]),
        unknown=bool(row["unknown"]),
        cause=Cause(row["cause"]) if row["cause"] else None,
        look=row["look"],
        key=row["key"],
        sent_after=row["sent_after"],
        until_utc=None if row["until_utc_us"] is None else from_us(row["until_utc_us"]),
    )
