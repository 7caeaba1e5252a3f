"""The SQLite file: whole or not at all, through crashes, full disks and newer programs."""

from __future__ import annotations

import re
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from storage import database
from storage.database import SCHEMA, Database, damage_of, from_us, to_us
from storage.errors import DiskFull, StorageError
from tests.storage.room import python_child

STEP = "0020_sooner_looked_through.sql"
CLIP = """INSERT INTO clip (event_id, part, started_utc_us, duration_s, codec, width, height, size_bytes, sha256,
          archive, verified_by, remote_name) VALUES ('e1', ?, 1, 1.0, 'h264', 1, 1, 1, '', ?, ?, '')"""

LETTER = "INSERT INTO letter (chat_id, kind, cause, created_utc_us, due_utc_us) VALUES (7, ?, ?, 1, 1)"


def count(db: Database) -> int:
    with db.read() as rows:
        return int(rows.execute("SELECT count(*) FROM counter").fetchone()[0])


def insert(db: Database, *values: str) -> None:
    with db.transaction() as rows:
        for value in values:
            rows.execute(f"INSERT INTO counter VALUES ({value})")  # noqa: S608 - written below


def test_every_table_and_column_has_a_comment() -> None:
    previous = ""
    for line in SCHEMA.read_text("utf-8").splitlines():
        if line.startswith("CREATE TABLE"):
            assert previous.startswith("-- "), line
        if re.match(r"  [a-z_0-9]+ +(TEXT|INTEGER|REAL)", line):
            assert "-- " in line, line
        previous = line


def test_opens_with_the_settings_that_make_rows_survive(tmp_path: Path) -> None:
    db = Database(tmp_path / "a.db")
    with db.read() as rows:
        pragmas = [
            rows.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
        version = rows.execute("PRAGMA user_version").fetchone()[0]
    assert pragmas == ["wal", 2, 1]
    assert version == database.VERSION
    assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o600
    db.close()


def test_a_migration_leads_on_and_keeps_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database(tmp_path / "a.db")
    with db.transaction() as rows:
        rows.execute("INSERT INTO counter VALUES ('event', 41)")
    db.close()
    script = "ALTER TABLE counter ADD COLUMN note TEXT;\nUPDATE counter SET note = 'x';"
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, script))
    monkeypatch.setattr(database, "VERSION", database.VERSION + 1)
    db = Database(tmp_path / "a.db")
    with db.read() as rows:
        assert tuple(rows.execute("SELECT * FROM counter").fetchone()) == ("event", 41, "x")
    db.close()


def test_a_failed_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(tmp_path / "a.db").close()
    version = database.VERSION
    monkeypatch.setattr(
        database, "MIGRATIONS", (*database.MIGRATIONS, "CREATE TABLE half (x);\nSELECT * FROM nothing;")
    )
    monkeypatch.setattr(database, "VERSION", version + 1)
    with pytest.raises(StorageError):
        Database(tmp_path / "a.db")
    plain = sqlite3.connect(tmp_path / "a.db")
    assert plain.execute("PRAGMA user_version").fetchone()[0] == version
    assert not plain.execute("SELECT * FROM sqlite_master WHERE name = 'half'").fetchall()
    plain.close()


def test_data_of_a_newer_program_is_refused_with_a_sentence(tmp_path: Path) -> None:
    Database(tmp_path / "a.db").close()
    plain = sqlite3.connect(tmp_path / "a.db")
    plain.execute("PRAGMA user_version = 99")
    plain.close()
    with pytest.raises(StorageError, match=r"newer MoCam.*Update MoCam"):
        Database(tmp_path / "a.db")


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageError, match="damaged"):
        Database(tmp_path / "a.db")


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    db = Database(tmp_path / "a.db")
    with pytest.raises(StorageError):
        insert(db, "'a', 1", "'a', 'no number'")
    assert count(db) == 0
    with db.transaction() as rows:
        rows.execute("INSERT INTO counter VALUES ('a', 1)")
    assert count(db) == 1
    db.close()


def test_a_kill_between_two_transactions_loses_only_the_open_one(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from storage.database import Database
db = Database(Path(sys.argv[1]))
with db.transaction() as rows:
    rows.execute("INSERT INTO counter VALUES ('kept', 1)")
with db.transaction() as rows:
    rows.execute("INSERT INTO counter VALUES ('lost', 1)")
    print("inside", flush=True)
    sys.stdin.read()
"""
    child = python_child(code, str(tmp_path / "a.db"))
    assert child.stdout is not None
    assert child.stdout.readline() == b"inside\n"
    child.kill()
    child.communicate()
    db = Database(tmp_path / "a.db")
    with db.read() as rows:
        assert [row[0] for row in rows.execute("SELECT name FROM counter")] == ["kept"]
    with db.read() as rows:
        assert damage_of(rows) == ""
    db.close()


def test_a_full_disk_is_a_sentence_and_costs_nothing_that_was_there(tmp_path: Path) -> None:
    db = Database(tmp_path / "a.db")
    with db.read() as rows:
        pages = rows.execute("PRAGMA page_count").fetchone()[0]
    with db.read() as rows:
        rows.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match="Free some space"):
        insert(db, *(f"'{number:0100}', 1" for number in range(10_000)))
    assert count(db) == 0
    db.close()


def test_many_threads_write_without_loss(tmp_path: Path) -> None:
    db = Database(tmp_path / "a.db")
    with db.transaction() as rows:
        rows.execute("INSERT INTO counter VALUES ('n', 0)")

    def work() -> None:
        for _ in range(20):
            with db.transaction() as rows:
                value = rows.execute("SELECT value FROM counter").fetchone()[0]
                rows.execute("UPDATE counter SET value = ?", (value + 1,))

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as rows:
        assert rows.execute("SELECT value FROM counter").fetchone()[0] == 100
    db.close()


def test_migrations_are_numbered_without_a_gap() -> None:
    folder = database.SCHEMA.with_name("migrations")
    numbers = [int(path.name[:4]) for path in sorted(folder.glob("*.sql"))]
    assert numbers == list(range(2, database.VERSION + 1))


def test_the_lists_of_words_made_shorter_hold_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as old:
        # As it was before that step, with rows.
        step = 1 + [path.name for path in sorted(SCHEMA.with_name("migrations").glob("*.sql"))].index(STEP)
        old.setattr(database, "MIGRATIONS", database.MIGRATIONS[: step - 1])
        old.setattr(database, "VERSION", step)
        db = Database(tmp_path / "a.db")
        with db.transaction() as rows:
            rows.execute("INSERT INTO event (event_id, camera, started_utc_us) VALUES ('e1', 'front', 1)")
            rows.execute(CLIP, (1, "verified", "hash"))
        db.close()
    db = Database(tmp_path / "a.db")
    for part, (archive, by) in enumerate([("off", ""), ("waiting", ""), ("deleted", "size"), ("verified", "size")], 2):
        with db.transaction() as rows:
            rows.execute(CLIP, (part, archive, by))
    for archive, by in (("nowhere", ""), ("off", "hope"), ("", "")):
        with pytest.raises(StorageError, match="CHECK"), db.transaction() as rows:
            rows.execute(CLIP, (9, archive, by))
    for kind, cause in (("letter", ""), ("alert", "boredom")):
        with pytest.raises(StorageError, match="CHECK"), db.transaction() as rows:
            rows.execute(LETTER, (kind, cause))
    with db.read() as rows:
        made = dict(rows.execute("SELECT name, sql FROM sqlite_master WHERE name IN ('clip', 'letter')"))
    assert len(made) == 2
    assert not [sql for sql in made.values() if re.search(r"IN \([^()]*,[^()]*,", sql)], (
        "SQLite builds a table for these"
    )
    db.close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as plain:
        assert damage_of(plain) == ""
        plain.execute("PRAGMA ignore_check_constraints = ON")
        plain.execute("UPDATE clip SET archive = 'nowhere' WHERE part = 2")
        plain.execute("PRAGMA ignore_check_constraints = OFF")
        assert "CHECK" in damage_of(plain, thorough=False)


def test_times_come_back_exactly() -> None:
    moment = datetime(2026, 3, 29, 2, 30, 0, 123_457, timezone(timedelta(hours=2)))
    assert from_us(to_us(moment)) == moment
    assert from_us(to_us(moment)).tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        to_us(datetime(2026, 1, 1))  # noqa: DTZ001 - just what must be refused
