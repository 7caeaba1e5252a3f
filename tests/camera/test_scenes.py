"""The detector on films with known truth: nothing may be reported, or the visit must be."""

from __future__ import annotations

from itertools import islice

import pytest

from camera.events import End, EventMachine
from camera.motion import CellDetector, cells, cells_shape
from tests.bench.detection.ablation import WITHOUT, Shots, without
from tests.bench.detection.scenes import QUIET, VISITS, Film, films

SEED = 41
KNOWN = {"insects at the lamp"}
"""Measured by `make bench-detection`, not promised: one that hovers near the lens moves like a thing."""

FILMS = [film for film in films(range(SEED, SEED + 1)) if film.name not in KNOWN]


@pytest.mark.parametrize("film", FILMS, ids=[film.name for film in FILMS])
def test_what_is_no_visit_is_no_event_and_every_visit_is_one(film: Film) -> None:
    detector, machine, events = CellDetector(), EventMachine[None](0.13, 4.0), []
    for luma, t_s in film.frames():
        events += [one for one in machine.step(detector.look(luma, t_s), t_s, None) if isinstance(one, End)]
    last = machine.finish()
    events += [last] if last else []
    if film.visit is None:
        assert events == []
    else:
        begun_s, ended_s = film.visit
        assert events
        assert all(begun_s <= one.first_s <= ended_s and one.last_s <= ended_s + 1.5 for one in events)


def test_every_kind_is_made() -> None:
    assert len(FILMS) == len(QUIET) + len(VISITS) - len(KNOWN)


@pytest.mark.parametrize("part", WITHOUT)
def test_each_part_of_the_detector_can_be_left_out_to_see_what_it_is_worth(part: str) -> None:
    pairs = [(cells(luma, cells_shape(luma)), t_s) for luma, t_s in islice(FILMS[0].frames(), 60)]
    short = Shots("short", [picture for picture, _ in pairs], [t_s for _, t_s in pairs])
    with without(part):
        events, cpu_s = short.spans()
    assert all(start_s <= end_s for start_s, end_s in events)
    assert cpu_s > 0
