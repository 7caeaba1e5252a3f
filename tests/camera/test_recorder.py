"""The recorder: parts, trims, slow and full disks. Real files; the disk's speed is the only thing played."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from camera.clock import Anchor
from camera.config import CameraConfig
from camera.model import EventEnd, FinishedPart, Packet
from camera.muxing import OpenFile, open_new
from camera.recorder import Recorder
from tests.camera.footage import decoded, packets, stored_units
from tests.camera.reports import Heard

WALL = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANCHOR = Anchor(100.0, WALL)
END = EventEnd("e1", "front", WALL, 1.0)
FAR = 10_000.0

Make = Callable[..., Recorder]


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def make(tmp_path: Path, heard: Heard, troubles: list[str]) -> Iterator[Make]:
    made: list[Recorder] = []

    def recorder(longest_part_s: float = 60, limit_bytes: int = 10**8, open_file: OpenFile = open_new) -> Recorder:
        config = CameraConfig("front", "scene", tmp_path, longest_part_s=longest_part_s)
        made.append(Recorder(config, heard, trouble=troubles.append, limit_bytes=limit_bytes, open_file=open_file))
        made[-1].start()
        return made[-1]

    yield recorder
    assert all(one.close(60) for one in made)


def record(recorder: Recorder, recorded: list[Packet], *, pre_roll: int = 10, until_mono_s: float = FAR) -> None:
    """Everything is wanted while it comes; the end says up to when."""
    recorder.begin("e1", ANCHOR, recorded[:pre_roll], FAR)
    for packet in recorded[pre_roll:]:
        recorder.write(packet, FAR)
    recorder.end(until_mono_s, END)
    assert recorder.flush(60)


def test_ring_and_live_join_without_a_gap(make: Make, heard: Heard, tmp_path: Path) -> None:
    recorded = packets(60)
    record(make(), recorded)
    (part,) = heard.parts
    assert stored_units(part.path) == [packet.data for packet in recorded]
    assert part == FinishedPart(
        "e1", "front", 1, tmp_path / "e1.1.mp4", WALL, 4.0, "h264", 160, 96, part.path.stat().st_size, 0
    )
    assert heard.names == ["part_finished", "event_ended"]
    assert [path.name for path in tmp_path.iterdir()] == ["e1.1.mp4"]


def test_the_clip_ends_after_the_post_roll(make: Make, heard: Heard) -> None:
    record(make(), packets(90), until_mono_s=100 + 4)
    assert heard.parts[0].duration_s == pytest.approx(4.0)
    assert decoded(heard.parts[0].path) == 60


def test_parts_hold_every_packet_once_and_begin_with_key_frames(make: Make, heard: Heard) -> None:
    recorded = packets(200)
    record(make(longest_part_s=3.5), recorded)
    assert [part.part for part in heard.parts] == list(range(1, len(heard.parts) + 1))
    assert len(heard.parts) == 5
    assert all(part.duration_s <= 3.5 for part in heard.parts)
    stored = [unit for part in heard.parts for unit in stored_units(part.path)]
    assert stored == [packet.data for packet in recorded]
    for part in heard.parts:
        assert decoded(part.path) == len(stored_units(part.path))
    starts = [(part.wall_utc - WALL) / timedelta(seconds=1) for part in heard.parts]
    assert starts == pytest.approx([0, 3, 6, 9, 12])


def test_a_part_of_quiet_alone_is_left_out_and_the_one_before_is_cut(make: Make, heard: Heard, tmp_path: Path) -> None:
    recorder = make(longest_part_s=3.5)
    recorded = packets(75)
    recorder.begin("e1", ANCHOR, recorded[:1], 102.5)
    for packet in recorded[1:]:
        recorder.write(packet, 102.5)
    recorder.end(102.5, END)
    assert recorder.flush(60)
    (part,) = heard.parts
    assert part.duration_s == pytest.approx(38 / 15)
    assert [path.name for path in tmp_path.iterdir()] == ["e1.1.mp4"]


def test_a_part_waits_for_motion_that_needs_its_tail(make: Make, heard: Heard) -> None:
    recorder = make(longest_part_s=3.5)
    recorded = packets(75)
    recorder.begin("e1", ANCHOR, recorded[:1], 102.5)
    for packet in recorded[1:60]:
        recorder.write(packet, 102.5)
    assert recorder.flush(60)
    assert heard.parts == []
    for packet in recorded[60:]:
        recorder.write(packet, 107.0)
    assert recorder.flush(60)
    assert [part.duration_s for part in heard.parts] == [pytest.approx(3.0)]
    recorder.end(107.0, END)
    assert recorder.flush(60)
    assert sum(part.duration_s for part in heard.parts) == pytest.approx(5.0)


def test_another_picture_size_begins_another_part(make: Make, heard: Heard) -> None:
    small, large = packets(20), packets(20, size=(320, 192), first_mono_s=100 + 20 / 15)
    record(make(), small + large)
    assert [(part.width, part.height) for part in heard.parts] == [(160, 96), (320, 192)]


def test_packets_that_repeat_are_dropped_and_counted(make: Make, heard: Heard) -> None:
    recorded = packets(30)
    record(make(), [*recorded[:20], recorded[19], *recorded[20:]])
    assert heard.parts[0].dropped_packets == 1
    assert len(stored_units(heard.parts[0].path)) == 30


def test_an_event_without_a_packet_has_no_clip_but_an_end(make: Make, heard: Heard, tmp_path: Path) -> None:
    record(make(), [])
    assert heard.names == ["event_ended"]
    assert list(tmp_path.iterdir()) == []


def test_two_events_follow_each_other(make: Make, heard: Heard) -> None:
    recorder, recorded = make(), packets(30)
    for event_id in ("e1", "e2"):
        recorder.begin(event_id, ANCHOR, recorded, FAR)
        recorder.end(FAR, EventEnd(event_id, "front", WALL, 1.0))
    assert recorder.flush(60)
    assert [(part.event_id, part.part) for part in heard.parts] == [("e1", 1), ("e2", 1)]
    assert heard.names == ["part_finished", "event_ended"] * 2


class Disk:
    """Opens real files whose writes stop while it stalls."""

    def __init__(self) -> None:
        self.may_write = threading.Event()
        self.may_write.set()
        self.stalls = threading.Event()

    def open(self, path: Path) -> BinaryIO:
        disk, file = self, open_new(path)

        class Stalling:
            def write(self, data: bytes) -> int:
                if not disk.may_write.is_set():
                    disk.stalls.set()
                    assert disk.may_write.wait(60)
                return file.write(data)

            def __getattr__(self, name: str) -> object:
                return getattr(file, name)

        return Stalling()  # type: ignore[return-value]  # a file in all that is used of it


def test_a_slow_disk_never_blocks_the_camera_and_what_is_dropped_is_counted(make: Make, heard: Heard) -> None:
    disk, recorded = Disk(), packets(300)
    limit_bytes = 3 * sum(len(packet.data) for packet in recorded[:15])
    recorder = make(limit_bytes=limit_bytes, open_file=disk.open)
    recorder.begin("e1", ANCHOR, recorded[:1], FAR)
    disk.may_write.clear()
    for packet in recorded[1:225]:
        recorder.write(packet, FAR)  # returns though the disk stands still
    assert disk.stalls.wait(60)
    assert recorder.dropped_packets > 100
    disk.may_write.set()
    for packet in recorded[225:]:
        assert recorder.flush(60)
        recorder.write(packet, FAR)
    recorder.end(FAR, END)
    assert recorder.flush(60)
    (part,) = heard.parts
    kept = stored_units(part.path)
    assert part.dropped_packets == recorder.dropped_packets == 300 - len(kept)
    assert kept[-75:] == [packet.data for packet in recorded[225:]]
    assert decoded(part.path) == len(kept)


class FullDisk:
    """Real files that the kernel refuses to write, until there is room."""

    def __init__(self) -> None:
        self.full = True

    def open(self, path: Path) -> BinaryIO:
        return Path("/dev/full").open("wb", buffering=0) if self.full else open_new(path)


def test_a_full_disk_is_said_and_recording_goes_on_when_there_is_room(
    make: Make, heard: Heard, troubles: list[str], tmp_path: Path
) -> None:
    disk, recorded = FullDisk(), packets(300)
    recorder = make(open_file=disk.open)
    recorder.begin("e1", ANCHOR, recorded[:90], FAR)
    assert recorder.flush(60)
    assert set(troubles) == {
        "A clip could not be written (No space left on device); make room on the disk or check it."
    }
    disk.full = False
    for packet in recorded[90:]:
        recorder.write(packet, FAR)
    recorder.end(FAR, END)
    assert recorder.flush(60)
    assert heard.names[-1] == "event_ended"
    assert heard.parts
    last = heard.parts[-1]
    assert stored_units(last.path)[-1] == recorded[-1].data
    assert last.dropped_packets == 300 - len(stored_units(last.path))
    assert troubles[-1] == ""
    assert all(path.stat().st_size for path in tmp_path.iterdir())


def test_a_disk_that_fails_in_mid_part_keeps_what_was_written(make: Make, heard: Heard) -> None:
    failing = threading.Event()

    def open_file(path: Path) -> BinaryIO:
        file = open_new(path)

        class Failing:
            def write(self, data: bytes) -> int:
                if failing.is_set():
                    raise OSError(5, "Input/output error")
                return file.write(data)

            def __getattr__(self, name: str) -> object:
                return getattr(file, name)

        return Failing()  # type: ignore[return-value]  # a file in all that is used of it

    recorder, recorded = make(open_file=open_file), packets(240)
    recorder.begin("e1", ANCHOR, recorded[:60], FAR)
    assert recorder.flush(60)
    failing.set()
    for packet in recorded[60:90]:
        recorder.write(packet, FAR)
    assert recorder.flush(60)
    failing.clear()
    for packet in recorded[90:]:
        recorder.write(packet, FAR)
    recorder.end(FAR, END)
    assert recorder.flush(60)
    first, second = heard.parts
    assert stored_units(first.path) == [packet.data for packet in recorded[: len(stored_units(first.path))]]
    assert first.duration_s >= 3.0
    assert stored_units(second.path)[-1] == recorded[-1].data
    assert heard.names[-1] == "event_ended"


def test_closing_writes_what_is_queued(make: Make, heard: Heard) -> None:
    recorder, recorded = make(), packets(45)
    recorder.begin("e1", ANCHOR, recorded, FAR)
    recorder.end(FAR, END)
    assert recorder.close(60)
    assert len(stored_units(heard.parts[0].path)) == 45


def test_a_disk_that_does_not_even_delete_is_a_sentence(
    make: Make, heard: Heard, troubles: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As one that turned read-only: nothing can be tidied up either."""

    def refuse(path: Path, *_: object, **__: object) -> BinaryIO:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    record(make(open_file=refuse), packets(60))
    assert heard.names == ["event_ended"]
    assert "Read-only file system" in troubles[0]
    assert not any(entry.exc_info for entry in caplog.records)
