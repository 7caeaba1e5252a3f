"""No number is given twice, whatever becomes of the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from storage.catalogue import AHEAD
from storage.errors import DiskRefuses
from storage.numbers import LEAP, EventNumbers
from tests.storage.room import Room

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def numbers(room: Room) -> EventNumbers:
    made = EventNumbers(room.catalogue, leaps=lambda: 7)
    made.begin()
    return made


def write(room: Room, of: EventNumbers, event_id: str) -> None:
    room.catalogue.open_event(event_id, "front", NOW, None, ())
    of.written(event_id)


@pytest.fixture
def refuses(room: Room, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def begin() -> None:
        def refuse(_last: int) -> None:
            raise DiskRefuses("The disk is read-only.")

        monkeypatch.setattr(room.catalogue, "set_numbers_aside", refuse)

    return begin


def test_after_an_orderly_end_they_go_on_without_a_gap(room: Room) -> None:
    first = numbers(room)
    for expected in range(1, 40):
        event_id = first.take()
        assert event_id == f"e{expected}"
        write(room, first, event_id)
    first.release()
    second = numbers(room)
    second.release()
    assert numbers(room).take() == "e40"


def test_an_event_that_was_told_and_never_written_keeps_its_number(room: Room) -> None:
    first = numbers(room)
    write(room, first, first.take())
    assert first.take() == "e2"
    first.release()
    assert int(numbers(room).take()[1:]) > 2


def test_after_a_crash_those_that_were_set_aside_are_left_out(room: Room) -> None:
    first = numbers(room)
    taken = {first.take() for _ in range(AHEAD)}
    assert numbers(room).take() not in taken


def test_a_disk_that_takes_nothing_from_the_start_makes_no_double(
    room: Room, refuses: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    refuses()
    unwritten = numbers(room)
    assert [unwritten.take() for _ in range(2)] == [f"e{1 + 7 * LEAP}", f"e{2 + 7 * LEAP}"]
    monkeypatch.undo()
    assert numbers(room).take() == "e1"


def test_events_that_the_disk_took_late_go_on_from_theirs(room: Room, refuses: Callable[[], None]) -> None:
    refuses()
    late = numbers(room)
    event_id = late.take()
    write(room, late, event_id)
    assert late.take() == f"e{int(event_id[1:]) + 1}"
    assert room.catalogue.next_event_number() > int(event_id[1:])


def test_more_events_than_were_set_aside_leave_their_neighbourhood(room: Room) -> None:
    crowd = numbers(room)
    taken = [crowd.take() for _ in range(AHEAD + 2)]
    assert taken[AHEAD - 1 :] == [f"e{AHEAD}", f"e{AHEAD + 1 + 7 * LEAP}", f"e{AHEAD + 2 + 7 * LEAP}"]
    assert numbers(room).take() == f"e{AHEAD + 1}"
