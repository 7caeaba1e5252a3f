"""What is believed of blobs that are followed: how soon, and which never."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from camera.tracks import Belief, Blob, Tracks

FPS = 15
STEP_S = 1 / FPS
SHAPE = (45, 80)
"""Rows and columns of cells."""

Look = tuple[float, float] | None
"""Where the middle of the blob is, in cells; None: it is not seen."""


def believed_after(looks: Iterable[Look], *, area: int = 12, weight: float, edge: int = 4) -> int | None:
    """In how many frames after the first it is believed; None: never. `edge` is the longer side of its box in cells."""
    tracks = Tracks(Belief())
    for number, place in enumerate(looks):
        blobs = [] if place is None else [blob(*place, area, weight, edge)]
        if tracks.follow(blobs, number * STEP_S, STEP_S, SHAPE):
            return number
    return None


def blob(x: float, y: float, area: int, weight: float, edge: int) -> Blob:
    return Blob(1, x, y, (round(x - edge / 2), round(y - edge / 2), edge, edge), area, weight)


def walk(frames: int, cells_a_frame: float) -> list[Look]:
    return [(10 + cells_a_frame * number, 20.0) for number in range(frames)]


def test_what_stands_out_clearly_is_believed_in_three_frames() -> None:
    assert believed_after(walk(30, 0.7), weight=25) == 3


@pytest.mark.parametrize("weight", [5.0, 8.0])
def test_what_is_small_and_less_clear_takes_longer(weight: float) -> None:
    after = believed_after(walk(30, 0.7), weight=weight)
    assert after is not None
    assert 4 <= after <= 8


def test_what_is_missed_in_between_is_not_certain() -> None:
    seen, missed = walk(30, 0.7), walk(30, 0.7)
    missed[2] = None
    whole, broken = believed_after(seen, weight=25), believed_after(missed, weight=25)
    assert whole is not None
    assert broken is not None
    assert broken > whole + 1


def test_what_stays_where_it_is_is_never_certain_enough() -> None:
    swaying: list[Look] = [(10 + number % 2, 20.0) for number in range(60)]
    assert believed_after(swaying, weight=36) is None


def test_a_small_thing_that_flies_in_bends_is_none() -> None:
    """Its way from the start is short, its path is not: four cells long, it flies two a frame, to and fro."""
    places: list[Look] = [(10 + 2.0 * min(number % 8, 8 - number % 8), 20 + number * 0.1) for number in range(60)]
    assert believed_after(places, weight=30) is None
    assert believed_after(places, area=60, weight=100, edge=12) is not None, "a large one may"


def test_a_small_thing_seen_by_turns_is_none() -> None:
    by_turns = [place if number % 4 < 2 else None for number, place in enumerate(walk(45, 0.7))]
    assert believed_after(by_turns, area=6, weight=12) is None
    assert believed_after(by_turns, area=60, weight=100, edge=12) is not None, "a large one may hide behind a post"


@pytest.mark.parametrize("stands", [True, False])
def test_who_stands_for_a_moment_and_goes_on_is_nobody_new(stands: bool) -> None:
    """Each stretch alone is too short a way to be believed."""
    tracks = Tracks(Belief())
    x, believed, number = 10.0, None, 0
    for moves in (True, False, True):
        for _ in range(10):
            x += 0.1 * moves
            one = blob(x, 20, 12, 12, 4)
            seen, still = ([one], []) if moves else ([], [one.box] if stands else [])
            if tracks.follow(seen, number * STEP_S, STEP_S, SHAPE, still) and believed is None:
                believed = number
            number += 1
    assert (believed is not None) == stands
    if believed is not None:
        assert believed >= 20, "while it stands it is not believed"


@pytest.mark.parametrize(("x", "y", "dx", "dy"), [(0, 20, 1, 0), (80, 20, -1, 0), (40, 0, 0, 1), (40, 45, 0, -1)])
def test_who_comes_in_at_the_rim_has_come_as_far_as_the_inner_side(x: int, y: int, dx: int, dy: int) -> None:
    """Of a large thing of which ever more is seen: its middle goes half as far. In the middle of the picture that is
    something that grows and stays."""

    def growing(left: int, top: int, weight: float) -> int | None:
        tracks = Tracks(Belief())
        for number in range(10):
            size = 1 + number // 2
            wide, high = (size, 6) if dx else (6, size)
            box = (left - size * (dx < 0), top - size * (dy < 0), wide, high)
            one = Blob(1, box[0] + wide / 2, box[1] + high / 2, box, 6 * size, weight * 6 * size)
            if number < 6 and tracks.follow([one], number * STEP_S, STEP_S, SHAPE):
                return number
        return None

    assert growing(x, y, 2.0) == 4
    assert growing(x, y, 0.8) is None, "faint"
    assert growing(x + 5 * dx, y + 5 * dy, 2.0) is None
