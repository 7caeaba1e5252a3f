"""The catalogue: every change to events and clips, each in one transaction with all that follows from it."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sqlite3
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from storage.database import Database, to_us
from storage.digests import STORM_EVENTS, want_digest_again
from storage.errors import NotFound
from storage.files import Files, translated
from storage.model import ArchiveState, Box, Clip, NewClip
from storage.outbox import add_alerts, want_again
from storage.reading import CLIP, Reading

log = logging.getLogger(__name__)

GONE_REMEMBERED = timedelta(days=30)
"""How long the rows of an event outlive its last copy, so that `/clip e42` can still say that it was deleted."""


NUMBERS_ASIDE = "event_aside"
"""The counter of the highest event number that may be in use without a row."""
AHEAD = 10
"""Events that may begin while their rows cannot be written."""


class Catalogue(Reading):
    """Events and clips; each call is one short transaction, from any thread."""

    def __init__(self, db: Database, files: Files, storm_events: int = STORM_EVENTS) -> None:
        """From `storm_events` events within five minutes on further ones share one message; 0: never."""
        super().__init__(db, files)
        self._storm_events = storm_events

    # -- events --------------------------------------------------------------------------------------------------

    def next_event_number(self) -> int:
        """One more than any number ever used or set aside, in rows (deleted ones too) or in file names."""
        aside = self._counter(NUMBERS_ASIDE)
        return max(self.last_event_number(), aside, self._files.highest_event_number()) + 1

    def last_event_number(self) -> int:
        """The highest number that ever had a row; 0: none."""
        return self._counter("event")

    def set_numbers_aside(self, last: int) -> None:
        """Events may have numbers up to `last` before they have a row; each row sets `AHEAD` more aside."""
        with self._db.transaction() as rows:
            rows.execute("INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)", (NUMBERS_ASIDE, last))

    def _counter(self, name: str) -> int:
        with self._db.read() as rows:
            row = rows.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])

    def open_event(
        self,
        event_id: str,
        camera: str,
        started_utc: datetime,
        snapshot: Path | None,
        chats: Collection[int],
        box: Box | None = None,
        sent: Mapping[int, tuple[int | None, bool]] = MappingProxyType({}),
        by_hand_until_utc: datetime | None = None,
    ) -> None:
        """An event began: its row and one letter per chat, together. A second call for the same id changes nothing.

        `box` is where it moved in the snapshot; `sent` what its chats have already, see `add_alerts`.
        `by_hand_until_utc`: nothing moved, it was asked for, and is to go on until then.
        """
        with self._db.transaction() as rows:
            made = rows.execute(
                """INSERT OR IGNORE INTO event (event_id, camera, started_utc_us, snapshot, box, by_hand_until_utc_us)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                (
                    *(event_id, camera, to_us(started_utc)),
                    None if snapshot is None else self._files.relative(snapshot),
                    None if box is None else json.dumps([round(share, 4) for share in box]),
                    None if by_hand_until_utc is None else to_us(by_hand_until_utc),
                ),
            )
            if not made.rowcount:
                return
            remember_number(rows, event_id)
            _set_more_aside(rows, event_id)
            storm_events = self._storm_events if by_hand_until_utc is None else 0
            add_alerts(rows, event_id, chats, to_us(started_utc), storm_events, sent=sent)

    def set_snapshot(self, event_id: str, snapshot: Path) -> None:
        """The picture came after the event's row: its messages become due again. Raises NotFound."""
        with self._db.transaction() as rows:
            _must(
                rows.execute(
                    "UPDATE event SET snapshot = ? WHERE event_id = ?", (self._files.relative(snapshot), event_id)
                ),
                event_id,
            )
            want_again(rows, event_id)
            want_digest_again(rows, event_id)

    def close_event(self, event_id: str, ended_utc: datetime, motion_s: float) -> None:
        """The event ended; its messages become due. Raises NotFound."""
        with self._db.transaction() as rows:
            _must(
                rows.execute(
                    "UPDATE event SET ended_utc_us = ?, motion_s = ? WHERE event_id = ?",
                    (to_us(ended_utc), motion_s, event_id),
                ),
                event_id,
            )
            want_again(rows, event_id)

    def prolong(self, event_id: str, until_utc: datetime) -> None:
        """A recording by hand goes on until then; its messages become due. No error when it is not known."""
        with self._db.transaction() as rows:
            query = "UPDATE event SET by_hand_until_utc_us = ? WHERE event_id = ? AND by_hand_until_utc_us IS NOT NULL"
            rows.execute(query, (to_us(until_utc), event_id))
            want_again(rows, event_id)

    def name_event(self, event_id: str, seen: str) -> None:
        """What a model saw in it; its messages become due. No error when it is not known any more."""
        with self._db.transaction() as rows:
            rows.execute("UPDATE event SET seen = ? WHERE event_id = ?", (seen, event_id))
            want_again(rows, event_id)

    def touch_event(self, event_id: str) -> None:
        """Its messages should be rendered anew. No error when it is not known any more."""
        with self._db.transaction() as rows:
            want_again(rows, event_id)

    # -- clips ---------------------------------------------------------------------------------------------------

    def add_clip(self, new: NewClip, *, archive: bool) -> Clip:
        """Catalogues a published file: clip row, archive job and the event's letters, together.

        The file is read once for its sha256, before the transaction. A second call for the same event and part returns
        the clip that is there. Raises NotFound for an unknown event, StorageError when the file cannot be read.
        """
        sha256, size_bytes = digest(new.path)
        with self._db.transaction() as rows:
            camera = _camera_of(rows, new.event_id)
            name = remote_name(camera, new.event_id, new.part, new.started_utc) if archive else ""
            state = ArchiveState.WAITING if archive else ArchiveState.OFF
            made = rows.execute(
                """INSERT INTO clip (event_id, part, started_utc_us, duration_s, codec, width, height,
                                     size_bytes, sha256, path, archive, remote_name, masked, kept)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                           (SELECT coalesce(max(kept), 0) FROM clip WHERE event_id = ?))
                   ON CONFLICT (event_id, part) DO NOTHING""",
                (
                    *(new.event_id, new.part, to_us(new.started_utc), new.duration_s, new.codec, new.width, new.height),
                    *(size_bytes, sha256, self._files.relative(new.path), state, name),
                    *(new.masked, new.event_id),
                ),
            )
            if made.rowcount:
                if archive:
                    rows.execute("INSERT INTO archive_job (clip_id) VALUES (?)", (made.lastrowid,))
                want_again(rows, new.event_id)
            query = f"{CLIP} WHERE event_id = ? AND part = ?"
            row = rows.execute(query, (new.event_id, new.part)).fetchone()
            return self._clip(row)

    def keep(self, event_id: str, *, kept: bool) -> None:
        """The owner's wish for every part of an event: never deleted by rule, or again as others. Raises NotFound."""
        with self._db.transaction() as rows:
            _camera_of(rows, event_id)
            rows.execute("UPDATE clip SET kept = ? WHERE event_id = ?", (int(kept), event_id))
            archived = rows.execute("SELECT clip_id FROM clip WHERE event_id = ? AND archive = 'verified'", (event_id,))
            for row in archived.fetchall():
                manifest_changed(rows, row["clip_id"])
            want_again(rows, event_id)

    def local_gone(self, clip_id: int, now_utc: datetime) -> None:
        """The local copy was deleted, or found missing. With the event's last one its snapshot goes too.

        A clip that was still to be archived never can be now: its upload is called off. Raises NotFound.
        """
        with self._db.transaction() as rows:
            event_id = _event_of(rows, clip_id)
            rows.execute("UPDATE clip SET path = NULL WHERE clip_id = ?", (clip_id,))
            _call_off_upload(rows, clip_id, now_utc)
            _mark_gone(rows, clip_id, now_utc)
            want_again(rows, event_id)
            snapshot = self._unpicture(rows, event_id)
        if snapshot is not None:
            self._files.delete(snapshot)

    def remote_gone(self, clip_id: int, now_utc: datetime) -> None:
        """The archived copy was deleted: the row says so and that day's list must be written anew."""
        with self._db.transaction() as rows:
            event_id = _event_of(rows, clip_id)
            rows.execute("UPDATE clip SET archive = 'deleted' WHERE clip_id = ?", (clip_id,))
            _mark_gone(rows, clip_id, now_utc)
            manifest_changed(rows, clip_id)
            want_again(rows, event_id)

    def remote_discarded(self, clip_id: int, now_utc: datetime) -> None:
        """Nobody wants the archived copy any more: the archive takes it away as soon as it can be reached."""
        with self._db.transaction() as rows:
            event_id = _event_of(rows, clip_id)
            rows.execute(
                """INSERT OR IGNORE INTO remote_garbage (remote_name, since_utc_us)
                   SELECT remote_name, ? FROM clip WHERE clip_id = ? AND archive = 'verified'""",
                (to_us(now_utc), clip_id),
            )
            rows.execute("UPDATE clip SET archive = 'deleted' WHERE clip_id = ?", (clip_id,))
            _mark_gone(rows, clip_id, now_utc)
            manifest_changed(rows, clip_id)
            want_again(rows, event_id)

    def forget_gone(self, now_utc: datetime) -> int:
        """Deletes the rows of ended events whose last copy went long ago; returns how many events."""
        with self._db.transaction() as rows:
            return rows.execute(
                """DELETE FROM event WHERE ended_utc_us < ? AND NOT EXISTS (
                       SELECT 1 FROM clip WHERE clip.event_id = event.event_id
                       AND (gone_utc_us IS NULL OR gone_utc_us >= ?))""",
                (to_us(now_utc - GONE_REMEMBERED),) * 2,
            ).rowcount

    def _unpicture(self, rows: sqlite3.Connection, event_id: str) -> Path | None:
        row = rows.execute(
            """SELECT snapshot FROM event WHERE event_id = ? AND ended_utc_us IS NOT NULL AND snapshot IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM clip WHERE clip.event_id = event.event_id AND path IS NOT NULL)""",
            (event_id,),
        ).fetchone()
        if row is None:
            return None
        rows.execute("UPDATE event SET snapshot = NULL WHERE event_id = ?", (event_id,))
        return self._files.absolute(row["snapshot"])


def remote_name(camera: str, event_id: str, part: int, started_utc: datetime) -> str:
    """Plain name of a clip below the crypt remote: `YYYY/MM/DD/<camera>-<event>-<part>.mp4`, the day in UTC."""
    return f"{started_utc.astimezone(UTC):%Y/%m/%d}/{camera}-{event_id}-{part}.mp4"


def digest(path: Path) -> tuple[str, int]:
    """sha256 (64 hex digits) and size in bytes of a file, read in pieces. Raises StorageError."""
    with translated(path), path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256")
        return found.hexdigest(), file.tell()


def manifest_changed(rows: sqlite3.Connection, clip_id: int) -> None:
    """The list of this clip's day no longer tells the truth, inside the transaction that made it so.

    The day is that of its name in the archive, which stays when its time is set right.
    """
    rows.execute(
        """INSERT INTO manifest (day, wanted)
           SELECT replace(substr(remote_name, 1, 10), '/', '-'), 1 FROM clip WHERE clip_id = ? AND remote_name <> ''
           ON CONFLICT (day) DO UPDATE SET wanted = wanted + 1""",
        (clip_id,),
    )


def remember_number(rows: sqlite3.Connection, event_id: str) -> None:
    """The event's number is used, inside the transaction that makes its row."""
    if match := re.fullmatch(r"e([0-9]{1,15})", event_id):
        rows.execute(
            """INSERT INTO counter (name, value) VALUES ('event', ?)
               ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)""",
            (int(match[1]),),
        )


def _set_more_aside(rows: sqlite3.Connection, event_id: str) -> None:
    """Only once the first numbers were set aside: not while a start takes in what the last life left."""
    if match := re.fullmatch(r"e([0-9]{1,15})", event_id):
        rows.execute("UPDATE counter SET value = max(value, ?) WHERE name = ?", (int(match[1]) + AHEAD, NUMBERS_ASIDE))


def _camera_of(rows: sqlite3.Connection, event_id: str) -> str:
    row = rows.execute("SELECT camera FROM event WHERE event_id = ?", (event_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no event {event_id}.")
    return str(row[0])


def _event_of(rows: sqlite3.Connection, clip_id: int) -> str:
    row = rows.execute("SELECT event_id FROM clip WHERE clip_id = ?", (clip_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no clip {clip_id}.")
    return str(row[0])


def _call_off_upload(rows: sqlite3.Connection, clip_id: int, now_utc: datetime) -> None:
    if not rows.execute("DELETE FROM archive_job WHERE clip_id = ?", (clip_id,)).rowcount:
        return
    # A try may have left something there.
    rows.execute(
        """INSERT OR IGNORE INTO remote_garbage (remote_name, since_utc_us)
           SELECT remote_name, ? FROM clip WHERE clip_id = ?""",
        (to_us(now_utc), clip_id),
    )
    rows.execute("UPDATE clip SET archive = 'deleted' WHERE clip_id = ?", (clip_id,))


def _mark_gone(rows: sqlite3.Connection, clip_id: int, now_utc: datetime) -> None:
    rows.execute(
        "UPDATE clip SET gone_utc_us = ? WHERE clip_id = ? AND path IS NULL AND archive <> 'verified'",
        (to_us(now_utc), clip_id),
    )


def _must(done: sqlite3.Cursor, event_id: str) -> None:
    if not done.rowcount:
        raise NotFound(f"There is no event {event_id}.")
