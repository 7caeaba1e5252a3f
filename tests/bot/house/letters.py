"""What goes out, and what a chat chose of it."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from datetime import time as clock_time

from bot.daily import DayView, day_before
from bot.ports import Cause, EventView, Gathered, Letter, Unavailable
from bot.privacy import ChatPrivacy, Look, Removal
from bot.quiet import Quiet
from tests.bot.house.zone import ZONE


@dataclass
class Row:
    letter: Letter
    shown: int = 0
    mono_due_s: float = 0.0
    reasons: list[str] = field(default_factory=list)
    given_up: bool = False
    hushed: bool = False


class Outbox:
    """As the durable one: due while `wanted` differs from `shown`."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.storms: dict[int, Sequence[EventView]] = {}
        self.failing_shown = 0
        """So many calls of `shown` fail."""
        self.failing_sending = False
        self.newest = 0
        """What an earlier life wrote down."""

    def put(self, chat_id: int, event_id: str = "", text: str = "", key: str = "") -> int:
        letter_id = len(self.rows) + 1
        letter = Letter(
            letter_id=letter_id,
            chat_id=chat_id,
            event_id=event_id,
            text=text,
            silent=False,
            message_id=None,
            holds_clip=False,
            wanted=1,
            attempts=0,
            created_utc=datetime.now(UTC),
            unknown=False,
            key=key,
        )
        self.rows[letter_id] = Row(letter)
        return letter_id

    def touch(self, event_id: str) -> None:
        for row in self.rows.values():
            if row.letter.event_id == event_id:
                row.letter = replace(row.letter, wanted=row.letter.wanted + 1)

    def open(self) -> list[Row]:
        return [row for row in self.rows.values() if row.letter.wanted != row.shown]

    async def due(self) -> Sequence[Letter]:
        await asyncio.sleep(0)
        now_s = time.monotonic()
        ready = [row.letter for row in self.open() if row.mono_due_s <= now_s]
        return sorted(ready, key=lambda letter: letter.message_id is not None)[:50]

    async def current(self, letter_id: int) -> Letter | None:
        await asyncio.sleep(0)
        row = self.rows.get(letter_id)
        return row.letter if row and row.letter.wanted != row.shown else None

    async def gather(self, busy: Collection[int]) -> None:
        """Digests are tested with the durable outbox."""

    def put_storm(self, chat_id: int, events: Sequence[EventView]) -> None:
        """A digest of these events, oldest first."""
        letter_id = self.put(chat_id)
        self.rows[letter_id].letter = replace(self.rows[letter_id].letter, cause=Cause.STORM)
        self.storms[letter_id] = events

    async def gathered(self, letter_id: int, page: int, per_page: int) -> Gathered | None:
        events = self.storms.get(letter_id)
        if not events:
            return None
        pages = math.ceil(len(events) / per_page)
        page %= pages
        return Gathered(
            chat_id=4242,
            cause=Cause.STORM,
            first_utc=events[0].started_utc,
            last_utc=events[-1].started_utc,
            by_camera=dict(Counter(event.camera for event in events)),
            page=page,
            pages=pages,
            first_number=page * per_page + 1,
            event_ids=tuple(event.event_id for event in events[page * per_page : (page + 1) * per_page]),
        )

    async def hushed(self, letter_id: int) -> None:
        self.rows[letter_id].hushed = True

    async def sending(self, letter_id: int, newest: int) -> bool:
        if self.failing_sending:
            raise Unavailable("The disk is full.")
        row = self.rows[letter_id]
        row.letter = replace(row.letter, unknown=True, sent_after=newest)
        return True

    async def newest_message(self) -> int:
        return self.newest

    async def numbers_taken(self, after: int, count: int) -> Collection[int]:
        if self.failing_sending:
            raise Unavailable("The disk is full.")
        return {row.letter.message_id for row in self.rows.values() if row.letter.message_id}

    async def shown(
        self, letter_id: int, message_id: int, wanted: int, *, holds_clip: bool, silent: bool = False
    ) -> None:
        await asyncio.sleep(0)
        if self.failing_shown:
            self.failing_shown -= 1
            raise Unavailable("The database is busy.")
        row = self.rows[letter_id]
        row.shown = max(row.shown, wanted)
        row.letter = replace(row.letter, message_id=message_id, holds_clip=holds_clip, attempts=0, unknown=False)

    async def defer(self, letter_id: int, delay_s: float, reason: str, *, unknown: bool) -> None:
        row = self.rows[letter_id]
        row.mono_due_s = time.monotonic() + delay_s
        row.reasons.append(reason)
        row.letter = replace(row.letter, attempts=row.letter.attempts + 1, unknown=unknown)

    async def give_up(self, letter_id: int, reason: str) -> None:
        row = self.rows[letter_id]
        row.shown, row.given_up = row.letter.wanted, True
        row.reasons.append(reason)

    async def next_due_s(self) -> float | None:
        waits = [row.mono_due_s for row in self.open()]
        return max(0.0, min(waits) - time.monotonic()) if waits else None


class QuietTimes:
    """Of all chats the same."""

    def __init__(self) -> None:
        self.now = Quiet({}, None)

    async def of(self, chat_id: int) -> Quiet:
        return self.now

    async def mute(self, chat_id: int, camera: str, until_utc: datetime) -> None:
        self.now = replace(self.now, until_utc={**self.now.until_utc, camera: until_utc})

    async def unmute(self, chat_id: int) -> None:
        self.now = replace(self.now, until_utc={})

    async def set_hours(self, chat_id: int, hours: tuple[clock_time, clock_time] | None) -> None:
        self.now = replace(self.now, hours=hours)


class PrivacyBook:
    """Of all chats the same; `pictures` are the messages that show one."""

    def __init__(self) -> None:
        self.now = ChatPrivacy()
        self.pictures: dict[int, str] = {}
        self.unwanted: set[int] = set()

    async def of(self, chat_id: int) -> ChatPrivacy:
        return self.now

    async def set_look(self, chat_id: int, look: Look) -> None:
        self.now = replace(self.now, look=look)

    async def set_removal(self, chat_id: int, after_h: int | None) -> None:
        self.now = replace(self.now, remove_after_h=after_h)

    async def sent(self, chat_id: int, message_ids: Collection[int], event_id: str) -> None:
        self.pictures |= dict.fromkeys(message_ids, event_id)

    async def due(self) -> Sequence[Removal]:
        return [Removal(4242, tuple(self.unwanted))] if self.unwanted else []

    async def removed(self, removal: Removal) -> None:
        self.unwanted -= set(removal.message_ids)


class DayBook:
    """Of all chats the same; `view` is the day, which ends when it is asked to."""

    def __init__(self) -> None:
        self.at: clock_time | None = None
        self.view = DayView(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), (), ())

    async def time_of(self, chat_id: int) -> clock_time | None:
        return self.at

    async def set_time(self, chat_id: int, at: clock_time | None) -> None:
        self.at = at

    async def day(self, until_utc: datetime) -> DayView:
        return replace(self.view, from_utc=day_before(until_utc, ZONE), until_utc=until_utc)


class Pins:
    """In memory."""

    def __init__(self) -> None:
        self.found: dict[int, int | None] = {}

    async def all(self) -> Mapping[int, int | None]:
        return dict(self.found)

    async def put(self, chat_id: int, message_id: int | None) -> None:
        self.found[chat_id] = message_id

    async def remove(self, chat_id: int) -> None:
        self.found.pop(chat_id, None)
