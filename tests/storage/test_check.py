"""Rows against files: after every kind of crash the start-up finds and mends the difference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage.check import Finding, Kind, Probe, findings
from storage.model import ArchiveState
from storage.repair import Repair
from tests.storage.room import NOON, Room, sha256


def found(room: Room) -> tuple[Finding, ...]:
    return findings(room.catalogue, room.files)


def kinds(room: Room) -> list[Kind]:
    return [finding.kind for finding in found(room)]


def probe(path: Path) -> Probe | None:
    return None if b"broken" in path.read_bytes() else Probe(8.0, "h264", 640, 360)


def mended(room: Room) -> tuple[str, ...]:
    return tuple(one.sentence for one in repair(room).mend(found(room)))


def repair(room: Room) -> Repair:
    return Repair(room.catalogue, room.files, room.mending, probe, (7,), archive=True)


def published(room: Room, event_id: str, content: bytes = b"video") -> Path:
    """As a crash between the rename and the row leaves it."""
    temp = room.files.recording_dir / "x"
    temp.write_bytes(content)
    return room.files.publish(temp, "front", event_id, 1, NOON)


def test_a_sound_folder_has_no_findings(room: Room) -> None:
    room.with_clip(1)
    assert found(room) == ()


def test_a_clip_without_row_is_taken_in_with_its_event(room: Room) -> None:
    path = published(room, "e5")
    assert kinds(room) == [Kind.FILE_WITHOUT_ROW]
    assert "It is now." in mended(room)[0]
    event = room.catalogue.event("e5")
    assert event is not None
    assert event.ended_utc is not None
    assert [(clip.path, clip.sha256) for clip in event.parts] == [(path, sha256(b"video"))]
    assert event.parts[0].archive is ArchiveState.WAITING
    assert room.catalogue.next_event_number() == 6
    assert found(room) == ()


def test_a_clip_without_row_joins_the_event_that_is_there(room: Room) -> None:
    room.event(5)
    published(room, "e5")
    mended(room)
    event = room.catalogue.event("e5")
    assert event is not None
    assert event.started_utc == NOON
    assert len(event.parts) == 1


@pytest.mark.parametrize("name", ["front/2026-05-01/e1-1.mp4.tmp", "notes.txt", "front/e1-1.mp4"])
def test_a_strange_file_is_named_and_left(room: Room, name: str) -> None:
    path = room.files.clips_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert kinds(room) == [Kind.STRANGE_FILE]
    assert str(path) in mended(room)[0]
    assert path.exists()


def test_a_clip_that_does_not_play_is_named_and_left(room: Room) -> None:
    path = published(room, "e5", b"broken")
    assert "left alone" in mended(room)[0]
    assert path.exists()
    assert room.catalogue.event("e5") is None


def test_a_second_copy_of_a_catalogued_part_is_named_and_left(room: Room) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    other = room.files.clips_dir / "front" / "2026-05-02" / "e1-1.mp4"
    other.parent.mkdir()
    other.write_bytes(b"video")
    assert "second copy" in mended(room)[0]
    assert other.exists()
    assert room.now(clip.clip_id).path == clip.path


def test_a_row_whose_file_is_gone_says_so(room: Room) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    clip.path.unlink()
    assert kinds(room) == [Kind.ROW_WITHOUT_FILE]
    mended(room)
    assert room.now(clip.clip_id).path is None
    assert found(room) == ()


def test_a_file_of_another_size_is_named(room: Room) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    os.truncate(clip.path, 10)
    assert kinds(room) == [Kind.WRONG_SIZE]
    assert "has 10 bytes and should have 1000" in mended(room)[0]


def test_an_old_snapshot_of_no_event_goes_and_a_young_one_stays(room: Room) -> None:
    young = room.files.write_snapshot("e8", b"jpeg")
    lost = room.files.write_snapshot("e9", b"jpeg")
    os.utime(lost, (0, 0))
    assert kinds(room) == [Kind.SNAPSHOT_WITHOUT_ROW]
    mended(room)
    assert young.exists()
    assert not lost.exists()


def test_one_finding_that_cannot_be_mended_does_not_stop_the_others(room: Room) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    clip.path.unlink()
    gone = Finding(Kind.ROW_WITHOUT_FILE, "A row that vanished.", clip_id=999)
    said = repair(room).mend([gone, *found(room)])
    assert "could not be mended" in said[0].sentence
    assert not said[0].mended
    assert room.now(clip.clip_id).path is None


def test_a_row_that_leads_out_of_the_folder_is_a_row_without_file(room: Room, tmp_path: Path) -> None:
    clip = room.with_clip(1)
    (tmp_path / "outside.mp4").write_bytes(b"x" * clip.size_bytes)
    for stored in ("../outside.mp4", str(tmp_path / "outside.mp4"), "clips/./front/../../outside.mp4"):
        with room.db.transaction() as rows:
            rows.execute("UPDATE clip SET path = ?", (stored,))
        assert sorted(kinds(room)) == [Kind.FILE_WITHOUT_ROW, Kind.ROW_WITHOUT_FILE], stored


def test_a_link_in_the_clip_folder_is_looked_at_and_not_through(room: Room, tmp_path: Path) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/e7-1.mp4").write_bytes(b"video")
    (clip.path.parent / "e8-1.mp4").symlink_to(tmp_path / "elsewhere/e7-1.mp4")
    (clip.path.parent.parent / "2026-05-02").symlink_to(tmp_path / "elsewhere")
    assert kinds(room) == [Kind.STRANGE_FILE]
    assert [path.name for path in room.files.clip_files()] == ["e1-1.mp4", "e8-1.mp4"]
