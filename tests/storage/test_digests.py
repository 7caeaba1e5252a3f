"""Which events share a message: storms as they come, and what an outage held back; each is in exactly one letter."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from storage.catalogue import Catalogue
from storage.database import MIGRATIONS, SCHEMA, Database
from storage.digests import LEAST_LATE, LONGEST_STORM, MOST_EVENTS, Digests
from storage.model import Cause, Letter, LetterKind
from tests.storage.room import NOON, Room

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
NEVER = NOON + timedelta(days=300)


@pytest.fixture
def digests(room: Room) -> Digests:
    return Digests(room.db)


def open_events(
    room: Room, first: int, count: int, every: timedelta, *, storm_events: int = 6, after: timedelta = timedelta()
) -> None:
    catalogue = Catalogue(room.db, room.files, storm_events)
    for number in range(count):
        catalogue.open_event(f"e{first + number}", "front", NOON + after + number * every, None, [7])


def due(room: Room) -> list[Letter]:
    return list(room.outbox.due(NEVER, 1000))


def kinds(room: Room) -> list[LetterKind]:
    return [letter.kind for letter in due(room)]


def test_from_six_events_in_five_minutes_on_others_join_one_letter(room: Room, digests: Digests) -> None:
    open_events(room, 1, 9, 30 * SECOND)
    assert kinds(room) == [LetterKind.ALERT] * 6 + [LetterKind.DIGEST]
    digest = due(room)[-1]
    assert (digest.cause, digest.wanted) == (Cause.STORM, 3)
    found = digests.look(digest.letter_id, 0, 12)
    assert found is not None
    assert (found.event_ids, dict(found.by_camera)) == (("e7", "e8", "e9"), {"front": 3})
    assert found.last_utc == NOON + 240 * SECOND


@pytest.mark.parametrize(("storm_events", "every"), [(0, SECOND), (6, 61 * SECOND), (21, SECOND)])
def test_no_storm(room: Room, storm_events: int, every: timedelta) -> None:
    open_events(room, 1, 20, every, storm_events=storm_events)
    assert kinds(room) == [LetterKind.ALERT] * 20


def test_five_calm_minutes_end_a_storm_and_an_hour_begins_another_message(room: Room) -> None:
    open_events(room, 1, 8, 10 * SECOND)
    open_events(room, 9, 1, SECOND, after=7 * MINUTE)
    assert kinds(room).count(LetterKind.ALERT) == 7
    open_events(room, 100, 61, 2 * MINUTE, storm_events=1, after=HOUR)
    assert kinds(room).count(LetterKind.DIGEST) == 1 + 2
    assert 2 * HOUR / LONGEST_STORM == 2


def test_a_storm_of_one_chat_is_none_of_another(room: Room) -> None:
    open_events(room, 1, 6, SECOND)
    room.catalogue.open_event("e7", "front", NOON + 8 * SECOND, None, [7, 8])
    assert {letter.chat_id: letter.kind for letter in due(room) if letter.event_id in ("", "e7")} == {
        7: LetterKind.DIGEST,
        8: LetterKind.ALERT,
    }


def test_an_event_in_a_digest_has_no_letter_of_its_own_to_change(room: Room) -> None:
    open_events(room, 1, 7, SECOND)
    *_, digest = due(room)
    room.outbox.shown(digest.letter_id, 70, digest.wanted, holds_clip=False)
    room.catalogue.close_event("e7", NOON + MINUTE, 3.0)
    assert kinds(room) == [LetterKind.ALERT] * 6
    room.catalogue.set_snapshot("e7", room.files.write_snapshot("e7", b"jpeg"))
    assert LetterKind.DIGEST in kinds(room)


def test_late_alerts_become_one_digest_which_takes_more_until_it_is_sent(room: Room, digests: Digests) -> None:
    open_events(room, 1, 5, 10 * MINUTE)
    assert digests.gather(NOON + HOUR, ()) == 5
    [digest] = due(room)
    assert digest.cause is Cause.OUTAGE
    open_events(room, 6, 1, SECOND, after=HOUR)
    assert digests.gather(NOON + 2 * HOUR, ()) == 1
    [digest] = due(room)
    room.outbox.shown(digest.letter_id, 70, digest.wanted, holds_clip=False)
    assert due(room) == []
    open_events(room, 7, LEAST_LATE, 10 * MINUTE, after=3 * HOUR)
    assert digests.gather(NOON + 8 * HOUR, ()) == LEAST_LATE
    [second] = due(room)
    assert second.letter_id != digest.letter_id


def test_few_late_ones_fresh_ones_and_those_on_their_way_are_left_alone(room: Room, digests: Digests) -> None:
    open_events(room, 1, LEAST_LATE, SECOND)
    on_its_way = due(room)[0].letter_id
    assert digests.gather(NOON + MINUTE, ()) == 0
    assert digests.gather(NOON + HOUR, [on_its_way]) == 0
    assert digests.gather(NOON + HOUR, ()) == LEAST_LATE


def test_an_alert_that_was_delivered_keeps_its_message(room: Room, digests: Digests) -> None:
    open_events(room, 1, 9, 10 * MINUTE)
    first = due(room)[0]
    room.outbox.shown(first.letter_id, 70, first.wanted, holds_clip=False)
    room.catalogue.close_event("e1", NOON + MINUTE, 3.0)
    assert digests.gather(NOON + 8 * HOUR, ()) == 8
    assert [letter.event_id for letter in due(room)] == ["", "e1"]


def test_a_storm_nobody_heard_of_joins_the_digest(room: Room, digests: Digests) -> None:
    open_events(room, 1, 30, 10 * SECOND)
    assert digests.gather(NOON + HOUR, ()) == 30
    [digest] = due(room)
    found = digests.look(digest.letter_id, -1, 12)
    assert found is not None
    assert (found.cause, found.pages, found.page, found.first_number) == (Cause.OUTAGE, 3, 2, 25)
    assert found.event_ids == tuple(f"e{number}" for number in range(25, 31))


def test_a_digest_is_bounded_and_the_next_one_begins(room: Room, digests: Digests) -> None:
    open_events(room, 1, MOST_EVENTS + 5, 6 * MINUTE)
    digests.gather(NOON + timedelta(days=3), ())
    sizes = [digests.look(letter.letter_id, 0, 1) for letter in due(room)]
    assert [found and sum(found.by_camera.values()) for found in sizes] == [MOST_EVENTS, 5]


def test_the_members_of_an_unsent_digest_outlive_a_full_outbox(room: Room, digests: Digests) -> None:
    open_events(room, 1, 8, 10 * MINUTE)
    digests.gather(NOON + 8 * HOUR, ())
    room.outbox.prune(NOON + timedelta(days=1000))
    [digest] = due(room)
    found = digests.look(digest.letter_id, 0, 20)
    assert found is not None
    assert len(found.event_ids) == 8


def test_a_digest_whose_events_are_forgotten_is_gone(room: Room, digests: Digests) -> None:
    open_events(room, 1, 5, 10 * MINUTE)
    digests.gather(NOON + HOUR, ())
    [digest] = due(room)
    with room.db.transaction() as rows:
        rows.execute("DELETE FROM event")
    assert digests.look(digest.letter_id, 0, 12) is None
    assert digests.look(9999, 0, 12) is None


def test_letters_of_version_one_are_kept_and_their_numbers_never_used_again(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as old:
        old.executescript(SCHEMA.read_text("utf-8"))
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO event (event_id, camera, started_utc_us) VALUES ('e1', 'front', 5)")
        insert = (
            "INSERT INTO letter (chat_id, kind, event_id, due_utc_us, created_utc_us) VALUES (7, 'alert', 'e1', 0, 5)"
        )
        old.execute(insert)
        old.execute(insert)
        old.execute("DELETE FROM letter WHERE letter_id = 2")
    old.close()
    assert MIGRATIONS
    db = Database(path)
    with db.transaction() as rows:
        made = rows.execute("INSERT INTO letter (chat_id, kind, due_utc_us, created_utc_us) VALUES (7, 'notice', 0, 5)")
        assert made.lastrowid == 3
        kept = rows.execute("SELECT letter_id, kind, event_id, digest_id FROM letter WHERE letter_id = 1").fetchone()
        assert tuple(kept) == (1, "alert", "e1", None)
    db.close()
