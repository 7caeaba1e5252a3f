"""The catalogue is kept whole before an upgrade, and comes back only when its form has changed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.hardware.debian_root import CHECKOUT


def keep(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHECKOUT / "deploy/keep_database.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def made(path: Path, form: int, rows: int) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE event (x INTEGER)")
        connection.executemany("INSERT INTO event VALUES (?)", [(number,) for number in range(rows)])
        connection.execute(f"PRAGMA user_version = {form}")
        connection.commit()
    return path


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM event").fetchone()[0])


def test_what_stands_in_the_log_only_is_saved_too(tmp_path: Path) -> None:
    database = made(tmp_path / "mocam.sqlite3", 1, 3)
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("INSERT INTO event VALUES (4)")
        writer.commit()
        assert keep("save", database, tmp_path / "backups/before-2.sqlite3").returncode == 0
    assert rows(tmp_path / "backups/before-2.sqlite3") == 4
    assert (tmp_path / "backups/before-2.sqlite3").stat().st_mode & 0o777 == 0o600


def test_no_catalogue_yet_is_no_fault(tmp_path: Path) -> None:
    done = keep("save", tmp_path / "mocam.sqlite3", tmp_path / "backup")
    assert (done.returncode, done.stdout) == (0, "there is no catalogue yet\n")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_catalogue_stops_with_a_sentence(tmp_path: Path) -> None:
    database = tmp_path / "mocam.sqlite3"
    database.write_bytes(b"no database at all" * 100)
    done = keep("save", database, tmp_path / "backup")
    assert (done.returncode, done.stderr) == (1, "mocam install: file is not a database\n")
    assert list(tmp_path.iterdir()) == [database]


def test_of_the_same_form_nothing_is_lost(tmp_path: Path) -> None:
    database, backup = made(tmp_path / "mocam.sqlite3", 2, 5), made(tmp_path / "backup", 2, 3)
    assert keep("put-back", backup, database, tmp_path / "kept").returncode == 0
    assert rows(database) == 5
    assert not (tmp_path / "kept").exists()


def test_of_another_form_the_old_one_comes_back_and_the_new_one_is_kept(tmp_path: Path) -> None:
    database, backup = made(tmp_path / "mocam.sqlite3", 3, 5), made(tmp_path / "backup", 2, 3)
    assert keep("put-back", backup, database, tmp_path / "kept").returncode == 0
    assert (rows(database), rows(tmp_path / "kept")) == (3, 5)
    assert not Path(f"{database}-wal").exists()
