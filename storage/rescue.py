"""A catalogue that is lost or damaged is put aside and made anew: from what it still holds, and from its copies.

Note on crashes: the damaged file leaves its place before the new one comes, and the new one appears whole. So a power
cut in between leaves no catalogue at all, which the next start takes up where this one ended: see `_incident`.
"""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.backups import Backups
from storage.database import Database, damage_of, readable
from storage.errors import StorageError
from storage.files import Files, sync_to_disk, translated

log = logging.getLogger(__name__)

EVENT_GAP = 1_000
"""Event numbers that are left out after rows were lost: more than a day has, so that none is given twice."""
ROW_GAP = 1_000_000
"""The same for clips and letters: an old button must not open another clip."""
MOST_BELIEVED = 10**12
COMPARE_ARCHIVE = "compare_archive"
"""The counter that asks the archive to be held against the rows as soon as it can be reached."""

_INDEX_DAMAGE = re.compile(r"missing from index|wrong # of entries in index|non-unique entry in index")
_PARTS = ("", "-wal", "-shm")
_INCIDENT = re.compile(r"catalogue-([0-9]{1,6})")
_DONE = "rebuilt.txt"
_FIRST = ("counter", "owner", "preference", "event", "clip")
"""Copied in this order, since the others point at these; then whatever else the schema has."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How a catalogue was made anew."""

    why: str
    """What was wrong, as half a sentence: `was missing`."""
    aside: Path | None
    """Where the damaged file lies now; None: there was none."""
    lost_rows: bool
    """Whether rows may be missing that were there before."""
    copied_utc: datetime | None
    """When the copy was made that filled the gaps; None: none was needed, or there was none."""
    owners: int
    """How many paired owners came back."""


def trouble(files: Files, *, thorough: bool = False) -> str:
    """Why the catalogue must be made anew, as half a sentence; empty: it is sound, or this is a new folder.

    Changes nothing. Raises StorageError when that cannot be found out.
    """
    path = files.database_path
    with translated(path):
        if not path.exists() or not path.stat().st_size:
            return "is missing" if _was_used(files) else ""
    try:
        # Not read-only: what a power cut left in the log must be seen as the program will see it.
        with closing(sqlite3.connect(path, timeout=10)) as rows:
            damage = damage_of(rows, thorough=thorough)
    except UnicodeDecodeError:  # Python could not even read what SQLite says
        return "is damaged"
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        # Anything else (locked, read-only) says nothing about the file; whoever opens it next will hear of it.
        return f"is damaged ({error})" if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) else ""
    return f"is damaged ({damage})" if damage else ""


def rebuild(files: Files, why: str) -> Rebuilt:
    """Makes the catalogue anew; under the lock of the folder. Clips without rows are taken in afterwards by `repair`.

    Raises StorageError, DiskFull; the next start tries again.
    """
    log.error("the catalogue %s; it is made anew", why)
    folder = _put_aside(files)
    growing = files.data_dir / ".mocam.sqlite3.new"
    _remove(growing)
    new = Database(growing)
    try:
        salvage = _Salvage(new)
        complete = _from_damaged(salvage, files, folder)
        copied_utc = None if complete else _from_copies(salvage, files)
        salvage.finish(files.highest_event_number(), complete=complete)
        owners = salvage.count("owner")
    finally:
        new.close()
    with translated(growing):
        growing.with_name(growing.name + "-wal").unlink(missing_ok=True)
        sync_to_disk(growing)
        growing.replace(files.database_path)
        sync_to_disk(files.data_dir)
    files.write_whole(folder / _DONE, f"The catalogue {why}.\n".encode())
    aside = folder if (folder / files.database_path.name).exists() else None
    return Rebuilt(why, aside, not complete, copied_utc, owners)


def wants_comparison(db: Database) -> bool:
    """Whether the archive must be held against the rows: some were lost, and it may know more."""
    with db.read() as rows:
        row = rows.execute("SELECT value FROM counter WHERE name = ?", (COMPARE_ARCHIVE,)).fetchone()
    return row is not None and bool(row[0])


def compared(db: Database) -> None:
    """It was."""
    with db.transaction() as rows:
        rows.execute("DELETE FROM counter WHERE name = ?", (COMPARE_ARCHIVE,))


def _was_used(files: Files) -> bool:
    left = (files.clip_files(), files.backups_dir.iterdir(), _unfinished(files))
    return any(next(iter(found), None) is not None for found in left)


# -- aside -------------------------------------------------------------------------------------------------------


def _put_aside(files: Files) -> Path:
    """Moves the damaged file and its log away; returns the folder where they are, also when there was nothing."""
    with translated(files.aside_dir):
        folder = _incident(files)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_to_disk(files.aside_dir)
        for part in _PARTS:
            path = files.database_path.with_name(files.database_path.name + part)
            if path.exists():
                path.replace(folder / path.name)
        sync_to_disk(folder)
        sync_to_disk(files.data_dir)
    return folder


def _incident(files: Files) -> Path:
    """A new folder, or that of a rebuild which a power cut ended: then the catalogue has left its place already."""
    unfinished = list(_unfinished(files))
    if unfinished and not files.database_path.exists():
        return unfinished[-1]
    numbers = [int(match[1]) for path in files.aside_dir.iterdir() if (match := _INCIDENT.fullmatch(path.name))]
    return files.aside_dir / f"catalogue-{max(numbers, default=0) + 1}"


def _unfinished(files: Files) -> Iterator[Path]:
    folders = (path for path in files.aside_dir.iterdir() if _INCIDENT.fullmatch(path.name))
    by_number = sorted(folders, key=lambda path: int(path.name.rpartition("-")[2]))
    yield from (path for path in by_number if not (path / _DONE).exists())


def _remove(path: Path) -> None:
    with translated(path):
        for part in _PARTS:
            path.with_name(path.name + part).unlink(missing_ok=True)


# -- what can still be read --------------------------------------------------------------------------------------


def _from_damaged(salvage: _Salvage, files: Files, folder: Path) -> bool:
    """Takes every row that can still be read; True when each table could be read to its end."""
    damaged = folder / files.database_path.name
    if not damaged.exists():
        return False
    copy = files.scratch_dir / "damaged.sqlite3"
    try:
        with translated(damaged):
            for part in _PARTS:  # a copy: reading works the log into the file
                source = damaged.with_name(damaged.name + part)
                if source.exists() and part != "-shm":
                    shutil.copyfile(source, copy.with_name(copy.name + part))
        with closing(sqlite3.connect(copy)) as old:
            return salvage.take(old, from_copy=False)
    except (StorageError, sqlite3.Error, UnicodeDecodeError) as error:
        log.error("nothing can be read from the damaged catalogue: %s", error)
        return False
    finally:
        with suppress(StorageError):
            _remove(copy)


def _from_copies(salvage: _Salvage, files: Files) -> datetime | None:
    """Fills the gaps from the newest copy that is sound; returns when that was made."""
    for path in Backups(files).newest_first():
        copy = files.scratch_dir / "copy.sqlite3"
        try:
            with translated(path):
                made_utc = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                shutil.copyfile(path, copy)
            Database(copy).close()  # brings it to the schema of this version
            with closing(sqlite3.connect(copy)) as old:
                if salvage.take(old, from_copy=True):
                    return made_utc
        except (StorageError, sqlite3.Error, UnicodeDecodeError) as error:
            log.error("the copy %s cannot be used: %s", path.name, error)
        finally:
            with suppress(StorageError):
                _remove(copy)
    return None


class _Salvage:
    """Rows on their way into the new catalogue; what is there already wins."""

    def __init__(self, new: Database) -> None:
        self._new = new
        self._sequences: dict[str, int] = {}
        self._highest_event = 0

    def take(self, old: sqlite3.Connection, *, from_copy: bool) -> bool:
        """Copies what can be read; True when all of it could be. `from_copy`: it tells of an earlier time."""
        complete = _only_indexes(_damage(old))
        with self._new.transaction() as rows:
            tables = [str(row[0]) for row in rows.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            known = [table for table in tables if not table.startswith("sqlite_")]
            ordered = [*_FIRST, *(table for table in known if table not in _FIRST)]
            for table in ordered:
                complete = self._table(old, rows, table, from_copy=from_copy) and complete
        self._remember_numbers(old)
        return complete

    def _table(self, old: sqlite3.Connection, rows: sqlite3.Connection, table: str, *, from_copy: bool) -> bool:
        columns = [row[1] for row in rows.execute(f"PRAGMA table_info({table})")]
        try:
            theirs = {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
        except (sqlite3.Error, UnicodeDecodeError):
            return False
        shared = [column for column in columns if column in theirs]
        if not shared:
            return False
        insert = f"INSERT OR IGNORE INTO {table} ({', '.join(shared)}) VALUES ({', '.join('?' * len(shared))})"  # noqa: S608 - our own schema
        reader = _Reader(old, table, shared)
        for row in reader.rows():
            values = _of_earlier(table, dict(zip(shared, row, strict=True))) if from_copy else row
            try:
                rows.execute(insert, tuple(values))
            except sqlite3.IntegrityError as error:
                log.warning("a row of %s does not fit and is left out: %s", table, error)
                reader.failed = True
        return not reader.failed

    def _remember_numbers(self, old: sqlite3.Connection) -> None:
        with suppress(sqlite3.Error, UnicodeDecodeError, ValueError):
            for table, number in old.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
                self._sequences[str(table)] = max(_believed(number), self._sequences.get(str(table), 0))

    def finish(self, highest_event: int, *, complete: bool) -> None:
        """Numbers go on above all that were given; where rows were lost, far above what is known."""
        with self._new.transaction() as rows:
            for table in ("clip", "letter"):
                used = max(self._sequences.get(table, 0), _sequence(rows, table))
                number = used if complete else used + ROW_GAP
                rows.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
                rows.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))
            known = rows.execute("SELECT value FROM counter WHERE name = 'event'").fetchone()
            number = max(0 if known is None else _believed(known[0]), highest_event)
            _set_counter(rows, "event", number if complete else number + EVENT_GAP)
            if not complete:
                _set_counter(rows, COMPARE_ARCHIVE, 1)

    def count(self, table: str) -> int:
        """Rows of a table of the new catalogue."""
        with self._new.read() as rows:
            return int(rows.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - a table of ours


class _Reader:
    """One table of a file that may be damaged: from the front up to the damage, then from the back."""

    def __init__(self, old: sqlite3.Connection, table: str, columns: list[str]) -> None:
        self._old = old
        self._select = f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED"  # noqa: S608 - our own schema
        self._table = table
        self.failed = False

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Every row that can be read; some twice."""
        yield from self._scan(self._select)
        if self.failed:
            yield from self._scan(f"{self._select} ORDER BY {self._key()} DESC")

    def _scan(self, query: str) -> Iterator[tuple[object, ...]]:
        try:
            self._old.text_factory = readable
            yield from self._old.execute(query)
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
            log.warning("the table %s is damaged: %s", self._table, error)
            self.failed = True

    def _key(self) -> str:
        """The order in which the table lies on the disk."""
        try:
            keys = [str(row[1]) for row in self._old.execute(f"PRAGMA table_info({self._table})") if row[5]]
        except (sqlite3.Error, UnicodeDecodeError):
            return "1"
        return keys[0] if keys else "1"


def _damage(rows: sqlite3.Connection) -> str:
    """What is wrong with a file, also when it is too damaged for the question."""
    try:
        return damage_of(rows, 1000)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)


def _only_indexes(damage: str) -> bool:
    """Whether every row is still there: an index can be made anew from them."""
    return all(_INDEX_DAMAGE.search(line) for line in damage.split("; ") if line)


def _of_earlier(table: str, row: dict[str, object]) -> list[object]:
    """A row of a copy as it must be taken now: a letter that waited then may have been delivered since."""
    if table == "letter" and row.get("message_id") is None and row.get("wanted") != row.get("shown"):
        row["unknown"] = 1
    return list(row.values())


def _sequence(rows: sqlite3.Connection, table: str) -> int:
    row = rows.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return 0 if row is None else _believed(row[0])


def _believed(number: object) -> int:
    """A count that a damaged page cannot have made up."""
    return number if isinstance(number, int) and 0 <= number < MOST_BELIEVED else 0


def _set_counter(rows: sqlite3.Connection, name: str, value: int) -> None:
    rows.execute(
        "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
