"""One measured figure, with how it varied."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


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
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
