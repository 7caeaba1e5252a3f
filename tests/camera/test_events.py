"""The event machine on verdicts with time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from camera.events import LAPSE_S, End, EventMachine, Start
from camera.motion import Motion, Reason

STEP_S = 1 / 15


def verdict(score: float) -> Motion:
    return Motion(score > 0, score, None, Reason.MOTION if score else Reason.QUIET)


def run(scores: list[float], least_motion_s: float = 0.2, gap_s: float = 0.99) -> list[tuple[int, Start[int] | End]]:
    """What happens at which frame; the frame itself is its number."""
    machine: EventMachine[int] = EventMachine(least_motion_s, gap_s)
    happened: list[tuple[int, Start[int] | End]] = []
    for index, score in enumerate(scores):
        happened += [(index, change) for change in machine.step(verdict(score), index * STEP_S, index)]
    end = machine.finish()
    return happened + ([(len(scores), end)] if end else [])


def test_an_event_starts_three_frames_after_its_first_and_remembers_it() -> None:
    happened = run([0, 0, *[0.01] * 4, *[0] * 30])
    index, start = happened[0]
    assert isinstance(start, Start)
    assert (index, start.first_s, start.confirmed_s) == (5, 2 * STEP_S, 5 * STEP_S)


def test_it_ends_a_gap_after_the_last_motion_and_spans_the_motion_itself() -> None:
    happened = run([0, *[0.01] * 6, *[0] * 30])
    assert [type(change) for _, change in happened] == [Start, End]
    index, end = happened[1]
    assert isinstance(end, End)
    assert (end.first_s, end.last_s) == (STEP_S, 6 * STEP_S)
    assert index == 6 + 15


def test_a_pause_shorter_than_the_gap_joins() -> None:
    happened = run([*[0.01] * 6, *[0] * 13, *[0.01] * 6, *[0] * 30])
    assert [type(change) for _, change in happened] == [Start, End]


def test_what_stirs_where_something_moved_prolongs_an_event_and_begins_none() -> None:
    """The fourth frame is the last that moves; from then on something stirred a second before each fifth frame."""
    for begins, ends_s in ((4, 40 * STEP_S - 1), (0, None)):
        machine: EventMachine[int] = EventMachine(0.2, 1.5)
        changes: list[Start[int] | End] = []
        for index in range(70):
            stirs = begins <= index <= 40 and index % 5 == 0
            motion = Motion(False, 0, None, Reason.QUIET, stirred_s=index * STEP_S - 1 if stirs else None)
            changes += machine.step(verdict(0.01) if index < begins else motion, index * STEP_S, index)
        assert [type(change) for change in changes] == ([] if ends_s is None else [Start, End])
        assert ends_s is None or [change.last_s for change in changes if isinstance(change, End)] == [ends_s]


def test_a_flash_and_single_drops_of_noise_are_no_event() -> None:
    assert run([0, 0.5, 0.5, 0, 0, 0, 0]) == []
    assert run([0.01 if index % 9 == 0 else 0 for index in range(200)]) == []


def test_one_missed_frame_does_not_undo_a_suspicion() -> None:
    happened = run([0.01, 0, 0.01, 0.01, *[0] * 5])
    assert isinstance(happened[0][1], Start)


def test_flicker_before_a_visit_neither_delays_nor_antedates_its_start() -> None:
    flicker = [0.01, 0, 0, 0] * 15
    index, start = run([*flicker, *[0.01] * 30])[0]
    assert isinstance(start, Start)
    assert index <= 60 + 12
    assert start.first_s >= 60 * STEP_S - 0.7


def test_at_one_frame_a_second_two_moved_frames_are_enough() -> None:
    machine: EventMachine[None] = EventMachine(0.2, 10.0)
    assert machine.step(verdict(0.1), 1.0, None) == []
    assert machine.step(verdict(0.1), 2.0, None) == [Start(1.0, 2.0, None)]


def test_the_best_frame_so_far_is_handed_back() -> None:
    start = run([0.01, 0.05, 0.02, 0.03, 0.9])[0][1]
    assert isinstance(start, Start)
    assert start.best == 1


def test_finish_closes_an_event_once_and_forgets_a_suspicion() -> None:
    machine: EventMachine[None] = EventMachine(0.2, 1.0)
    machine.step(verdict(0.1), 0.0, None)
    assert machine.finish() is None
    assert machine.step(verdict(0.1), 0.2, None) == []
    machine.step(verdict(0.1), 0.4, None)
    assert machine.finish() == End(0.2, 0.4)
    assert machine.finish() is None


def test_time_that_runs_backwards_neither_confirms_nor_ends() -> None:
    machine: EventMachine[None] = EventMachine(0.2, 1.0)
    assert machine.step(verdict(0.1), 5.0, None) == []
    assert machine.step(verdict(0.1), 1.0, None) == []
    assert len(machine.step(verdict(0.1), 5.3, None)) == 1


SCORES = st.lists(st.sampled_from([0.0, 0.0, 0.01, 0.02]), max_size=300)


@given(SCORES, st.floats(0.0, 1.0), st.floats(LAPSE_S, 3.0))
def test_whatever_is_seen_starts_and_ends_alternate_and_agree(
    scores: list[float], least_s: float, gap_s: float
) -> None:
    happened = run(scores, least_s, gap_s)
    assert [type(change) for _, change in happened] == [Start, End] * (len(happened) // 2)
    last_end_s = float("-inf")
    for (_, start), (_, end) in zip(happened[::2], happened[1::2], strict=True):
        assert isinstance(start, Start)
        assert isinstance(end, End)
        assert start.first_s == end.first_s
        assert last_end_s < start.first_s < start.confirmed_s <= end.last_s
        assert start.confirmed_s - start.first_s >= least_s - 0.006
        assert scores[start.best] > 0
        last_end_s = end.last_s


@given(SCORES, st.floats(LAPSE_S, 3.0))
def test_no_two_events_are_closer_than_the_gap(scores: list[float], gap_s: float) -> None:
    ends = [change for _, change in run(scores, 0.2, gap_s) if isinstance(change, End)]
    for earlier, later in pairwise(ends):
        assert later.first_s - earlier.last_s >= gap_s - 1e-9


@given(SCORES)
def test_the_answers_depend_on_time_differences_only(scores: list[float]) -> None:
    early: EventMachine[int] = EventMachine(0.2, 1.0)
    late: EventMachine[int] = EventMachine(0.2, 1.0)
    for index, score in enumerate(scores):
        changes = early.step(verdict(score), index * 0.0625, index)
        assert [type(c) for c in changes] == [type(c) for c in late.step(verdict(score), 1e5 + index * 0.0625, index)]
