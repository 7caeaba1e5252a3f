"""What lies on the desk of every command: the ports, the way to answer, the clock, the open questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from telegram import InlineKeyboardMarkup

from bot.answers import Answers
from bot.daily import DayBook
from bot.decisions import Decisions
from bot.formatting import moment_text
from bot.health import Health
from bot.language import Words
from bot.lateness import Lateness
from bot.people import Act, AuditLog, Guests, Languages
from bot.pictures import Pictures
from bot.pins import PinBook, Pinning
from bot.ports import Archiving, Arming, Cameras, Clips, Outbox, Owners, Recordings, Retention
from bot.privacy import PrivacyBook
from bot.promptness import TakesTime
from bot.proposals import Proposals
from bot.questions import Questions
from bot.quiet import QuietTimes
from bot.sensitivity import Sensitivities
from bot.timing import Timing
from bot.wishes import Wishes
from bot.zones import ZonesPort

CLIPS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class House:
    """The rest of the program, as the chat sees it."""

    cameras: Cameras
    arming: Arming
    clips: Clips
    retention: Retention
    owners: Owners
    outbox: Outbox
    pictures: Pictures
    archive: Archiving
    wishes: Wishes
    quiet: QuietTimes
    guests: Guests
    audit: AuditLog
    privacy: PrivacyBook
    zones: ZonesPort
    sensitivities: Sensitivities
    languages: Languages
    recordings: Recordings
    decisions: Decisions
    days: DayBook
    pins: PinBook
    proposals: Proposals
    health: Health | None = None
    """None: nobody can tell."""
    promptness: TakesTime | None = None
    """None: nobody takes the time."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One command or one press of a button."""

    chat_id: int
    user_id: int
    argument: str
    """What was typed after the command, or what the button carries."""
    message_id: int | None = None
    """The message with the button; None: a typed command."""
    sent_utc: datetime | None = None
    """When it was typed; None: a press, of which Telegram does not tell."""
    who: str = ""
    """The name that Telegram gives, for the audit log."""
    is_owner: bool = True
    """False: a guest, who may only look."""


def _now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Shared by all commands; loop only."""

    house: House
    answers: Answers
    questions: Questions
    zone: tzinfo
    timing: Timing
    lateness: Lateness
    lost: Callable[[], int]
    """Messages that could not be delivered since the start."""
    bot_name: Callable[[], str]
    """The bot's name at Telegram; empty before the first contact."""
    pinboard: Pinning
    now_utc: Callable[[], datetime] = _now_utc
    lending: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CLIPS_AT_ONCE))
    """Held while a clip is fetched and sent: many taps must not fill the disk with fetched copies."""
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a picture that is tapped on is drawn anew and sent."""

    def camera_names(self) -> list[str]:
        """In the order of the settings."""
        return [view.name for view in self.house.cameras.views()]

    def today(self) -> date:
        """In the owner's zone."""
        return self.now_utc().astimezone(self.zone).date()

    def asked_long_ago(self, ask: Ask) -> str:
        """The time it was sent, if that is so long ago that it must not simply be obeyed; else empty."""
        if ask.sent_utc is None or self.lateness.age_s(ask.sent_utc) <= self.timing.stale_command_s:
            return ""
        return moment_text(ask.sent_utc, self.now_utc(), self.zone)

    async def note(self, ask: Ask, act: Act, about: str) -> None:
        """Into the audit log."""
        await self.house.audit.note(ask.user_id, ask.who, act, about)

    async def say(self, ask: Ask, html: Words, keyboard: InlineKeyboardMarkup | None = None) -> int:
        """A new message; returns its id."""
        return await self.answers.text(ask.chat_id, str(html), keyboard)

    async def show(self, ask: Ask, html: Words, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """In place of the message whose button was pressed; a typed command gets a new message."""
        if ask.message_id is None:
            await self.say(ask, html, keyboard)
        else:
            await self.answers.edit(ask.chat_id, ask.message_id, str(html), keyboard)

    async def question(
        self, ask: Ask, html: Words, keyboard: InlineKeyboardMarkup, about: str, *, in_place: bool = False
    ) -> None:
        """Asks; `about` is what the Yes button carries, and what `confirmed` compares."""
        with self.questions.going_out(ask.chat_id):
            if in_place and ask.message_id is not None:
                await self.answers.edit(ask.chat_id, ask.message_id, str(html), keyboard)
                message_id = ask.message_id
            else:
                message_id = await self.say(ask, html, keyboard)
            self.questions.asked(ask.chat_id, message_id, ask.user_id, about)

    async def confirmed(self, ask: Ask, about: str) -> bool:
        """This press is the Yes to that question: same user, same message, in time."""
        await self.questions.settled(ask.chat_id)
        return ask.message_id is not None and self.questions.answered(ask.chat_id, ask.message_id, ask.user_id, about)
