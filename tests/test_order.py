"""Long tests come first, and none is lost."""

from __future__ import annotations

import itertools

import pytest

from tests.support_order import dealt, is_long


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("long", [0, 1, 5, 40])
def test_each_worker_begins_with_its_share_of_the_long_ones(workers: int, long: int) -> None:
    tests = [f"tests/{'e2e' if number < long else 'bot'}/test_{number}" for number in range(40)]
    order = dealt(tests, is_long, workers)
    assert sorted(order) == sorted(tests)
    ends = [0]
    for worker in range(workers):
        ends.append(ends[-1] + (len(tests) - ends[-1]) // (workers - worker))
    stretches = [[is_long(one) for one in order[begin:end]] for begin, end in itertools.pairwise(ends)]
    shares = [sum(stretch) for stretch in stretches]
    if workers > 2 and long <= 5:
        assert shares.pop() == 0, "one works while the others wait"
    assert max(shares) - min(shares) <= 2
    assert all(stretch == sorted(stretch, reverse=True) for stretch in stretches)
