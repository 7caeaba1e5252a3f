"""What the owner chose survives, and nonsense is never taken for a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.errors import StorageError
from storage.model import Rules
from tests.storage.room import NOON, Room


def reopened(room: Room) -> Room:
    room.db.close()
    return Room.at(room.files.data_dir)


def test_armed_and_rules_and_owners_survive_a_restart(room: Room) -> None:
    assert room.preferences.disarmed_until_utc() is None
    assert room.preferences.rules() == Rules()
    rules = Rules(local_days=2.5, local_bytes=None, remote_days=None, remote_bytes=5_000_000_000)
    room.preferences.set_rules(rules)
    room.preferences.set_disarmed_until_utc(NOON)
    room.preferences.add_owner(7, NOON)
    room.preferences.add_owner(7, NOON)
    again = reopened(room)
    assert again.preferences.rules() == rules
    assert again.preferences.disarmed_until_utc() == NOON
    assert again.preferences.owner_ids() == {7}
    again.preferences.set_disarmed_until_utc(None)
    assert again.preferences.disarmed_until_utc() is None
    again.db.close()


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
