"""Time stamps in, rising pts and monotonic seconds out; no test waits."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.sources.timing import Arrival, FileTime, RealTime, Timeline

MS = Fraction(1, 1000)
stamps = st.one_of(st.none(), st.integers(-(10**7), 10**7))


@given(
    st.lists(st.tuples(stamps, stamps, st.one_of(st.none(), st.floats(0, 20))), max_size=60),
    st.sampled_from([10.0, float("inf")]),
)
def test_whatever_comes_in_the_line_rises(raw: list[tuple[int | None, int | None, float | None]], gap_s: float) -> None:
    timeline = Timeline(MS, longest_gap_s=gap_s, step=40)
    placed = [timeline.place(pts, dts, 40, elapsed_s) for pts, dts, elapsed_s in raw]
    assert all(after[1] > before[1] for before, after in itertools.pairwise(placed))
    assert all(pts >= dts for pts, dts in placed)


def test_a_healthy_stream_is_left_as_it_is() -> None:
    timeline = Timeline(MS, step=40)
    stream = [(80, 0), (40, 40), (200, 80), (160, 120), (9000, 9000)]
    assert [timeline.place(pts, dts) for pts, dts in stream] == [(80, 0), (40, 40), (200, 80), (160, 120), (9000, 9000)]


@pytest.mark.parametrize("after", [0, -5_000_000, 900_000])
def test_a_clock_that_was_reset_goes_on_one_step_later(after: int) -> None:
    timeline = Timeline(MS, step=40)
    timeline.place(100_000, 100_000)
    assert timeline.place(after, after) == (100_040, 100_040)
    assert timeline.place(after + 40, after + 40) == (100_080, 100_080)


@pytest.mark.parametrize("after", [100_000, 99_500, 104_000])
def test_a_live_clock_that_stands_still_or_is_set_goes_on_by_the_time_that_passed(after: int) -> None:
    timeline = Timeline(MS, step=40)
    timeline.place(100_000, 100_000)
    assert timeline.place(after, after, 40, 0.05) == (100_050, 100_050)
    assert timeline.place(after + 40, after + 40, 40, 0.04) == (100_090, 100_090)


def test_a_live_pause_that_really_took_place_is_kept() -> None:
    timeline = Timeline(MS, step=40)
    timeline.place(0, 0)
    assert timeline.place(4000, 4000, 40, 3.5) == (4000, 4000)


def test_live_packets_that_come_in_a_rush_keep_their_times() -> None:
    timeline = Timeline(MS, step=40)
    assert [timeline.place(n * 40, n * 40, 40, 0.0)[0] for n in range(5)] == [0, 40, 80, 120, 160]


def test_a_file_may_pause_for_long() -> None:
    timeline = Timeline(MS, longest_gap_s=float("inf"), step=40)
    timeline.place(0, 0)
    assert timeline.place(60_000, 60_000) == (60_000, 60_000)


def test_a_joint_continues_after_the_last_picture_and_its_duration() -> None:
    timeline = Timeline(MS, step=40)
    for pts, dts in ((500, 420), (540, 460), (620, 500), (580, 540)):
        timeline.place(pts, dts, 40)
    timeline.join(500)
    assert timeline.place(500, 420, 40) == (660, 580)


class Hand:
    """A clock that is turned by hand; sleeping turns it."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def arrive(arrival: Arrival, clock: Hand, media_s: float, at_s: float) -> float:
    clock.now = at_s
    arrival.release(media_s)
    return arrival.mono_s(media_s)


def test_late_packets_do_not_shift_the_pictures() -> None:
    clock = Hand()
    arrival = Arrival(clock)
    assert arrive(arrival, clock, 50.0, 1000.0) == 1000.0
    assert arrive(arrival, clock, 51.0, 1001.4) == pytest.approx(1001.0, abs=0.01)
    assert arrive(arrival, clock, 52.0, 1002.0) == pytest.approx(1002.0, abs=0.01)


def test_no_picture_is_taken_after_it_arrived() -> None:
    """A server may send the last group of pictures at once; then the newest is the true one."""
    clock = Hand()
    arrival = Arrival(clock)
    for number in range(30):
        assert arrive(arrival, clock, number / 15, 1000.0) <= 1000.0
    assert arrival.mono_s(0.0) == pytest.approx(1000.0 - 29 / 15)


@pytest.mark.parametrize("drift", [1.0002, 0.9998])
def test_hours_of_drift_stay_small_and_smooth(drift: float) -> None:
    clock = Hand()
    arrival = Arrival(clock)
    before = 0.0
    for second in range(4 * 3600):
        mono_s = arrive(arrival, clock, second * drift, 1000.0 + second)
        assert abs(mono_s - clock.now) < 0.01
        assert mono_s > before
        before = mono_s


def test_packets_that_are_taken_together_count_from_when_each_came() -> None:
    clock = Hand()
    arrival = Arrival(clock)
    arrive(arrival, clock, 0.0, 1000.0)
    clock.now = 1000.5
    arrival.arrived(0.1, 1000.1)
    assert arrival.elapsed_s(1000.3) == pytest.approx(0.2)
    arrival.release(0.3, 1000.3)
    assert arrival.mono_s(0.3) == pytest.approx(1000.3, abs=0.001)


def test_a_long_stall_sets_the_clock_anew() -> None:
    clock = Hand()
    arrival = Arrival(clock)
    arrive(arrival, clock, 0.0, 1000.0)
    assert arrive(arrival, clock, 0.1, 1005.0) == 1005.0


def test_real_time_waits_for_each_moment() -> None:
    clock = Hand()
    keeper = RealTime(clock, clock.sleep)
    for number in range(5):
        keeper.release(number / 10)
        assert clock.now == pytest.approx(1000 + number / 10)
        assert keeper.mono_s(number / 10) == pytest.approx(clock.now)


def test_real_time_does_not_rush_after_a_pause() -> None:
    clock = Hand()
    keeper = RealTime(clock, clock.sleep)
    keeper.release(0.0)
    clock.now += 7
    keeper.release(0.1)
    assert keeper.mono_s(0.1) == pytest.approx(1007)
    keeper.release(0.2)
    assert clock.slept == [pytest.approx(0.1)]


def test_file_time_is_the_files_own() -> None:
    keeper = FileTime()
    keeper.release(12.5)
    assert keeper.mono_s(12.5) == 12.5
