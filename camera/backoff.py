"""How long to wait before a camera is opened again; pure."""

from __future__ import annotations

FIRST_S = 1.0
LONGEST_S = 60.0
JITTER_SHARE = 0.25
"""Cameras of one house that fell together must not come back in step."""


def pause_s(failures: int, jitter: float, *, permanent: bool = False) -> float:
    """Seconds to wait after the n-th failure in a row: 1, 2, 4 .. 60, less up to a quarter by `jitter`.

    Exponential backoff with a cap and subtracted jitter. `failures` counts from 1, `jitter` is a random number from 0
    to 1 that the caller brings. A `permanent` error is retried at the longest pause only: the owner may repair it.
    """
    if failures < 1:
        raise ValueError("failures are counted from 1")
    # The exponent is limited before the power is taken: months of failures must not make a huge number.
    whole_s = LONGEST_S if permanent else min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 16))
    return whole_s * (1.0 - JITTER_SHARE * jitter)
