"""Changes to rows that only a repair makes; each call is one short transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from storage.catalogue import manifest_changed, remote_name
from storage.database import Database, from_us, to_us
from storage.errors import NotFound
from storage.files import Files
from storage.listing import Entry
from storage.memory import LINK
from storage.outbox import want_again


class Mending:
    """From any thread. Raises StorageError; NotFound for a clip that has no row."""

    def __init__(self, db: Database, files: Files) -> None:
        self._db = db
        self._files = files

    # -- copies here ---------------------------------------------------------------------------------------------

    def lies_here(self, clip_id: int, path: Path) -> None:
        """The local copy is at `path`, though the row said something else."""
        with self._db.transaction() as rows:
            event_id = _event_of(rows, clip_id)
            rows.execute(
                "UPDATE clip SET path = ?, gone_utc_us = NULL WHERE clip_id = ?",
                (self._files.relative(path), clip_id),
            )
            want_again(rows, event_id)

    def left_here(self, clip_id: int) -> None:
        """The local copy is of no use any more, and the archive has a whole one."""
        with self._db.transaction() as rows:
            event_id = _event_of(rows, clip_id)
            rows.execute("UPDATE clip SET path = NULL WHERE clip_id = ? AND archive = 'verified'", (clip_id,))
            want_again(rows, event_id)

    def pictures_left(self) -> None:
        """Snapshots that lay in memory and went with it: their events have none any more."""
        with self._db.transaction() as rows:
            found = rows.execute(f"SELECT event_id, snapshot FROM event WHERE snapshot LIKE '{LINK}/%'").fetchall()  # noqa: S608 - a constant
            for row in found:
                path = self._files.absolute(row["snapshot"])
                if path is not None and not path.exists():
                    rows.execute("UPDATE event SET snapshot = NULL WHERE event_id = ?", (row["event_id"],))

    def is_as_file(
        self, clip_id: int, started_utc: datetime, duration_s: float, size_bytes: int, sha256: str, *, archive: bool
    ) -> None:
        """The row takes over what the file really is, and the archive gets that file."""
        with self._db.transaction() as rows:
            event_id = _event_of(rows, clip_id)
            rows.execute(
                """UPDATE clip SET started_utc_us = ?, duration_s = ?, size_bytes = ?, sha256 = ?, part = max(part, 1)
                   WHERE clip_id = ?""",
                (to_us(started_utc), duration_s, size_bytes, sha256, clip_id),
            )
            if archive:
                _send(rows, clip_id)
            want_again(rows, event_id)

    # -- copies in the archive -----------------------------------------------------------------------------------

    def send_again(self, clip_id: int) -> None:
        """The archive lost its copy, or nothing would have sent one: it becomes work again."""
        with self._db.transaction() as rows:
            event_id = _event_of(rows, clip_id)
            _send(rows, clip_id)
            manifest_changed(rows, clip_id)
            want_again(rows, event_id)

    def is_archived_as(self, clip_id: int, entry: Entry) -> None:
        """The archive knows this very clip: under its own name, and better than the file when it was recorded."""
        with self._db.transaction() as rows:
            row = rows.execute("SELECT event_id, started_utc_us FROM clip WHERE clip_id = ?", (clip_id,)).fetchone()
            if row is None:
                raise NotFound(f"There is no clip {clip_id}.")
            rows.execute(
                """UPDATE clip SET remote_name = ?, started_utc_us = ?, kept = max(kept, ?), sealed_bytes = ?,
                       sealed_sha256 = ? WHERE clip_id = ?""",
                (
                    *(entry.name, to_us(entry.started_utc), int(entry.kept)),
                    *(entry.sealed_bytes, entry.sealed_sha256, clip_id),
                ),
            )
            rows.execute(
                """UPDATE event SET started_utc_us = ?, ended_utc_us = ?, motion_s = coalesce(?, motion_s)
                   WHERE event_id = ?""",
                (
                    to_us(entry.event_started_utc or entry.started_utc),
                    to_us(entry.event_ended_utc or entry.started_utc + timedelta(seconds=entry.duration_s)),
                    entry.motion_s,
                    row["event_id"],
                ),
            )

    def lists_there(self, newest: Mapping[str, int]) -> None:
        """The archive's newest lists, by day (`2026/05/01`), as found there. One that no row knows is replaced by a
        newer one: the numbers of a day must go on growing, or the old list would pass for the newest."""
        with self._db.transaction() as rows:
            for folder, number in newest.items():
                rows.execute(
                    """INSERT INTO manifest (day, wanted, uploaded, remote_name) VALUES (?1, ?2 + 1, ?2, ?3)
                       ON CONFLICT (day) DO UPDATE SET wanted = max(wanted, ?2 + 1), uploaded = ?2, remote_name = ?3
                       WHERE remote_name <> ?3 AND uploaded < ?2""",
                    (folder.replace("/", "-"), number, f"{folder}/manifest-{number}.jsonl"),
                )


def _send(rows: sqlite3.Connection, clip_id: int) -> None:
    row = rows.execute(
        """SELECT camera, event_id, part, clip.started_utc_us, remote_name FROM clip JOIN event USING (event_id)
           WHERE clip_id = ?""",
        (clip_id,),
    ).fetchone()
    name = row["remote_name"] or remote_name(
        row["camera"], row["event_id"], row["part"], from_us(row["started_utc_us"])
    )
    rows.execute(
        """UPDATE clip SET archive = 'waiting', remote_name = ?, verified_by = '', verified_utc_us = NULL
           WHERE clip_id = ?""",
        (name, clip_id),
    )
    rows.execute("INSERT OR IGNORE INTO archive_job (clip_id) VALUES (?)", (clip_id,))
    rows.execute("DELETE FROM remote_garbage WHERE remote_name = ?", (name,))


def _event_of(rows: sqlite3.Connection, clip_id: int) -> str:
    row = rows.execute("SELECT event_id FROM clip WHERE clip_id = ?", (clip_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no clip {clip_id}.")
    return str(row[0])
