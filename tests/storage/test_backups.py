"""Copies of the catalogue: whole, sound, few, and made when something would be lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.backups import KEPT, Backups
from storage.errors import DiskFull
from storage.model import Rules
from tests.storage.room import NOON, Room


def names(room: Room) -> list[str]:
    return [path.name for path in room.backups.newest_first()]


def owners(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as rows:
        return [row[0] for row in rows.execute("SELECT user_id FROM owner")]


def made(room: Room, at_utc: datetime) -> None:
    """The newest copy as if it had been made then."""
    os.utime(room.backups.newest_first()[0], (at_utc.timestamp(),) * 2)


def test_the_first_is_made_at_once_and_the_next_a_day_later(room: Room) -> None:
    assert room.backups.keep(NOON)
    made(room, NOON)
    assert not room.backups.keep(NOON + timedelta(hours=23))
    assert room.backups.keep(NOON + timedelta(hours=25))
    assert names(room) == ["mocam-000002.sqlite3", "mocam-000001.sqlite3"]


def test_what_the_owner_chose_is_worth_a_copy_at_once(room: Room) -> None:
    room.backups.keep(NOON)
    made(room, NOON)
    room.with_clip(1)
    assert not room.backups.keep(NOON), "events come all the time"
    room.preferences.add_owner(42, NOON)
    assert room.backups.keep(NOON)
    assert owners(room.backups.newest_first()[0]) == [42]
    made(room, NOON)
    room.preferences.set_rules(Rules(local_days=3))
    assert room.backups.keep(NOON)


def test_a_copy_from_the_future_does_not_stop_the_next(room: Room) -> None:
    """It was made by a clock that has been set back since."""
    room.backups.keep(NOON)
    made(room, NOON + timedelta(days=400))
    assert room.backups.keep(NOON)
    made(room, NOON)
    assert not room.backups.keep(NOON)


def test_there_are_never_more_than_a_few(room: Room) -> None:
    for number in range(KEPT + 3):
        room.preferences.add_owner(number + 1, NOON)
        assert room.backups.keep(NOON)
        made(room, NOON)
    assert len(names(room)) == KEPT
    assert len(owners(room.backups.newest_first()[0])) == KEPT + 3
    assert sorted(path.name for path in room.files.backups_dir.iterdir()) == sorted(names(room))


def test_only_the_user_may_read_it(room: Room) -> None:
    room.backups.keep(NOON)
    assert room.backups.newest_first()[0].stat().st_mode & 0o777 == 0o600


def test_without_room_nothing_is_left_behind(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(DiskFull):
        room.backups.keep(datetime.now(UTC))
    assert list(room.files.backups_dir.iterdir()) == []


def test_a_damaged_copy_counts_as_one_that_lacks_everything(room: Room) -> None:
    room.preferences.add_owner(1, NOON)
    room.backups.keep(NOON)
    room.backups.newest_first()[0].write_bytes(b"rubbish")
    made(room, NOON)
    assert Backups(room.files).keep(NOON)
    assert owners(room.backups.newest_first()[0]) == [1]
