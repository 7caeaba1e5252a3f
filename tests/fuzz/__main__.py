"""`make fuzz SEED=1 COUNT=10000`: odd updates against the whole program, and the table in docs/reliability.md."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.page import write_between
from tests.fuzz.run import Found, fuzz

PAGE = Path(__file__).parents[2] / "docs/reliability.md"
NAME = "fuzz"
LONG = 10_000
"""Updates of a run that is worth writing down."""


def table(seed: int, found: Found, took_s: float) -> str:
    """For the docs."""
    columns = {
        "updates": found.updates,
        "by strangers": found.by_strangers,
        "by guests": found.by_guests,
        "calls by the bot": found.answers,
        "crashes": len(found.crashes),
        "words to strangers": len(found.words_to_strangers),
        "changes by strangers": len(found.changes_by_strangers),
        "changes by guests": len(found.changes_by_guests),
        "secrets shown": len(found.secrets),
        "wrong calls": len(found.violations),
    }
    lines = [" | ".join(columns), " | ".join("---" for _ in columns), " | ".join(map(str, columns.values()))]
    rows = "\n".join(f"| {line} |" for line in lines)
    return f"`make fuzz SEED={seed} COUNT={found.updates}`, {took_s:.0f} s:\n\n{rows}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int)
    asked = parser.parse_args()
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger().addHandler(logging.NullHandler())
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mocam-fuzz-") as folder:
        found = asyncio.run(fuzz(asked.seed, asked.count, Path(folder)))
    text = table(asked.seed, found, time.monotonic() - began_s)
    sys.stdout.write(text + "\n")
    for fault in found.faults[:50]:
        sys.stdout.write(f"- {fault[-3000:]}\n")
    if asked.count >= LONG:
        write_between(PAGE, NAME, text)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
