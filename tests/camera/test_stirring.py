"""What keeps an event going: something that stirs where a thing was seen, in made pictures of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest

from camera.light import Cells
from camera.stirring import LAG_S, LONGEST_S, PAUSE_S, REACH, Stirring

FPS = 15
SHAPE = (45, 80)
LIMIT = np.full(SHAPE, 10, np.float32)
ALL = np.ones(SHAPE, np.bool_)
THING = (30, 20, 4, 8)
"""Left, top, width, height of what was seen until second 0."""
FAINT = 7.0
"""Less than a cell must be off in a single frame."""

Change = Callable[[Cells, float], None]


def pictures(change: Change, seconds: float = 8, noise: float = 0.5) -> Iterator[tuple[Cells, float]]:
    rng = np.random.default_rng(1)
    still = rng.uniform(60, 160, SHAPE)
    for number in range(round(seconds * FPS)):
        picture = np.asarray(still + rng.normal(0, noise, SHAPE), np.float32)
        change(picture, number / FPS)
        yield picture, number / FPS


def stirred(change: Change, seconds: float = 8, **of: float) -> list[tuple[float, float]]:
    """Each time at which it is told that something stirred, and when it did."""
    stirring, told = Stirring(SHAPE), []
    stirring.see([THING], 0)
    for picture, t_s in pictures(change, seconds, **of):
        stirred_s = stirring.add(picture, LIMIT, ALL, t_s)
        if stirred_s is not None:
            told.append((t_s, stirred_s))
    return told


def nods(x: int, y: int, cells: int = 2, by: float = FAINT, every_s: float = 2.0) -> Change:
    """Cells one under the other that are brighter for half of the time."""

    def change(picture: Cells, t_s: float) -> None:
        if t_s % every_s < every_s / 2:
            picture[y : y + cells, x] += by

    return change


def nothing(_picture: Cells, _t_s: float) -> None:
    return


def test_a_head_that_nods_keeps_the_thing_there() -> None:
    told = stirred(nods(31, 21), 20)
    assert told[0][0] < PAUSE_S
    assert told[-1][0] > 19
    assert all(later - earlier < PAUSE_S for (earlier, _), (later, _) in pairwise(told))


@pytest.mark.parametrize("noise", [0.5, 2.0])
def test_noise_is_no_stir(noise: float) -> None:
    assert stirred(nothing, noise=noise) == []


@pytest.mark.parametrize(("x", "counts"), [(THING[0] - REACH, True), (THING[0] - REACH - 1, False), (60, False)])
def test_only_the_place_of_the_thing_counts(x: int, counts: bool) -> None:
    assert bool(stirred(nods(x, 22))) is counts


def test_a_single_cell_is_too_little_and_so_are_two_apart() -> None:
    def apart(picture: Cells, t_s: float) -> None:
        nods(31, 21, 1)(picture, t_s)
        nods(33, 26, 1)(picture, t_s)

    assert stirred(nods(31, 21, 1)) == []
    assert stirred(apart) == []


def test_what_flies_by_is_no_stir() -> None:
    def insect(picture: Cells, t_s: float) -> None:
        if round(t_s * FPS) % 12 == 0:
            picture[21:25, 30:34] += 90

    assert stirred(insect, 12) == []


@pytest.mark.parametrize("rate_hz", [2.0, 3.0, 6.0])
def test_what_sways_is_no_stir(rate_hz: float) -> None:
    """A leaf is off by as much as a frame allows, to and fro."""

    def leaf(picture: Cells, t_s: float) -> None:
        picture[21:25, 30:34] += 9 * np.sin(2 * np.pi * rate_hz * t_s)

    assert stirred(leaf, 12) == []


def test_light_is_no_stir() -> None:
    def cloud(picture: Cells, t_s: float) -> None:
        picture += 25 * min(max(t_s - 1, 0), 1)
        picture -= 40 / (1 + np.exp(np.linspace(0, 40, SHAPE[1]) - 6 * t_s)).astype(np.float32)

    assert stirred(cloud) == []


def test_it_stirred_when_it_changed_and_not_when_that_is_told() -> None:
    def once(picture: Cells, t_s: float) -> None:
        if t_s >= 2.2:
            picture[21:23, 31] += FAINT

    told = stirred(once)
    assert told
    assert all(abs(stirred_s - 2.2) < 0.6 for _, stirred_s in told)


def test_what_stirs_for_ever_is_not_there_for_ever() -> None:
    told = stirred(nods(31, 21), LONGEST_S + 12)
    assert LONGEST_S - PAUSE_S < told[-1][0] <= LONGEST_S + PAUSE_S


def test_what_stirs_everywhere_is_nobody() -> None:
    """The wind, or the camera trembles: as dense as in the place, or hardly anywhere else; then it stands out."""

    def dense(every: int) -> Change:
        def change(picture: Cells, t_s: float) -> None:
            for y in range(1, SHAPE[0] - 2, every):
                for x in range(1, SHAPE[1], every):
                    nods(x, y)(picture, t_s)
            nods(31, 21)(picture, t_s)

        return change

    assert stirred(dense(6)) == []
    assert stirred(dense(45))


def test_a_thing_does_not_hide_itself_by_the_noise_that_it_makes() -> None:
    """Its cells may be off by ever more since it is there; how much they might before is what counts."""
    stirring, told = Stirring(SHAPE), 0
    for picture, t_s in pictures(nothing, 2):
        stirring.add(picture, LIMIT, ALL, t_s)
    stirring.see([THING], 2)
    for picture, t_s in pictures(nods(31, 21)):
        told += stirring.add(picture, 4 * LIMIT, ALL, 2 + t_s) is not None
    assert told > 2


def test_what_kept_still_for_longer_is_gone() -> None:
    def late(picture: Cells, t_s: float) -> None:
        if t_s > PAUSE_S + 0.5:
            nods(31, 21)(picture, t_s)

    assert stirred(late, 12) == []


def test_the_place_follows_what_stirs() -> None:
    def creeps(picture: Cells, t_s: float) -> None:
        picture[21:24, 31 + int(t_s)] += FAINT

    assert stirred(creeps, 20)[-1][0] > 19
    assert stirred(nods(31 + 18, 21), 20) == []


def test_what_is_ignored_does_not_count() -> None:
    stirring, watched = Stirring(SHAPE), ALL.copy()
    watched[:, 30:34] = False
    stirring.see([THING], 0)
    assert all(stirring.add(picture, LIMIT, watched, t_s) is None for picture, t_s in pictures(nods(31, 21)))


def test_pictures_before_a_gap_are_not_compared() -> None:
    def other(picture: Cells, t_s: float) -> None:
        picture[21:25, 30:34] += 40 * (t_s >= 1.9)

    for skips in (True, False):
        stirring, told = Stirring(SHAPE), []
        stirring.see([THING], 0)
        for picture, t_s in pictures(other):
            if skips and round(t_s * FPS) == round(1.9 * FPS):
                stirring.skip()
            told.append(stirring.add(picture, LIMIT, ALL, t_s))
        assert any(stirred_s is not None for stirred_s in told) is not skips


def test_too_few_pictures_a_second_tell_nothing() -> None:
    stirring = Stirring(SHAPE)
    stirring.see([THING], 0)
    told = [
        stirring.add(picture, LIMIT, ALL, t_s)
        for picture, t_s in pictures(nods(31, 21, by=30))
        if round(t_s * FPS) % 12 == 0
    ]
    assert len(told) > 5
    assert not any(told)


def test_without_a_thing_nothing_is_kept_and_nothing_told() -> None:
    stirring = Stirring(SHAPE)
    empty_bytes = stirring.nbytes
    for picture, t_s in pictures(nods(31, 21)):
        assert stirring.add(picture, LIMIT, ALL, t_s) is None
    assert stirring.nbytes == empty_bytes
    stirring.see([THING], 8)
    for picture, t_s in pictures(nods(31, 21), 2):
        stirring.add(picture, LIMIT, ALL, 8 + t_s)
    assert empty_bytes < stirring.nbytes < 300_000
    stirring.forget()
    assert stirring.add(picture, LIMIT, ALL, 10 + LAG_S) is None
    assert stirring.nbytes == empty_bytes
