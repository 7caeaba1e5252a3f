"""How long to wait before a camera is opened again; pure."""

from __future__ import annotations

FIRST_S = 0.5
SOON_S = 2.0
"""As long as a camera may be restarting: whoever comes back is noticed within this and the time of opening."""
SOON_TRIES = 180
"""About six minutes of them, longer than any camera, switch or router takes to start."""
LONGEST_S = 60.0
JITTER_SHARE = 0.25
"""Cameras of one house that fell together must not come back in step."""


def pause_s(failures: int, jitter: float, *, permanent: bool = False) -> float:
    """Seconds to wait after the n-th failure in a row: 0.5, 1, 2, 2 .. for some minutes, then 4, 8 .. 60.

    Exponential backoff with two caps; `jitter` takes off up to a quarter. `failures` counts from 1, `jitter` is a
    random number from 0 to 1 that the caller brings. A `permanent` error is retried at the longest pause only: the
    owner may repair it.
    """
    if failures < 1:
        raise ValueError("failures are counted from 1")
    if permanent:
        whole_s = LONGEST_S
    elif failures <= SOON_TRIES:
        whole_s = min(SOON_S, FIRST_S * 2.0 ** min(failures - 1, 16))
    else:  # the exponent is limited before the power is taken: months of failures must not make a huge number
        whole_s = min(LONGEST_S, SOON_S * 2.0 ** min(failures - SOON_TRIES, 16))
    return whole_s * (1.0 - JITTER_SHARE * jitter)
