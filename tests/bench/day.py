"""`make day`: a scripted day in the chat, and how often the phone makes a sound.

Two cameras, 120 events, three storms, three hours without network; the real chat over HTTP against the stand-in, real
rows, pictures and clips, a clock that is moved by hand. Afterwards every button is pressed that leads to an event.
Writes the table in docs/a-day.md; `--short` writes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.conversation import Message
from mocam.store import open_store
from tests.bench.page import write_between
from tests.bot.conftest import OWNER
from tests.mocam.living import Living, living

PAGE = Path(__file__).parents[2] / "docs/a-day.md"
MIDNIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)  # in the owner's zone
OUTAGE = (timedelta(hours=14), timedelta(hours=17))


@dataclass(frozen=True, slots=True)
class Seen:
    """One event of the script."""

    at: timedelta
    camera: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the phone got."""

    events: int
    messages: int
    """That came unasked."""
    sounds: int
    edits: int
    lost: int
    """Events that no message leads to."""
    furthest_taps: int
    """From the chat to the playing clip of the event that is furthest away."""


def script() -> list[Seen]:
    """The day, in order of time."""
    storms = [
        *_row("03:10", 30, 15, ["garden"]),  # wind
        *_row("12:30", 30, 20, ["front"]),  # school is over
        *_row("18:05", 24, 12, ["front", "garden"]),  # guests
    ]
    outage = _row("14:05", 16, 660, ["front", "garden"])
    singles = ["00:20", "01:45", "04:50", "06:10", "07:15", "07:40", "08:05", "08:50", "09:30", "10:20"]
    singles += ["11:10", "13:20", "17:20", "17:40", "19:30", "20:05", "20:40", "21:00", "21:20", "21:40"]
    alone = [Seen(_clock(text), "front" if number % 2 else "garden") for number, text in enumerate(singles)]
    return sorted([*storms, *outage, *alone], key=lambda seen: seen.at)


def _row(begin: str, count: int, every_s: int, cameras: list[str]) -> list[Seen]:
    turns = itertools.cycle(cameras)
    return [Seen(_clock(begin) + timedelta(seconds=number * every_s), next(turns)) for number in range(count)]


def _clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


async def play(folder: Path, *, quiet_hours: bool) -> Figures:
    """The whole day; `quiet_hours`: from 22:00 to 7:00 without sound."""
    with open_store(folder / "data") as store:
        async with living(store, folder, "front", "garden") as household:
            household.now_utc = MIDNIGHT
            if quiet_hours:
                store.quiet.set_hours(OWNER, (22 * 60, 7 * 60))
            events = [event async for event in _lived(household)]
            await household.settled()
            unasked = household.messages()
            edits = sum(call.method.startswith("editMessage") for call in household.api.calls)
            taps = await _taps(household, unasked)
            return Figures(
                events=len(events),
                messages=len(unasked),
                sounds=sum(not message.silent for message in unasked),
                edits=edits,
                lost=len(set(events) - set(taps)),
                furthest_taps=max(taps.values()),
            )


async def _lived(household: Living) -> AsyncIterator[str]:
    """Lets the day happen; the id of each event."""
    down = False
    for seen in script():
        if not down and OUTAGE[0] <= seen.at < OUTAGE[1]:
            await household.settled()
            await household.api.go_down()
            down = True
        if down and seen.at >= OUTAGE[1]:
            await household.api.come_back()
            await household.settled()
            down = False
        household.now_utc = max(household.now_utc, MIDNIGHT + seen.at)
        yield household.moves(seen.camera)
        if not down:
            await household.first_messages()


async def _taps(household: Living, messages: list[Message]) -> dict[str, int]:
    """How many taps lead to the clip of each event, by pressing what there is to press."""
    taps: dict[str, int] = {}
    for message in messages:
        if message.kind == "video":
            taps |= dict.fromkeys(_named(message), 0)
            continue
        for event_id in await _opened(household, message):
            taps.setdefault(event_id, 1)
        for page in [label for label in message.labels if " - " in label and not label.startswith("·")]:
            await household.press(message, page)
            for event_id in await _opened(household, message):
                taps.setdefault(event_id, 2)
    return taps


async def _opened(household: Living, message: Message) -> list[str]:
    """The events whose clip really comes when the number that the page gives them is pressed."""
    found = []
    for number, event_id in re.findall(r"^(\d+) · .*#(e\d+)$", message.text, re.MULTILINE):
        clip = await household.press(message, number)
        if clip.kind == "video" and f"#{event_id}" in clip.text:
            found.append(event_id)
    return found


def _named(message: Message) -> Iterator[str]:
    return (match[1] for match in re.finditer(r"#(e\d+)", message.text))


def table(with_quiet: Figures, without: Figures) -> str:
    """As it stands in the page."""
    rows = [
        ("events", with_quiet.events, without.events),
        ("messages", with_quiet.messages, without.messages),
        ("of these with a sound", with_quiet.sounds, without.sounds),
        ("edits, which make none", with_quiet.edits, without.edits),
        ("events that nothing leads to", with_quiet.lost, without.lost),
        ("taps to the clip of the event furthest away", with_quiet.furthest_taps, without.furthest_taps),
    ]
    lines = ["| | quiet hours 22:00 to 7:00 | no quiet hours |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {one} | {other} |" for name, one, other in rows)])


def main() -> int:
    """Prints the table; 1 when an event is lost or further than two taps away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="write nothing")
    short = parser.parse_args().short
    both = []
    for quiet_hours in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            both.append(asyncio.run(play(Path(folder), quiet_hours=quiet_hours)))
    text = table(*both)
    print(text)  # noqa: T201 - a command of its own
    if not short:
        write_between(PAGE, "day", text)
    return int(any(one.lost or one.furthest_taps > 2 for one in both))


if __name__ == "__main__":
    sys.exit(main())
