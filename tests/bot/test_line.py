"""An outage is one wait for all letters."""

from __future__ import annotations

from bot.line import FAILURES_IN_A_ROW, Line
from bot.trail import LOOKED_AT, MOST_REMEMBERED, Trail


class Clock:
    def __init__(self) -> None:
        self.mono_s = 0.0
        self.line = Line(1.0, 60.0, lambda: self.mono_s, lambda: 1.0)


def test_when_nobody_is_reached_the_wait_grows_to_a_minute_for_all() -> None:
    clock = Clock()
    waits = []
    for _ in range(9):
        clock.line.failed(away=True)
        waits.append(clock.line.wait_s)
        clock.mono_s += clock.line.wait_s
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    clock.line.worked()
    clock.line.failed(away=True)
    assert clock.line.wait_s == 1


def test_a_letter_that_fails_alone_holds_up_nobody() -> None:
    clock = Clock()
    for _ in range(20):
        for _ in range(FAILURES_IN_A_ROW - 1):
            clock.line.failed(away=False)
        assert clock.line.wait_s == 0
        clock.line.worked()


def test_failures_in_a_row_of_whatever_kind_are_waited_for() -> None:
    clock = Clock()
    for _ in range(FAILURES_IN_A_ROW):
        clock.line.failed(away=False)
    assert clock.line.wait_s > 0
    assert not clock.line.heard(), "that polls are answered says nothing of what was refused"
    clock.line.failed(away=True)
    assert clock.line.heard()
    assert clock.line.wait_s == 0
    assert not clock.line.heard()


def test_a_message_of_unknown_fate_has_one_of_the_next_numbers() -> None:
    trail = Trail()
    trail.received(7)
    assert trail.newest == 0, "what waited may be older than what the last life sent"
    assert trail.candidates(trail.newest) == []
    trail.sent(10)
    after = trail.newest
    trail.received(11)
    trail.sent(13)
    assert trail.candidates(after) == [12, *range(14, 11 + LOOKED_AT)]
    assert trail.newest == 13
    trail.received(14)
    assert trail.newest == 14


def test_what_is_remembered_is_bounded() -> None:
    trail = Trail()
    for number in range(1, 2 * MOST_REMEMBERED):
        trail.sent(number)
    assert len(trail._known) == MOST_REMEMBERED
