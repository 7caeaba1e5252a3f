"""Picture and sound in the order of their times: nothing lost, no picture held up for long."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from camera.interleaver import PATIENCE_S, Interleaver
from camera.model import Packet, Track

VIDEO = Track("h264", Fraction(1, 100), 16, 16)
SOUND = Track("aac", Fraction(1, 1000), sample_rate=16_000, channels=1)


def picture(at: int, *, key: bool = False) -> Packet:
    return Packet(b"v", at, at, key, at / 100, VIDEO)


def sound(at: int) -> Packet:
    return Packet(b"s", at * 10, at * 10, False, at / 100, SOUND)


def test_sound_that_comes_late_or_early_stands_where_it_belongs() -> None:
    interleaver = Interleaver(waits=True)
    sent = [picture(0, key=True), picture(10), sound(5), sound(15), picture(20), sound(30), picture(40), sound(35)]
    out = [packet for packet in sent for packet in interleaver.put(packet)] + interleaver.finish()
    assert [(p.data, p.mono_s) for p in out[:6]] == [
        (b"v", 0.0),
        (b"s", 0.05),
        (b"v", 0.1),
        (b"s", 0.15),
        (b"v", 0.2),
        (b"s", 0.3),
    ]
    assert len(out) == len(sent)


def test_without_sound_pictures_pass_at_once() -> None:
    interleaver = Interleaver(waits=False)
    assert [list(interleaver.put(picture(at))) for at in range(5)] == [[picture(at)] for at in range(5)]


def test_when_the_sound_stops_pictures_go_on_after_a_while() -> None:
    interleaver = Interleaver(waits=True)
    for at in range(0, 1000, 10):
        newest_out = [packet.pts for packet in interleaver.put(picture(at))]
        assert newest_out == ([at - PATIENCE_S * 100] if at >= PATIENCE_S * 100 else [])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=120), st.booleans())
def test_nothing_is_lost_and_each_track_keeps_its_order(steps: list[tuple[bool, int]], waits: bool) -> None:
    interleaver = Interleaver(waits=waits)
    at = {True: 0, False: 0}
    sent: list[Packet] = []
    for is_sound, step in steps:
        at[is_sound] += step
        sent.append(sound(at[True]) if is_sound else picture(at[False]))
    out = [packet for one in sent for packet in interleaver.put(one)] + interleaver.finish()
    for track in (VIDEO, SOUND):
        assert [p for p in out if p.track == track] == [p for p in sent if p.track == track]
