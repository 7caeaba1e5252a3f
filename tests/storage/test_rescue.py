"""A catalogue that is lost or damaged comes back: from what can still be read, and from its copies."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import rescue
from storage.database import VERSION, Database
from storage.errors import StorageError
from storage.files import Files
from storage.model import Rules
from storage.rescue import EVENT_GAP, ROW_GAP, Rebuilt
from tests.storage.room import CHATS, NOON, Room

EVENTS = 60


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Room]:
    """A data folder as it is after a while, closed."""
    room = Room.at(tmp_path / "data")
    for number in range(1, EVENTS + 1):
        room.with_clip(number, NOON + timedelta(minutes=number))
    room.preferences.add_owner(42, NOON)
    room.preferences.set_rules(Rules(local_days=3))
    room.db.close()
    yield room
    room.db.close()


def rebuilt(files: Files) -> tuple[Room, Rebuilt]:
    why = rescue.trouble(files, thorough=True)
    assert why
    done = rescue.rebuild(files, why)
    assert rescue.trouble(files) == ""
    return Room.at(files.data_dir), done


def remove(files: Files) -> None:
    for part in ("", "-wal", "-shm"):
        files.database_path.with_name(files.database_path.name + part).unlink(missing_ok=True)


def overwrite(path: Path, start: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(random.Random(start).randbytes(length))


def test_a_sound_catalogue_and_a_new_folder_are_left_alone(full: Room, tmp_path: Path) -> None:
    assert rescue.trouble(full.files) == ""
    assert rescue.trouble(Files(tmp_path / "new")) == ""


@pytest.mark.parametrize("how", ["gone", "emptied"])
def test_a_catalogue_that_is_gone_comes_back_from_its_copy(full: Room, how: str) -> None:
    room = Room.at(full.files.data_dir)
    room.backups.keep(NOON)
    made_utc = room.backups.newest_first()[0].stat().st_mtime
    room.db.close()
    remove(full.files)
    if how == "emptied":
        full.files.database_path.touch()
    room, done = rebuilt(full.files)
    assert done.why == "is missing"
    assert done.lost_rows
    assert done.copied_utc is not None
    assert done.copied_utc.timestamp() == pytest.approx(made_utc)
    assert room.preferences.owner_ids() == {42}
    assert room.preferences.rules().local_days == 3
    assert room.catalogue.totals().local_clips == EVENTS
    assert room.catalogue.next_event_number() == EVENTS + EVENT_GAP + 1
    assert rescue.wants_comparison(room.db)
    rescue.compared(room.db)
    assert not rescue.wants_comparison(room.db)
    room.db.close()


def test_without_any_copy_numbers_still_go_on_above_all_that_files_tell(full: Room) -> None:
    remove(full.files)
    room, done = rebuilt(full.files)
    assert done.aside is None
    assert done.copied_utc is None
    assert room.catalogue.next_event_number() == EVENTS + EVENT_GAP + 1
    clip = room.with_clip(5000)
    assert clip.clip_id > ROW_GAP, "an old button must not open another clip"
    room.db.close()


def test_rubbish_is_put_aside_and_never_deleted(full: Room) -> None:
    remove(full.files)
    full.files.database_path.write_bytes(b"rubbish" * 5000)
    room, done = rebuilt(full.files)
    assert "is damaged" in done.why
    assert done.aside is not None
    assert (done.aside / "mocam.sqlite3").read_bytes() == b"rubbish" * 5000
    room.db.close()
    full.files.database_path.write_bytes(b"other rubbish" * 5000)
    room, again = rebuilt(full.files)
    assert again.aside != done.aside
    assert (done.aside / "mocam.sqlite3").exists()
    room.db.close()


def test_rows_beside_a_damaged_page_are_saved(full: Room) -> None:
    path = full.files.database_path
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = next(
            row[0] for row in rows.execute("SELECT pageno FROM dbstat WHERE name = 'clip' AND pagetype = 'leaf'")
        )
    overwrite(path, (page - 1) * 4096, 4096)
    room, done = rebuilt(full.files)
    assert done.lost_rows
    assert 0 < room.catalogue.totals().local_clips < EVENTS
    assert room.preferences.owner_ids() == {42}
    assert {letter.chat_id for letter in room.outbox.due(NOON + timedelta(days=1))} == set(CHATS)
    room.db.close()


def test_a_damaged_index_loses_nothing_and_jumps_no_number(full: Room) -> None:
    path = full.files.database_path
    with closing(sqlite3.connect(path, isolation_level=None)) as rows:
        rows.execute("PRAGMA writable_schema = ON")
        rows.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX clip_local ON clip (started_utc_us) WHERE part > 1' "
            "WHERE name = 'clip_local'"
        )
    room, done = rebuilt(full.files)
    assert not done.lost_rows
    assert room.catalogue.totals().local_clips == EVENTS
    assert room.catalogue.next_event_number() == EVENTS + 1
    assert not rescue.wants_comparison(room.db)
    room.db.close()


def test_a_letter_of_a_copy_that_waited_may_have_arrived_since(full: Room) -> None:
    room = Room.at(full.files.data_dir)
    sent = room.outbox.due(NOON + timedelta(days=1))[0]
    room.outbox.shown(sent.letter_id, 77, sent.wanted, holds_clip=False)
    room.backups.keep(NOON)
    room.db.close()
    remove(full.files)
    room, _ = rebuilt(full.files)
    due = room.outbox.due(NOON + timedelta(days=1), 1000)
    assert due
    assert all(letter.unknown for letter in due), "so the chat is told that it is a second try"
    assert sent.letter_id not in {letter.letter_id for letter in due}
    room.db.close()


def test_a_damaged_copy_is_passed_over(full: Room) -> None:
    room = Room.at(full.files.data_dir)
    room.backups.keep(NOON)
    room.preferences.add_owner(43, NOON)
    room.backups.keep(NOON)
    newest, older = room.backups.newest_first()
    newest.write_bytes(b"rubbish")
    room.db.close()
    remove(full.files)
    room, done = rebuilt(full.files)
    assert older.exists()
    assert done.copied_utc is not None
    assert room.preferences.owner_ids() == {42}
    room.db.close()


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as rows:
        return int(rows.execute("PRAGMA user_version").fetchone()[0])


class PowerCut(BaseException):
    """Nothing after it happens."""


@pytest.mark.parametrize("step", range(1, 12))
def test_a_power_cut_in_the_middle_costs_nothing(full: Room, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Whatever rename it comes before: the next start ends where this one would have."""
    with closing(sqlite3.connect(full.files.database_path)) as rows:
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    overwrite(full.files.database_path, 0, 16)
    done = 0
    rename = Path.replace

    def cut(self: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        if done == step:
            raise PowerCut
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", cut)
    with suppress(PowerCut):
        rescue.rebuild(full.files, rescue.trouble(full.files))
    monkeypatch.undo()
    why = rescue.trouble(full.files)
    if why:
        rescue.rebuild(full.files, why)
    damaged = list(full.files.aside_dir.rglob("mocam.sqlite3"))
    assert len(damaged) == 1
    assert rescue.trouble(full.files) == ""
    Database(full.files.database_path).close()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(damage=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 4000)), min_size=1, max_size=4))
def test_any_damage_ends_in_a_catalogue_that_works(full: Room, damage: list[tuple[float, int]]) -> None:
    """Whatever bytes are overwritten: no traceback, clips stay, numbers never go backwards."""
    files = full.files
    kept = files.database_path.read_bytes()
    try:
        for share, length in damage:
            overwrite(files.database_path, int(share * (len(kept) - length)) if len(kept) > length else 0, length)
        why = rescue.trouble(files)
        if why:
            rescue.rebuild(files, why)
        if _version(files.database_path) > VERSION:
            with pytest.raises(StorageError, match="newer MoCam"):
                Room.at(files.data_dir)
            return
        room = Room.at(files.data_dir)
        try:
            assert room.catalogue.next_event_number() > EVENTS
            room.catalogue.local_clips()
            room.with_clip(999_999)
        finally:
            room.db.close()
        assert len([path for path in files.clip_files() if path.name.startswith("e999999")]) == 1
    finally:
        remove(files)
        files.database_path.write_bytes(kept)
