"""`make soak`: two weeks in an hour, a visitor every quarter of an hour; what grows meanwhile.

The whole program with a synthetic camera; its clocks jump over the time in which nothing happens (see source.py).
Writes docs/images/soak.png and the table in docs/reliability.md. `--short` takes a minute and writes nothing. Fails
when an event was lost, descriptors or threads are left over, or memory grows by 1 MB a simulated day or more.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.page import write_between
from tests.chaos.report import machine
from tests.soak.house import DAY_S, House, house
from tests.soak.plot import Panel, draw
from tests.soak.samples import Sample, rise, save, slope, take
from tests.soak.source import Order

ROOT = Path(__file__).parents[2]
PAGE, PLOT = ROOT / "docs/reliability.md", ROOT / "docs/images/soak.png"
DAYS, VISITS = 14.0, 1500
SHORT_DAYS, SHORT_VISITS, SHORT_MINUTES = 0.2, 20, 0.6
STEP_S = 30.0
LEAST_FOR_SLOPE_DAYS = 3.0
MOST_MB_A_DAY = 1.0
PATIENCE_S = 300.0
"""For an answer: the first one waits for the start of a program that a busy machine may have to compile."""
LONGEST_END_S = 300.0
"""Real seconds after the last visitor, for all that waits."""
MOST_LEFT_OVER = 4
"""Descriptors, and threads, more at rest than before: fewer than one for each visit of the shortest run."""
RULES = "/retention here 1d archive 3d"
FIGURES = {
    "memory_mb": ("memory of the process", "MB"),
    "descriptors": ("open descriptors", ""),
    "threads": ("threads", ""),
    "database_mb": ("database with its log", "MB"),
    "disk_mb": ("data folder", "MB"),
    "archive_mb": ("archive", "MB"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One run."""

    samples: list[Sample]
    visits: int
    events: int
    archived: int
    """Clips that were ever proved in the archive."""
    deleted_here: int
    deleted_there: int
    errors: int
    code: int
    took_s: float

    @property
    def faults(self) -> list[str]:
        """What is not as it should be."""
        found = []
        if self.events != self.visits:
            found.append(f"{self.visits} visits made {self.events} events")
        if self.archived != self.visits:
            found.append(f"{self.archived} of {self.visits} clips were archived")
        if self.code:
            found.append(f"it ended with code {self.code}")
        if self.samples[-1].day >= LEAST_FOR_SLOPE_DAYS and slope(self.samples, "memory_mb") >= MOST_MB_A_DAY:
            found.append(f"memory grows by {slope(self.samples, 'memory_mb'):.2f} MB a day")
        rises = {name: rise(self.samples, name) for name in ("descriptors", "threads")}
        return found + [f"{more:.0f} {name} are left over" for name, more in rises.items() if more > MOST_LEFT_OVER]


async def soak(folder: Path, days: float, visits: int, most_s: float) -> Result:
    """After `most_s` real seconds nobody comes any more, however many were planned."""
    begun_s = time.monotonic()
    samples: list[Sample] = []
    async with house(folder, {"LOG_LEVEL": "INFO", "ALERT_STORM_EVENTS": "0"}) as made:
        every_s = days * DAY_S / visits
        made.order(Order(every_s, 0, 0.05, waits=True))
        await made.begin()
        await made.phone.press(await made.phone.ask(RULES, PATIENCE_S), "yes", PATIENCE_S)
        made.order(Order(every_s, visits, STEP_S, waits=True))
        told, first_s = 0, time.monotonic()
        while (made.played < visits or made.waiting()) and not made.ended:
            await asyncio.sleep(1)
            if time.monotonic() - first_s > most_s + LONGEST_END_S:
                break  # what is missing is said by the result
            if time.monotonic() - first_s > most_s and visits > made.played:
                visits = made.played + 1
                made.order(Order(every_s, visits, STEP_S, waits=True))
            samples.append(take(made.pid, made.day(), made.data_dir, made.folder / "archive"))
            if made.played >= told + 25:
                told = made.played
                sys.stderr.write(f"{told} visits, day {made.day():.2f}, {samples[-1]}\n")
        made.order(Order(every_s, visits, 0.05, waits=True))
        counts = _counts(made)
        code = 1 if made.ended else await made.end()
        errors = sum(" ERROR " in line for line in made.output.read_text(errors="replace").splitlines())
    return Result(samples, visits, *counts, errors, code, time.monotonic() - begun_s)


def _counts(made: House) -> tuple[int, int, int, int]:
    return (
        made.asked("SELECT value FROM counter WHERE name = 'event'"),
        made.asked("SELECT count(*) FROM clip WHERE verified_utc_us IS NOT NULL"),
        made.asked("SELECT count(*) FROM clip WHERE path IS NULL"),
        made.asked("SELECT count(*) FROM clip WHERE archive = 'deleted'"),
    )


def table(result: Result, command: str) -> str:
    """Markdown."""
    samples = result.samples
    lines = [
        (
            f"By `{command}`, {machine()}: {samples[-1].day:.1f} simulated days in {result.took_s / 60:.0f} minutes,"
            f" {result.visits} visits, {result.events} events, {result.archived} clips archived and verified,"
            f" {result.deleted_here} deleted here and {result.deleted_there} in the archive by retention (a day, three)"
            f" and {result.errors} errors in the log."
        ),
        "",
        "| | after the warm-up | at the end | most | grows a simulated day |",
        "|---|---|---|---|---|",
    ]
    warm = next(sample for sample in samples if sample.day >= samples[-1].day / 4)
    for name, (title, unit) in FIGURES.items():
        first, last = getattr(warm, name), getattr(samples[-1], name)
        most = max(getattr(sample, name) for sample in samples)
        lines.append(
            f"| {title} | {first:.4g} {unit} | {last:.4g} {unit} | {most:.4g} {unit} | {_slope(result, name)} |"
        )
    return "\n".join(lines)


def _slope(result: Result, name: str) -> str:
    value, unit = slope(result.samples, name), FIGURES[name][1]
    return f"{value:+.3f} {unit}".strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="some hours, and nothing is written to the docs")
    parser.add_argument("--days", type=float, default=DAYS)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--minutes", type=float, help="real ones; then it comes to its end")
    parser.add_argument("--keep", type=Path, help="a folder in which everything is left to look at")
    chosen = parser.parse_args()
    days, visits = (SHORT_DAYS, SHORT_VISITS) if chosen.short else (chosen.days, chosen.visits)
    minutes = chosen.minutes or (SHORT_MINUTES if chosen.short else math.inf)
    folder = Path(chosen.keep or tempfile.mkdtemp(prefix="mocam-soak-"))
    result = asyncio.run(soak(folder, days, visits, 60 * minutes))
    is_whole = days >= LEAST_FOR_SLOPE_DAYS
    given = "" if (days, visits) == (DAYS, VISITS) else f" --days {days:g} --visits {visits}"
    given += "" if minutes == math.inf else f" --minutes {minutes:g}"
    command = f"python -m tests.soak{given}" if given else "make soak"
    text = table(result, command)
    sys.stdout.write(text + "\n")
    save(folder / "soak.csv", result.samples)
    xs = [sample.day for sample in result.samples]
    panels = [
        Panel(f"{title}{f' ({unit})' if unit else ''}", xs, [getattr(sample, name) for sample in result.samples])
        for name, (title, unit) in FIGURES.items()
    ]
    draw(PLOT if is_whole else folder / "soak.png", panels, "simulated days")
    if is_whole:
        write_between(PAGE, "soak", f"{text}\n\n![Six figures over the simulated days](images/soak.png)")
    if chosen.keep:
        sys.stderr.write(f"what there is to look at: {folder}\n")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    if result.faults:
        sys.exit("; ".join(result.faults))


if __name__ == "__main__":
    main()
