"""What is told of growth: a level at rest that rises, and not what is open while there is work."""

from __future__ import annotations

import pytest

from tests.soak.samples import Sample, rise


def looks(*threads: float) -> list[Sample]:
    return [Sample(day, 100.0, 20.0, count, 1.0, 1.0, 1.0) for day, count in enumerate(threads)]


@pytest.mark.parametrize(
    ("threads", "rose"),
    [
        ((5, 9, 9, 9, 9, 9, 9, 9), 0),
        ((9, 15, 9, 15, 9, 9, 15, 15, 15, 9, 15, 15), 0),
        ((9, 9, 9, 10, 11, 12, 13, 14), 4),
        ((9, 9, 12), 0),
    ],
    ids=["a start", "work", "one more each time", "too few to say"],
)
def test_what_is_left_over_is_told_from_what_is_at_work(threads: tuple[float, ...], rose: float) -> None:
    assert rise(looks(*threads), "threads") == rose
