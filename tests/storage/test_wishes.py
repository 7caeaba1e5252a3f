"""What the owner wishes of events: remembered, undone, fulfilled in both places, and by nothing else undone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from storage.errors import NotFound
from storage.model import ArchiveState
from storage.quiet import EVERYTHING, LONGEST_MUTE, QuietTimes
from storage.wishes import Wishes
from tests.storage.room import NOON, Room, drained

MINUTE = timedelta(minutes=1)


@pytest.fixture
def wishes(room: Room) -> Wishes:
    return Wishes(room.db, room.catalogue, room.files)


def copies(room: Room, event_id: str) -> list[tuple[bool, ArchiveState]]:
    event = room.catalogue.event(event_id)
    assert event is not None
    return [(clip.path is not None and clip.path.exists(), clip.archive) for clip in event.parts]


async def test_both_copies_go_when_the_minute_is_over(room: Room, wishes: Wishes, tmp_path: Path) -> None:
    room.with_clip(1)
    other = room.with_clip(2)
    remote = tmp_path / "remote"
    archive = room.archive(remote)
    await drained(archive, room)
    assert len(list(remote.rglob("*"))) > 3
    assert not wishes.waits()
    wishes.delete_at("e1", NOON + MINUTE)
    assert wishes.fulfil(NOON + 59 * MINUTE / 60) == ()
    assert wishes.waits()
    assert copies(room, "e1") == [(True, ArchiveState.VERIFIED)]
    assert wishes.fulfil(NOON + MINUTE) == ("e1",)
    assert not wishes.waits()
    assert copies(room, "e1") == [(False, ArchiveState.DELETED)]
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.snapshot is None
    assert not (room.files.snapshots_dir / "e1.jpg").exists()
    await drained(archive, room)
    assert await room.rclone(remote).size_bytes(other.remote_name) == other.size_bytes
    assert wishes.fulfil(NOON + 9 * MINUTE) == ()
    room.with_clip(3)
    await drained(archive, room)
    names = [path for path in remote.rglob("*") if path.is_file()]
    assert len(names) == 3, "two clips and one list"


def test_undone_it_stays(room: Room, wishes: Wishes) -> None:
    room.with_clip(1)
    wishes.delete_at("e1", NOON + MINUTE)
    wishes.delete_at("e1", None)
    assert wishes.fulfil(NOON + 9 * MINUTE) == ()
    assert copies(room, "e1") == [(True, ArchiveState.WAITING)]


def test_an_event_that_goes_on_is_deleted_when_it_is_over(room: Room, wishes: Wishes) -> None:
    room.event(1, ended=False)
    room.clip("e1")
    wishes.delete_at("e1", NOON + MINUTE)
    assert wishes.fulfil(NOON + 5 * MINUTE) == ()
    room.clip("e1", 2)
    room.catalogue.close_event("e1", NOON + 6 * MINUTE, 60)
    assert wishes.fulfil(NOON + 7 * MINUTE) == ("e1",)
    assert copies(room, "e1") == [(False, ArchiveState.DELETED)] * 2


def test_an_upload_on_its_way_does_not_bring_it_back(room: Room, wishes: Wishes) -> None:
    clip = room.with_clip(1)
    wishes.delete_at("e1", NOON)
    wishes.fulfil(NOON)
    assert room.queue.verified([(clip.clip_id, "size")], NOON) == {clip.clip_id}
    assert room.queue.next_garbage() == clip.remote_name


def test_kept_or_not_the_owners_word_is_the_last(room: Room, wishes: Wishes) -> None:
    room.with_clip(1)
    room.catalogue.keep("e1", kept=True)
    wishes.delete_at("e1", NOON)
    assert wishes.fulfil(NOON) == ("e1",)


def test_later_parts_of_a_kept_event_are_kept(room: Room) -> None:
    room.event(1, ended=False)
    room.clip("e1")
    room.catalogue.keep("e1", kept=True)
    assert room.clip("e1", 2).kept
    assert not room.clip(room.event(2)).kept


def test_a_false_alarm_is_remembered_and_shown(room: Room, wishes: Wishes) -> None:
    room.with_clip(1)
    before = {letter.letter_id: letter.wanted for letter in room.outbox.due(NOON)}
    wishes.false_alarm("e1", NOON)
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.false_alarm_utc == NOON
    assert all(letter.wanted == before[letter.letter_id] + 1 for letter in room.outbox.due(NOON))
    wishes.false_alarm("e1", None)
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.false_alarm_utc is None


@pytest.mark.parametrize("wish", ["false_alarm", "delete_at"])
def test_an_unknown_event_is_said_to_be(wishes: Wishes, wish: str) -> None:
    with pytest.raises(NotFound, match="e99"):
        getattr(wishes, wish)("e99", NOON)


def test_where_it_moved_is_kept(room: Room) -> None:
    room.catalogue.open_event("e1", "front", NOON, None, [7], (0.1, 0.25, 0.5, 0.33333))
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.box == (0.1, 0.25, 0.5, 0.3333)


def test_mutes_end_and_quiet_hours_stay(room: Room) -> None:
    quiet = QuietTimes(room.db)
    quiet.mute(7, EVERYTHING, NOON + MINUTE)
    quiet.mute(7, "front", NOON + 2 * MINUTE)
    quiet.set_hours(7, (1320, 420))
    assert set(quiet.of(7, NOON).until_utc) == {EVERYTHING, "front"}
    assert set(quiet.of(7, NOON + MINUTE).until_utc) == {"front"}
    assert quiet.of(7, NOON + MINUTE).hours_min == (1320, 420)
    assert quiet.of(8, NOON).until_utc == {}
    assert quiet.of(8, NOON).hours_min is None
    quiet.unmute(7)
    assert (quiet.of(7, NOON).until_utc, quiet.of(7, NOON).hours_min) == ({}, (1320, 420))
    quiet.set_hours(7, None)
    assert quiet.of(7, NOON).hours_min is None


def test_a_mute_of_a_clock_that_was_wrong_is_over(room: Room) -> None:
    quiet = QuietTimes(room.db)
    quiet.mute(7, EVERYTHING, NOON + LONGEST_MUTE + MINUTE)
    assert quiet.of(7, NOON).until_utc == {}
