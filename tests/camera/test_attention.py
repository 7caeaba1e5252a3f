"""How closely a camera is looked at, from the first doubt to the end of an event."""

from __future__ import annotations

import pytest

from camera.attention import RECENT_S, SETTLED_S, Attention
from camera.motion import Motion, Reason, nothing
from camera.stirring import PAUSE_S

MOVES = Motion(True, 0.02, None, Reason.MOTION)
STIRS = Motion(False, 0, None, Reason.QUIET, stirred_s=1.0)


def in_event(gap_s: float = 10) -> Attention:
    """Confirmed at second 0, still moving at second 3."""
    attention = Attention(gap_s)
    attention.see(MOVES, 0, in_event=True)
    attention.see(MOVES, SETTLED_S + 1, in_event=True)
    return attention


def test_without_an_event_every_doubt_wants_all_and_quiet_does_not() -> None:
    attention = Attention(10)
    assert attention.wants_all
    for reason, wants in ((Reason.QUIET, False), (Reason.DOUBT, True), (Reason.SMALL, True), (Reason.IGNORED, False)):
        attention.see(nothing(reason), 1, in_event=False)
        assert attention.wants_all is wants
        assert not attention.follows
    attention.see(MOVES, 2, in_event=False)
    assert attention.wants_all
    assert not attention.follows


def test_an_event_is_looked_at_closely_until_it_is_settled() -> None:
    attention = Attention(10)
    for at_s in (0.0, 0.5, SETTLED_S - 0.1):
        attention.see(MOVES, at_s, in_event=True)
        assert attention.wants_all
        assert not attention.follows
    attention.see(nothing(Reason.QUIET), SETTLED_S - 0.05, in_event=True)
    assert attention.wants_all
    attention.see(MOVES, SETTLED_S, in_event=True)
    assert attention.follows
    assert not attention.wants_all


def test_what_flickers_is_followed_and_what_stopped_is_not() -> None:
    attention, now_s = in_event(), SETTLED_S + 1
    attention.see(nothing(Reason.DOUBT), now_s + RECENT_S, in_event=True)
    assert attention.follows
    assert not attention.wants_all
    attention.see(nothing(Reason.DOUBT), now_s + RECENT_S + 0.1, in_event=True)
    assert attention.wants_all
    attention.see(nothing(Reason.QUIET), now_s + PAUSE_S + 0.1, in_event=True)
    assert not attention.follows
    assert not attention.wants_all  # as while nothing moves: the sizes of the packets decide


def test_it_knows_of_the_event_through_its_pause() -> None:
    attention = Attention(10)
    attention.see(MOVES, 0, in_event=False)
    assert not attention.in_event
    attention = in_event()
    for at_s, goes_on in ((5, True), (12, True), (14, False)):
        attention.see(nothing(Reason.QUIET), at_s, in_event=goes_on)
        assert attention.in_event is goes_on


def test_what_stopped_may_still_stir_which_only_pictures_that_follow_each_other_show() -> None:
    attention, now_s = in_event(), SETTLED_S + 1
    for at_s in (RECENT_S + 0.1, PAUSE_S):
        attention.see(nothing(Reason.QUIET), now_s + at_s, in_event=True)
        assert attention.wants_all
    attention.see(STIRS, now_s + PAUSE_S + 1, in_event=True)
    for at_s in (RECENT_S, PAUSE_S):
        attention.see(nothing(Reason.QUIET), now_s + PAUSE_S + 1 + at_s, in_event=True)
        assert attention.wants_all
        assert not attention.follows
    attention.see(nothing(Reason.QUIET), now_s + 2 * PAUSE_S + 1.1, in_event=True)
    assert not attention.wants_all
    attention.see(STIRS, 30, in_event=False)
    attention.see(nothing(Reason.QUIET), 30.1, in_event=False)
    assert not attention.wants_all


def test_the_next_event_is_looked_at_closely_again() -> None:
    attention = in_event()
    attention.see(nothing(Reason.QUIET), 20, in_event=False)
    attention.see(MOVES, 21, in_event=True)
    assert attention.wants_all


@pytest.mark.parametrize(("gap_s", "follows"), [(1.0, False), (2.9, False), (3.0, True)])
def test_events_that_end_soon_are_looked_at_closely_to_their_end(gap_s: float, follows: bool) -> None:
    attention = in_event(gap_s)
    assert attention.follows is follows
    attention.see(nothing(Reason.QUIET), 20, in_event=True)
    assert attention.wants_all is not follows
