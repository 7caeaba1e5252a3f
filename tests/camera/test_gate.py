"""When a stream sleeps, when it wakes, and which streams are never let sleep."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from camera.gate import (
    AWAKE_S,
    CALM_S,
    LEARN_S,
    LONGEST_AWAKE_S,
    LOST_S,
    MOST_HELD,
    TOLD_S,
    Decode,
    Gate,
    Step,
    Thrift,
)

FPS = 15


class Camera:
    """A stream with a key frame every so many packets; quiet packets all have 600 bytes, give or take 40."""

    def __init__(self, gate: Gate, group: int = FPS, *, key: int = 60_000, usual: int = 600) -> None:
        self.gate, self.group, self.key, self.usual, self.index = gate, group, key, usual, 0

    def send(
        self, count: int, *, added: int = 0, wanted: bool = False, follows: bool = False, in_event: bool = False
    ) -> list[Step]:
        steps = []
        for _ in range(count):
            is_key = self.group > 0 and self.index % self.group == 0
            size = self.key if is_key else self.usual + (self.index * 37 % 81) - 40 + added
            t_s = self.index / FPS
            steps.append(self.gate.take(size, t_s, is_key=is_key, wanted=wanted, follows=follows, in_event=in_event))
            self.index += 1
        return steps

    def asleep(self) -> Camera:
        """After half a minute, just before a key frame that will be looked at."""
        self.send(30 * FPS // self.group * self.group)
        while self.send(self.group)[0] is not Step.GLANCE:
            assert self.index < 40 * FPS
        self.send(self.group)
        return self


def test_all_is_decoded_while_it_learns_then_key_frames_alone() -> None:
    camera = Camera(Gate())
    learning = camera.send(int(LEARN_S * FPS))
    assert set(learning) == {Step.DECODE}
    camera.send(10 * FPS)
    steps = camera.send(24 * FPS)
    glances = [index for index, step in enumerate(steps) if step is Step.GLANCE]
    assert [after - before for before, after in pairwise(glances)] == [4 * FPS] * 5
    assert set(steps) == {Step.GLANCE, Step.HOLD}


def test_where_the_sizes_do_not_tell_of_the_small_every_key_frame_is_looked_at() -> None:
    camera = Camera(Gate(), key=17_000)
    steps = [step for index in range(90) for step in camera.send(FPS, added=index % 2 * 40)][60 * FPS :]
    keys = steps[::FPS]
    assert Step.HOLD in steps
    assert Step.HOLD not in keys


def test_key_frames_that_come_very_often_are_passed_until_there_is_too_much_to_catch_up_with() -> None:
    steps = Camera(Gate(), 5).send(60 * FPS)[30 * FPS :]
    gaps = [index for index, step in enumerate(steps) if step is Step.GLANCE]
    assert max(after - before for before, after in pairwise(gaps)) <= 4.2 * FPS
    assert set(steps) == {Step.GLANCE, Step.HOLD}


def test_larger_packets_are_checked_again_and_again_and_wake_it_once_a_check_shows_something() -> None:
    camera = Camera(Gate()).asleep()
    steps = camera.send(FPS, added=300)
    checks = [index for index, step in enumerate(steps) if step is Step.CHECK]
    assert checks[0] < 8
    assert all(after - before < 8 for before, after in pairwise([*checks, FPS]))
    assert Step.DECODE not in steps
    camera.gate.wake(camera.index / FPS)
    assert set(camera.send(int(TOLD_S * FPS))) == {Step.DECODE}
    assert Step.DECODE not in camera.send(10 * FPS)[-FPS:]


def test_what_only_the_sizes_told_of_costs_one_check() -> None:
    camera = Camera(Gate()).asleep()
    camera.send(3, added=5000)
    steps = camera.send(FPS)
    assert steps.count(Step.CHECK) <= 1
    assert Step.DECODE not in steps


@pytest.mark.parametrize("odd", [{"added": 25}, {"added": -25}, {"key": 61_000}])
def test_a_group_or_key_frame_that_is_not_as_usual_is_looked_at_and_wakes_nobody(odd: dict[str, int]) -> None:
    camera = Camera(Gate()).asleep()
    camera.send(FPS, added=odd.get("added", 0))
    camera.key = odd.get("key", camera.key)
    steps = camera.send(FPS)
    assert steps == [Step.GLANCE] + [Step.HOLD] * (FPS - 1)


def test_who_wants_every_picture_gets_them_at_once_and_for_as_long() -> None:
    camera = Camera(Gate()).asleep()
    camera.send(3)
    assert set(camera.send(5 * FPS, wanted=True)) == {Step.DECODE}
    after = camera.send(10 * FPS)
    assert set(after[: int(AWAKE_S * FPS) - 1]) == {Step.DECODE}
    assert Step.DECODE not in after[-FPS:]


def test_in_an_event_it_sleeps_again_soon_after_the_last_who_wanted_every_picture() -> None:
    camera = Camera(Gate()).asleep()
    camera.send(2 * FPS, wanted=True, in_event=True)
    after = camera.send(4 * FPS, in_event=True)
    assert set(after[: int(TOLD_S * FPS)]) == {Step.DECODE}
    assert Step.DECODE not in after[int(TOLD_S * FPS) + 1 :]


def test_what_a_key_frame_shows_wakes_it() -> None:
    camera = Camera(Gate()).asleep()
    camera.send(1)
    camera.gate.wake(camera.index / FPS)
    steps = camera.send(FPS)
    assert set(steps[: int(TOLD_S * FPS)]) == {Step.DECODE}
    assert steps[-1] is Step.HOLD  # all its pictures were looked at, and wanted nothing


@pytest.mark.parametrize(
    ("camera", "why"),
    [
        (Camera(Gate(), MOST_HELD + 10), Thrift.RARE),
        (Camera(Gate(), 0), Thrift.RARE),
        (Camera(Gate(), usual=6000, key=40_000), Thrift.SIZES),
        (Camera(Gate(Decode.ALL)), Thrift.WISH),
    ],
    ids=["groups too long", "no key frames", "held to a bit rate", "all is wanted"],
)
def test_streams_that_are_never_let_sleep_say_why(camera: Camera, why: Thrift) -> None:
    assert set(camera.send(90 * FPS)) == {Step.DECODE}
    assert camera.gate.thrift is why


def test_what_is_asleep_or_new_or_sees_something_is_no_reason_for_advice() -> None:
    camera = Camera(Gate())
    camera.send(FPS)
    assert camera.gate.thrift is None
    camera.send(70 * FPS)
    assert camera.gate.thrift is Thrift.KEYS
    camera.send(FPS, wanted=True)
    assert camera.gate.thrift is None


def test_long_groups_need_surer_sizes_than_short_ones() -> None:
    assert Step.HOLD in Camera(Gate(), FPS, key=17_000).send(60 * FPS)
    assert Step.HOLD not in Camera(Gate(), 4 * FPS, key=17_000).send(60 * FPS)
    assert Step.HOLD in Camera(Gate(), 4 * FPS, key=80_000).send(60 * FPS)


def test_a_slow_machine_holds_no_more_than_it_can_catch_up_with() -> None:
    gate = Gate()
    gate.took(0.020)  # 20 packets in 0.4 s
    camera = Camera(gate, 30)
    assert set(camera.send(60 * FPS)) == {Step.DECODE}
    gate = Gate()
    gate.took(0.010)
    assert Step.HOLD in Camera(gate, 30).send(60 * FPS)


def test_a_group_that_does_not_end_is_caught_up_with() -> None:
    camera = Camera(Gate()).asleep()
    camera.group = 10**6
    camera.index = camera.group  # a last key frame
    steps = camera.send(200)
    assert steps[0] is Step.GLANCE
    assert Step.HOLD in steps[:MOST_HELD]
    assert set(steps[MOST_HELD:]) == {Step.DECODE}


def test_keys_alone_sleep_whatever_the_sizes_do_not_tell() -> None:
    camera = Camera(Gate(Decode.KEYS), usual=6000, key=40_000)
    camera.send(30 * FPS)
    steps = camera.send(FPS, added=30_000)
    assert steps == [Step.GLANCE] + [Step.HOLD] * (FPS - 1)
    assert set(camera.send(FPS, wanted=True)) == {Step.DECODE}


def rate_keeper(gate: Gate, group: int = FPS) -> Camera:
    """Its sizes tell nothing."""
    return Camera(gate, group, usual=6000, key=40_000)


@pytest.mark.parametrize("group", [1, FPS, 2 * FPS])
def test_of_what_has_moved_for_a_while_key_frames_are_enough_whatever_the_sizes_tell(group: int) -> None:
    camera = rate_keeper(Gate(), group)
    assert set(camera.send(20 * FPS, wanted=True)) == {Step.DECODE}
    followed = camera.send(8 * FPS, added=30_000, follows=True)
    assert set(followed) == {Step.PROBE, Step.PROBED, Step.HOLD}
    text = "".join("-" if step is Step.HOLD else step.name[-1] for step in followed)
    glances = [found.start() for found in re.finditer("EED", text)]
    assert text.count("E") == 2 * text.count("D") == 2 * len(glances)
    assert len(glances) >= 3
    assert {after - before for before, after in pairwise(glances)} <= {2 * FPS, 2 * FPS + 1}
    assert set(camera.send(2 * FPS)) == {Step.DECODE}


def test_a_key_frame_that_no_longer_shows_it_wakes_for_a_while() -> None:
    camera = rate_keeper(Gate())
    camera.send(20 * FPS, wanted=True)
    camera.send(5 * FPS + 1, follows=True)
    camera.gate.lose(camera.index / FPS)
    woken = camera.send(10 * FPS, follows=True)
    assert set(woken[: int(LOST_S * FPS)]) == {Step.DECODE}
    assert Step.DECODE not in woken[int(LOST_S * FPS) + 1 :]


def test_who_waits_for_a_picture_gets_it_while_something_moves_too() -> None:
    camera = rate_keeper(Gate())
    camera.send(20 * FPS)
    camera.send(3, follows=True)
    assert camera.send(1, follows=True, wanted=True) == [Step.DECODE]


@pytest.mark.parametrize(
    "camera",
    [rate_keeper(Gate(Decode.ALL)), rate_keeper(Gate(), 3 * FPS), rate_keeper(Gate(), 0)],
    ids=["all is wanted", "key frames too seldom", "no key frames"],
)
def test_streams_whose_events_are_decoded_wholly(camera: Camera) -> None:
    camera.send(12 * FPS)
    assert set(camera.send(20 * FPS, follows=True)) == {Step.DECODE}


def test_a_slow_machine_follows_groups_that_it_catches_up_with_in_a_second() -> None:
    for picture_s, steps in ((0.040, {Step.PROBE, Step.PROBED, Step.HOLD}), (0.070, {Step.DECODE})):
        gate = Gate()
        gate.took(picture_s)
        camera = rate_keeper(gate)
        camera.send(12 * FPS)
        assert set(camera.send(5 * FPS, follows=True)) == steps


def test_packets_wait_for_each_other_only_while_it_sleeps_and_they_are_as_usual() -> None:
    camera = Camera(Gate())
    camera.send(FPS)
    assert not camera.gate.may_wait(600)
    camera.asleep()
    camera.send(1)
    assert camera.gate.may_wait(600)
    assert not [camera.gate.may_wait(5000) for _ in range(2)][-1]


def peeking(group: int = FPS) -> Camera:
    """After all was learnt of a stream whose sizes tell nothing, at a key frame."""
    camera = Camera(Gate(), group, usual=6000, key=40_000)
    camera.gate.may_peek = True
    camera.send(20 * FPS // group * group)
    return camera


def test_where_the_sizes_tell_nothing_it_peeks_at_some_packets() -> None:
    steps = peeking().send(10 * FPS)
    assert set(steps) == {Step.GLANCE, Step.HOLD, Step.PEEK}
    assert [index for index, step in enumerate(steps) if step is Step.GLANCE] == list(range(0, 10 * FPS, FPS))
    looked = [index for index, step in enumerate(steps) if step is not Step.HOLD]
    assert max(after - before for before, after in pairwise(looked)) == 4
    assert len(looked) == 40


def looks_in(steps: list[Step]) -> int:
    return sum(step is not Step.HOLD for step in steps)


def test_once_all_has_been_calm_for_a_while_it_peeks_less_often_and_after_any_doubt_as_before() -> None:
    camera = peeking()
    assert looks_in(camera.send(5 * FPS)) == 20
    camera.send(int(CALM_S) * FPS)
    calm = camera.send(10 * FPS)
    looked = [index for index, step in enumerate(calm) if step is not Step.HOLD]
    assert looks_in(calm) == 30
    assert max(after - before for before, after in pairwise(looked)) / FPS < 0.35
    camera.gate.startle(camera.index / FPS)
    camera.send(FPS)
    assert looks_in(camera.send(10 * FPS)) == 30  # all pictures were looked at then, and wanted nothing
    camera.send(1, wanted=True)
    camera.send(5 * FPS - 1)
    assert looks_in(camera.send(10 * FPS)) == 40


def test_in_the_pause_of_an_event_it_peeks_less_often_at_once() -> None:
    assert looks_in(peeking().send(10 * FPS, in_event=True)) == 20


def test_an_event_teaches_nothing_of_what_is_usual() -> None:
    camera = Camera(Gate()).asleep()
    camera.send(3, wanted=True)
    camera.send(2 * FPS, wanted=True, added=3000, in_event=True)
    camera.send(20 * FPS, follows=True, added=3000, in_event=True)
    after = camera.send(10 * FPS, in_event=True)
    assert not {Step.DECODE, Step.CHECK}.intersection(after[4 * FPS :])
    assert Step.CHECK in camera.send(FPS, added=300)


def test_it_says_that_it_peeks_and_not_while_it_is_awake() -> None:
    camera = peeking()
    camera.send(50 * FPS)
    assert camera.gate.thrift is Thrift.PEEKS
    camera.gate.startle(camera.index / FPS)
    camera.send(1)
    assert camera.gate.thrift is None


def test_sizes_that_tell_nothing_do_not_wake_it_while_it_can_peek() -> None:
    assert Step.DECODE not in peeking().send(10 * FPS, added=3000)


def test_what_cannot_be_peeked_at_leaves_it_to_the_next() -> None:
    camera = peeking()
    assert camera.send(5)[-1] is Step.PEEK
    camera.gate.peek_again()
    assert camera.send(1) == [Step.PEEK]


def test_what_a_peek_shows_wakes_it_for_longer_each_time_and_for_a_little_after_a_calm() -> None:
    camera = peeking()

    def awake_s() -> float:
        camera.gate.startle(camera.index / FPS)
        steps = camera.send(30 * FPS)
        return (FPS * 30 - steps[::-1].index(Step.DECODE)) / FPS

    def startled_again_s() -> float:
        """Woken by the first peek after it fell asleep."""
        camera.gate.startle(camera.index / FPS)
        begun = camera.index
        while camera.send(1) != [Step.PEEK]:
            assert camera.index < begun + 60 * FPS
        return (camera.index - begun) / FPS

    assert awake_s() == pytest.approx(TOLD_S, abs=0.1)
    times = [startled_again_s() for _ in range(6)]
    assert all(after > before - 0.3 for before, after in pairwise(times))
    assert times[0] < 2 * TOLD_S + 1
    assert times[-1] == pytest.approx(LONGEST_AWAKE_S, abs=0.6)
    camera.send(40 * FPS)
    assert awake_s() == pytest.approx(TOLD_S, abs=0.1)


@pytest.mark.parametrize("decode", [Decode.ALL, Decode.KEYS])
def test_it_peeks_only_where_all_is_left_to_it(decode: Decode) -> None:
    camera = Camera(Gate(decode), usual=6000, key=40_000)
    camera.gate.may_peek = True
    assert Step.PEEK not in camera.send(60 * FPS)


def test_groups_too_long_to_catch_up_with_are_not_peeked_at() -> None:
    camera = Camera(Gate(), MOST_HELD + 10, usual=6000, key=40_000)
    camera.gate.may_peek = True
    assert set(camera.send(60 * FPS)) == {Step.DECODE}


def test_who_only_follows_what_moves_is_shown_no_wrong_pictures() -> None:
    camera = peeking(4 * FPS)
    for index in range(90):
        t_s, is_key = 60 + index / FPS, index % 60 == 0
        assert camera.gate.take(6000, t_s, is_key=is_key, wanted=False, follows=True) is not Step.PEEK


def test_packets_wait_for_each_other_until_one_that_is_peeked_at() -> None:
    camera = peeking()
    for _ in range(3 * FPS):
        step = camera.send(1)[0]
        if step is Step.PEEK or camera.index % FPS == 1:
            assert [camera.gate.may_wait(9000) for _ in range(4)] == [True] * 3 + [False]
