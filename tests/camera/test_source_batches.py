"""Quiet packets wait for each other, and nobody else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from typing import Any

import av
import pytest

from camera.errors import SourceLost
from camera.sources.batches import Arrived, Gathered, together
from camera.sources.whole import VideoPacket

FPS = 16


def packet(index: int, size: int = 100, *, group: int = 100) -> VideoPacket:
    made: av.Packet[Any] = av.Packet(bytes(size))
    made.pts = made.dts = index
    made.time_base, made.is_keyframe = Fraction(1, FPS), index % group == 0
    return made


def stream(length: int, **options: int) -> list[VideoPacket]:
    return [packet(index, **options) for index in range(length)]


def batches(
    packets: list[VideoPacket], *, fps: float = FPS, may_wait: Callable[[int], bool] = lambda _size: True
) -> list[list[int]]:
    clock = (index / FPS for index in count())
    gathered = Gathered(packets, fps, may_wait, clock=lambda: next(clock))
    return [[one.pts for one in batch] for batch in together(gathered, gathered)]


def test_half_a_second_of_quiet_packets_is_taken_together_and_key_frames_end_it() -> None:
    assert batches(stream(20, group=12)) == [[0], list(range(1, 9)), [9, 10, 11, 12], list(range(13, 20))]


def test_one_that_may_not_wait_takes_those_along_that_did() -> None:
    packets = stream(6)
    packets[3] = packet(3, 5000)
    assert batches(packets, may_wait=lambda size: size < 1000) == [[0], [1, 2, 3], [4, 5]]


@pytest.mark.parametrize(("fps", "most"), [(1.0, 1), (90_000.0, 9)], ids=["slow", "nonsense"])
def test_nothing_waits_for_more_than_half_a_second(fps: float, most: int) -> None:
    assert max(len(batch) for batch in batches(stream(60), fps=fps)) == most


def test_it_begins_with_a_key_frame_and_leaves_out_what_has_no_time() -> None:
    packets = stream(6, group=2)[1:]
    packets[2].pts = None
    assert batches(packets) == [[2], [4], [5]]


def test_each_keeps_what_was_heard_before_it() -> None:
    heard: list[tuple[Any, ...]] = [("a",), (), ("b", "c")]
    asked = iter(heard)
    gathered = Gathered(stream(3), FPS, lambda _size: True, lambda: next(asked))
    found: list[list[Arrived]] = list(together(gathered, gathered))
    assert [one.sounds for batch in found for one in batch] == heard


def test_a_loss_comes_through() -> None:
    def lost() -> Iterator[VideoPacket]:
        yield packet(0)
        raise SourceLost("It is gone.")

    gathered = Gathered(lost(), FPS, lambda _size: True)
    found = together(gathered, gathered)
    assert [one.pts for one in next(found)] == [0]
    with pytest.raises(SourceLost):
        next(found)
