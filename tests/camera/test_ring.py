"""The pre-roll buffer: begins with a key frame, bounded in seconds and bytes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.model import Packet, Track
from camera.ring import Ring

TRACK = Track("h264", Fraction(1, 90_000), 16, 16)


def packet(index: int, *, key: bool, size: int = 10, track: Track = TRACK) -> Packet:
    return Packet(bytes(size), index, index, key, index / 10, track)


def filled(ring: Ring, count: int, group: int = 10, size: int = 10) -> Ring:
    for index in range(count):
        ring.add(packet(index, key=index % group == 0, size=size))
    return ring


@pytest.mark.parametrize(
    ("since_s", "first"), [(7.0, 70), (7.05, 70), (7.95, 70), (8.0, 80), (6.99, 60), (-1.0, 50), (99.0, 90)]
)
def test_begins_with_the_last_key_frame_at_or_before(since_s: float, first: int) -> None:
    ring = filled(Ring(keep_s=4), 100)
    assert [p.pts for p in ring.since(since_s)] == list(range(first, 100))


def test_keeps_whole_groups_for_the_time_asked_and_no_longer() -> None:
    ring = filled(Ring(keep_s=4), 1000)
    packets = ring.since(-1)
    assert packets[0].is_keyframe
    assert 4.0 <= packets[-1].mono_s - packets[0].mono_s < 5.0
    assert ring.size_bytes == sum(len(p.data) for p in packets)


@pytest.mark.parametrize(("group", "more_s"), [(10, 5.0), (80, 5.0), (1, 0.0)])
def test_as_much_more_is_kept_as_a_picture_may_be_looked_at_late(group: int, more_s: float) -> None:
    ring = filled(Ring(keep_s=4, late_s=5), 1000, group=group)
    packets = ring.since(-1)
    kept_s = packets[-1].mono_s - packets[0].mono_s
    assert 4.0 + more_s - 0.11 <= kept_s < 4.0 + more_s + group / 10 + 0.11


def test_packets_before_the_first_key_frame_are_left_out() -> None:
    ring = Ring(keep_s=4)
    for index in range(5):
        ring.add(packet(index, key=False))
    assert len(ring) == 0
    ring.add(packet(5, key=True))
    assert [p.pts for p in ring.since(0)] == [5]


def test_a_byte_limit_wins_over_the_time() -> None:
    ring = filled(Ring(keep_s=100, limit_bytes=3500), 100, size=100)
    assert ring.size_bytes <= 3500
    assert ring.since(0)[0].is_keyframe
    assert ring.dropped_packets == 0


def test_a_group_above_the_limit_is_dropped_counted_and_the_next_is_kept() -> None:
    ring = Ring(keep_s=100, limit_bytes=1000)
    for index in range(30):
        ring.add(packet(index, key=index in {0, 20}, size=100))
    assert ring.dropped_packets == 11
    assert [p.pts for p in ring.since(0)] == list(range(20, 30))


def test_another_track_cannot_be_joined_to_the_old_one() -> None:
    ring = filled(Ring(keep_s=100), 15)
    other = replace(TRACK, width=32)
    ring.add(packet(15, key=False, track=other))
    assert len(ring) == 0
    ring.add(packet(16, key=True, track=other))
    assert [p.pts for p in ring.since(0)] == [16]


@given(
    keys=st.lists(st.booleans(), max_size=200),
    keep_s=st.floats(0, 5),
    limit_bytes=st.integers(1, 3000),
    since_s=st.floats(-1, 25),
)
def test_whatever_comes_it_is_bounded_whole_and_begins_with_a_key_frame(
    keys: list[bool], keep_s: float, limit_bytes: int, since_s: float
) -> None:
    ring = Ring(keep_s, limit_bytes)
    for index, key in enumerate(keys):
        ring.add(packet(index, key=key, size=37))
        kept = ring.since(since_s)
        assert ring.size_bytes <= limit_bytes
        assert not kept or kept[0].is_keyframe
        assert [p.pts for p in kept] == list(range(index + 1 - len(kept), index + 1))


SOUND = Track("pcm_alaw", Fraction(1, 8000), sample_rate=8000, channels=1)


def sound(index: float, size: int = 10) -> Packet:
    return Packet(bytes(size), round(index * 800), round(index * 800), False, index / 10, SOUND)


def test_sound_is_kept_beside_its_pictures_and_costs_none_of_them() -> None:
    ring = Ring(keep_s=4)
    for index in range(1000):
        ring.add(packet(index, key=index % 10 == 0))
        ring.add(sound(index + 0.5))
    kept = ring.since(97.5)
    pictures = [p for p in kept if not p.track.is_sound]
    sounds = [p for p in kept if p.track.is_sound]
    assert [p.pts for p in pictures] == list(range(970, 1000))
    assert {p.mono_s for p in sounds} >= {(index + 0.5) / 10 for index in range(970, 1000)}
    assert min(p.mono_s for p in sounds) > 96.7
    assert len([p for p in ring.since(-1) if p.track.is_sound]) < 60


@given(sizes=st.lists(st.integers(1, 400), max_size=200), limit_bytes=st.integers(1600, 6400))
def test_too_much_sound_loses_sound_alone(sizes: list[int], limit_bytes: int) -> None:
    ring = Ring(100, limit_bytes)
    ring.add(packet(0, key=True))
    for index, size in enumerate(sizes):
        ring.add(sound(index, size))
        assert ring.size_bytes <= 10 + limit_bytes // 16
    assert [p.pts for p in ring.since(0) if not p.track.is_sound] == [0]


def test_nothing_is_heard_before_the_first_key_frame() -> None:
    ring = Ring(4)
    ring.add(sound(1))
    assert ring.since(0) == []
    assert ring.size_bytes == 0


def test_with_a_key_frame_every_ten_seconds_it_reaches_back_to_one_and_holds_two_groups_at_most() -> None:
    ring = Ring(keep_s=7)
    for index in range(350):
        ring.add(packet(index, key=index % 100 == 0))
        assert len(ring) <= 200
    assert ring.since(34.9 - 5)[0].pts == 200
    assert ring.since(34.9)[0].pts == 300
    assert ring.dropped_packets == 0
