"""The SQLite file: one connection, one writer at a time, short transactions, migrations by version number.

Note on locking: every use of the connection goes through `transaction` or `read`, which hold one lock; callers come
from several threads. Nothing slow (hashing, network, rclone) may happen while it is held, and the two never nest.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.errors import DamagedDatabase, DiskFull, DiskRefuses, StorageError

log = logging.getLogger(__name__)

SCHEMA = Path(__file__).with_name("schema.sql")
MIGRATIONS: tuple[str, ...] = tuple(
    path.read_text("utf-8") for path in sorted(SCHEMA.with_name("migrations").glob("[0-9]*.sql"))
)
"""SQL that leads from version 1 to 2, 2 to 3, ..; one file each, append only. schema.sql stays version 1."""
VERSION = 1 + len(MIGRATIONS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_US, _LAST_US = -(10**15) * 50, 10**15 * 250
"""From the year 386 to 9892: what a damaged row holds beyond stays a time that every zone can show."""


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 UTC; `moment` must know its zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone cannot be stored")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(us: int) -> datetime:
    """The UTC time of `us` microseconds since 1970; one that no calendar has becomes the nearest that one has."""
    return _EPOCH + timedelta(microseconds=min(max(us, _FIRST_US), _LAST_US))


class Database:
    """One SQLite file.

    WAL, so that readers such as a backup do not stop us. synchronous=FULL, because a row tells the truth about files
    that may be deleted on its word: with NORMAL a power cut could take back the last commits (a clip's row, a verified
    archive copy) after the program had acted on them. A few commits a minute make the price unmeasurable.
    """

    def __init__(self, path: Path, on_damage: Callable[[str], None] = lambda _sentence: None) -> None:
        """Opens or makes the file. Raises DamagedDatabase, StorageError when it is of a newer program, DiskFull.

        `on_damage` hears, from any thread, of damage that shows only later.
        """
        self._path = path
        self.on_damage = on_damage
        self._lock = threading.RLock()
        with _translated(path):
            self._connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            self._open()
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        with _translated(self._path):
            self._path.chmod(0o600)
            self._connection.row_factory = sqlite3.Row
            self._connection.text_factory = readable
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"):
                self._connection.execute(f"PRAGMA {pragma}")
        self._migrate()

    def _migrate(self) -> None:
        with self.transaction() as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                raise StorageError(
                    f"The data in {self._path.parent} was written by a newer MoCam (version {version}, this one knows "
                    f"{VERSION}). Update MoCam, or use another DATA_DIR."
                )
            for number in range(version, VERSION):
                _run_script(connection, SCHEMA.read_text("utf-8") if number == 0 else MIGRATIONS[number - 1])
                log.info("database is now version %d", number + 1)
            connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write that happens wholly or not at all. Raises DiskFull or StorageError; never nested."""
        with self._lock, self._border():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                # A full disk may have rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._commit()

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A look at the rows, one state of them throughout. Raises StorageError."""
        with self._lock, self._border():
            self._connection.execute("BEGIN DEFERRED")
            try:
                yield self._connection
            finally:
                self._connection.execute("COMMIT")

    def checkpoint(self) -> None:
        """Moves the log into the file and shortens it, so that it cannot grow for months."""
        with self._lock, self._border():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _border(self) -> Iterator[None]:
        try:
            with _translated(self._path):
                yield
        except DamagedDatabase as error:
            self.on_damage(str(error))
            raise

    def close(self) -> None:
        """Ends the use of the file; safe to call twice."""
        with self._lock:
            self._connection.close()


def readable(raw: bytes) -> str:
    """Text as a row has it, also when a damaged page made it no UTF-8: one bad row must not hide the others."""
    return raw.decode("utf-8", "replace")


def damage_of(connection: sqlite3.Connection, most_lines: int = 5, *, thorough: bool = True) -> str:
    """What SQLite's own check finds wrong, the first of it; empty when all is sound. Raises sqlite3.Error.

    Not `thorough` leaves out whether indexes have every row, which takes most of the time.
    """
    check = "integrity_check" if thorough else "quick_check"
    found = [str(row[0]) for row in connection.execute(f"PRAGMA {check}({most_lines:d})")]
    return "" if found == ["ok"] else "; ".join(found)


def _run_script(connection: sqlite3.Connection, script: str) -> None:
    """Runs statements one by one: `executescript` would commit the transaction that makes a migration whole."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """The border to SQLite: its errors become ours here and nowhere else."""
    try:
        yield
    except sqlite3.Error as error:
        raise translated_error(path, error) from error
    except UnicodeDecodeError as error:  # Python could not even read what SQLite says about the damage
        raise DamagedDatabase(f"The catalogue {path} is damaged.") from error
    except OSError as error:
        raise DiskRefuses(f"{path} cannot be used: {error.strerror or error}.") from error


_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PASSING = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL),
)
"""What another program, a full table of descriptors or a disk that was mounted read-only makes of a sound file."""


def translated_error(path: Path, error: sqlite3.Error) -> StorageError:
    """What an error of SQLite means for us."""
    # The low byte is the kind, the rest says where it happened. Python's own errors have none.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(f"The disk with {path.parent} is full. Free some space.")
    if code in _DAMAGE:
        return DamagedDatabase(
            f"The catalogue {path} is damaged ({error}). MoCam rebuilds it when it starts; so does "
            "`mocam check --repair`."
        )
    if code in _PASSING:
        return DiskRefuses(f"The database {path} cannot be used now: {error}.")
    return StorageError(f"The database {path} refused a change: {error}.")
