"""What is measured of the program while it runs, and how it grows. Pure but for the reading itself."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

WARM_UP_SHARE = 0.25
"""Of the time: caches fill, retention has nothing to delete yet."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the process and its folders."""

    day: float
    """Of program time since the start."""
    memory_mb: float
    descriptors: float
    threads: float
    database_mb: float
    disk_mb: float
    """The whole data folder."""
    archive_mb: float


def take(pid: int, day: float, data_dir: Path, archive_dir: Path) -> Sample:
    """Raises FileNotFoundError or ProcessLookupError when the process is gone."""
    status = Path(f"/proc/{pid}/status").read_text()
    memory = re.search(r"VmRSS:\s+(\d+) kB", status)
    threads = re.search(r"Threads:\s+(\d+)", status)
    return Sample(
        day=day,
        memory_mb=int(memory[1]) * 1024 / 1e6 if memory else 0.0,
        descriptors=len(list(Path(f"/proc/{pid}/fd").iterdir())),
        threads=int(threads[1]) if threads else 0,
        database_mb=sum(_size(path) for path in data_dir.glob("mocam.sqlite3*")) / 1e6,
        disk_mb=_below(data_dir) / 1e6,
        archive_mb=_below(archive_dir) / 1e6,
    )


def slope(samples: Sequence[Sample], name: str) -> float:
    """How much it grows in a simulated day after the warm-up: least squares."""
    warm = [sample for sample in samples if sample.day >= samples[-1].day * WARM_UP_SHARE]
    values = [getattr(sample, name) for sample in warm]
    return float(np.polyfit([sample.day for sample in warm], values, 1)[0])


def rise(samples: Sequence[Sample], name: str) -> float:
    """How much its resting level rose: the least of the last quarter of all looks, less the least of the second.

    In four looks or more; 0 in fewer. What is open only while there is work does not count, what is never closed does.
    """
    quarter = len(samples) // 4
    if not quarter:
        return 0.0
    before, after = samples[quarter : 2 * quarter], samples[-quarter:]
    return float(min(getattr(one, name) for one in after) - min(getattr(one, name) for one in before))


def save(path: Path, samples: Sequence[Sample]) -> None:
    """As CSV."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(field.name for field in fields(Sample))
        rows.writerows(astuple(sample) for sample in samples)


def _below(folder: Path) -> int:
    return sum(_size(path) for path in folder.rglob("*"))


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):  # it may go while we look
        return path.stat().st_size if path.is_file() else 0
    return 0
