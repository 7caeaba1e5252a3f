"""One measured figure, with how it varied."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """`aim` is empty where none was set."""

    name: str
    unit: str
    median: float
    low: float
    high: float
    count: int
    aim: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one part of `make bench` found."""

    figures: Sequence[Figure]
    series: Mapping[str, object] = field(default_factory=dict)
    """What plots are drawn from; JSON."""
    missing: Sequence[str] = ()
    """Peers that this machine has not, as sentences."""


def figure(name: str, unit: str, values: Sequence[float], aim: str = "") -> Figure:
    return Figure(name, unit, statistics.median(values), min(values), max(values), len(values), aim)


def table(figures: Sequence[Figure]) -> str:
    """Markdown."""
    lines = ["| figure | median | lowest to highest | times | aim |", "|---|---|---|---|---|"]
    for one in figures:
        spread = f"{_short(one.low)} to {_short(one.high)}" if one.count > 1 else ""
        lines.append(f"| {one.name} | {_short(one.median)} {one.unit} | {spread} | {one.count} | {one.aim} |")
    return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
