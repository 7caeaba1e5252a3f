"""What still has to be done on the remote: clips to upload, day lists to write, names of ours to delete."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage.catalogue import manifest_changed
from storage.database import Database, from_us, to_us
from storage.model import Clip
from storage.outbox import want_again
from storage.reading import Reading


@dataclass(frozen=True, slots=True)
class Job:
    """A clip that must still reach the archive."""

    clip: Clip
    attempts: int


@dataclass(frozen=True, slots=True)
class DayList:
    """The manifest of one UTC day, due to be written anew."""

    day: str
    """`2026-07-31`"""
    wanted: int
    remote_name: str
    """The list that is there now; empty: none."""
    lines: bytes
    """JSON, one archived clip a line; empty when the day has none any more."""

    @property
    def next_name(self) -> str:
        """A name of its own for each version: the old list stays whole until the new one is verified."""
        return f"{self.day.replace('-', '/')}/manifest-{self.wanted}.jsonl"


class ArchiveQueue:
    """The archive's work, durable; each call is one short transaction, from any thread."""

    def __init__(self, db: Database, reading: Reading) -> None:
        self._db = db
        self._reading = reading

    # -- clips ---------------------------------------------------------------------------------------------------

    def next_job(self) -> Job | None:
        """Fewest failed tries first, among these the oldest: one clip that cannot be sent holds up nobody."""
        with self._db.read() as rows:
            row = rows.execute(
                """SELECT clip_id, attempts FROM archive_job JOIN clip USING (clip_id)
                   ORDER BY attempts, started_utc_us, clip_id LIMIT 1"""
            ).fetchone()
        clip = None if row is None else self._reading.clip(row["clip_id"])
        return None if row is None or clip is None else Job(clip, row["attempts"])

    def next_batch(self, attempts: int, most: int, most_bytes: int) -> list[Clip]:
        """Clips that were tried so often, from the oldest on, all of the oldest one's day; the first whatever its
        size."""
        with self._db.read() as rows:
            found = rows.execute(
                """SELECT clip_id, size_bytes, substr(remote_name, 1, 10) AS day
                   FROM archive_job JOIN clip USING (clip_id)
                   WHERE attempts = ? ORDER BY started_utc_us, clip_id LIMIT ?""",
                (attempts, most),
            ).fetchall()
        chosen: list[int] = []
        left_bytes = most_bytes
        for row in found:
            if row["day"] != found[0]["day"] or (chosen and row["size_bytes"] > left_bytes):
                break
            chosen.append(row["clip_id"])
            left_bytes -= row["size_bytes"]
        return [clip for clip in map(self._reading.clip, chosen) if clip is not None]

    def failed(self, clip_id: int, reason: str) -> None:
        """A try failed; the clip waits behind those with fewer tries."""
        with self._db.transaction() as rows:
            rows.execute(
                "UPDATE archive_job SET attempts = attempts + 1, last_error = ? WHERE clip_id = ?", (reason, clip_id)
            )

    def will_lie(self, clip_id: int, name: str, sealed: tuple[int, str] | None, now_utc: datetime) -> None:
        """Before a try: under which name the copy will lie, and size and sha256 of it when it is sealed.

        What an earlier try may have left under another name becomes garbage.
        """
        size_bytes, sha256 = sealed or (None, "")
        with self._db.transaction() as rows:
            row = rows.execute("SELECT remote_name FROM clip WHERE clip_id = ?", (clip_id,)).fetchone()
            if row is None:
                return
            if row["remote_name"] not in {name, ""}:
                _discard(rows, row["remote_name"], now_utc)
            rows.execute("DELETE FROM remote_garbage WHERE remote_name = ?", (name,))
            rows.execute(
                "UPDATE clip SET remote_name = ?, sealed_bytes = ?, sealed_sha256 = ? WHERE clip_id = ?",
                (name, size_bytes, sha256, clip_id),
            )

    def verified(self, proved: Collection[tuple[int, str]], now_utc: datetime) -> set[int]:
        """These archived copies (clip_id, and by what: `size` or `hash`) are proved: clips, day lists and messages,
        together.

        Returns those that nobody wants any more (the clip was forgotten or deleted meanwhile); these are garbage now.
        """
        with self._db.transaction() as rows:
            return {clip_id for clip_id, by in proved if not _verified(rows, clip_id, by, now_utc)}

    def switch_off(self) -> int:
        """No archive is configured any more: what waited for it waits no longer. Returns how many clips."""
        with self._db.transaction() as rows:
            rows.execute("UPDATE clip SET archive = 'off', remote_name = '' WHERE archive = 'waiting'")
            return rows.execute("DELETE FROM archive_job").rowcount

    # -- day lists -----------------------------------------------------------------------------------------------

    def next_list(self) -> DayList | None:
        """The oldest day whose list in the archive does not tell the truth."""
        with self._db.read() as rows:
            row = rows.execute("SELECT * FROM manifest WHERE wanted <> uploaded ORDER BY day LIMIT 1").fetchone()
            if row is None:
                return None
            folder = row["day"].replace("-", "/")
            clips = rows.execute(
                """SELECT clip.*, camera, event.started_utc_us AS event_started_utc_us, ended_utc_us, motion_s,
                          by_hand_until_utc_us
                   FROM clip JOIN event USING (event_id)
                   WHERE archive = 'verified' AND remote_name > ? AND remote_name < ?
                   ORDER BY clip.started_utc_us, clip_id""",
                (f"{folder}/", f"{folder}0"),  # `0` follows `/`
            ).fetchall()
        lines = "".join(_line(clip) for clip in clips)
        return DayList(row["day"], row["wanted"], row["remote_name"], lines.encode())

    def listed(self, written: DayList, now_utc: datetime) -> None:
        """The archive holds this list now (or needs none): the one before is garbage."""
        with self._db.transaction() as rows:
            if written.remote_name:
                _discard(rows, written.remote_name, now_utc)
            rows.execute(
                "UPDATE manifest SET uploaded = ?, remote_name = ? WHERE day = ?",
                (written.wanted, written.next_name if written.lines else "", written.day),
            )
            # A day that was emptied counts from 1 again, so this name may have been garbage once.
            rows.execute("DELETE FROM remote_garbage WHERE remote_name = ?", (written.next_name,))
            rows.execute(
                "DELETE FROM manifest WHERE day = ? AND wanted = uploaded AND remote_name = ''", (written.day,)
            )

    # -- garbage -------------------------------------------------------------------------------------------------

    def next_garbage(self) -> str | None:
        """A name of ours that must vanish from the remote."""
        with self._db.read() as rows:
            row = rows.execute("SELECT remote_name FROM remote_garbage ORDER BY since_utc_us LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def discard(self, remote_name: str, now_utc: datetime) -> None:
        """Names one for deletion; done when the remote can be reached."""
        with self._db.transaction() as rows:
            _discard(rows, remote_name, now_utc)

    def has_list_beside(self, remote_name: str) -> bool:
        """Whether the remote folder of this name still holds its day's list, and so is not empty."""
        day = remote_name.rpartition("/")[0].replace("/", "-")
        with self._db.read() as rows:
            return (
                rows.execute("SELECT 1 FROM manifest WHERE day = ? AND remote_name <> ''", (day,)).fetchone()
                is not None
            )

    def vanished(self, remote_name: str) -> None:
        """The remote does not hold it any more."""
        with self._db.transaction() as rows:
            rows.execute("DELETE FROM remote_garbage WHERE remote_name = ?", (remote_name,))


def _discard(rows: sqlite3.Connection, remote_name: str, now_utc: datetime) -> None:
    rows.execute(
        "INSERT OR IGNORE INTO remote_garbage (remote_name, since_utc_us) VALUES (?, ?)", (remote_name, to_us(now_utc))
    )


def _verified(rows: sqlite3.Connection, clip_id: int, by: str, now_utc: datetime) -> bool:
    row = rows.execute(
        """SELECT event_id, remote_name, archive = 'deleted' AND delete_utc_us IS NOT NULL AS unwanted
           FROM clip JOIN event USING (event_id) WHERE clip_id = ?""",
        (clip_id,),
    ).fetchone()
    if row is None or row["unwanted"]:
        return False
    # The disk floor may have taken the local copy during the upload: then this one is the last, and stays.
    rows.execute("DELETE FROM remote_garbage WHERE remote_name = ?", (row["remote_name"],))
    rows.execute("DELETE FROM archive_job WHERE clip_id = ?", (clip_id,))
    rows.execute(
        """UPDATE clip SET archive = 'verified', verified_utc_us = ?, verified_by = ?, gone_utc_us = NULL
           WHERE clip_id = ?""",
        (to_us(now_utc), by, clip_id),
    )
    manifest_changed(rows, clip_id)
    want_again(rows, row["event_id"])
    return True


def _line(clip: sqlite3.Row) -> str:
    entry = {
        "name": clip["remote_name"],
        "bytes": clip["size_bytes"],
        "sha256": clip["sha256"],
        "event": clip["event_id"],
        "part": clip["part"],
        "camera": clip["camera"],
        "started_utc": from_us(clip["started_utc_us"]).isoformat(),
        "duration_s": clip["duration_s"],
        "codec": clip["codec"],
        "width": clip["width"],
        "height": clip["height"],
        "kept": bool(clip["kept"]),
        "event_started_utc": from_us(clip["event_started_utc_us"]).isoformat(),
        "event_ended_utc": None if clip["ended_utc_us"] is None else from_us(clip["ended_utc_us"]).isoformat(),
        "motion_s": clip["motion_s"],
        "by_hand": clip["by_hand_until_utc_us"] is not None,
    }
    if clip["sealed_bytes"] is not None:
        entry |= {"sealed_bytes": clip["sealed_bytes"], "sealed_sha256": clip["sealed_sha256"]}
    return json.dumps(entry) + "\n"
