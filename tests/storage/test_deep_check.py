"""What names and sizes do not show: a byte that changed."""

from __future__ import annotations

from pathlib import Path

from storage import deep_check
from storage.check import Finding, Kind, Probe
from storage.repair import Repair
from tests.storage.room import NOON, Room


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def found(room: Room) -> list[Finding]:
    return list(deep_check.findings(room.catalogue))


def test_a_byte_that_changed_is_found_and_a_sound_clip_is_not(room: Room) -> None:
    sound, spoilt = room.with_clip(1), room.with_clip(2)
    assert found(room) == []
    assert spoilt.path
    spoil(spoilt.path)
    (finding,) = found(room)
    assert (finding.kind, finding.clip_id) == (Kind.WRONG_CONTENT, spoilt.clip_id)
    assert sound.path
    sound.path.unlink()
    assert len(found(room)) == 1, "what is not there is found elsewhere"


def test_with_a_sound_copy_in_the_archive_the_spoilt_one_gives_way(room: Room) -> None:
    clip = room.with_clip(1)
    room.queue.verified([(clip.clip_id, "hash")], NOON)
    assert clip.path
    spoil(clip.path)
    said = Repair(room.catalogue, room.files, room.mending, lambda _path: None, archive=True).mend(found(room))
    assert said[0].mended
    assert room.now(clip.clip_id).path is None
    assert not clip.path.exists()
    assert [path.name for path in room.files.aside_dir.iterdir()] == [clip.path.name], "kept, but aside"


def test_without_one_it_stays_and_its_row_tells_what_it_is(room: Room) -> None:
    clip = room.with_clip(1)
    assert clip.path
    spoil(clip.path)
    probe = Probe(9.0, "h264", 640, 360)
    assert Repair(room.catalogue, room.files, room.mending, lambda _path: probe, archive=True).mend(found(room))
    assert clip.path.exists()
    assert found(room) == []


def test_the_forecast_is_at_the_speed_of_what_was_read(room: Room) -> None:
    seconds = iter([10.0, 12.0])
    assert deep_check.forecast(room.catalogue, lambda: 0.0) == deep_check.Forecast(0, 0, 0.0)
    for number in (1, 2, 3):
        room.with_clip(number, size=1000)
    assert deep_check.forecast(room.catalogue, lambda: next(seconds)) == deep_check.Forecast(3, 3000, 2.0)
