"""The catalogue before an upgrade, and back again: called by install.sh with the system's Python, no library needed.

save DATABASE TARGET           a whole copy, also while somebody writes; no DATABASE: no copy
put-back BACKUP DATABASE KEEP  BACKUP becomes DATABASE when DATABASE has a newer form, which is then kept as KEEP
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


def save(database: Path, target: Path) -> str:
    """Copies the database; `target` appears whole or not at all. Raises sqlite3.Error, OSError."""
    if not database.exists():
        return "there is no catalogue yet"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        _appearing(target) as growing,
        closing(sqlite3.connect(database, timeout=30)) as source,
        closing(sqlite3.connect(growing)) as copy,
    ):
        source.backup(copy)
    return f"the catalogue was saved as {target}"


def put_back(backup: Path, database: Path, keep: Path) -> str:
    """Goes back to the older form, if it is one. Raises sqlite3.Error, OSError."""
    if not database.exists() or form(database) == form(backup):
        return "the catalogue has the same form and stays"
    said = save(database, keep)
    with _appearing(database) as growing:
        growing.write_bytes(backup.read_bytes())
        for suffix in ("-wal", "-shm"):
            Path(f"{database}{suffix}").unlink(missing_ok=True)
    return f"{said}; the one of the earlier release is back, and the next start takes in clips that it does not know"


def form(database: Path) -> int:
    """The version of its schema."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    growing = target.with_name(f"{target.name}.new")
    growing.unlink(missing_ok=True)
    growing.touch(mode=0o600)
    try:
        yield growing
        _sync(growing)
        growing.replace(target)
        _sync(target.parent)
    finally:
        growing.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def main(arguments: list[str]) -> int:
    """0, or 1 with a sentence."""
    task, *paths = arguments
    try:
        said = {"save": save, "put-back": put_back}[task](*map(Path, paths))
    except (sqlite3.Error, OSError) as error:
        sys.stderr.write(f"mocam install: {error}\n")
        return 1
    sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
