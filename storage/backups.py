"""Small copies of the catalogue, so that owners, rules and letters outlive a damaged file; bounded in number."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.database import damage_of, translated_error
from storage.errors import DamagedDatabase, DiskFull
from storage.files import Files, sync_to_disk, translated

log = logging.getLogger(__name__)

KEPT = 3
EVERY = timedelta(days=1)
_NAME = re.compile(r"mocam-([0-9]{6,12})\.sqlite3")
_CHOSEN = ("SELECT * FROM owner ORDER BY 1", "SELECT * FROM preference WHERE name <> 'clock' ORDER BY 1")
"""What nobody could tell us again but the owner: a change of it is worth a copy at once."""


class Backups:
    """`backups/mocam-<n>.sqlite3`, whole and sound. Numbers, not dates: a clock that was wrong must not sort them."""

    def __init__(self, files: Files) -> None:
        self._folder = files.backups_dir
        self._database_path = files.database_path
        self._files = files

    def newest_first(self) -> list[Path]:
        """The copies that there are. Raises StorageError."""
        with translated(self._folder):
            found = {int(match[1]): path for path in self._folder.iterdir() if (match := _NAME.fullmatch(path.name))}
        return [found[number] for number in sorted(found, reverse=True)]

    def keep(self, now_utc: datetime) -> bool:
        """Makes a copy when the newest one is a day old or lacks what the owner chose since; False: not needed.

        Beside a running program: it reads one state of the rows and stops nobody. What it copies is looked through.
        Raises DamagedDatabase when the catalogue itself is, StorageError, DiskFull.
        """
        found = self.newest_first()
        if found and not self._is_due(found[0], now_utc):
            return False
        number = 1 + max((int(match[1]) for path in found if (match := _NAME.fullmatch(path.name))), default=0)
        made = self._make(self._folder / f"mocam-{number:06d}.sqlite3")
        with translated(self._folder):
            for old in found[KEPT - 1 :]:
                old.unlink(missing_ok=True)
        log.info("the catalogue was copied to %s, %d bytes", made.name, made.stat().st_size)
        return True

    def _is_due(self, newest: Path, now_utc: datetime) -> bool:
        with translated(newest):
            age = now_utc - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
        # A copy from the future was made by a clock that has been set back since.
        return not timedelta(0) <= age < EVERY or _chosen(newest) != _chosen(self._database_path)

    def _make(self, final: Path) -> Path:
        growing = final.with_name(f".{final.name}.new")
        if self._files.disk_free_bytes() < 2 * self._database_path.stat().st_size:
            raise DiskFull("There is no room for a copy of the catalogue. Free some space.")
        try:
            with translated(growing):
                growing.unlink(missing_ok=True)
                os.close(os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self._copy(growing)
            with translated(final):
                sync_to_disk(growing)
                growing.replace(final)
                sync_to_disk(final.parent)
        except BaseException:
            with suppress(OSError):
                growing.unlink(missing_ok=True)
            raise
        return final

    def _copy(self, target: Path) -> None:
        try:
            with closing(_reading(self._database_path)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                # As one file: a copy with a log beside it would be half a copy when only the one is moved.
                copy.execute("PRAGMA journal_mode = DELETE")
                if damage := damage_of(copy):
                    if theirs := damage_of(source, thorough=False):
                        raise DamagedDatabase(f"The catalogue {self._database_path} is damaged ({theirs}).")
                    raise sqlite3.DatabaseError(damage)
        except sqlite3.Error as error:
            raise translated_error(self._database_path, error) from error


def _chosen(path: Path) -> list[tuple[object, ...]]:
    """What the owner chose, as this file has it; of an unreadable one nothing."""
    try:
        with closing(_reading(path)) as rows:
            return [row for query in _CHOSEN for row in rows.execute(query).fetchall()]
    except (sqlite3.Error, UnicodeDecodeError):
        return []


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
