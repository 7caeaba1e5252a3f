"""What packet sizes tell. Sizes are made here; what real encoders make is measured in tests/bench/idle.py."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from camera.sizes import PacketSizes

GROUP = 15


def stream(seconds: int, *, key: int, usual: float, noise: float, seed: int = 1) -> Iterator[tuple[int, bool]]:
    """Sizes at 15 a second with a key frame each; the first packet after it is twice the usual."""
    rng = np.random.default_rng(seed)
    for index in range(seconds * GROUP):
        place = index % GROUP
        if place == 0:
            yield int(key * rng.normal(1, 0.01)), True
        else:
            yield max(1, int(usual * (2 if place == 1 else 1) + rng.normal(0, noise))), False


def alarms(sizes: PacketSizes, packets: Iterator[tuple[int, bool]], added: int = 0) -> list[int]:
    """Packets that told of something; `added` is what a thing costs in each of those between key frames."""
    return [
        index
        for index, (size, is_key) in enumerate(packets)
        if sizes.add(size + (0 if is_key else added), is_key=is_key)
    ]


def calm(usual: float = 600, noise: float = 60, key: int = 60_000) -> PacketSizes:
    sizes = PacketSizes()
    alarms(sizes, stream(30, key=key, usual=usual, noise=noise))
    return sizes


def test_a_calm_stream_is_mostly_believed_and_its_rhythm_is_known() -> None:
    sizes = calm()
    assert len(alarms(sizes, stream(120, key=60_000, usual=600, noise=60, seed=2))) <= 4


@pytest.mark.parametrize("added", [150, 400, 5000])
def test_a_thing_that_makes_each_packet_larger_tells_within_half_a_second(added: int) -> None:
    found = alarms(calm(), stream(2, key=60_000, usual=600, noise=60, seed=3), added)
    assert found
    assert found[0] <= 8


def test_one_huge_packet_tells_nothing_and_two_do() -> None:
    sizes = calm()
    alarms(sizes, iter([(60_000, True)] + [(600, False)] * 14 + [(60_000, True)]))
    assert not sizes.add(3000, is_key=False)
    assert sizes.add(3000, is_key=False)


def test_where_packets_are_never_steady_one_more_odd_packet_tells_less() -> None:
    def restless(sizes: PacketSizes, seconds: int, seed: int) -> int:
        rng = np.random.default_rng(seed)
        packets = list(stream(seconds, key=60_000, usual=600, noise=60, seed=seed))
        for index in range(1, len(packets), GROUP):
            packets[index] = (max(1, packets[index][0] + int(rng.choice([-500, 500]))), False)
        return len(alarms(sizes, iter(packets)))

    sizes = PacketSizes()
    restless(sizes, 60, 4)
    assert restless(sizes, 60, 5) <= 2
    assert sizes.least_share < 0.01


def test_what_covers_a_trembling_place_tells_too() -> None:
    assert alarms(calm(), stream(3, key=60_000, usual=600, noise=60, seed=3), -200)


def test_what_is_known_to_move_teaches_nothing_and_tells_nothing() -> None:
    def after(moved: bool) -> PacketSizes:
        sizes = calm()
        if moved:
            for size, is_key in stream(20, key=80_000, usual=3000, noise=900, seed=7):
                assert not sizes.add(size, is_key=is_key, is_usual=False)
        alarms(sizes, stream(1, key=60_000, usual=600, noise=60, seed=8))
        return sizes

    untouched, moved = after(False), after(True)
    assert moved.is_group_odd  # the key frame after it is worth a look
    alarms(moved, iter([(60_000, True)]))
    assert not moved.is_group_odd
    assert moved.least_share == pytest.approx(untouched.least_share, rel=0.05)
    assert not alarms(moved, stream(1, key=60_000, usual=600, noise=60, seed=9))


def test_a_thing_that_stays_does_not_become_the_usual_at_once() -> None:
    assert len(alarms(calm(), stream(4, key=60_000, usual=600, noise=60, seed=3), 150)) >= 3


def test_how_small_a_thing_may_be_follows_from_noise_and_key_frames() -> None:
    assert calm().least_share < 0.01
    assert calm(noise=30).least_share < calm(noise=90).least_share < calm(noise=400).least_share


def test_nothing_is_known_at_first_or_without_key_frames() -> None:
    assert PacketSizes().least_share == 1.0
    sizes = PacketSizes()
    for _ in range(500):
        sizes.add(600, is_key=False)
    assert sizes.least_share == 1.0


def test_an_encoder_that_is_held_to_a_bit_rate_is_not_trusted_however_even_its_packets_are() -> None:
    assert calm(usual=6000, noise=1).least_share > 0.01


@pytest.mark.parametrize("added", [0, 60, 400, -200])
def test_what_is_foreseen_of_some_packets_comes_so(added: int) -> None:
    sizes = calm()
    packets = [size + (0 if is_key else added) for size, is_key in stream(1, key=60_000, usual=600, noise=60, seed=3)]
    sizes.add(packets[0], is_key=True)
    foreseen = [sizes.foresee(size) for size in packets[1:8]]
    told = [sizes.add(size, is_key=False) for size in packets[1:8]]
    assert foreseen.index(False) == told.index(True) if True in told else all(foreseen)
