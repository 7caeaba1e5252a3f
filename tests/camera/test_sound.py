"""Sound from the source to the plain clip: kept, in time with the picture, never the reason that a picture is lost."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from camera.clock import Anchor
from camera.config import CameraConfig
from camera.finish import repair
from camera.model import EventEnd, FinishedPart, Packet
from camera.muxing import GrowingFile
from camera.recorder import Recorder
from camera.ring import Ring
from camera.shrink import shrink
from tests.camera.footage import decoded, stored_units
from tests.camera.reports import Heard
from tests.camera.sounding import (
    FPS,
    clicks_in,
    flashes_at,
    flashes_in,
    packets_of,
    stored_sounds,
    stored_times,
    write_sounding,
)

WALL = datetime(2026, 5, 1, 12, tzinfo=UTC)
FAR = 10_000.0
SECONDS = 8
PRE_ROLL_S, MOTION_S, UNTIL_S = 1.5, 3.2, 7.5

KINDS = {
    "h264 and aac": ("a.mp4", "libx264", "aac", 16_000),
    "h264 and aac, 44100": ("a.mp4", "libx264", "aac", 44_100),
    "hevc and aac": ("a.mp4", "libx265", "aac", 48_000),
    "h264 and alaw": ("a.mov", "libx264", "pcm_alaw", 8_000),
    "h264 and mulaw": ("a.mov", "libx264", "pcm_mulaw", 8_000),
    "mjpeg and pcm": ("a.mov", "mjpeg", "pcm_s16le", 48_000),
}


def recorded(folder: Path, packets: Sequence[Packet], *, longest_part_s: float = 60) -> list[FinishedPart]:
    """The parts of one event, as a pipeline would have them recorded."""
    heard, ring = Heard(), Ring(PRE_ROLL_S + 2)
    config = CameraConfig("front", "scene", folder, longest_part_s=longest_part_s)
    recorder = Recorder(config, heard)
    recorder.start()
    rest = iter(packets)
    for packet in rest:
        ring.add(packet)
        if packet.mono_s >= MOTION_S and not packet.track.is_sound:
            break
    recorder.begin("e1", Anchor(0.0, WALL), ring.since(MOTION_S - PRE_ROLL_S), FAR)
    for packet in rest:
        recorder.write(packet, FAR)
    recorder.end(UNTIL_S, EventEnd("e1", "front", WALL, 1.0))
    assert recorder.close(60)
    assert heard.names[-1] == "event_ended"
    return heard.parts


def begin_s(part: FinishedPart) -> float:
    return (part.wall_utc - WALL) / timedelta(seconds=1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_click_and_a_flash_of_one_moment_stay_together_in_every_part(tmp_path: Path, kind: str) -> None:
    name, video, sound, rate = KINDS[kind]
    packets = packets_of(write_sounding(tmp_path / name, video, sound, seconds=SECONDS, rate=rate))
    (folder := tmp_path / "recording").mkdir()
    parts = recorded(folder, packets, longest_part_s=2.5)
    assert len(parts) > 2
    sounding = max(16_000, min(rate, 48_000))
    for part in parts:
        first_s = begin_s(part)
        expected = [at - first_s for at in flashes_at(SECONDS) if first_s <= at < first_s + part.duration_s - 0.01]
        flashes, clicks = flashes_in(part.path), clicks_in(part.path)
        assert flashes == pytest.approx(expected, abs=0.002)
        within_s = 1024 / sounding + 1 / FPS
        assert all(any(abs(click - at) <= within_s for at in expected) for click in clicks)
        for at in expected:  # one at the very edge may be cut
            cut = at < within_s or at + within_s > part.duration_s
            assert cut or any(abs(click - at) <= within_s for click in clicks), (at, clicks)
        sounds_s, pictures_s = stored_times(part.path, "audio"), stored_times(part.path, "video")
        assert sounds_s == sorted(set(sounds_s))
        assert pictures_s == sorted(set(pictures_s))
        assert 0 <= sounds_s[0] <= 1024 / sounding + 0.001, "sound begins with the first picture"
        assert abs(float(sounds_s[-1] - pictures_s[-1])) < 0.3, "sound ends with the last picture"
    for before, after in itertools.pairwise(parts):
        assert begin_s(before) + before.duration_s == pytest.approx(begin_s(after), abs=0.002)


@pytest.mark.parametrize("video", ["libx264", "libx265"])
def test_what_an_mp4_can_hold_is_copied_byte_for_byte_over_ring_live_and_parts(tmp_path: Path, video: str) -> None:
    packets = packets_of(write_sounding(tmp_path / "a.mp4", video, "aac", seconds=SECONDS))
    (folder := tmp_path / "recording").mkdir()
    parts = recorded(folder, packets, longest_part_s=2.5)
    pictures = [packet for packet in packets if not packet.track.is_sound]
    assert [unit for part in parts for unit in stored_units(part.path)] == [
        packet.data for packet in pictures if 1.0 <= packet.mono_s < UNTIL_S - 0.001
    ]
    sounds = [packet.data for packet in packets if packet.track.is_sound]
    kept = [sound for part in parts for sound in stored_sounds(part.path)]
    start = sounds.index(kept[0])
    assert kept == sounds[start : start + len(kept)], "none missing, none twice, at the joints of the parts either"
    assert len(kept) == pytest.approx((UNTIL_S - 1.0) * 16_000 / 1024, abs=2)


def test_jpeg_pictures_become_h264_from_exactly_the_pre_roll_on(tmp_path: Path) -> None:
    packets = packets_of(write_sounding(tmp_path / "a.mov", "mjpeg", "pcm_alaw", seconds=SECONDS, rate=8_000))
    assert {packet.track.codec for packet in packets} == {"mjpeg", "pcm_alaw"}
    (folder := tmp_path / "recording").mkdir()
    (part,) = recorded(folder, packets)
    assert (part.codec, part.dropped_packets) == ("h264", 0)
    wanted_from_s = MOTION_S - PRE_ROLL_S
    assert wanted_from_s - 1 / FPS < begin_s(part) <= wanted_from_s
    assert decoded(part.path) == round((UNTIL_S - begin_s(part)) * FPS)
    steps = [float(b - a) for a, b in itertools.pairwise(stored_times(part.path, "video"))]
    assert steps == pytest.approx([1 / FPS] * len(steps), abs=1e-4)


def test_a_power_cut_leaves_picture_and_sound(tmp_path: Path) -> None:
    packets = packets_of(write_sounding(tmp_path / "a.mp4", "libx264", "aac", seconds=5))
    sound = next(packet.track for packet in packets if packet.track.is_sound)
    growing = tmp_path / "cut.mp4.part"
    file = GrowingFile(growing, packets[0], sound=sound)
    for packet in packets[1:]:
        file.write(packet)
    file.abandon()
    whole = growing.read_bytes()
    growing.write_bytes(whole[:-2000])
    finished = repair(growing, tmp_path / "cut.mp4")
    assert finished.duration_s >= 3
    assert clicks_in(finished.path)[:3] == pytest.approx(flashes_at(3), abs=1024 / 16_000 + 1 / FPS)


def test_a_smaller_copy_keeps_the_sound(tmp_path: Path) -> None:
    clip = write_sounding(tmp_path / "a.mp4", "libx265", "aac", seconds=4)
    shrink(clip, tmp_path / "small.mp4", 10**6)
    assert stored_sounds(tmp_path / "small.mp4") == stored_sounds(clip)
    assert clicks_in(tmp_path / "small.mp4") == pytest.approx(
        flashes_in(tmp_path / "small.mp4"), abs=1024 / 16_000 + 1 / FPS
    )


def test_no_sound_is_asked_for(tmp_path: Path) -> None:
    packets = packets_of(write_sounding(tmp_path / "a.mp4", "libx264", "aac", seconds=2), sound=False)
    assert not any(packet.track.is_sound for packet in packets)


def broken(packet: Packet) -> Packet:
    return replace(packet, data=bytes(len(packet.data)))


def of_another_world(packet: Packet) -> Packet:
    return replace(packet, track=replace(packet.track, codec="nonsense", extradata=b""))


def far_away(packet: Packet) -> Packet:
    return replace(packet, pts=packet.pts * 50, dts=packet.dts * 50)


def always_the_same(packet: Packet) -> Packet:
    return replace(packet, pts=90_000, dts=90_000)


def silent_after_a_while(packet: Packet) -> Packet | None:
    return packet if packet.mono_s < 4 else None


@pytest.mark.parametrize("spoil", [broken, of_another_world, far_away, always_the_same, silent_after_a_while])
@pytest.mark.parametrize("sound", ["aac", "pcm_alaw"])
def test_whatever_the_sound_does_every_picture_is_kept(tmp_path: Path, sound: str, spoil: object) -> None:
    assert callable(spoil)
    suffix = "mp4" if sound == "aac" else "mov"
    packets = packets_of(write_sounding(tmp_path / f"a.{suffix}", "libx264", sound, seconds=SECONDS, rate=8_000))
    spoilt = [spoil(packet) if packet.track.is_sound else packet for packet in packets]
    (folder := tmp_path / "recording").mkdir()
    parts = recorded(folder, [packet for packet in spoilt if packet is not None], longest_part_s=2.5)
    kept = [unit for part in parts for unit in stored_units(part.path)]
    assert kept == [p.data for p in packets if not p.track.is_sound and 1.0 <= p.mono_s < UNTIL_S - 0.001]
    assert sum(part.dropped_packets for part in parts) == 0
    assert sum(Fraction(part.duration_s) for part in parts) == pytest.approx(len(kept) / FPS, abs=0.01)
