"""How long the archive waits after failures. Pure.

Exponential with jitter, as in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
"""

from __future__ import annotations

FIRST_S = 10.0
FIRST_REFUSED_S = 60.0
LONGEST_S = 1800.0


def delay_s(failures: int, jitter: float, *, refused: bool = False) -> float:
    """Seconds to wait after `failures` in a row, from 1 on; `jitter` from 0 to 1 spreads it by a quarter either way.

    What was refused until the owner acts starts slower: asking often does not help, and locks accounts.
    """
    first = FIRST_REFUSED_S if refused else FIRST_S
    doublings = min(max(failures - 1, 0), 16)
    return min(first * 2.0**doublings, LONGEST_S) * (0.75 + 0.5 * jitter)
