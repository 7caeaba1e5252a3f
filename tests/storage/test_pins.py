"""Which chats want a pinned sign of life outlasts a restart."""

from __future__ import annotations

from pathlib import Path

from storage.pins import Pins
from tests.storage.room import Room


def test_pins_are_kept(tmp_path: Path) -> None:
    room = Room.at(tmp_path)
    pins = Pins(room.db)
    assert pins.all() == {}
    pins.put(7, None)
    pins.put(8, 3)
    pins.put(7, 12)
    pins.remove(8)
    pins.remove(9)
    room.db.close()
    again = Room.at(tmp_path)
    assert Pins(again.db).all() == {7: 12}
    again.db.close()
