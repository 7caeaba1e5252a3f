"""`make telegram-table`: every fault of Telegram met by everything that goes over it, for docs/reliability.md.

Each fault is met by the photo of an event, its change into the clip, its change of caption, a notice, an answer to a
command and a poll; and, in a program that has not sent anything yet, by a photo. What counts is what the chat shows
at the end.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.ports import ArchiveState
from bot.timing import Timing
from demo.botapi import BotApi
from demo.conversation import Message
from tests.bench.page import write_between
from tests.bot.conftest import OWNER, QUICK, TOKEN, Phone, running
from tests.bot.house import Arming, Cameras, Clips, Outbox, Owners, Pictures, QuietTimes, Retention, TestHouse, Wishes
from tests.demo.media import jpeg, mp4

PAGE = Path(__file__).parents[2] / "docs/reliability.md"
NAME = "telegram"
COMMAND = "make telegram-table"

HASTY = replace(QUICK, read_timeout_s=2.5, upload_read_timeout_s=2.5, poll_read_timeout_s=2.5)
"""For faults that only a timeout ends; long enough for every other answer, of many chats on a loaded machine."""
SILENCE_S = 10.0

Plan = Callable[[BotApi, str], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """`unknowable`: the call may or may not have been carried out, and nothing in the answer tells."""

    name: str
    plan: Plan
    unknowable: bool = False
    timing: Timing = QUICK
    spared: tuple[str, ...] = ()
    """Targets that cannot meet it."""


async def _away(api: BotApi, _: str) -> None:
    await api.go_down()
    asyncio.get_running_loop().call_later(0.5, lambda: _BACK.add(asyncio.ensure_future(api.come_back())))


async def _blocked(api: BotApi, method: str) -> None:
    if method == "getUpdates":
        return
    api.block(OWNER)
    asyncio.get_running_loop().call_later(0.5, api.unblock, OWNER)


_BACK: set[asyncio.Future[None]] = set()
"""Keeps what brings the network back from being collected."""

FAULTS: tuple[Fault, ...] = (
    Fault("no network", _away),
    Fault("429, wait 1 s", lambda api, method: api.faults.status(method, 429, retry_after=1)),
    Fault("500", lambda api, method: api.faults.status(method, 500, times=2)),
    Fault("502 in HTML", lambda api, method: api.faults.status(method, 502, times=2)),
    Fault("504 in HTML", lambda api, method: api.faults.status(method, 504, times=2)),
    Fault("500 though carried out", lambda api, m: api.faults.status(m, 500, stored=True), unknowable=True),
    Fault("502 though carried out", lambda api, m: api.faults.status(m, 502, stored=True), unknowable=True),
    Fault("reset before it was stored", lambda api, m: api.faults.reset(m, stored=False), unknowable=True),
    Fault("reset after it was stored", lambda api, m: api.faults.reset(m, stored=True), unknowable=True),
    Fault("reset in mid-upload", lambda api, m: api.faults.break_off(m, times=2), unknowable=True),
    Fault("upload hangs", lambda api, m: api.faults.hang(m, SILENCE_S), unknowable=True, timing=HASTY),
    Fault(
        "no answer, not stored",
        lambda api, m: api.faults.silence(m, SILENCE_S, stored=False),
        unknowable=True,
        timing=HASTY,
    ),
    Fault(
        "no answer, stored", lambda api, m: api.faults.silence(m, SILENCE_S, stored=True), unknowable=True, timing=HASTY
    ),
    Fault("answer cut off", lambda api, m: api.faults.cut_off(m), unknowable=True),
    Fault("answer of another shape", lambda api, m: api.faults.nonsense(m, '{"ok": true, "result": {}}'), True),
    Fault("answer that is no object", lambda api, m: api.faults.nonsense(m, "[1]"), unknowable=True),
    Fault("captive portal, 200", lambda api, m: api.faults.captive_portal(m, times=3)),
    Fault("captive portal, 403", lambda api, m: api.faults.captive_portal(m, status=403, times=3)),
    Fault("captive portal, 511", lambda api, m: api.faults.captive_portal(m, status=511, times=3)),
    Fault("401 once", lambda api, m: api.faults.status(m, 401)),
    Fault("404 once", lambda api, m: api.faults.status(m, 404)),
    Fault("409", lambda api, m: api.faults.status(m, 409)),
    Fault("a refusal without reason", lambda api, m: api.faults.status(m, 400, times=2), spared=("clip", "answer")),
    Fault("blocked for a while", _blocked, spared=("answer", "getUpdates")),
)
"""A clip that is refused without reason is said to be refused, and an owner who has blocked the bot asks nothing."""

TARGETS = ("photo", "clip", "caption", "notice", "answer", "getUpdates", "first photo ever")
_METHODS = {
    "photo": "sendPhoto",
    "clip": "editMessageMedia",
    "caption": "editMessageCaption",
    "notice": "sendMessage",
    "answer": "sendMessage",
    "getUpdates": "getUpdates",
    "first photo ever": "sendPhoto",
}


@dataclass(slots=True)
class Seen:
    """Copies that the chat shows at the end, by target; 0: lost."""

    copies: dict[str, int] = field(default_factory=dict)
    named: bool = True
    """Copies of one photo bear the same event's id."""


class Scene:
    """One fault against one running chat."""

    def __init__(self, fault: Fault, phone: Phone, snapshot: Path) -> None:
        self._fault = fault
        self._phone = phone
        self._snapshot = snapshot

    async def meet(self, target: str) -> int:
        """How many copies there are once nothing is left to do."""
        await _perhaps(self._fault.plan(self._phone.api, _METHODS[target]))
        steps = {
            "photo": self._photo,
            "clip": self._clip,
            "caption": self._caption,
            "notice": self._notice,
            "answer": self._answer,
            "getUpdates": self._poll,
            "first photo ever": self._photo,
        }
        copies = await steps[target]()
        self._phone.api.faults.clear()
        return copies

    async def _photo(self) -> int:
        self._phone.house.event(1, snapshot=self._snapshot, going_on=True)
        self._phone.house.outbox.put(OWNER, "e1")
        return await self._shown(lambda message: "#e1" in message.text)

    async def _clip(self) -> int:
        return await self._changed(ArchiveState.WAITING, lambda message: message.kind == "video")

    async def _caption(self) -> int:
        return await self._changed(ArchiveState.VERIFIED, lambda message: "verified" in message.text)

    async def _changed(self, archive: ArchiveState, as_wanted: Callable[[Message], bool]) -> int:
        self._phone.house.event(1, snapshot=self._snapshot, parts=1, archive=archive)
        self._phone.house.outbox.touch("e1")
        return await self._shown(as_wanted)

    async def _notice(self) -> int:
        self._phone.house.outbox.put(OWNER, text="front sees nothing.")
        return await self._shown(lambda message: message.text.startswith("front sees nothing."))

    async def _answer(self) -> int:
        self._phone.api.say(OWNER, "/help")
        return await self._until(lambda message: message.text.startswith("What I can do"))

    async def _poll(self) -> int:
        self._phone.api.say(OWNER, "/retention")
        return await self._until(lambda message: "GB" in message.text and " days" in message.text)

    async def _shown(self, wanted: Callable[[Message], bool]) -> int:
        self._phone.bot.wake()
        await self._phone.settled()
        return sum(map(wanted, self._phone.of_bot()))

    async def _until(self, wanted: Callable[[Message], bool]) -> int:
        """Answers are in no outbox: once it is there, one more has had its time when the next answer is there too."""
        await self._phone.shows(wanted)
        await self._phone.says("/status")
        return sum(map(wanted, self._phone.of_bot()))


async def _perhaps(planned: Awaitable[None] | None) -> None:
    if planned is not None:
        await planned


def house(folder: Path) -> TestHouse:
    """A small house with one camera."""
    picture = jpeg(640, 360)
    (folder / "e1.jpg").write_bytes(picture)
    cameras = Cameras(["front"], picture)
    clips = Clips(mp4(folder / "clip.mp4"), jpeg(320, 180))
    outbox = Outbox()
    return TestHouse(
        cameras,
        Arming(cameras),
        clips,
        Retention(),
        Owners(OWNER),
        outbox,
        Pictures(picture),
        Wishes(clips, outbox),
        QuietTimes(),
    )


async def run(fault: Fault, folder: Path) -> Seen:
    """Meets one fault with every target."""
    seen = Seen()
    await asyncio.gather(_in_a_running_chat(fault, folder, seen), _at_the_very_beginning(fault, folder, seen))
    return seen


async def _in_a_running_chat(fault: Fault, folder: Path, seen: Seen) -> None:
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, house(folder), fault.timing) as phone:
        await phone.says("/status")
        await phone.until(lambda: phone.bot._wire.trail.newest)
        scene = Scene(fault, phone, folder / "e1.jpg")
        for target in (target for target in TARGETS[:-1] if target not in fault.spared):
            if target == "getUpdates":
                # The answer before is no part of what is counted here.
                await phone.says("/status")
            seen.copies[target] = await scene.meet(target)
        assert api.violations == []


async def _at_the_very_beginning(fault: Fault, folder: Path, seen: Seen) -> None:
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, house(folder), fault.timing) as phone:
        await phone.until(lambda: phone.bot.connected)
        seen.copies[TARGETS[-1]] = await Scene(fault, phone, folder / "e1.jpg").meet(TARGETS[-1])
        photos = [message for message in phone.of_bot() if message.kind == "photo"]
        seen.named = all("#e1" in message.text for message in photos)


def row(fault: Fault, seen: Seen) -> str:
    """One line of the table."""
    words = {-1: "", 0: "**lost**", 1: "once"}
    found = [seen.copies.get(target, -1) for target in TARGETS]
    cells = [words.get(copies, f"{copies} times") for copies in found]
    return f"| {' | '.join([fault.name, *cells])} |"


async def main() -> None:
    lines = [f"| fault | {' | '.join(TARGETS)} |", "|---" * (len(TARGETS) + 1) + "|"]
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            lines.append(row(fault, await run(fault, Path(folder))))
        sys.stdout.write(lines[-1] + "\n")
    write_between(PAGE, NAME, "\n".join([f"`{COMMAND}`:", "", *lines]))


if __name__ == "__main__":
    asyncio.run(main())
