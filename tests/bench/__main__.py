"""`make bench`: measures what docs/performance.md states, writes it there and, as JSON, to build/bench.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.bench import alert, archive, detector, idle, jpegs, memory, replay, scale, second_stream
from tests.bench.figure import Figure, table
from tests.bench.page import write_between

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/performance.md"

PARTS: dict[str, Callable[[bool], Awaitable[list[Figure]]]] = {
    "detector": detector.measure,
    "replay": replay.measure,
    "memory": memory.measure,
    "alert": alert.measure,
    "idle": idle.measure,
    "second-stream": second_stream.measure,
    "mjpeg": jpegs.measure,
    "archive": archive.measure,
    "scale": scale.measure,
}


async def measure(names: list[str], *, short: bool) -> list[Figure]:
    figures = []
    for name in names:
        begun = time.monotonic()
        sys.stderr.write(f"{name} ..\n")
        figures += await PARTS[name](short)
        sys.stderr.write(f"{name}: {time.monotonic() - begun:.0f} s\n")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--short", action="store_true", help="few repetitions, and nothing is written to the docs")
    chosen = parser.parse_args()
    figures = asyncio.run(measure(chosen.parts or list(PARTS), short=chosen.short))
    rows = table(figures)
    sys.stdout.write(rows + "\n")
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "bench.json").write_text(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n")
    if not chosen.short and not chosen.parts:
        machine = f"Measured on {platform.machine()}, Python {platform.python_version()}, by `make bench`:"
        write_between(PAGE, "figures", f"{machine}\n\n{rows}")


if __name__ == "__main__":
    main()
