"""How the catalogue's answers grow with the number of clips: up to a million, of which the newest lie here.

Processor time: each is one thread at work, so that is what the clock says on a machine that does nothing else.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mocam import check, recovery
from mocam.store import Store, open_store
from storage.archive import Archive
from storage.archive_queue import ArchiveQueue
from storage.clock import MADE_UTC
from storage.database import to_us
from storage.model import Rules
from storage.reading import day_bounds
from storage.retention import Retention
from storage.soundness import MARK
from tests.bench.figure import Figure, Measured, figure

COUNTS = (1_000, 10_000, 100_000, 1_000_000)
SHORT = (1_000, 10_000)
LOCAL = 20_000
"""Copies on the disk at most, 40 GB at 2 MB each; all others are in the archive only."""
A_DAY = 550
SIZE_BYTES = 2_000_000
NEWEST = MADE_UTC + timedelta(days=2000)
"""Of the catalogue; `now` for the plans. The oldest of a million was still recorded by a program that existed."""


async def measure(short: bool) -> Measured:
    figures: list[Figure] = []
    ms: dict[str, list[float]] = {}
    counts = SHORT if short else COUNTS
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            for name, one in _measure(Path(folder), count, times=5).items():
                figures.append(one)
                if one.unit == "ms":
                    ms.setdefault(name, []).append(one.median)
    return Measured(figures, {"counts": list(counts), "ms": ms})


AIMS = {
    "/clips, newest page": "under 50",
    "/clips, a page of long ago": "under 50",
    "retention plan": "under 1000",
    "retention plan that deletes half": "under 1000",
    "start-up after a clean end": "under 3000",
    "start-up after a power cut": "under 3000",
}
"""Of a million clips, in milliseconds."""


def _measure(data_dir: Path, count: int, times: int) -> dict[str, Figure]:
    with open_store(data_dir) as store:
        _fill(store, count)
    found: dict[str, list[float]] = {
        "start-up after a clean end": list(_start_ups(data_dir, times)),
        "start-up after a power cut": list(_start_ups(data_dir, max(2, times // 2), clean=False)),
    }
    with open_store(data_dir) as store:
        for name, question in _questions(store).items():
            found[name] = [_ms(question) for _ in range(times)]
        size_mb = [store.files.database_path.stat().st_size / 1e6]
    figures = {
        name: figure(f"{name}, {count:,} clips", "ms", ms, AIMS.get(name, "") if count == COUNTS[-1] else "")
        for name, ms in found.items()
    }
    return figures | {"size": figure(f"size of the catalogue, {count:,} clips", "MB", size_mb)}


def _questions(store: Store) -> dict[str, Callable[[], object]]:
    catalogue = store.catalogue
    archive = Archive(ArchiveQueue(store.database, catalogue), catalogue, store.files, None)
    retention = Retention(catalogue, store.files, archive, store.preferences)
    first = catalogue.newer_than(datetime(2000, 1, 1, tzinfo=UTC))
    assert first is not None
    long_ago = (first + timedelta(hours=12)).date()

    def page(of_day: Callable[[], object]) -> Callable[[], object]:
        def ask() -> object:
            day = of_day()
            found = catalogue.page(*day_bounds(day, UTC), 0, 10)  # type: ignore[arg-type] # a date, both
            return found, catalogue.older_day(day, UTC), catalogue.newer_day(day, UTC)  # type: ignore[arg-type]

        return ask

    now_utc = NEWEST + timedelta(minutes=10)
    steady = Rules(local_days=None, local_bytes=None, remote_days=(now_utc - first) / timedelta(days=1) - 0.01)
    return {
        "/clips, newest page": page(lambda: catalogue.newest_day(UTC)),
        "/clips, a page of long ago": page(lambda: long_ago),
        "/status, sums": catalogue.totals,
        "retention plan": lambda: retention.preview(steady, now_utc),
        "retention plan that deletes half": lambda: retention.preview(
            Rules(local_bytes=SIZE_BYTES * 100, remote_bytes=catalogue.totals().remote_bytes // 2), now_utc
        ),
        "check: rows against files": lambda: check.sentences_of(store),
    }


def _start_ups(data_dir: Path, times: int, *, clean: bool = True) -> Iterator[float]:
    """Milliseconds until cameras could start. Not `clean`: the mark of a clean end is not there."""
    for _ in range(times):
        if not clean:
            (data_dir / MARK).unlink()
        begun_s = time.process_time()
        with open_store(data_dir) as store:
            recovery.take_in(store, (), archive_on=True)
            store.catalogue.next_event_number()
            yield (time.process_time() - begun_s) * 1000


def _ms(ask: Callable[[], object]) -> float:
    begun_s = time.process_time()
    ask()
    return (time.process_time() - begun_s) * 1000


def _fill(store: Store, count: int) -> None:
    """Rows as the catalogue writes them, and a sparse file for each local copy."""
    step = timedelta(days=1) / A_DAY
    local_from = count - min(LOCAL, count)
    events: list[tuple[object, ...]] = []
    clips: list[tuple[object, ...]] = []
    for number in range(1, count + 1):
        started_utc = NEWEST - step * (count - number)
        event_id, path = f"e{number}", None
        if number > local_from:
            file = store.files.clip_path("front", event_id, 1, started_utc)
            file.parent.mkdir(parents=True, exist_ok=True)
            _sparse(file)
            path = store.files.relative(file)
        us = to_us(started_utc)
        events.append((event_id, "front", us, us + 9_000_000, 9.0, None))
        name = f"{started_utc:%Y/%m/%d}/front-{event_id}-1.mp4"
        clip = (
            event_id,
            1,
            us,
            19.0,
            "h264",
            1920,
            1080,
            SIZE_BYTES,
            f"{number:064x}",
            path,
            "verified",
            name,
            "hash",
            us,
        )
        clips.append(clip)
    with store.database.transaction() as rows:
        _insert(rows, "event (event_id, camera, started_utc_us, ended_utc_us, motion_s, snapshot)", events)
        columns = "event_id, part, started_utc_us, duration_s, codec, width, height, size_bytes, sha256, path, archive"
        _insert(rows, f"clip ({columns}, remote_name, verified_by, verified_utc_us)", clips)
        rows.execute("INSERT OR REPLACE INTO counter VALUES ('event', ?)", (count,))


def _insert(rows: sqlite3.Connection, into: str, values: list[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * len(values[0]))
    rows.executemany(f"INSERT INTO {into} VALUES ({marks})", values)  # noqa: S608 - our own names


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        os.truncate(file.fileno(), SIZE_BYTES)
