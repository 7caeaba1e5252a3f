"""Who crosses the synthetic scene, when, and where they are in each moment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

STAGE_WIDTH = 1280

FIRST_VISIT_S = 6.0
VISIT_EVERY_S = 20.0
_JITTER_S = 0.25
_SHORTEST_S, _LONGEST_S = 5.2, 6.8
"""So at least 12.7 s pass between two visits, and each is an event of its own."""
_QUICKEST = 0.55
"""Where visitors come more often each is quicker too, down to this share of the usual time."""

Bgr = tuple[int, int, int]
"""Blue, green, red."""

_JACKETS: tuple[Bgr, ...] = (
    (52, 62, 178), (130, 84, 38), (60, 128, 84), (44, 150, 216), (120, 70, 120), (70, 70, 74), (176, 160, 96),
)  # fmt: skip
_TROUSERS: tuple[Bgr, ...] = ((92, 62, 40), (58, 56, 60), (70, 96, 122), (40, 40, 52))
_SKINS: tuple[Bgr, ...] = ((150, 184, 228), (112, 150, 204), (74, 104, 158), (54, 72, 112))
_HAIRS: tuple[Bgr, ...] = ((30, 36, 44), (36, 62, 98), (70, 130, 176), (120, 124, 130))
_FURS: tuple[Bgr, ...] = ((52, 50, 50), (50, 116, 190), (150, 156, 162))


class Kind(StrEnum):
    PERSON = "person"
    CARRIER = "carrier"
    """A person with a parcel."""
    CAT = "cat"


@dataclass(frozen=True, slots=True)
class Visit:
    """One crossing of the garden."""

    kind: Kind
    start_s: float
    end_s: float
    direction: int
    """1: to the right, -1: to the left."""
    ground_y: float
    """Where the feet are, in pixels from the top."""
    height: float
    """In pixels."""
    coat: Bgr
    legs: Bgr
    skin: Bgr
    hair: Bgr
    hat: bool

    @property
    def half_width(self) -> float:
        """Half of what it covers at most, shadow and tail included."""
        return self.height * (1.25 if self.kind is Kind.CAT else 0.36)


def visits(seed: int, until_s: float, every_s: float = VISIT_EVERY_S) -> list[Visit]:
    """All visits that begin before `until_s`, in order; one about every `every_s`."""
    number = max(0, math.ceil((until_s - _first_s(every_s) + _JITTER_S) / every_s))
    return [visit for visit in (_visit(seed, index, every_s) for index in range(number)) if visit.start_s < until_s]


def visit_at(seed: int, time_s: float, every_s: float = VISIT_EVERY_S) -> Visit | None:
    """Who is in the picture at that time, if anyone."""
    index = math.floor((time_s - _first_s(every_s) + _JITTER_S) / every_s)
    if index < 0:
        return None
    visit = _visit(seed, index, every_s)
    return visit if visit.start_s <= time_s < visit.end_s else None


def _first_s(every_s: float) -> float:
    return FIRST_VISIT_S * every_s / VISIT_EVERY_S


def _visit(seed: int, index: int, every_s: float) -> Visit:
    random = np.random.default_rng((seed, index))
    kind = Kind.PERSON if index == 0 else (Kind.PERSON, Kind.CARRIER, Kind.PERSON, Kind.CAT)[random.integers(4)]
    jitter_s = 0.0 if index == 0 else random.uniform(-_JITTER_S, _JITTER_S)
    start_s = _first_s(every_s) + every_s * index + jitter_s
    pace = min(1.0, max(every_s / VISIT_EVERY_S, _QUICKEST))
    depth = random.uniform(0, 1)
    return Visit(
        kind=kind,
        start_s=start_s,
        end_s=start_s + pace * random.uniform(_SHORTEST_S, _LONGEST_S),
        direction=1 if random.integers(2) else -1,
        ground_y=(650 if kind is Kind.CAT else 588) + 50 * depth,
        height=(86 if kind is Kind.CAT else 262 * random.uniform(0.9, 1.08)) * (1 + 0.16 * depth),
        coat=_pick(random, _FURS if kind is Kind.CAT else _JACKETS),
        legs=_pick(random, _TROUSERS),
        skin=_pick(random, _SKINS),
        hair=_pick(random, _HAIRS),
        hat=bool(random.integers(3) == 0),
    )


def _pick(random: np.random.Generator, colours: tuple[Bgr, ...]) -> Bgr:
    return colours[int(random.integers(len(colours)))]


def place(visit: Visit, time_s: float) -> tuple[float, float]:
    """(x of the middle in pixels, way since the start in body heights); at both ends just outside the picture."""
    share = (time_s - visit.start_s) / (visit.end_s - visit.start_s)
    way = STAGE_WIDTH + 2 * visit.half_width
    x = -visit.half_width + share * way
    return (x if visit.direction > 0 else STAGE_WIDTH - x), share * way / visit.height


def bounds(visit: Visit, time_s: float) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in pixels of all that is drawn; may reach beyond the picture."""
    x, _ = place(visit, time_s)
    return (
        math.floor(x - visit.half_width) - 4,
        math.floor(visit.ground_y - visit.height * 1.06) - 4,
        math.ceil(x + visit.half_width) + 4,
        math.ceil(visit.ground_y + visit.height * 0.12) + 4,
    )
