"""How long clips may be kept with the room there is, as a proposal. Pure."""

from __future__ import annotations

from dataclasses import dataclass

GB = 10**9
ASSUMED_BYTES_A_DAY = 300_000_000
"""Of one camera before anything is known: 30 events of 20 s at 4 Mbit/s."""
HERE_SHARE = 0.7
THERE_SHARE = 0.9
MOST_DAYS_HERE, MOST_DAYS_THERE = 14, 365
USUAL_DAYS_THERE = 90


@dataclass(frozen=True, slots=True)
class Proposal:
    """Limits, and what they rest on."""

    bytes_a_day: int
    here_days: int
    here_gb: int
    there_days: int
    there_gb: int | None
    """None: the provider does not tell its room, or there is no need for a limit."""

    def words(self) -> str:
        """As /retention takes it."""
        there = f"archive {self.there_days}d" + (f" {self.there_gb}GB" if self.there_gb else "")
        return f"here {self.here_days}d {self.here_gb}GB {there}"


def proposed(bytes_a_day: int, free_here_bytes: int, free_there_bytes: int | None) -> Proposal:
    """`free_there_bytes`: room at the provider; None: it does not tell."""
    here_gb = max(1, int(free_here_bytes * HERE_SHARE / GB))
    here_days = _between(1, here_gb * GB // bytes_a_day, MOST_DAYS_HERE)
    if free_there_bytes is None:
        return Proposal(bytes_a_day, here_days, here_gb, USUAL_DAYS_THERE, None)
    there_gb = max(1, int(free_there_bytes * THERE_SHARE / GB))
    there_days = _between(1, there_gb * GB // bytes_a_day, MOST_DAYS_THERE)
    return Proposal(bytes_a_day, here_days, here_gb, there_days, there_gb)


def _between(least: int, value: int, most: int) -> int:
    return min(max(least, value), most)
