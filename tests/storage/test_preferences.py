"""What the owner chose survives, and nonsense is never taken for a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import to_us
from storage.errors import StorageError
from storage.model import Rules
from tests.storage.room import NOON, Room


def reopened(room: Room) -> Room:
    room.db.close()
    return Room.at(room.files.data_dir)


def test_armed_and_rules_and_owners_survive_a_restart(room: Room) -> None:
    assert room.preferences.pauses_utc(["front", "back"]) == {}
    assert room.preferences.rules() == Rules()
    rules = Rules(local_days=2.5, local_bytes=None, remote_days=None, remote_bytes=5_000_000_000)
    room.preferences.set_rules(rules)
    room.preferences.set_pauses_utc({"front": NOON})
    room.preferences.add_owner(7, NOON)
    room.preferences.add_owner(7, NOON)
    again = reopened(room)
    assert again.preferences.rules() == rules
    assert again.preferences.pauses_utc(["front", "back"]) == {"front": NOON}
    assert again.preferences.owner_ids() == {7}
    again.preferences.set_pauses_utc({})
    assert again.preferences.pauses_utc(["front", "back"]) == {}
    again.db.close()


def test_each_camera_has_an_end_of_its_own_and_one_that_was_removed_says_nothing(room: Room) -> None:
    pauses_utc = {"front": NOON, "back": NOON + timedelta(hours=3)}
    room.preferences.set_pauses_utc(pauses_utc)
    assert room.preferences.pauses_utc(["front", "back", "new"]) == pauses_utc
    assert room.preferences.pauses_utc(["back"]) == {"back": NOON + timedelta(hours=3)}


def test_a_pause_of_the_first_version_holds_for_every_camera(room: Room) -> None:
    with room.db.transaction() as rows:
        rows.execute("INSERT INTO preference VALUES ('disarmed_until_utc_us', ?)", (str(to_us(NOON)),))
    assert room.preferences.pauses_utc(["front", "back"]) == {"front": NOON, "back": NOON}


@pytest.mark.parametrize("days", [-1, float("nan"), float("inf"), 1e16, True])
def test_a_limit_that_is_none_is_refused(room: Room, days: float) -> None:
    with pytest.raises(ValueError, match="local_days"):
        room.preferences.set_rules(replace(Rules(), local_days=days))
    assert room.preferences.rules() == Rules()


@pytest.mark.parametrize("stored", ["[]", '"x"', '{"days": 3}', '{"local_days": "3"}', '{"local_days": -3}'])
def test_damaged_rules_delete_nothing(room: Room, stored: str) -> None:
    with room.db.transaction() as rows:
        rows.execute("INSERT INTO preference VALUES ('rules', ?)", (stored,))
    with pytest.raises(StorageError, match="/retention"):
        room.preferences.rules()
