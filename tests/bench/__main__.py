"""`make bench`: measures what docs/performance.md states and writes the page, its plots and docs/performance.json anew.

Named parts are measured alone and take their place among the others. `--short` takes about a minute and writes nothing
to the docs; `--draw` measures nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from tests.bench import (
    activity,
    alert,
    archive,
    detector,
    idle,
    jpegs,
    ledger,
    many,
    memory,
    replay,
    scale,
    second_stream,
)
from tests.bench.figure import Figure, Measured, table
from tests.bench.ledger import Entry
from tests.bench.page import write_between

ROOT = Path(__file__).parents[2]
PAGE, LEDGER = ROOT / "docs/performance.md", ROOT / "docs/performance.json"
IMAGES = ROOT / "docs/images"
BUSY = 3.0
"""Programs that want a core; above this the table says so."""

Part = Callable[[bool], Awaitable[Measured]]


def _plain(measure: Callable[[bool], Awaitable[list[Figure]]]) -> Part:
    async def wrapped(short: bool) -> Measured:
        return Measured(await measure(short))

    return wrapped


PARTS: dict[str, Part] = {
    "alert": alert.measure,
    "activity": activity.measure,
    "idle": _plain(idle.measure),
    "second-stream": _plain(second_stream.measure),
    "mjpeg": _plain(jpegs.measure),
    "replay": _plain(replay.measure),
    "detector": _plain(detector.measure),
    "memory": _plain(memory.measure),
    "cameras": many.measure,
    "archive": _plain(archive.measure),
    "scale": scale.measure,
}


async def measure(names: list[str], *, short: bool) -> dict[str, Entry]:
    found = {}
    for name in names:
        begun_s, load = time.monotonic(), os.getloadavg()[0]
        sys.stderr.write(f"{name} ..\n")
        measured = await PARTS[name](short)
        seconds = time.monotonic() - begun_s
        found[name] = ledger.entry(measured, (load, os.getloadavg()[0]), seconds)
        sys.stderr.write(f"{name}: {seconds:.0f} s\n")
    return found


def told(entry: Entry) -> str:
    """Markdown for the page: where it was measured, the table, what was missing."""
    busy = (
        f"; {max(entry['load']):.0f} programs wanted its cores, so read the ratios" if max(entry["load"]) > BUSY else ""
    )
    lines = [f"Measured on {entry['machine']}, in {entry['seconds']:.0f} s{busy}.", "", table(ledger.figures_of(entry))]
    return "\n".join([*lines, *([""] if entry["missing"] else []), *entry["missing"]])


PLOTS = {
    "alert": "How alerts spread and where the time goes",
    "activity": "Processor time over activity",
    "cameras": "Processor, memory and answers over the number of cameras",
    "scale": "How answers grow with the catalogue",
}
"""Parts that have one, and what it shows."""


def write_tables(parts: Mapping[str, Entry]) -> None:
    """What has been measured so far, into the page."""
    for name, one in parts.items():
        plot = f"![{PLOTS[name]}](images/performance-{name}.png)\n\n" if name in PLOTS else ""
        write_between(PAGE, name, plot + told(one))


def write(parts: Mapping[str, Entry]) -> None:
    """The same, and the plots."""
    from tests.bench import plots  # noqa: PLC0415 - matplotlib is there for `make bench` alone

    write_tables(parts)
    plots.draw(IMAGES, parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--short", action="store_true", help="few repetitions, and nothing is written to the docs")
    parser.add_argument("--draw", action="store_true", help="write page and plots anew from docs/performance.json")
    chosen = parser.parse_args()
    if chosen.draw:
        write(ledger.read(LEDGER))
        return
    found = asyncio.run(measure(chosen.parts or list(PARTS), short=chosen.short))
    for one in found.values():
        sys.stdout.write(told(one) + "\n\n")
    if chosen.short:
        ledger.write(ROOT / "build/bench.json", found)
        return
    parts = ledger.read(LEDGER) | found
    ledger.write(LEDGER, parts)
    write(parts)


if __name__ == "__main__":
    main()
