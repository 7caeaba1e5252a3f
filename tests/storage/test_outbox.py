"""The outbox: nothing is forgotten, nothing grows without bound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.errors import NotFound
from storage.model import Letter, LetterKind
from storage.outbox import LONGEST_DEFERRAL, Outbox
from tests.storage.room import CHATS, NOON, Room

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def only(room: Room) -> Letter:
    letter, *rest = room.outbox.due(NOW)
    assert not rest
    return letter


@pytest.fixture
def alert(room: Room) -> Letter:
    room.catalogue.open_event("e1", "front", NOON, None, [7])
    return only(room)


def test_an_alert_lives_as_long_as_its_event_changes(room: Room, alert: Letter) -> None:
    assert (alert.kind, alert.event_id, alert.message_id, alert.unknown) == (LetterKind.ALERT, "e1", None, False)
    room.outbox.shown(alert.letter_id, 100, alert.wanted, holds_clip=False)
    assert room.outbox.due(NOW) == ()
    room.catalogue.touch_event("e1")
    again = only(room)
    assert (again.message_id, again.holds_clip, again.wanted) == (100, False, alert.wanted + 1)
    room.outbox.shown(again.letter_id, 100, again.wanted, holds_clip=True)
    room.catalogue.touch_event("e1")
    assert only(room).holds_clip


def test_a_change_during_the_sending_is_not_lost(room: Room, alert: Letter) -> None:
    room.catalogue.touch_event("e1")
    room.outbox.shown(alert.letter_id, 100, alert.wanted, holds_clip=False)
    assert only(room).wanted == alert.wanted + 1


def test_many_changes_are_one_edit(room: Room, alert: Letter) -> None:
    for _ in range(10):
        room.catalogue.touch_event("e1")
    letter = only(room)
    room.outbox.shown(letter.letter_id, 100, letter.wanted, holds_clip=True)
    assert room.outbox.due(NOW) == ()


def test_deferred_until_its_time(room: Room, alert: Letter) -> None:
    soon = NOW + timedelta(minutes=5)
    room.outbox.defer(alert.letter_id, soon, "429", unknown=False)
    assert room.outbox.due(NOW) == ()
    assert room.outbox.next_due(NOW) == soon
    again = room.outbox.due(soon)[0]
    assert (again.attempts, again.unknown) == (1, False)


def test_unknown_is_remembered_until_more_is_known(room: Room, alert: Letter) -> None:
    room.outbox.sending(alert.letter_id)
    assert only(room).unknown, "the program may end now"
    room.outbox.defer(alert.letter_id, NOW, "refused", unknown=False)
    assert not only(room).unknown
    room.outbox.defer(alert.letter_id, NOW, "timeout", unknown=True)
    letter = only(room)
    assert (letter.unknown, letter.attempts) == (True, 2)
    room.outbox.shown(letter.letter_id, 100, letter.wanted, holds_clip=False)
    room.catalogue.touch_event("e1")
    assert (only(room).unknown, only(room).attempts) == (False, 0)


def test_where_a_message_of_unknown_fate_may_be_is_remembered_from_its_first_try(room: Room, alert: Letter) -> None:
    for newest in (70, 75):
        room.outbox.sending(alert.letter_id, newest)
        assert only(room).sent_after == 70
    room.outbox.defer(alert.letter_id, NOW, "refused", unknown=False)
    room.outbox.sending(alert.letter_id, 80)
    assert only(room).sent_after == 80, "the tries before surely did not arrive"


def test_the_newest_number_is_that_of_one_bot(room: Room, alert: Letter) -> None:
    room.outbox.bot_id = "1"
    assert room.outbox.newest_message() == 0
    room.outbox.sending(alert.letter_id, 70)
    room.outbox.shown(alert.letter_id, 100, alert.wanted, holds_clip=False)
    room.outbox.sending(alert.letter_id, 90)
    assert room.outbox.newest_message() == 100
    assert room.outbox.numbers_taken(97, 6) == {100}
    assert room.outbox.numbers_taken(100, 6) == frozenset()
    room.outbox.bot_id = "2"
    assert room.outbox.newest_message() == 0


def test_a_clock_that_is_set_back_holds_no_letter_for_hours(room: Room, alert: Letter) -> None:
    for wrong in (timedelta(days=400), timedelta(hours=3)):
        room.outbox.defer(alert.letter_id, NOW + wrong, "the clock was wrong", unknown=False)
        assert room.outbox.next_due(NOW) == NOW
        assert only(room) == room.outbox.due(NOW)[0]
    room.outbox.defer(alert.letter_id, NOW + LONGEST_DEFERRAL, "as far as it goes", unknown=False)
    assert room.outbox.due(NOW) == ()


def test_given_up_is_counted_and_comes_back_only_with_news(room: Room, alert: Letter) -> None:
    room.outbox.give_up(alert.letter_id, "chat not found")
    assert room.outbox.due(NOW) == ()
    assert room.outbox.next_due(NOW) is None
    assert room.outbox.given_up() == 1
    room.catalogue.touch_event("e1")
    assert only(room).letter_id == alert.letter_id


def test_first_tries_of_alerts_come_first(room: Room) -> None:
    room.catalogue.open_event("e1", "front", NOON, None, [7])
    shown = only(room)
    room.outbox.shown(shown.letter_id, 100, shown.wanted, holds_clip=False)
    room.catalogue.touch_event("e1")
    room.outbox.notice([7], "the camera is blind")
    room.catalogue.open_event("e2", "front", NOON + timedelta(minutes=1), None, [7])
    room.catalogue.open_event("e3", "front", NOON + timedelta(minutes=2), None, [7])
    assert [letter.event_id or letter.text for letter in room.outbox.due(NOW)] == [
        "e2",
        "e3",
        "the camera is blind",
        "e1",
    ]
    assert len(room.outbox.due(NOW, 2)) == 2


def test_a_notice_replaces_its_unsent_forerunner(room: Room) -> None:
    room.outbox.notice(CHATS, "blind", key="front")
    room.outbox.notice(CHATS, "blind, and the key differs", key="back")
    room.outbox.notice(CHATS, "sees again", silent=True, key="front")
    texts = sorted((letter.text, letter.silent) for letter in room.outbox.due(NOW) if letter.chat_id == CHATS[0])
    assert texts == [("blind, and the key differs", False), ("sees again", True)]


def test_a_notice_that_was_sent_or_may_have_been_is_not_replaced(room: Room) -> None:
    room.outbox.notice([7], "first", key="k")
    first = only(room)
    room.outbox.shown(first.letter_id, 100, first.wanted, holds_clip=False)
    room.outbox.notice([7], "second", key="k")
    second = only(room)
    assert second.text == "second"
    room.outbox.defer(second.letter_id, NOW, "timeout", unknown=True)
    room.outbox.notice([7], "third", key="k")
    assert [letter.text for letter in room.outbox.due(NOW)] == ["second", "third"]


def test_it_is_bounded_and_what_is_dropped_is_counted(room: Room) -> None:
    outbox = Outbox(room.db, most_letters=10)
    for number in range(8):
        outbox.notice([7], f"finished {number}")
        letter = outbox.due(NOW)[0]
        outbox.shown(letter.letter_id, number, letter.wanted, holds_clip=False)
    for number in range(15):
        outbox.notice([7], f"waiting {number}")
    assert [letter.text for letter in outbox.due(NOW)] == [f"waiting {number}" for number in range(5, 15)]
    assert outbox.dropped() == 5
    assert outbox.waiting() == 10


def test_old_finished_letters_are_pruned_and_no_others(room: Room, alert: Letter) -> None:
    room.outbox.notice([7], "done")
    done = next(letter for letter in room.outbox.due(NOW) if letter.text == "done")
    room.outbox.shown(done.letter_id, 1, done.wanted, holds_clip=False)
    room.outbox.notice([7], "waits")
    assert room.outbox.prune(datetime.now(UTC)) == 0
    assert room.outbox.prune(datetime.now(UTC) + timedelta(days=3650)) == 1
    assert {letter.event_id or letter.text for letter in room.outbox.due(NOW)} == {"e1", "waits"}


def test_a_letter_that_is_not_there_is_said(room: Room) -> None:
    with pytest.raises(NotFound):
        room.outbox.shown(99, 1, 1, holds_clip=False)


def test_letters_survive_a_restart(room: Room, alert: Letter) -> None:
    room.db.close()
    again = Room.at(room.files.data_dir)
    assert again.outbox.due(NOW) == (alert,)
    again.db.close()
