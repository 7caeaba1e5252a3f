"""Packets without times and pictures in pieces, put right; no stream is opened."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import pytest

from camera.sources.whole import VideoPacket, joined, timed

STEP = 3600
CODE = b"\0\0\0\1"
SETS = {"h264": CODE + b"\x67sps" + CODE + b"\x68pps", "hevc": CODE + b"\x42\1sps" + CODE + b"\x44\1pps"}
KEY = {"h264": b"\x65", "hevc": b"\x26\1"}
DELTA = {"h264": b"\x41", "hevc": b"\x02\1"}


def packet(data: bytes, pts: int | None, dts: int | None, *, key: bool = False) -> VideoPacket:
    made: av.Packet[Any] = av.Packet(data)
    made.pts, made.dts, made.time_base, made.is_keyframe = pts, dts, Fraction(1, 90_000), key
    return made


def times(packets: Iterator[VideoPacket]) -> list[tuple[int | None, int | None]]:
    return [(one.pts, one.dts) for one in packets]


def test_the_first_picture_goes_one_step_before_the_second() -> None:
    stream = [packet(b"k", None, None, key=True), packet(b"p", 0, 0), packet(b"p", STEP, STEP)]
    assert times(timed(iter(stream), STEP)) == [(-STEP, -STEP), (0, 0), (STEP, STEP)]


def test_with_b_frames_the_first_pictures_keep_their_order() -> None:
    stream = [
        packet(b"k", None, None, key=True),
        packet(b"p", 7200, None),
        packet(b"b", 3600, None),
        packet(b"p", 14400, 3600),
        packet(b"b", 10800, 7200),
    ]
    expected = [(0, -7200), (7200, -3600), (3600, 0), (14400, 3600), (10800, 7200)]
    assert times(timed(iter(stream), STEP)) == expected


def test_parameter_sets_alone_at_the_start_are_not_a_picture() -> None:
    stream = [packet(b"sets", None, None, key=True), packet(b"k", 0, 0, key=True), packet(b"p", STEP, STEP)]
    assert times(timed(iter(stream), STEP)) == [(0, 0), (STEP, STEP)]


def test_a_stream_that_never_has_a_dts_is_not_held_for_ever() -> None:
    stream = [packet(b"k", index * STEP, None, key=not index) for index in range(60)]
    given = timed(iter(stream), STEP)
    assert times(given) == [(index * STEP, None) for index in range(60)]


def test_after_a_pause_the_first_picture_goes_one_step_before_the_second() -> None:
    """Left out, it would cost every picture up to the next key frame."""
    stream = [packet(b"k", 0, 0, key=True), packet(b"p", None, None), packet(b"p", 2 * STEP, 2 * STEP)]
    assert times(timed(iter(stream), STEP)) == [(0, 0), (STEP, STEP), (2 * STEP, 2 * STEP)]
    late = [packet(b"k", 0, 0, key=True), packet(b"p", None, None), packet(b"p", 90 * STEP, None)]
    assert times(timed(iter(late), STEP)) == [(0, 0), (89 * STEP, None), (90 * STEP, None)]


def test_pictures_without_times_are_not_gathered_for_ever() -> None:
    stream = [packet(b"k", 0, 0, key=True), *(packet(b"p", None, None) for _ in range(1000))]
    assert len(times(timed(iter([*stream, packet(b"p", 2000 * STEP, None)]), STEP))) < 30


def test_a_stream_that_has_no_times_yields_nothing() -> None:
    assert times(timed(iter([packet(b"k", None, None, key=True)]), STEP)) == []


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_slices_torn_apart_by_parameter_sets_become_one_picture(codec: str) -> None:
    key = [CODE + KEY[codec] + b"\x80first", SETS[codec] + CODE + KEY[codec] + b"\x40second"]
    delta = [CODE + DELTA[codec] + b"\x80third", SETS[codec] + CODE + DELTA[codec] + b"\x40fourth"]
    stream = [
        packet(data, number * STEP, number * STEP, key=number % 2 == 0)
        for number in range(4)
        for data in (key, delta)[number % 2]
    ]
    given = list(joined(iter(stream), codec))
    first, *whole = given
    assert bytes(first) == key[0], "what came before it was noticed"
    assert [bytes(one) for one in whole] == [
        key[0] + CODE + KEY[codec] + b"\x40second",
        delta[0] + CODE + DELTA[codec] + b"\x40fourth",
    ]
    assert times(iter(whole)) == [(2 * STEP, 2 * STEP), (3 * STEP, 3 * STEP)]
    assert [one.is_keyframe for one in whole] == [True, False]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_whole_pictures_pass_without_delay(codec: str) -> None:
    taken: list[int] = []

    def camera() -> Iterator[VideoPacket]:
        for number in range(5):
            taken.append(number)
            yield packet(SETS[codec] + CODE + KEY[codec] + b"\x80", number, number, key=True)

    given = joined(camera(), codec)
    for number in range(5):
        assert next(given).pts == number
        assert taken[-1] == number
