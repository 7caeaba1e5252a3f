"""The catalogue: each change with all that follows from it, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.archive_queue import ArchiveQueue
from storage.catalogue import GONE_REMEMBERED
from storage.errors import NotFound, StorageError
from storage.model import BEFORE_ALL, ArchiveState, NewClip
from storage.reading import day_bounds, encrypted_bytes
from tests.storage.room import CHATS, NOON, Room, sha256

LATER = NOON + timedelta(hours=1)


def test_an_event_and_its_letters_appear_together(room: Room) -> None:
    room.event(1, ended=False)
    event = room.catalogue.event("e1")
    assert event is not None
    assert (event.camera, event.started_utc, event.ended_utc, event.parts) == ("front", NOON, None, ())
    assert event.snapshot is not None
    assert event.snapshot.read_bytes() == b"jpeg"
    assert [letter.chat_id for letter in room.outbox.due(NOON)] == list(CHATS)


def test_opening_an_event_again_changes_nothing(room: Room) -> None:
    room.event(1)
    room.catalogue.open_event("e1", "other", LATER, None, CHATS)
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.camera == "front"
    assert len(room.outbox.due(NOON)) == len(CHATS)


def test_a_clip_its_job_and_its_letters_appear_together(room: Room) -> None:
    room.event(1, ended=False)
    before = room.outbox.due(NOON)[0].wanted
    clip = room.clip("e1", size=5000)
    assert clip.path is not None
    assert (clip.size_bytes, clip.sha256) == (5000, sha256(clip.path.read_bytes()))
    assert clip.archive is ArchiveState.WAITING
    assert clip.remote_name == "2026/05/01/front-e1-1.mp4"
    job = room.queue.next_job()
    assert job is not None
    assert job.clip == clip == room.catalogue.clip(clip.clip_id)
    assert room.outbox.due(NOON)[0].wanted == before + 1


def test_a_clip_that_cannot_get_all_of_it_gets_nothing(room: Room) -> None:
    room.event(1)
    wanted = room.outbox.due(NOON)[0].wanted
    with room.db.transaction() as rows:
        rows.execute("CREATE TRIGGER no BEFORE INSERT ON archive_job BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(StorageError):
        room.clip("e1")
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.parts == ()
    assert room.outbox.due(NOON)[0].wanted == wanted


def test_adding_a_clip_again_gives_the_one_that_is_there(room: Room) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    again = NewClip("e1", 1, clip.path, LATER, 1.0, "hevc", 1, 1)
    assert room.catalogue.add_clip(again, archive=True) == clip
    assert room.catalogue.totals().waiting == 1


def test_without_archive_no_job_is_made(room: Room) -> None:
    clip = room.with_clip(1, archive=False)
    assert (clip.archive, clip.remote_name) == (ArchiveState.OFF, "")
    assert room.queue.next_job() is None


def test_what_is_not_there_is_said(room: Room) -> None:
    path = room.files.clips_dir / "x.mp4"
    path.write_bytes(b"x")
    for call in (
        lambda: room.catalogue.close_event("e9", NOON, 1.0),
        lambda: room.catalogue.keep("e9", kept=True),
        lambda: room.catalogue.local_gone(9, NOON),
        lambda: room.catalogue.add_clip(NewClip("e9", 1, path, NOON, 1.0, "h264", 1, 1), archive=False),
    ):
        with pytest.raises(NotFound):
            call()
    assert room.catalogue.event("e9") is None
    assert room.catalogue.clip(9) is None
    assert room.catalogue.latest() is None


def test_event_numbers_are_never_used_twice(room: Room) -> None:
    assert room.catalogue.next_event_number() == 1
    room.event(41)
    assert room.catalogue.next_event_number() == 42
    with room.db.transaction() as rows:
        rows.execute("DELETE FROM event")
    assert room.catalogue.next_event_number() == 42
    (room.files.recording_dir / "e50.1.part").write_bytes(b"")
    assert room.catalogue.next_event_number() == 51


def test_open_events_wait_for_adoption(room: Room) -> None:
    room.event(1)
    room.event(2, ended=False)
    assert [event.event_id for event in room.catalogue.open_events()] == ["e2"]


# -- copies that go ------------------------------------------------------------------------------------------------


def archived(room: Room, clip_id: int) -> None:
    assert not room.queue.verified([(clip_id, "size")], LATER)


def test_the_snapshot_goes_with_the_last_local_part(room: Room) -> None:
    one = room.with_clip(1)
    two = room.clip("e1", 2)
    snapshot = room.files.snapshots_dir / "e1.jpg"
    for clip in (one, two):
        archived(room, clip.clip_id)
    room.catalogue.local_gone(one.clip_id, LATER)
    assert snapshot.exists()
    room.catalogue.local_gone(two.clip_id, LATER)
    assert not snapshot.exists()
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.snapshot is None


def test_an_event_without_copies_is_listed_no_more_and_forgotten_later(room: Room) -> None:
    clip = room.with_clip(1)
    archived(room, clip.clip_id)
    room.catalogue.local_gone(clip.clip_id, LATER)
    assert room.catalogue.latest() is not None, "the archived copy is still there"
    room.catalogue.remote_gone(clip.clip_id, LATER)
    assert room.catalogue.latest() is None
    assert room.catalogue.days(ZoneInfo("UTC")) == ()
    assert room.now(clip.clip_id).archive is ArchiveState.DELETED

    assert room.catalogue.forget_gone(LATER + GONE_REMEMBERED - timedelta(minutes=1)) == 0
    assert room.catalogue.forget_gone(LATER + GONE_REMEMBERED + timedelta(minutes=1)) == 1
    assert room.catalogue.event("e1") is None


def test_events_that_have_a_copy_or_go_on_are_never_forgotten(room: Room) -> None:
    room.with_clip(1)
    room.event(2, ended=False)
    assert room.catalogue.forget_gone(NOON + timedelta(days=1000)) == 0


def test_a_copy_that_arrives_after_the_local_one_went_stays(room: Room) -> None:
    clip = room.with_clip(1)
    room.catalogue.local_gone(clip.clip_id, LATER)
    assert room.queue.next_garbage() == clip.remote_name
    archived(room, clip.clip_id)
    assert room.queue.next_garbage() is None
    assert room.now(clip.clip_id).archive is ArchiveState.VERIFIED
    assert [copy.clip_id for copy in room.catalogue.stock().remote_copies(BEFORE_ALL)] == [clip.clip_id]


def test_heaps_of_the_archive_have_the_sums_of_their_copies(room: Room) -> None:
    hours = (0, 1, 1, 100, 167, 168, 169, 2000, 2000, 2001)
    for number, hour in enumerate(hours, 1):
        archived(room, room.with_clip(number, NOON + timedelta(hours=hour), size=number * 70_000).clip_id)
    for number in (2, 9):
        room.catalogue.keep(f"e{number}", kept=True)
    room.with_clip(11, archive=False)
    stock = room.catalogue.stock()
    copies = list(stock.remote_copies(BEFORE_ALL))
    for start in range(len(copies)):
        place = BEFORE_ALL if not start else (copies[start - 1].started_us, copies[start - 1].clip_id)
        assert list(stock.remote_copies(place)) == copies[start:]
        left = copies[start:]
        for heap in stock.remote_heaps(place):
            its, left = ([copy for copy in left if (copy.started_us <= heap.last_us) is here] for here in (True, False))
            going, kept = ([copy for copy in its if bool(copy.kept) is here] for here in (False, True))
            assert (heap.first_us, heap.last_us) == (its[0].started_us, its[-1].started_us)
            assert heap.copies == len(going)
            assert heap.size_bytes == sum(encrypted_bytes(copy.size_bytes) for copy in going)
            assert heap.first_kept_us == (kept[0].started_us if kept else None)
        assert not left


def test_kept_is_for_all_parts(room: Room) -> None:
    room.with_clip(1)
    room.clip("e1", 2)
    room.catalogue.keep("e1", kept=True)
    event = room.catalogue.event("e1")
    assert event is not None
    assert [clip.kept for clip in event.parts] == [True, True]


def test_totals_count_each_side(room: Room) -> None:
    here, both, there = (room.with_clip(number, size=100_000) for number in (1, 2, 3))
    for clip in (both, there):
        archived(room, clip.clip_id)
    room.catalogue.local_gone(there.clip_id, LATER)
    totals = room.catalogue.totals()
    assert (totals.local_clips, totals.local_bytes) == (2, 200_000)
    assert (totals.remote_clips, totals.remote_bytes) == (2, 2 * encrypted_bytes(100_000))
    assert totals.waiting == 1
    assert room.now(here.clip_id).archive is ArchiveState.WAITING


# -- days ----------------------------------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_are_the_owners(room: Room) -> None:
    late = datetime(2026, 3, 28, 23, 30, tzinfo=BERLIN)
    early = datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN)
    after_the_change = datetime(2026, 3, 29, 23, 30, tzinfo=BERLIN)
    for number, moment in enumerate((late, early, after_the_change), 1):
        room.with_clip(number, moment)
    sunday, saturday = date(2026, 3, 29), date(2026, 3, 28)
    assert room.catalogue.days(BERLIN) == (sunday, saturday)
    assert room.catalogue.days(BERLIN, limit=1) == (sunday,)
    page = room.catalogue.page(*day_bounds(sunday, BERLIN), 0, 10)
    assert [event.event_id for event in page.events] == ["e3", "e2"]
    assert room.catalogue.older_day(sunday, BERLIN) == saturday
    assert room.catalogue.newer_day(saturday, BERLIN) == sunday
    assert room.catalogue.older_day(saturday, BERLIN) is None
    assert room.catalogue.newer_day(sunday, BERLIN) is None


def test_pages(room: Room) -> None:
    for number in range(1, 8):
        room.with_clip(number, NOON + timedelta(minutes=number), size=10)
    bounds = day_bounds(NOON.date(), ZoneInfo("UTC"))
    pages = [room.catalogue.page(*bounds, number, 3) for number in range(3)]
    found = [[event.event_id for event in page.events] for page in pages]
    assert found == [["e7", "e6", "e5"], ["e4", "e3", "e2"], ["e1"]]
    assert {page.pages for page in pages} == {3}
    assert room.catalogue.page(*bounds, 99, 3) == pages[2]
    assert room.catalogue.page(*bounds, -1, 3) == pages[0]
    nothing = room.catalogue.page(*day_bounds(date(2020, 1, 1), ZoneInfo("UTC")), 0, 3)
    assert (nothing.events, nothing.page, nothing.pages) == ((), 0, 1)


def test_looking_for_days_uses_the_index(room: Room) -> None:
    queries = (
        "SELECT started_utc_us FROM event WHERE started_utc_us < 5 ORDER BY started_utc_us DESC, event_id DESC LIMIT 1",
        "SELECT min(started_utc_us) FROM event WHERE started_utc_us >= 5",
        "SELECT * FROM clip WHERE event_id = 'e1' ORDER BY part",
        "SELECT min(due_utc_us) FROM letter WHERE wanted <> shown",
    )
    with closing(sqlite3.connect(room.files.database_path)) as plain:
        for query in queries:
            steps = [row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {query}")]
            assert all("INDEX" in step for step in steps), (query, steps)
    plain.close()


# -- the archive's queue -------------------------------------------------------------------------------------------


def test_the_oldest_clip_goes_first_and_failures_wait_behind(room: Room) -> None:
    clips = [room.with_clip(number, NOON - timedelta(hours=number)) for number in (1, 2, 3)]
    order = []
    for _ in range(4):
        job = room.queue.next_job()
        assert job is not None
        order.append(job.clip.event_id)
        room.queue.failed(job.clip.clip_id, "no")
    assert order == ["e3", "e2", "e1", "e3"]
    assert len(clips) == 3


def test_a_list_that_changed_while_it_was_written_is_written_again(room: Room) -> None:
    archived(room, room.with_clip(1).clip_id)
    first = room.queue.next_list()
    assert first is not None
    archived(room, room.with_clip(2).clip_id)
    room.queue.listed(first, LATER)
    second = room.queue.next_list()
    assert second is not None
    assert second.next_name != first.next_name
    assert second.lines.count(b"\n") == 2
    room.queue.listed(second, LATER)
    assert room.queue.next_list() is None
    assert room.queue.next_garbage() == first.next_name


def test_a_name_that_is_in_use_again_is_no_garbage(room: Room) -> None:
    clip = room.with_clip(1)
    queue: ArchiveQueue = room.queue
    archived(room, clip.clip_id)
    written = queue.next_list()
    assert written is not None
    queue.discard(written.next_name, LATER)
    queue.listed(written, LATER)
    assert queue.next_garbage() is None
