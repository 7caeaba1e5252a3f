"""From a growing recording to a plain MP4, and the repair of one that a power cut ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from camera.errors import EmptyRecording, RecordingError
from camera.finish import Finished, describe, leftovers, make_plain, repair
from camera.model import Packet
from camera.muxing import GrowingFile
from tests.camera.footage import FPS, decoded, packets, stored_times, stored_units
from tests.demo.media import mp4


def grown(path: Path, recorded: list[Packet]) -> Path:
    file = GrowingFile(path, recorded[0])
    for packet in recorded[1:]:
        file.write(packet)
    file.close()
    return path


@pytest.fixture(scope="module")
def recorded() -> list[Packet]:
    return packets(60)


def test_a_plain_copy_is_faststart_exact_and_byte_identical(tmp_path: Path, recorded: list[Packet]) -> None:
    plain = tmp_path / "e1.1.mp4"
    finished = make_plain(grown(tmp_path / "e1.1.mp4.part", recorded), plain)
    assert finished == Finished(plain, 4.0, "h264", 160, 96, plain.stat().st_size)
    assert stored_units(plain) == [packet.data for packet in recorded]
    assert [float(t) for t in stored_times(plain)] == pytest.approx([index / FPS for index in range(60)])
    assert decoded(plain) == 60
    head = plain.read_bytes()
    assert b"moof" not in head
    assert 0 < head.index(b"moov") < head.index(b"mdat")


def test_the_last_picture_lasts_as_long_as_the_others(tmp_path: Path, recorded: list[Packet]) -> None:
    assert make_plain(grown(tmp_path / "a.part", recorded[:16]), tmp_path / "a.mp4").duration_s == pytest.approx(
        16 / 15
    )
    assert make_plain(grown(tmp_path / "b.part", recorded[:1]), tmp_path / "b.mp4").duration_s == pytest.approx(1 / 15)


@pytest.mark.parametrize(("until_s", "pictures"), [(2.0, 30), (2.0005, 30), (2.01, 31), (0.01, 1), (99.0, 60)])
def test_what_is_after_the_cut_is_left_out(
    tmp_path: Path, recorded: list[Packet], until_s: float, pictures: int
) -> None:
    finished = make_plain(grown(tmp_path / "a.part", recorded), tmp_path / "a.mp4", until_s)
    assert finished.duration_s == pytest.approx(pictures / FPS)
    assert decoded(finished.path) == pictures


def test_a_cut_that_leaves_nothing_leaves_no_file(tmp_path: Path, recorded: list[Packet]) -> None:
    part = grown(tmp_path / "a.part", recorded)
    with pytest.raises(RecordingError):
        make_plain(part, tmp_path / "a.mp4", 0.0)
    assert list(tmp_path.iterdir()) == [part]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("annex_b", [False, True])
def test_a_power_cut_at_any_byte_costs_at_most_the_last_fragment(tmp_path: Path, codec: str, annex_b: bool) -> None:
    recorded = packets(60, codec=codec, annex_b=annex_b)
    whole = grown(tmp_path / "whole.part", recorded).read_bytes()
    units = stored_units(tmp_path / "whole.part")
    ends = [at for at in range(len(whole)) if whole[at + 4 : at + 8] == b"moof"] + [len(whole)]
    for cut in {*range(0, len(whole), len(whole) // 40), *ends[1:], len(whole) - 1}:
        part = tmp_path / "cut.part"
        part.write_bytes(whole[:cut])
        fragments = sum(cut >= end for end in ends[1:])
        try:
            repaired = repair(part, tmp_path / "cut.mp4")
        except RecordingError:
            assert fragments == 0
            continue
        found = stored_units(repaired.path)
        assert len(found) >= 15 * fragments
        assert found == units[: len(found)]
        assert decoded(repaired.path) == len(found)


@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"not a video at all"])
def test_nothing_in_it_is_said(tmp_path: Path, content: bytes) -> None:
    part = tmp_path / "a.part"
    part.write_bytes(content)
    with pytest.raises(EmptyRecording):
        repair(part, tmp_path / "a.mp4")
    assert not (tmp_path / "a.mp4").exists()
    with pytest.raises(RecordingError):
        describe(part)


def test_a_folder_that_refuses_is_a_recording_error(tmp_path: Path, recorded: list[Packet]) -> None:
    part = grown(tmp_path / "a.part", recorded)
    with pytest.raises(RecordingError):
        make_plain(part, tmp_path / "missing" / "a.mp4")
    assert part.exists()


def test_pictures_out_of_display_order_keep_their_times(tmp_path: Path) -> None:
    """A file camera may have B-frames: decode order differs from display order."""
    ordered = packets(16)
    shown = [0, 2, 1, *range(3, 16)]
    recorded = [
        Packet(p.data, 9000 + at * 6000, 9000 + (index - 1) * 6000, p.is_keyframe, p.mono_s, p.track)
        for index, (p, at) in enumerate(zip(ordered, shown, strict=True))
    ]
    finished = make_plain(grown(tmp_path / "a.part", recorded), tmp_path / "a.mp4")
    assert [round(t * FPS) for t in stored_times(finished.path)] == shown
    assert finished.duration_s == pytest.approx(16 / FPS, abs=1 / FPS)


def test_leftovers_are_named_and_half_made_copies_removed(tmp_path: Path) -> None:
    for name in (
        "e1.1.mp4.part",
        "e1.2.mp4.part",
        "e2.1.mp4",
        "e3.1.mp4",
        "e3.1.mp4.part",
        "e4.1.mp4.new",
        "other.txt",
    ):
        (tmp_path / name).write_bytes(b"x")
    found = [(left.path.name, left.event_id, left.part, left.whole) for left in leftovers(tmp_path)]
    assert found == [
        ("e1.1.mp4.part", "e1", 1, False),
        ("e1.2.mp4.part", "e1", 2, False),
        ("e2.1.mp4", "e2", 1, True),
        ("e3.1.mp4", "e3", 1, True),
    ]
    assert not (tmp_path / "e4.1.mp4.new").exists()
    assert not (tmp_path / "e3.1.mp4.part").exists()
    assert (tmp_path / "other.txt").exists()


@pytest.mark.parametrize("cut_off", [False, True])
def test_a_file_tells_when_it_began_also_after_a_power_cut(tmp_path: Path, cut_off: bool) -> None:
    begun_utc = datetime(2026, 5, 1, 14, 30, 5, 700_000, tzinfo=timezone(timedelta(hours=2)))
    recorded = packets(60)
    growing = tmp_path / "a.mp4.part"
    file = GrowingFile(growing, recorded[0], started_utc=begun_utc)
    for packet in recorded[1:]:
        file.write(packet)
    file.close()
    if cut_off:
        growing.write_bytes(growing.read_bytes()[:-2000])
    assert repair(growing, tmp_path / "a.mp4").started_utc == datetime(2026, 5, 1, 12, 30, 5, tzinfo=UTC)


def test_a_file_that_tells_nothing_has_no_start(tmp_path: Path) -> None:
    assert describe(mp4(tmp_path / "a.mp4")).started_utc is None
