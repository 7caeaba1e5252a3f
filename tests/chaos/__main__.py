"""`make chaos`: kills the whole program at random instants among failing neighbours, and looks for what was lost.

Writes its table into docs/reliability.md. `--short` takes less than a minute and writes nothing. Fails when anything
was lost, does not play, was not archived, or was deleted wrongly. The same seed draws the same lives and faults; the
instant at which a signal meets the program still differs from run to run.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.page import write_between
from tests.chaos.report import judged, save, table
from tests.chaos.world import Outcome, run, say

PAGE = Path(__file__).parents[2] / "docs/reliability.md"
LIVES, SEED = 250, 1
SHORT, SHORT_SEED = 4, 31


async def chaos(folder: Path, seed: int, count: int, command: str) -> bool:
    """Whether all was well."""
    begun_s = time.monotonic()

    def finish(outcome: Outcome) -> tuple[str, bool]:
        verdict = judged(outcome)
        save(folder / "verdict.txt", verdict)
        for sentence in verdict.sentences():
            say(sentence)
        return table(outcome, verdict, seed, time.monotonic() - begun_s, command), verdict.good

    text, good = await run(folder, seed, count, 60 + 10 * count, say, finish)
    sys.stdout.write(text + "\n")
    if good and count >= LIVES:
        write_between(PAGE, "chaos", text)
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=LIVES, help="how often the program is started and ended")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--short", action="store_true", help="a few lives, and nothing is written to the docs")
    parser.add_argument("--keep", type=Path, help="a folder in which everything is left to look at")
    chosen = parser.parse_args()
    count = SHORT if chosen.short else chosen.lives
    seed = chosen.seed if chosen.seed is not None else SHORT_SEED if chosen.short else SEED
    command = f"python -m tests.chaos --lives {count} --seed {seed}"
    if count == LIVES:
        command = "make chaos" + (f" SEED={seed}" if seed != SEED else "")
    folder = Path(chosen.keep or tempfile.mkdtemp(prefix="mocam-chaos-"))
    good = False
    try:
        good = asyncio.run(chaos(folder, seed, count, command))
    finally:
        if chosen.keep or not good:
            say(f"what there is to look at: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(not good)


if __name__ == "__main__":
    main()
