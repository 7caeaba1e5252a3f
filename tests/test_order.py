"""Long tests come first, and none is lost."""

from __future__ import annotations

import pytest

from tests.support_order import dealt, is_long


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
@pytest.mark.parametrize("long", [0, 1, 5, 40])
def test_each_worker_begins_with_its_share_of_the_long_ones(workers: int, long: int) -> None:
    tests = [f"tests/{'e2e' if number < long else 'bot'}/test_{number}" for number in range(40)]
    order = dealt(tests, is_long, workers)
    assert sorted(order) == sorted(tests)
    size = len(tests) // workers
    shares = [sum(map(is_long, order[worker * size : (worker + 1) * size])) for worker in range(workers)]
    assert max(shares) - min(shares) <= 2
    for worker in range(workers):
        stretch = [is_long(one) for one in order[worker * size : (worker + 1) * size - 2]]
        assert stretch == sorted(stretch, reverse=True)
