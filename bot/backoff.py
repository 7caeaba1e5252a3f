"""How long to wait before trying again: exponential, capped, spread by a jitter that the caller draws."""

from __future__ import annotations


def delay_s(attempt: int, first_s: float, longest_s: float, jitter: float) -> float:
    """Seconds before try number `attempt + 1`, after `attempt` failures (0, 1, ..).

    `jitter` is 0 to 1, drawn by the caller. Half of the delay is fixed and half is drawn ("equal jitter", M. Brooker,
    "Exponential Backoff and Jitter"), so that it never hammers and two programs do not stay in step.
    """
    capped_s = min(longest_s, first_s * 2.0 ** min(attempt, 30))
    return capped_s * (0.5 + 0.5 * jitter)
