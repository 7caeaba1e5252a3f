"""Clips in memory: they lie there and nowhere else, by a path that rows can hold; moving, losing and filling it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.archive_queue import ArchiveQueue
from storage.catalogue import Catalogue
from storage.database import Database
from storage.errors import StorageError
from storage.files import Files
from storage.memory import Memory, is_in_memory
from storage.memory import Room as Memorial
from storage.model import ArchiveState, NewClip
from storage.preferences import Preferences
from storage.retention import Retention, Why
from storage.retention import plan as planned
from tests.storage.room import NOON
from tests.storage.test_retention import NONE, NOW, PLENTY, clip, copy_of, ids, stock
from tests.support_disk import small_disk


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with small_disk(tmp_path / "run", "4m") as folder:
        yield Memory(2_000_000, folder)


def published(files: Files, number: int, size: int = 1000) -> Path:
    temp = files.recording_dir / f"e{number}.1.mp4"
    temp.write_bytes(b"v" * size)
    return files.publish(temp, "front", f"e{number}", 1, NOON)


def on_disk(data_dir: Path) -> list[Path]:
    """Everything that a thief of the card would find of clips and pictures."""
    return [path for path in data_dir.rglob("*") if path.suffix in {".mp4", ".jpg", ".trace"} and path.is_file()]


def test_pictures_lie_in_memory_alone(tmp_path: Path, memory: Memory) -> None:
    data_dir = tmp_path / "data"
    files = Files(data_dir, memory)
    clip_path, snapshot = published(files, 1), files.write_snapshot("e1", b"jpeg")
    trace = files.write_trace("e1", b"trace")
    assert on_disk(data_dir) == [], "a link is not followed by whoever has only the card"
    for path in (clip_path, snapshot, trace):
        assert is_in_memory(path.parent)
        assert files.lies_in_memory(path)
    relative = files.relative(clip_path)
    assert relative == "memory/clips/front/2026-05-01/e1-1.mp4"
    assert files.absolute(relative) == clip_path
    assert files.clip_name(clip_path) == "front/2026-05-01/e1-1.mp4"
    assert files.highest_event_number() == 1
    files.delete(clip_path)
    assert not trace.exists(), "what was seen goes with it"
    assert not clip_path.parent.parent.exists()


def test_what_lies_there_from_before_is_known_both_ways(tmp_path: Path, memory: Memory) -> None:
    data_dir = tmp_path / "data"
    old = published(Files(data_dir), 1)
    files = Files(data_dir, memory)
    new = published(files, 2)
    assert list(files.clip_files()) == [old, new]
    again = Files(data_dir)
    assert list(again.clip_files()) == [old, new]
    left = again.memory_dir
    assert left
    half = left / "recording" / "e3.1.mp4"
    half.write_bytes(b"v")
    assert again.publish(half, "front", "e3", 1, NOON).is_relative_to(left), "no copy onto the card on the way"
    again.forget_memory()
    assert left.is_symlink(), "not while a clip lies behind it"
    for path in again.clip_files():
        again.delete(path)
    again.forget_memory()
    assert not left.is_symlink()


def test_another_place_takes_over_what_the_first_one_holds(tmp_path: Path, memory: Memory) -> None:
    with small_disk(tmp_path / "shm") as shared:
        first = Files(tmp_path / "data", Memory(2_000_000, shared))
        path = published(first, 1)
        behind = path.resolve()
        files = Files(tmp_path / "data", memory)
        assert [one.resolve() for one in files.clip_files()] != [behind]
        assert path.read_bytes() == b"v" * 1000
        assert list(shared.iterdir()) == []


def test_a_disk_is_no_memory(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="does not lie in memory"):
        Files(tmp_path / "data", Memory(1, tmp_path / "plain"))
    assert list((tmp_path / "plain").iterdir()) == []


def test_a_folder_that_others_can_open_is_not_taken(tmp_path: Path, memory: Memory) -> None:
    files = Files(tmp_path / "data", memory)
    (files.data_dir / "memory").resolve().chmod(0o755)
    with pytest.raises(StorageError, match="not MoCam's alone"):
        Files(tmp_path / "data", memory)


def test_room_is_bounded_by_setting_and_place(tmp_path: Path, memory: Memory) -> None:
    files = Files(tmp_path / "data", memory)
    room = files.memory_room()
    assert room
    assert room.bound_bytes == 2_000_000
    published(files, 1, 1_500_000)
    assert files.free_bytes() == pytest.approx(500_000, abs=20_000)
    published(files, 2, 1_000_000)
    assert files.free_bytes() == 0
    wide = Files(tmp_path / "data", replace(memory, most_bytes=10**9)).memory_room()
    assert wide
    assert wide.bound_bytes < 4_000_000, "other things in that memory must go on working"


def test_rows_say_where_a_copy_lies(tmp_path: Path, memory: Memory) -> None:
    files = Files(tmp_path / "data", memory)
    with closing(Database(files.database_path)) as db:
        catalogue = Catalogue(db, files)
        for number, where in ((1, Files(tmp_path / "data")), (2, files)):
            catalogue.open_event(f"e{number}", "front", NOON + timedelta(number), None, ())
            path = published(where, number)
            catalogue.add_clip(
                NewClip(f"e{number}", 1, path, NOON + timedelta(number), 1, "h264", 64, 64), archive=True
            )
        assert [copy.in_memory for copy in catalogue.stock().local_copies()] == [0, 1]


# -- retention -----------------------------------------------------------------------------------------------------


def gone(*clips: tuple[int, ArchiveState, bool], free: int, may_lose: bool = True) -> list[int]:
    """Of clips of 100 bytes, oldest first, in a memory of 1000."""
    made = [clip(number, days=100 - number, archive=state, kept=kept) for number, state, kept in clips]
    copies = [copy_of(one)._replace(in_memory=True) for one in made]
    here = replace(stock(made), local_copies=lambda: copies)
    found = planned(NOW, here, NONE, PLENTY, memory=Memorial(1000, free), may_lose=may_lose)
    assert set(found.why_local.values()) <= {Why.MEMORY}
    return ids(found.local)


WAITING, VERIFIED, OFF = ArchiveState.WAITING, ArchiveState.VERIFIED, ArchiveState.OFF


def test_archived_ones_give_way_before_it_is_half_full_and_others_only_for_recording() -> None:
    clips = [(1, WAITING, False), (2, VERIFIED, False), (3, VERIFIED, True), (4, WAITING, False), (5, VERIFIED, False)]
    assert gone(*clips, free=500) == []
    assert gone(*clips, free=499) == [2]
    assert gone(*clips, free=350) == [2, 3], "the archive keeps what is kept"
    assert gone(*clips, free=0) == [2, 3, 5]
    assert gone(*clips, free=-150) == [2, 3, 5, 1], "what is nowhere else goes last, and the oldest of it"
    assert gone(*clips, free=-150, may_lose=False) == [2, 3, 5]


def test_without_an_archive_the_oldest_go_but_kept_ones_stay() -> None:
    clips = [(1, OFF, True), (2, OFF, False), (3, OFF, False)]
    assert gone(*clips, free=200) == []
    assert gone(*clips, free=150) == [2]


def test_the_disk_floor_takes_nothing_from_memory() -> None:
    made = [clip(1, days=2), clip(2, days=1)]
    copies = [copy_of(made[0])._replace(in_memory=True), copy_of(made[1])]
    short = replace(NONE, least_free_bytes=1000)
    found = planned(NOW, replace(stock(made), local_copies=lambda: copies), short, 950, memory=Memorial(1000, 900))
    assert ids(found.local) == [2]


async def test_archived_clips_leave_the_memory_and_the_oldest_of_the_others_at_last(
    tmp_path: Path, memory: Memory
) -> None:
    """Ten clips in a memory of a megabyte; the archive has two of them, one of which the owner keeps."""
    files = Files(tmp_path / "data", replace(memory, most_bytes=1_000_000))
    with closing(Database(files.database_path)) as db:
        catalogue, preferences = Catalogue(db, files), Preferences(db)
        for number in range(1, 11):
            started_utc = NOON + timedelta(minutes=number)
            catalogue.open_event(f"e{number}", "front", started_utc, None, ())
            path = published(files, number, 100_000)
            catalogue.add_clip(NewClip(f"e{number}", 1, path, started_utc, 1, "h264", 64, 64), archive=True)
        with db.transaction() as rows:
            rows.execute("UPDATE clip SET archive = 'verified' WHERE event_id IN ('e7', 'e9')")
            rows.execute(
                "DELETE FROM archive_job WHERE clip_id IN (SELECT clip_id FROM clip WHERE archive = 'verified')"
            )
        catalogue.keep("e9", kept=True)
        archive = Archive(ArchiveQueue(db, catalogue), catalogue, files, None)
        asked: list[bool] = []

        def warned() -> bool:
            asked.append(True)
            return len(asked) > 1

        retention = Retention(catalogue, files, archive, preferences, distrust=lambda: "", warned=warned)
        first = await retention.apply(NOON + timedelta(hours=1))
        assert [clip.event_id for clip in first.local] == ["e7", "e9"]
        assert first.unarchived == ()
        published_more = published(files, 11, 150_000)
        second = await retention.apply(NOON + timedelta(hours=1))
        assert [clip.event_id for clip in second.unarchived] == ["e1", "e2"]
        assert published_more.exists()
        left = [clip.event_id for clip in catalogue.local_clips()]
        assert left == ["e3", "e4", "e5", "e6", "e8", "e10"]
    room = files.memory_room()
    assert room
    assert room.free_bytes >= room.reserve_bytes
