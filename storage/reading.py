"""What the catalogue can answer: events, clips, days and sums, read from the rows and never from file names."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from storage.database import Database, from_us, to_us
from storage.files import Files
from storage.model import ArchiveState, Box, Clip, Event, LocalRow, Stock
from storage.searching import ALL, Around, Span, Wanted, around
from storage.stock import stock

# An event is listed while it goes on and while it has a copy of a clip anywhere.
_LISTED = """(ended_utc_us IS NULL OR EXISTS (
    SELECT 1 FROM clip WHERE clip.event_id = event.event_id AND (path IS NOT NULL OR archive = 'verified')))"""
CLIP = "SELECT clip.*, camera FROM clip JOIN event USING (event_id)"
"""Head of every query whose rows become clips."""
_NEWEST_FIRST = "ORDER BY started_utc_us DESC, event_id DESC"


@dataclass(frozen=True, slots=True)
class Totals:
    """What there is in all."""

    local_clips: int
    local_bytes: int
    remote_clips: int
    """Verified copies only."""
    remote_bytes: int
    """As the provider counts them, encryption included."""
    waiting: int
    """Clips that must still reach the archive."""


@dataclass(frozen=True, slots=True)
class Page:
    """Events of one day, newest first."""

    events: tuple[Event, ...]
    page: int
    """0 is the first; a page past the end becomes the last."""
    pages: int
    """At least 1."""
    count: int
    """Events on all pages."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One event as far as settings are tried on it."""

    event_id: str
    camera: str
    started_utc: datetime
    false_alarm: bool
    """As the owner called it."""
    box: Box | None = None
    """Where it moved in its picture."""


def encrypted_bytes(size_bytes: int) -> int:
    """Size of a file after rclone crypt: a 32-byte header, and 16 bytes more for each block of 64 KiB."""
    return 32 + size_bytes + 16 * -(-size_bytes // 65536)


class Reading:
    """Questions to the catalogue; each takes one short look at the database, from any thread."""

    def __init__(self, db: Database, files: Files) -> None:
        self._db = db
        self._files = files

    # -- events --------------------------------------------------------------------------------------------------

    def event(self, event_id: str) -> Event | None:
        """The event with its parts, also when its copies are deleted; None: never heard of, or forgotten since."""
        return self._one("SELECT * FROM event WHERE event_id = ?", (event_id,))

    def latest(self) -> Event | None:
        """The newest event that goes on or has a copy of a clip."""
        return self._one(f"SELECT * FROM event WHERE {_LISTED} {_NEWEST_FIRST} LIMIT 1")  # noqa: S608 - constants

    def latest_picture(self, camera: str) -> Event | None:
        """The newest event of a camera that has a picture."""
        query = f"SELECT * FROM event WHERE camera = ? AND snapshot IS NOT NULL {_NEWEST_FIRST} LIMIT 1"  # noqa: S608 - constants
        return self._one(query, (camera,))

    def labelled(self, camera: str, since_utc: datetime, limit: int = 2000) -> tuple[Labelled, ...]:
        """Ended events of a camera from then on, the newest first, at most `limit`; deleted ones too."""
        query = f"""SELECT event_id, started_utc_us, false_alarm_utc_us, box FROM event
            WHERE camera = ? AND started_utc_us >= ? AND ended_utc_us IS NOT NULL {_NEWEST_FIRST} LIMIT ?"""  # noqa: S608 - constants
        with self._db.read() as rows:
            found = rows.execute(query, (camera, to_us(since_utc), limit)).fetchall()
        return tuple(Labelled(row[0], camera, from_us(row[1]), row[2] is not None, _box(row[3])) for row in found)

    def open_events(self) -> tuple[Event, ...]:
        """Events that have no end, oldest first: at start-up these were cut short."""
        with self._db.read() as rows:
            found = rows.execute("SELECT * FROM event WHERE ended_utc_us IS NULL ORDER BY started_utc_us").fetchall()
            return self._events(rows, found)

    def _one(self, query: str, values: tuple[object, ...] = ()) -> Event | None:
        with self._db.read() as rows:
            events = self._events(rows, rows.execute(query, values).fetchall())
        return events[0] if events else None

    # -- days ----------------------------------------------------------------------------------------------------

    def page(
        self, day_start_utc: datetime, day_end_utc: datetime, page: int, per_page: int, wanted: Wanted = ALL
    ) -> Page:
        """Listed events that started in [start, end), newest first."""
        within = f"FROM event WHERE started_utc_us >= ? AND started_utc_us < ? {wanted.condition} AND {_LISTED}"
        span = (to_us(day_start_utc), to_us(day_end_utc), *wanted.cameras)
        with self._db.read() as rows:
            count = int(rows.execute(f"SELECT count(*) {within}", span).fetchone()[0])
            pages = max(1, -(-count // per_page))
            page = min(max(page, 0), pages - 1)
            found = rows.execute(
                f"SELECT * {within} {_NEWEST_FIRST} LIMIT ? OFFSET ?", (*span, per_page, page * per_page)
            ).fetchall()
            return Page(self._events(rows, found), page, pages, count)

    def around(self, event_id: str, span_utc: Span, wanted: Wanted = ALL) -> Around | None:
        """Where an event stands among the listed ones that started in that span; None: there is no such event."""
        with self._db.read() as rows:
            return around(rows, event_id, span_utc, f"{wanted.condition} AND {_LISTED}", wanted.cameras)

    def newest_start(self) -> datetime | None:
        """Start of the newest listed event; None: there is none."""
        return self._edge(f"SELECT max(started_utc_us) FROM event WHERE {_LISTED}")  # noqa: S608 - constants

    def older_than(self, moment_utc: datetime, wanted: Wanted = ALL) -> datetime | None:
        """Start of the last listed event before `moment_utc`."""
        query = f"""SELECT started_utc_us FROM event WHERE started_utc_us < ? {wanted.condition} AND {_LISTED}
                    {_NEWEST_FIRST} LIMIT 1"""  # noqa: S608 - constants
        return self._edge(query, to_us(moment_utc), *wanted.cameras)

    def newer_than(self, moment_utc: datetime, wanted: Wanted = ALL) -> datetime | None:
        """Start of the first listed event at or after `moment_utc`."""
        query = f"""SELECT min(started_utc_us) FROM event WHERE started_utc_us >= ? {wanted.condition}
                    AND {_LISTED}"""  # noqa: S608 - constants
        return self._edge(query, to_us(moment_utc), *wanted.cameras)

    def newest_day(self, zone: tzinfo) -> date | None:
        """The newest day, as the owner's calendar in `zone` counts, that has events."""
        return _day(self.newest_start(), zone)

    def older_day(self, day: date, zone: tzinfo, wanted: Wanted = ALL) -> date | None:
        """The next older day that has events."""
        return _day(self.older_than(day_bounds(day, zone)[0], wanted), zone)

    def newer_day(self, day: date, zone: tzinfo, wanted: Wanted = ALL) -> date | None:
        """The next newer day that has events."""
        return _day(self.newer_than(day_bounds(day, zone)[1], wanted), zone)

    def days(self, zone: tzinfo, limit: int = 31) -> tuple[date, ...]:
        """The newest days that have events, newest first, at most `limit`: one step down the index for each."""
        found: list[date] = []
        day = self.newest_day(zone)
        while day is not None and len(found) < limit:
            found.append(day)
            day = self.older_day(day, zone)
        return tuple(found)

    def _edge(self, query: str, *values: int | str) -> datetime | None:
        with self._db.read() as rows:
            row = rows.execute(query, values).fetchone()
        return None if row is None or row[0] is None else from_us(row[0])

    # -- clips and sums ------------------------------------------------------------------------------------------

    def clip(self, clip_id: int) -> Clip | None:
        """One clip, also when its copies are deleted."""
        with self._db.read() as rows:
            row = rows.execute(f"{CLIP} WHERE clip_id = ?", (clip_id,)).fetchone()
        return None if row is None else self._clip(row)

    def local_clips(self) -> tuple[Clip, ...]:
        """Every clip that has a copy here, oldest first."""
        with self._db.read() as rows:
            found = rows.execute(f"{CLIP} WHERE path IS NOT NULL ORDER BY clip.started_utc_us, clip_id").fetchall()
        return tuple(map(self._clip, found))

    def local_rows(self) -> list[LocalRow]:
        """The same, as far as rows are held against files."""
        with self._db.read() as rows:
            found = rows.execute(
                """SELECT clip_id, event_id, part, path, started_utc_us, duration_s, size_bytes, sha256 FROM clip
                   WHERE path IS NOT NULL ORDER BY started_utc_us, clip_id"""
            ).fetchall()
        return list(map(LocalRow._make, found))

    def stock(self) -> Stock:
        """What retention plans over; read piece by piece."""
        totals = self.totals()
        return stock(self._db, totals.local_bytes, totals.remote_bytes)

    def waiting_without_job(self) -> tuple[Clip, ...]:
        """Clips that wait for the archive though nothing would send them: none in health."""
        with self._db.read() as rows:
            found = rows.execute(
                f"{CLIP} WHERE archive = 'waiting' AND clip_id NOT IN (SELECT clip_id FROM archive_job)"  # noqa: S608 - constant
            ).fetchall()
        return tuple(map(self._clip, found))

    def archive_clips(self) -> tuple[Clip, ...]:
        """Every clip that has, or is about to get, a copy in the archive."""
        with self._db.read() as rows:
            found = rows.execute(f"{CLIP} WHERE archive IN ('verified', 'waiting')").fetchall()
        return tuple(map(self._clip, found))

    def garbage(self) -> frozenset[str]:
        """Names of ours that are about to vanish from the archive."""
        with self._db.read() as rows:
            return frozenset(row[0] for row in rows.execute("SELECT remote_name FROM remote_garbage"))

    def local_sparable(self) -> tuple[int, int]:
        """Bytes of local copies whose loss would cost no clip, and how many clips wait for the archive."""
        with self._db.read() as rows:
            sparable, waiting = rows.execute(
                """SELECT coalesce(sum(size_bytes) FILTER (WHERE archive <> 'waiting' AND kept = 0), 0),
                          count(*) FILTER (WHERE archive = 'waiting') FROM clip WHERE path IS NOT NULL"""
            ).fetchone()
        return int(sparable), int(waiting)

    def newest_clip_start(self) -> datetime | None:
        """When the newest clip of all began: a clock that says much less is wrong."""
        return self._edge("SELECT max(started_utc_us) FROM clip")

    def totals(self) -> Totals:
        """Sums over all copies."""
        with self._db.read() as rows:
            local = rows.execute(
                "SELECT count(*), coalesce(sum(size_bytes), 0) FROM clip WHERE path IS NOT NULL"
            ).fetchone()
            remote = rows.execute(
                """SELECT count(*), coalesce(sum(32 + size_bytes + 16 * ((size_bytes + 65535) / 65536)), 0)
                   FROM clip WHERE archive = 'verified'"""
            ).fetchone()
            waiting = rows.execute("SELECT count(*) FROM archive_job").fetchone()
        return Totals(local[0], local[1], remote[0], remote[1], waiting[0])

    def recorded_since(self, moment_utc: datetime) -> tuple[int, datetime | None]:
        """Bytes of all clips that began later, deleted ones too while they are remembered; and when the first did."""
        # By way of the event, whose start has an index; a part begins before its event by the pre-roll at most.
        query = """SELECT coalesce(sum(size_bytes), 0), min(clip.started_utc_us) FROM event JOIN clip USING (event_id)
                   WHERE event.started_utc_us > ? AND clip.started_utc_us > ?"""
        longest_event = timedelta(days=1)
        with self._db.read() as rows:
            since = (to_us(moment_utc - longest_event), to_us(moment_utc))
            size_bytes, first_us = rows.execute(query, since).fetchone()
        return int(size_bytes), None if first_us is None else from_us(first_us)

    def shut_clips(self) -> int:
        """Sealed clips whose copy here is gone: nobody can show them without the kit."""
        query = "SELECT count(*) FROM clip WHERE sealed_bytes IS NOT NULL AND path IS NULL AND archive = 'verified'"
        with self._db.read() as rows:
            return int(rows.execute(query).fetchone()[0])

    def archived_clip(self, pick: Callable[[int], int]) -> Clip | None:
        """One of the archived clips; `pick(n)` gives its number below n. None: there is none."""
        with self._db.read() as rows:
            count = int(rows.execute("SELECT count(*) FROM clip WHERE archive = 'verified'").fetchone()[0])
            if not count:
                return None
            query = f"{CLIP} WHERE archive = 'verified' ORDER BY clip.started_utc_us LIMIT 1 OFFSET ?"
            return self._clip(rows.execute(query, (pick(count),)).fetchone())

    def first_verified_utc(self) -> datetime | None:
        """When the first of the clips that are in the archive now was proved there."""
        return self._edge("SELECT min(verified_utc_us) FROM clip WHERE archive = 'verified'")

    def snapshots(self) -> dict[Path, str]:
        """Absolute path of each snapshot that a row knows, and its event."""
        with self._db.read() as rows:
            found = rows.execute("SELECT snapshot, event_id FROM event WHERE snapshot IS NOT NULL").fetchall()
        return {self._files.data_dir / row["snapshot"]: row["event_id"] for row in found}

    # -- rows to nouns -------------------------------------------------------------------------------------------

    def _events(self, rows: sqlite3.Connection, found: Iterable[sqlite3.Row]) -> tuple[Event, ...]:
        return tuple(
            Event(
                event_id=row["event_id"],
                camera=row["camera"],
                started_utc=from_us(row["started_utc_us"]),
                ended_utc=_moment(row["ended_utc_us"]),
                motion_s=row["motion_s"],
                snapshot=self._files.absolute(row["snapshot"]),
                parts=self._parts(rows, row["event_id"]),
                box=_box(row["box"]),
                false_alarm_utc=_moment(row["false_alarm_utc_us"]),
                delete_utc=_moment(row["delete_utc_us"]),
                seen=row["seen"],
                by_hand_until_utc=_moment(row["by_hand_until_utc_us"]),
            )
            for row in found
        )

    def _parts(self, rows: sqlite3.Connection, event_id: str) -> tuple[Clip, ...]:
        found = rows.execute(f"{CLIP} WHERE event_id = ? ORDER BY part", (event_id,)).fetchall()
        return tuple(map(self._clip, found))

    def _clip(self, row: sqlite3.Row) -> Clip:
        return Clip(
            clip_id=row["clip_id"],
            event_id=row["event_id"],
            camera=row["camera"],
            part=row["part"],
            started_utc=from_us(row["started_utc_us"]),
            duration_s=row["duration_s"],
            codec=row["codec"],
            width=row["width"],
            height=row["height"],
            size_bytes=row["size_bytes"],
            sha256=row["sha256"],
            path=self._files.absolute(row["path"]),
            archive=ArchiveState(row["archive"]),
            remote_name=row["remote_name"],
            verified_utc=None if row["verified_utc_us"] is None else from_us(row["verified_utc_us"]),
            kept=bool(row["kept"]),
            sealed_bytes=row["sealed_bytes"],
            sealed_sha256=row["sealed_sha256"],
            masked=row["masked"],
        )


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Where a calendar day begins and ends; 23 or 25 hours apart when the clocks change."""
    return (
        datetime.combine(day, time.min, zone),
        datetime.combine(day + timedelta(days=1), time.min, zone),
    )


def _day(moment: datetime | None, zone: tzinfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


def _box(stored: str | None) -> Box | None:
    if stored is None:
        return None
    left, top, width, height = json.loads(stored)
    return left, top, width, height
