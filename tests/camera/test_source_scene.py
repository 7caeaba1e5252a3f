"""The synthetic camera: its script, its truth against its pictures, its address."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.errors import SourceRefused
from camera.model import Luma
from camera.sources import open_source
from camera.sources.picture import gray
from camera.sources.scene import FPS, Stage, truth
from camera.sources.scene_visitors import Kind, visit_at, visits
from tests.camera.source_contract import config_of

SEEDS = st.integers(0, 999_999_999)


@given(SEEDS)
def test_each_visitor_is_an_event_of_its_own(seed: int) -> None:
    spans = truth(seed, 600)
    assert spans[0][0] == 6.0
    assert len(spans) == 30
    assert all(5 <= end - start <= 7 for start, end in spans)
    assert all(after[0] - before[1] >= 12.5 for before, after in itertools.pairwise(spans))
    assert np.diff([start for start, _ in spans]) == pytest.approx(20, abs=0.51)


@given(SEEDS, st.integers(6, 60))
def test_at_another_rate_too(seed: int, every_s: int) -> None:
    spans = truth(seed, 600, every_s)
    assert spans[0][0] == pytest.approx(6 * every_s / 20)
    assert all(2.5 <= end - start <= 7 for start, end in spans)
    assert all(after[0] - before[1] >= 1.7 for before, after in itertools.pairwise(spans))
    assert np.diff([start for start, _ in spans]) == pytest.approx(every_s, abs=0.51)


@given(SEEDS, st.floats(0, 5000))
def test_the_truth_is_what_is_on_stage(seed: int, time_s: float) -> None:
    on_stage = any(start <= time_s < end for start, end in truth(seed, time_s + 1))
    assert (visit_at(seed, time_s) is not None) == on_stage


def test_truth_ends_where_it_is_asked_to() -> None:
    assert truth(1, 6.0) == []
    assert len(truth(1, 6.1)) == 1


def test_seeds_differ_and_repeat() -> None:
    assert visits(1, 200) == visits(1, 200)
    assert visits(1, 200) != visits(2, 200)
    everyone = [visit for seed in range(5) for visit in visits(seed, 300)]
    assert {visit.kind for visit in everyone} == set(Kind)
    assert {visit.direction for visit in everyone} == {-1, 1}
    assert len({visit.coat for visit in everyone}) > 5


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(4)


def moved_share(before: Luma, after: Luma) -> float:
    return float((cv2.absdiff(before, after) > 12).mean())


def test_pictures_move_when_and_only_when_the_truth_says_so(stage: Stage) -> None:
    for start_s, end_s in truth(4, 110):
        first, last = int(start_s * FPS) - 30, int(end_s * FPS) + 30
        lumas = {number: gray(stage.picture(number / FPS)) for number in range(first, last)}
        for number in range(first + 1, last):
            share = moved_share(lumas[number - 1], lumas[number])
            before_s, now_s = (number - 1) / FPS, number / FPS
            if now_s < start_s or before_s >= end_s:
                assert share == 0, f"something moves at {now_s} s"
            elif start_s + 0.4 < now_s < end_s - 0.4:
                assert share > 0.002, f"nothing moves at {now_s} s"


def test_noise_is_mild_and_never_the_same(stage: Stage) -> None:
    one, two = (stage.picture(number / FPS).to_ndarray()[:720].astype(int) for number in (3, 4))
    assert 0.5 < (one - two).std() < 3


def test_the_same_moment_is_the_same_picture(stage: Stage) -> None:
    assert (stage.picture(8.0).to_ndarray() == Stage(4).picture(8.0).to_ndarray()).all()


def test_the_visitor_is_in_colour_and_leaves_no_trace(stage: Stage) -> None:
    start_s, end_s = truth(4, 10)[0]
    empty = stage.picture(0).to_ndarray()[720:].astype(int)
    middle = stage.picture((start_s + end_s) / 2).to_ndarray()[720:].astype(int)
    assert (np.abs(middle - empty) > 10).mean() > 0.005
    after = stage.picture(end_s + 0.1).to_ndarray()[720:].astype(int)
    assert (after == empty).all()


@pytest.mark.parametrize(
    "address", ["scene:", "scene:front", "scene:-1", "scene7", "scene:1:2", "scene:1@5", "scene@8"]
)
def test_a_wrong_seed_is_refused(address: str) -> None:
    with pytest.raises(SourceRefused):
        open_source(config_of(address))
