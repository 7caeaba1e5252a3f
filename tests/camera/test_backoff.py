"""The pause before a camera is opened again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.backoff import LONGEST_S, SOON_TRIES, pause_s


def test_soon_at_first_since_most_cameras_come_back() -> None:
    assert [pause_s(n, 0) for n in (1, 2, 3, 4, 5, SOON_TRIES)] == [0.5, 1, 2, 2, 2, 2]
    assert 300 < sum(pause_s(n, 0) for n in range(1, SOON_TRIES + 1)) < 600


def test_then_slower_up_to_a_minute() -> None:
    assert [pause_s(SOON_TRIES + n, 0) for n in range(1, 8)] == [4, 8, 16, 32, 60, 60, 60]


def test_an_hour_away_is_two_hundred_and_some_tries_and_the_last_pause_is_a_minute() -> None:
    tries, away_s = 0, 0.0
    while away_s < 3600:
        tries += 1
        away_s += pause_s(tries, 0)
    assert 180 < tries < 300
    assert pause_s(tries, 0) == LONGEST_S


def test_a_permanent_error_is_retried_slowly_from_the_start() -> None:
    assert pause_s(1, 0, permanent=True) == LONGEST_S


@given(st.integers(1, 10**9), st.floats(0, 1), st.booleans())
def test_is_always_between_three_eighths_of_a_second_and_a_minute(
    failures: int, jitter: float, permanent: bool
) -> None:
    assert 0.375 <= pause_s(failures, jitter, permanent=permanent) <= LONGEST_S


def test_jitter_shortens_by_a_quarter_at_most() -> None:
    assert pause_s(3, 1.0) == pytest.approx(1.5)


def test_failures_count_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        pause_s(0, 0)
