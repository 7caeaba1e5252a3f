"""What was measured, part by part, in one JSON file: the page and its plots are made from it alone."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from tests.bench.figure import Figure, Measured


class Entry(TypedDict):
    """One part, as it was measured last."""

    machine: str
    load: list[float]
    """Programs that wanted a core, before and after; more than there are cores: read ratios alone."""
    seconds: float
    figures: list[dict[str, object]]
    series: dict[str, object]
    missing: list[str]


def entry(measured: Measured, load: tuple[float, float], seconds: float) -> Entry:
    return Entry(
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        load=[round(one, 1) for one in load],
        seconds=round(seconds),
        figures=[one.as_json() for one in measured.figures],
        series=dict(measured.series),
        missing=list(measured.missing),
    )


def figures_of(one: Entry) -> list[Figure]:
    return [Figure(**fields) for fields in one["figures"]]  # type: ignore[arg-type] # as `as_json` wrote them


def read(path: Path) -> dict[str, Entry]:
    """By part; empty when nothing was measured yet."""
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def write(path: Path, parts: Mapping[str, Entry]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(parts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
