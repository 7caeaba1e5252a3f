"""What the owner wishes of single events: a false alarm remembered, both copies deleted after a time to undo it."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime

from storage.catalogue import Catalogue
from storage.database import Database, to_us
from storage.digests import want_digest_again
from storage.errors import NotFound, StorageError
from storage.files import Files
from storage.model import ArchiveState, Clip
from storage.outbox import want_again

log = logging.getLogger(__name__)


class Wishes:
    """Each call is short, from any thread; all but `fulfil` raise NotFound for an unknown event."""

    def __init__(self, db: Database, catalogue: Catalogue, files: Files) -> None:
        self._db = db
        self._catalogue = catalogue
        self._files = files

    def false_alarm(self, event_id: str, since_utc: datetime | None) -> None:
        """The owner says that it was one; None: it was none after all."""
        self._set(event_id, "false_alarm_utc_us", since_utc)

    def delete_at(self, event_id: str, when_utc: datetime | None) -> None:
        """Both copies go at that time; None: they stay. An event that goes on is deleted when it is over."""
        self._set(event_id, "delete_utc_us", when_utc)

    def fulfil(self, now_utc: datetime) -> tuple[str, ...]:
        """Deletes what is due: files here, then rows; archived copies become garbage, which the archive takes away.

        Returns the events of which nothing is left here. What cannot be deleted is logged and tried again next time.
        """
        with self._db.read() as rows:
            query = f"SELECT event.event_id {_TO_DELETE} AND delete_utc_us <= ? ORDER BY delete_utc_us"
            due = [row[0] for row in rows.execute(query, (to_us(now_utc),))]
        return tuple(event_id for event_id in due if self._deleted(event_id, now_utc))

    def waits(self) -> bool:
        """Whether anything is still to be deleted, now or later."""
        with self._db.read() as rows:
            return rows.execute(f"SELECT 1 {_WANTED} LIMIT 1").fetchone() is not None

    def _deleted(self, event_id: str, now_utc: datetime) -> bool:
        event = self._catalogue.event(event_id)
        try:
            for clip in event.parts if event else ():
                self._delete(clip, now_utc)
            if event and event.snapshot is not None:
                self._files.delete(event.snapshot)
                self._forget_snapshot(event_id)
        except StorageError as error:
            log.error("event %s could not be deleted: %s", event_id, error)
            return False
        log.info("event %s was deleted as the owner wished", event_id)
        return True

    def _delete(self, clip: Clip, now_utc: datetime) -> None:
        if clip.path is not None:
            self._files.delete(clip.path)
            self._catalogue.local_gone(clip.clip_id, now_utc)
        if clip.archive is ArchiveState.VERIFIED:
            self._catalogue.remote_discarded(clip.clip_id, now_utc)

    def _forget_snapshot(self, event_id: str) -> None:
        with self._db.transaction() as rows:
            rows.execute("UPDATE event SET snapshot = NULL WHERE event_id = ?", (event_id,))
            want_again(rows, event_id)
            want_digest_again(rows, event_id)

    def _set(self, event_id: str, column: str, when_utc: datetime | None) -> None:
        with self._db.transaction() as rows:
            _must(
                rows.execute(
                    f"UPDATE event SET {column} = ? WHERE event_id = ?",  # noqa: S608 - our own column names
                    (None if when_utc is None else to_us(when_utc), event_id),
                ),
                event_id,
            )
            want_again(rows, event_id)


# An event that ended and still has something to delete.
_HAS_COPIES = """(snapshot IS NOT NULL OR EXISTS (
    SELECT 1 FROM clip WHERE clip.event_id = event.event_id AND (path IS NOT NULL OR archive = 'verified')))"""
_TO_DELETE = f"FROM event WHERE delete_utc_us IS NOT NULL AND ended_utc_us IS NOT NULL AND {_HAS_COPIES}"
_WANTED = f"FROM event WHERE delete_utc_us IS NOT NULL AND (ended_utc_us IS NULL OR {_HAS_COPIES})"


def _must(done: sqlite3.Cursor, event_id: str) -> None:
    if not done.rowcount:
        raise NotFound(f"There is no event {event_id}.")
