"""What to ignore, worked out from the owner's false alarms: events with labels in, a proposal out. Pure.

A proposal never costs an event that was not called a false alarm: what nobody labelled counts as real.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from camera.grid import Zones
from mocam.zoning import DAY_MIN, Hours, Ignored

LEAST_FALSE = 3
"""False alarms that must be spared for it to be worth a message."""
LEAST_SHARE = 0.5
"""Of the false alarms in the same place that must be spared."""
SEEDS = 3
"""Places around which false alarms are gathered."""
MOST_SQUARES = 15
"""A quarter of the picture; who ignores more should look at where the camera points."""
LONGEST_HOURS_MIN = 8 * 60
"""Hours that are longer are no hours, but always."""
CLUSTER_SHARES = (1.0, 0.8)
"""Of the false alarms that hours must hold: all, or all but a few that came at another time."""

Square = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded event."""

    event_id: str
    minute: int
    """Of the owner's day, when it began."""
    false_alarm: bool
    squares: frozenset[Square]
    """Where it moved."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Ignoring this would have spared so much."""

    place: Ignored
    spared: int
    """False alarms that would not have come."""
    false_alarms: int
    """All there were."""
    kept: int
    """All other events: every one would have come."""


Judge = Callable[[Case, Zones], bool]
"""Whether a case would still have been an alert with these squares ignored besides what is ignored anyway."""


def propose(cases: Sequence[Case], judge: Judge) -> Proposal | None:
    """The best there is; None: nothing is worth it. Asks `judge` once for each case and place, and only where the case
    touches the place."""
    false = [case for case in cases if case.false_alarm]
    real = [case for case in cases if not case.false_alarm]
    if len(false) < LEAST_FALSE:
        return None
    found: list[Proposal] = []
    for zones, cluster in _places(false):
        spared = {case for case in false if case.squares & zones.squares and not judge(case, zones)}
        if len(spared) < LEAST_FALSE:
            continue
        lost = [case for case in real if case.squares & zones.squares and not judge(case, zones)]
        for hours in _hours([case.minute for case in cluster]):
            place = Ignored(zones, hours)
            count = sum(place.holds(case.minute) for case in spared)
            if count < max(LEAST_FALSE, LEAST_SHARE * len(cluster)) or any(place.holds(one.minute) for one in lost):
                continue
            found.append(Proposal(place, count, len(false), len(real)))
    return max(found, key=_worth, default=None)


def _worth(proposal: Proposal) -> tuple[int, float, str]:
    """The more spared the better; then the less that is not watched. The words decide where all is equal."""
    return proposal.spared, -_cost(proposal.place), str(proposal.place.zones)


def _cost(place: Ignored) -> float:
    """Squares times the share of the day."""
    length_min = DAY_MIN if place.hours is None else (place.hours[1] - place.hours[0]) % DAY_MIN
    return len(place.zones.squares) * length_min / DAY_MIN


def _places(false: Sequence[Case]) -> Iterator[tuple[Zones, list[Case]]]:
    """Places that several false alarms have in common, with these; each place once."""
    counts = Counter(square for case in false for square in case.squares)
    seeds = sorted((square for square in counts if counts[square] >= LEAST_FALSE), key=lambda one: (-counts[one], one))
    known: set[frozenset[Square]] = set()
    for seed in seeds[:SEEDS]:
        cluster = [case for case in false if seed in case.squares]
        inside = Counter(square for case in cluster for square in case.squares)
        for least in (len(cluster), math.ceil(len(cluster) / 2), 1):
            squares = frozenset(square for square, count in inside.items() if count >= least)
            if len(squares) <= MOST_SQUARES and squares not in known:
                known.add(squares)
                yield Zones(squares), cluster


def _hours(minutes: Collection[int]) -> Iterator[Hours | None]:
    """Always, and the shortest stretches of whole hours that hold all of these, or most."""
    yield None
    given: set[Hours] = set()
    for share in CLUSTER_SHARES:
        first, last = _shortest(sorted(minutes), max(1, math.ceil(share * len(minutes))))
        begin, end = first // 60 * 60, (last // 60 + 1) * 60
        hours = begin % DAY_MIN, end % DAY_MIN
        if end - begin <= LONGEST_HOURS_MIN and hours not in given:
            given.add(hours)
            yield hours


def _shortest(minutes: Sequence[int], count: int) -> tuple[int, int]:
    """First and last of the stretch around the clock that holds `count` of them; the last may be beyond midnight."""
    twice = [*minutes, *(minute + DAY_MIN for minute in minutes)]
    stretches = ((twice[at], twice[at + count - 1]) for at in range(len(minutes)))
    return min(stretches, key=lambda stretch: (stretch[1] - stretch[0], stretch))
