"""What belongs to a camera goes along when it gets another name."""

from __future__ import annotations

from storage.renaming import TABLES
from tests.storage.room import Room

KEEPS_ITS_NAME = {"event"}
"""What was recorded is called as it was."""


def test_every_table_of_a_camera_is_renamed_or_keeps_its_name_on_purpose(room: Room) -> None:
    with room.db.transaction() as rows:
        names = [str(row[0]) for row in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        of_cameras = {
            name for name in names if any(row[1] == "camera" for row in rows.execute(f"PRAGMA table_info({name})"))
        }
    assert of_cameras == KEEPS_ITS_NAME | set(TABLES)
