"""In which order tests run: the long ones first, shared out, so that no worker is left with one at the end.

pytest-xdist gives each worker one stretch of the list, and what is left at the end goes from the longest stretch to
whoever has nothing to do. So each stretch begins with its share of the long tests, which wait more than they work, and
goes on with short ones. Only the last of several workers has short ones from the first, which work more than they wait:
so the processor has something to do all the time, and at no time much more than it can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

LONG = (
    "tests/bench/",
    "tests/bot/test_telegram_faults",
    "tests/camera/test_source_contract",
    "tests/camera/test_source_rtsp",
    "tests/camera/test_source_usb",
    "tests/camera/test_usb_devices",
    "tests/chaos/",
    "tests/e2e/",
    "tests/fuzz/",
    "tests/mocam/doctor/",
    "tests/mocam/test_a_day",
    "tests/mocam/test_cli",
    "tests/mocam/test_digests_over_http",
    "tests/mocam/test_restore",
)
"""How the names begin of tests that run whole programs, or wait for cameras and networks that fail."""


def is_long(node_id: str) -> bool:
    return node_id.startswith(LONG)


def dealt(tests: Sequence[T], long: Callable[[T], bool], workers: int) -> list[T]:
    """All of `tests`; each of the `workers` stretches begins with its share of the long ones, of more than two but the
    last."""
    first, rest = [one for one in tests if long(one)], [one for one in tests if not long(one)]
    order: list[T] = []
    waiting = workers if workers <= 2 else workers - 1
    for worker in range(workers):
        share = first[worker::waiting] if worker < waiting else []
        short = max(0, (len(tests) - len(order)) // (workers - worker) - len(share))
        order += share + rest[:short]
        rest = rest[short:]
    return order + rest
