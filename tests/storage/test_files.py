"""The data folder: whole files, one program, and only our own files are deleted."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from storage.errors import DataDirBusy, DiskFull, StorageError
from storage.files import Files, translated
from tests.storage.room import NOON, python_child


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "data")


def recorded(files: Files, content: bytes = b"video") -> Path:
    path = files.recording_dir / "e1.1.done"
    path.write_bytes(content)
    path.chmod(0o644)
    return path


def test_only_the_owner_of_the_process_may_look(files: Files) -> None:
    snapshot = files.write_snapshot("e1", b"jpeg")
    clip = files.publish(recorded(files), "front", "e1", 1, NOON)
    folders = [files.data_dir, files.clips_dir, files.keys_dir, clip.parent, clip.parent.parent]
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in (snapshot, clip)} == {0o600}


def test_publish_moves_to_the_utc_day(files: Files) -> None:
    temp = recorded(files)
    evening_in_new_york = datetime(2026, 4, 30, 22, tzinfo=timezone(timedelta(hours=-4)))
    path = files.publish(temp, "front", "e1", 2, evening_in_new_york)
    assert path == files.clips_dir / "front" / "2026-05-01" / "e1-2.mp4"
    assert path.read_bytes() == b"video"
    assert not temp.exists()


@pytest.mark.parametrize("camera", ["../front", "a/b", "", "A", ".hidden", "x" * 41, "front\n"])
def test_a_name_that_could_lead_elsewhere_is_refused(files: Files, camera: str) -> None:
    with pytest.raises(StorageError, match="camera's name"):
        files.publish(recorded(files), camera, "e1", 1, NOON)


@pytest.mark.parametrize("event_id", ["../e1", "e1/..", "e", "1", "e1\n"])
def test_an_event_id_that_could_lead_elsewhere_is_refused(files: Files, event_id: str) -> None:
    with pytest.raises(StorageError, match="event's id"):
        files.write_snapshot(event_id, b"")


def test_a_second_program_is_told_so(files: Files) -> None:
    code = """
import sys
from pathlib import Path
from storage.files import Files
held = Files(Path(sys.argv[1])).lock()
print("locked", flush=True)
sys.stdin.read()
"""
    child = python_child(code, str(files.data_dir))
    assert child.stdout is not None
    assert child.stdout.readline() == b"locked\n"
    with pytest.raises(DataDirBusy, match="already runs"):
        files.lock()
    child.kill()
    child.communicate()
    with files.lock() as held:
        held.release()
    files.lock().release()


def test_delete_takes_emptied_folders_along(files: Files) -> None:
    one = files.publish(recorded(files), "front", "e1", 1, NOON)
    two = files.publish(recorded(files), "front", "e1", 2, NOON)
    files.delete(one)
    assert two.exists()
    files.delete(two)
    assert not list(files.clips_dir.iterdir())
    files.delete(two)


def test_a_motion_trace_goes_with_its_clip_and_with_no_other(files: Files) -> None:
    clip = files.publish(recorded(files), "front", "e1", 1, NOON)
    traces = [files.write_trace(event_id, b"trace") for event_id in ("e1", "e11")]
    assert {trace.stat().st_mode & 0o777 for trace in traces} == {0o600}
    files.delete(clip)
    assert [trace.exists() for trace in traces] == [False, True]


def test_motion_traces_are_bounded(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.files.MOST_TRACES", 2)
    for number in range(5):
        os.utime(files.write_trace(f"e{number}", b"trace"), (number, number))
    files.write_trace("e9", b"trace")
    assert sorted(path.name for path in files.traces_dir.iterdir()) == ["e4.trace", "e9.trace"]


def test_delete_refuses_what_is_not_ours(files: Files, tmp_path: Path) -> None:
    outside = tmp_path / "diary.txt"
    outside.write_text("mine")
    (files.clips_dir / "link").symlink_to(tmp_path)
    passwords = files.keys_dir / "archive-passwords.txt"
    passwords.write_text("secret")
    strangers = [
        outside,
        files.clips_dir / ".." / ".." / "diary.txt",
        files.clips_dir / "link" / "diary.txt",
        passwords,
        files.database_path,
        files.clips_dir,
        Path("/etc/hostname"),
    ]
    for path in strangers:
        with pytest.raises(StorageError, match="left alone"):
            files.delete(path)
    assert outside.exists()
    assert passwords.exists()


def test_deleting_a_link_deletes_the_link_only(files: Files, tmp_path: Path) -> None:
    outside = tmp_path / "diary.txt"
    outside.write_text("mine")
    link = files.clips_dir / "e1-1.mp4"
    link.symlink_to(outside)
    files.delete(link)
    assert not link.is_symlink()
    assert outside.exists()


def test_a_folder_that_is_reached_by_a_link_is_still_ours(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    files = Files(tmp_path / "link")
    path = files.publish(recorded(files), "front", "e1", 1, NOON)
    assert files.absolute(files.relative(path)) == path
    files.delete(path)
    assert not path.exists()


def test_scratch_is_swept(files: Files) -> None:
    (files.scratch_dir / "fetch-1").mkdir()
    (files.scratch_dir / "fetch-1" / "clip.mp4").write_bytes(b"x")
    (files.scratch_dir / "left.mp4").write_bytes(b"x")
    assert files.sweep_scratch() == 2
    assert not list(files.scratch_dir.iterdir())


def fill() -> None:
    full = Path("/dev/full")
    with translated(full):
        full.write_bytes(b"x" * 10_000)


def test_a_full_disk_is_a_sentence() -> None:
    with pytest.raises(DiskFull, match="Free some space"):
        fill()


def test_a_failed_write_leaves_no_temporary_file(files: Files) -> None:
    (files.snapshots_dir / "e1.jpg").mkdir()
    with pytest.raises(StorageError):
        files.write_snapshot("e1", b"jpeg")
    assert [path.name for path in files.snapshots_dir.iterdir()] == ["e1.jpg"]


def test_event_numbers_in_file_names_are_seen(files: Files) -> None:
    assert files.highest_event_number() == 0
    (files.recording_dir / "e41.1.part").write_bytes(b"")
    files.publish(recorded(files), "front", "e7", 1, NOON)
    assert files.highest_event_number() == 41
