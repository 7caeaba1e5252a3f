"""`make outage`: a simulated day without Telegram and without the cloud, a hundred events in it; then both come back.

The whole program; its clocks jump over the time in which nothing happens (see source.py). Both are really away: nobody
listens on their ports. Writes the table in docs/reliability.md; `--short` takes a minute and writes nothing. Fails when
an event did not reach the chat, a clip not the archive, or one does not play.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.bench.page import write_between
from tests.chaos.cloud import Cloud
from tests.chaos.judge import (
    Verdict,
    events_of,
    judge_archive,
    judge_chat,
    judge_deletions,
    judge_playing,
    read_archive,
)
from tests.chaos.pages import leafed
from tests.chaos.report import machine
from tests.e2e.program import OWNER
from tests.soak.house import DAY_S, House, house
from tests.soak.source import Order
from tests.support_crypt import Reader

PAGE = Path(__file__).parents[2] / "docs/reliability.md"
HOURS, VISITS = 24.0, 100
SHORT_HOURS, SHORT_VISITS = 1.0, 5
STEP_S = 20.0
AFTER_STEP_S = 1.0
"""While both work again time goes in small steps: an answer that takes a moment must not seem overdue."""
LONGEST_DRAIN_S = 1800.0
"""Real seconds."""


async def outage(folder: Path, hours: float, visits: int) -> tuple[Verdict, list[str]]:
    """The verdict, and the rows of the table."""
    folder.mkdir(exist_ok=True)
    cloud = Cloud(folder / "cloud")
    await cloud.start()
    settings = {"ARCHIVE_REMOTE": "cloud:cameras", "ARCHIVE_RCLONE_CONFIG": str(cloud.config)}
    try:
        async with house(folder, settings) as made:
            return await _outage(made, cloud, hours, visits)
    finally:
        await cloud.stop()


async def _outage(made: House, cloud: Cloud, hours: float, visits: int) -> tuple[Verdict, list[str]]:
    every_s = hours * 3600 / visits
    made.order(Order(every_s, 0, 0.05, waits=True))
    await made.begin()
    await made.phone.ask("/status", 60)
    await made.api.go_down()
    await cloud.disconnect()
    begun_day, begun_s = made.day(), time.monotonic()
    made.order(Order(every_s, visits, STEP_S, waits=False))
    while made.played < visits or (made.day() - begun_day) * 24 < hours:
        await asyncio.sleep(0.2)
        if made.ended:
            raise RuntimeError(f"it ended: {made.output.read_text()[-2000:]}")
    lasted_h, took_s = (made.day() - begun_day) * 24, time.monotonic() - begun_s
    waited = made.waiting()
    made.order(Order(every_s, visits, AFTER_STEP_S, waits=False))
    await made.api.come_back()
    await cloud.connect()
    back_day, back_s = made.day(), time.monotonic()
    while made.waiting() and time.monotonic() < back_s + LONGEST_DRAIN_S:  # noqa: ASYNC110 - files of another process
        await asyncio.sleep(0.2)
    made.order(Order(every_s, visits, 0.05, waits=False))
    found = await leafed(made.phone)
    drained_min = (made.day() - back_day) * DAY_S / 60
    await made.end()
    verdict = await asyncio.to_thread(_judged, made, cloud, visits, found)
    sent = Counter(call.method for call in made.api.calls if call.status == 200)
    rows = {
        "outage, simulated hours": f"{lasted_h:.1f}",
        "visits, events": f"{visits}, {verdict.counts['events']}",
        "letters, uploads and lists that waited at its end": waited,
        "events in a message of their own afterwards": verdict.counts["events in a message of their own"],
        "events in a common message": verdict.counts["events in a common message"],
        "messages that make a sound or stand alone": sum(
            sent[name] for name in ("sendPhoto", "sendMessage", "sendVideo")
        ),
        "edits": sum(sent[name] for name in sent if name.startswith("edit")),
        "clips whose decrypted archived copy is the same file": verdict.counts["clips proved in the archive"],
        "all was delivered and archived after, simulated minutes": f"{drained_min:.0f}",
        "**lost**": len(verdict.lost),
        "**not archived**": len(verdict.not_archived),
        "**unplayable**": len(verdict.unplayable),
        "**messages that came twice**": len(verdict.duplicated),
        "real time of the outage": f"{took_s:.0f} s",
    }
    return verdict, ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]


def _judged(made: House, cloud: Cloud, visits: int, found: set[str]) -> Verdict:
    verdict = Verdict()
    events = events_of(made.data_dir)
    verdict.counts["events"] = len(events)
    if len(events) != visits:
        verdict.lost.append(f"{visits} visits made {len(events)} events")
    verdict.lost += [f"{event.event_id} has no clip" for event in events if not event.clips]
    if left := made.waiting():
        verdict.lost.append(f"{left} things still wait")
    judge_chat(verdict, events, made.api.messages(OWNER, deleted=True), found)
    reader = Reader.from_file(made.data_dir / "keys/archive-passwords.txt")
    deletions = [(d.name.removeprefix("cameras/"), d.kept) for d in cloud.deletions]
    graves = [(name, kept) for name, kept in deletions if kept]
    archive = read_archive(reader, cloud.folder / "cameras", graves, ())
    judge_archive(verdict, events, archive)
    judge_playing(verdict, events, archive, made.folder / "playing.mp4")
    judge_deletions(verdict, (name for name, _ in deletions), reader, events, {})
    return verdict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="an hour with five events, and nothing is written")
    parser.add_argument("--keep", type=Path, help="a folder in which everything is left to look at")
    chosen = parser.parse_args()
    hours, visits = (SHORT_HOURS, SHORT_VISITS) if chosen.short else (HOURS, VISITS)
    folder = Path(chosen.keep or tempfile.mkdtemp(prefix="mocam-outage-"))
    verdict, rows = asyncio.run(outage(folder, hours, visits))
    text = "\n".join([f"By `make outage`, {machine()}:", "", *rows])
    sys.stdout.write(text + "\n")
    for sentence in verdict.sentences():
        sys.stderr.write(sentence + "\n")
    if verdict.good and not chosen.short:
        write_between(PAGE, "outage", text)
    if not chosen.keep:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(not verdict.good)


if __name__ == "__main__":
    main()
