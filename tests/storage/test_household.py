"""Guests, their links, and the audit log."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.audit import MOST_ROWS, AuditLog
from storage.errors import StorageError
from storage.guests import MOST_INVITATIONS, Guests
from tests.storage.room import NOON, Room

HOUR = timedelta(hours=1)


def test_a_link_makes_one_guest_once(room: Room) -> None:
    guests = Guests(room.db)
    guests.invite(NOON, "CODE", NOON + HOUR, NOON + 24 * HOUR, 7)
    assert guests.open_links(NOON) == 1
    assert guests.claim(NOON, "WRONG", 66, "Mallory") is None
    assert guests.claim(NOON, " code ", 5, "Ann") == NOON + 24 * HOUR
    assert guests.claim(NOON, "CODE", 66, "Mallory") is None
    assert [(guest.user_id, guest.name) for guest in guests.all()] == [(5, "Ann")]
    assert guests.remove(5) == "Ann"
    assert guests.remove(5) == ""


def test_an_old_link_opens_nothing(room: Room) -> None:
    guests = Guests(room.db)
    guests.invite(NOON, "CODE", NOON + HOUR, NOON + 24 * HOUR, 7)
    assert guests.claim(NOON + HOUR, "CODE", 5, "Ann") is None
    assert guests.all() == ()


def test_a_second_invitation_never_shortens(room: Room) -> None:
    guests = Guests(room.db)
    for code, hours in (("LONG", 48), ("SHORT", 1)):
        guests.invite(NOON, code, NOON + HOUR, NOON + hours * HOUR, 7)
        guests.claim(NOON, code, 5, "Ann")
    assert guests.all()[0].until_utc == NOON + 48 * HOUR


def test_links_are_bounded_and_can_be_withdrawn(room: Room) -> None:
    guests = Guests(room.db)
    for number in range(MOST_INVITATIONS):
        guests.invite(NOON, f"C{number}", NOON + HOUR, NOON + HOUR, 7)
    with pytest.raises(StorageError, match="too many"):
        guests.invite(NOON, "MORE", NOON + HOUR, NOON + HOUR, 7)
    guests.invite(NOON + HOUR, "LATER", NOON + 2 * HOUR, NOON + 3 * HOUR, 7)
    assert guests.withdraw_links() == 1
    assert guests.claim(NOON + HOUR, "LATER", 5, "Ann") is None


def test_no_code_lies_in_the_file(room: Room) -> None:
    Guests(room.db).invite(NOON, "VERYSECRETCODE", NOON + HOUR, NOON + HOUR, 7)
    room.db.checkpoint()
    assert b"VERYSECRETCODE" not in room.files.database_path.read_bytes()


def test_the_log_is_read_newest_first_and_bounded(room: Room) -> None:
    log = AuditLog(room.db)
    for number in range(3):
        log.note(NOON + number * HOUR, 7, "Ann", "clip", f"e{number}")
    assert [entry.about for entry in log.newest(2)] == ["e2", "e1"]
    assert [entry.about for entry in log.newest(9, before=log.newest(2)[-1].audit_id)] == ["e0"]
    with room.db.transaction() as rows:
        rows.execute("INSERT INTO audit SELECT ?, 0, 0, '', '', 'jump'", (MOST_ROWS + 2,))
    log.note(NOON, 7, "Ann", "clip", "newest")
    assert [entry.about for entry in log.newest(99)] == ["newest", "jump"]
