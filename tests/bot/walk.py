"""A walk through a whole chat, an owner's or a guest's: every command is written and every kind of button that appears
is pressed once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot import callback
from bot.commands import BY_NAME
from bot.daily import DayCamera, DayEvent, DayView
from bot.decisions import Decision, Fate
from bot.people import GuestView
from bot.privacy import ChatPrivacy, Look
from bot.proposal_keys import notice_key
from bot.proposals import Answer, ProposalView
from bot.roles import GUEST_COMMANDS
from demo.conversation import Message
from tests.bot.conftest import OWNER, Phone
from tests.bot.house import TestHouse

CAMERAS = ["front", "garden"]
TYPED = (
    *(f"/{name}" for name in BY_NAME if name != "disarm"),
    "/disarm garden 3h",
    "/disarm",
    "/disarm frnt",
    "/snapshot garden",
    "/clip 1",
    "/clip 99",
    "/clips nonsense",
    "/clips 1.1.2026",
    "/mute front 2h",
    "/mute 22:00-7:00",
    "/schedule weekdays 8:00 to 17:30, nights",
    "/schedule front off",
    "/zones front ignore B2-C4",
    "/zones front",
    "/digest now",
    "/why front",
    "/why frnt",
    "/record 30s",
    "/sensitivity front high",
    "/privacy pixelated",
    "/privacy remove 24h",
    "/privacy 2h",
    "/retention here 30d 20GB archive 90d",
    "/retention -3d",
    "/guest 24h",
    "/language nonsense",
    "/snapshoot",
    "hello",
)
"""Besides plain commands: words after them, and what is not understood."""
LATE = ("/clips", "/arm", "/disarm 2h")
GUEST = 777
TYPED_BY_GUEST = (
    *(f"/{name}" for name in BY_NAME if name in GUEST_COMMANDS),
    "/snapshot garden",
    "/snapshot frnt",
    "/clip 1",
    "/clip 99",
    "/clips nonsense",
    "/clips 1.1.2026",
    "/language nonsense",
    "/disarm 3h",
    "/snapshoot",
    "hello",
)
LATE_BY_GUEST = ("/clips", "/snapshot")
_MOST_STEPS = 400
SKIPPED = "skipped"


@dataclass
class Walk:
    """What was done; `unanswered` are presses of which nothing came."""

    phone: Phone
    chat: int = OWNER
    pressed: set[str] = field(default_factory=lambda: {SKIPPED})
    unanswered: list[str] = field(default_factory=list)
    _presses: set[str] = field(default_factory=set)

    async def all(self) -> None:
        """Until nothing new can be pressed."""
        for text in TYPED if self.chat == OWNER else TYPED_BY_GUEST:
            await self._typed(text)
            await self._press_new()
        for text in LATE if self.chat == OWNER else LATE_BY_GUEST:
            await self._typed(text, date=datetime.now(UTC) - timedelta(minutes=30))
            await self._press_new()

    async def _typed(self, text: str, date: datetime | None = None) -> None:
        before = len(self.phone.of_bot(self.chat))
        self.phone.api.say(self.chat, text, date=date)
        await self.phone.api.wait_for(lambda: len(self.phone.of_bot(self.chat)) > before)
        await self._quiet()

    async def _press_new(self) -> None:
        for _ in range(_MOST_STEPS):
            found = next(
                (
                    (message, button.data, verb)
                    for message in reversed(self.phone.of_bot(self.chat))
                    for row in message.buttons
                    for button in row
                    if (verb := _kind(button.data)) not in self.pressed
                ),
                None,
            )
            if found is None:
                return
            await self._press(*found)

    async def _press(self, message: Message, data: str, kind: str) -> None:
        self.pressed.add(kind)
        before = self._calls()
        pressed = self.phone.api.press(self.chat, message.message_id, data)
        self._presses.add(pressed)
        await self.phone.api.wait_for(lambda: any(answer.callback_id == pressed for answer in self.phone.api.answers))
        await self._quiet()
        if (
            self._calls() == before and kind != "stop"
        ):  # its message changes when a recorder, which is not here, is done
            self.unanswered.append(data)

    def _calls(self) -> int:
        """That may change the chat; a renewed message that is the same as before counts too."""
        quiet = {"getUpdates", "answerCallbackQuery", "sendChatAction"}
        return sum(call.method not in quiet for call in self.phone.api.calls)

    async def _quiet(self) -> None:
        """Nothing is in work any more."""
        await self.phone.until(lambda: not self.phone.bot._dispatch._tasks and not self.phone.house.outbox.open())

    def shown(self) -> list[str]:
        """Every text, caption and label that stood in the chat, also before edits."""
        found = []
        for message in self.phone.api.messages(self.chat, deleted=True):
            if message.from_bot:
                for content in (*message.history, message.content):
                    found.append(content.body.text)
                    found += [button.text for row in content.buttons for button in row]
        answers = [answer.text for answer in self.phone.api.answers if answer.callback_id in self._presses]
        menu = [command.description for command in self.phone.api.office.menu(self.chat)]
        return [text for text in (*found, *answers, *menu) if text]


def _kind(data: str) -> str:
    """What counts as the same button. The language stays what it is."""
    verb, argument = callback.unpack(data) or ("", "")
    if verb == "language":
        return verb if argument == "" else SKIPPED
    return f"run:{argument}" if verb == "run" else verb


def furnish(house: TestHouse, snapshot: Path) -> None:
    """A house in which every button can be met. The events are of yesterday, so that midnight does not part them."""
    house.cameras.names = list(CAMERAS)
    noon_utc = datetime.now(UTC).replace(hour=11, minute=0) - timedelta(days=1)
    for number in range(1, 15):
        begun_utc = noon_utc + timedelta(minutes=number)
        parts = 6 if number == 1 else 1
        house.event(number, started_utc=begun_utc, snapshot=snapshot, parts=parts, camera=CAMERAS[number % 2])
    house.event(15, started_utc=noon_utc - timedelta(days=1), snapshot=snapshot, parts=1)
    house.event(16, started_utc=noon_utc + timedelta(hours=1), snapshot=snapshot, going_on=True)
    for number in range(20):
        house.audit.add(f"front until 2026-11-2{number % 10}T10:00Z")
    house.days.view = _day(noon_utc, snapshot)
    house.guests.found[7] = GuestView(7, "Ann", datetime.now(UTC) + timedelta(hours=3))
    house.arming.until_utc = {"garden": datetime.now(UTC) + timedelta(hours=3)}
    house.privacy.now = ChatPrivacy(Look.CROP)
    house.reasons.all = [Decision(CAMERAS[0], fate, noon_utc, noon_utc) for fate in Fate]
    house.offers.views[CAMERAS[0], 1] = ProposalView(
        CAMERAS[0], 1, "D4", (time(17), time(19)), 14, 15, 6, 14, Answer.OPEN
    )
    house.outbox.put(OWNER, text="💡", key=notice_key(CAMERAS[0], 1))
    house.outbox.put(OWNER, "e1")
    house.outbox.put(OWNER, "e16")
    house.outbox.put_storm(OWNER, [house.clips.events[f"e{number}"] for number in range(1, 15)])


def _day(noon_utc: datetime, snapshot: Path) -> DayView:
    """One on which everything happened that a chart can show."""
    events = [
        DayEvent(f"e{number}", CAMERAS[0], noon_utc, 8.0, snapshot, None, "", false_alarm=number == 2, kept=False)
        for number in (1, 2)
    ]
    gap = (noon_utc - timedelta(hours=2), noon_utc - timedelta(hours=1))
    cameras = [DayCamera(name, 80_000.0, 3600.0, [gap], [gap]) for name in CAMERAS]
    return DayView(noon_utc, noon_utc, events, cameras)


_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ALIKE = re.compile(
    r"/[a-z]+|#?e\d+|min|MB|GB|front|garden|frnt|Ann|koofr:cameras|hello|nonsense|snapshoo?t|Owner|User|H\.265|English|https?:\S+"
)
"""Names, numbers, units and what was typed: the same in every language."""


def unwrapped(text: str) -> str:
    """What stands outside of ⟦…⟧."""
    depth, left = 0, []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        if depth <= 0 and letter not in "⟦⟧":
            left.append(letter)
    return "".join(left)


def untold(text: str) -> list[str]:
    """Words in a text that went through no catalogue, where the catalogue puts ⟦ ⟧ around everything."""
    return _LETTERS.findall(_ALIKE.sub(" ", unwrapped(text)))
