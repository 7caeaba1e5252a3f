"""A small house in memory behind the chat's ports: it does what they promise, and remembers what was asked of it."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.daily import DayView, day_before
from bot.decisions import Decision
from bot.health import HealthView
from bot.language import ENGLISH, known
from bot.people import Act, GuestView, LogEntry
from bot.pictures import DayPicture, Still, Tile
from bot.ports import (
    ArchiveState,
    ArchiveView,
    Armed,
    Around,
    Begun,
    BlindView,
    CameraView,
    Cause,
    ClipView,
    Deletions,
    DrillView,
    EventPage,
    EventView,
    Gathered,
    Letter,
    Media,
    Outlook,
    PlaceOutlook,
    RulesView,
    Unavailable,
    Usage,
)
from bot.privacy import ChatPrivacy, Look, Removal
from bot.proposals import Answer, ProposalView
from bot.quiet import Quiet
from bot.schedule import Schedule
from bot.search import Kind, Search
from bot.sensitivity import Level, LevelView, Progress, Trial, Trials
from bot.service import House
from bot.when import When
from bot.zones import IGNORED, Board, Change, IgnoredView, ZonesView

ZONE = ZoneInfo("Europe/Berlin")


class Cameras:
    """`broken` cameras have no picture, with a sentence; `closed` ones say that they are disarmed."""

    def __init__(self, names: Sequence[str], picture: bytes) -> None:
        self.names = list(names)
        self.picture = picture
        self.broken: dict[str, str] = {}
        self.closed: set[str] = set()
        self.blind_views: list[BlindView] = []
        self.crash = False

    def views(self) -> Sequence[CameraView]:
        since_utc = datetime.now(UTC) - timedelta(minutes=5)
        return [CameraView(name, self._state(name), since_utc, self.broken.get(name, "")) for name in self.names]

    def _state(self, name: str) -> str:
        if name in self.closed:
            return "disarmed"
        return "blind" if name in self.broken else "watching"

    async def blind(self) -> Sequence[BlindView]:
        return self.blind_views

    async def snapshot(self, camera: str) -> bytes:
        if self.crash:
            raise ZeroDivisionError("a bug of the test's own")
        if camera in self.broken:
            raise Unavailable(self.broken[camera])
        return self.picture


class Arming:
    """`until_utc` holds the pause of each disarmed camera; `private`: they are closed for privacy."""

    private = False

    def __init__(self, cameras: Cameras) -> None:
        self._cameras = cameras
        self.until_utc: dict[str, datetime] = {}
        self.kept: dict[str, Schedule] = {}

    async def state(self) -> Armed:
        names = self._cameras.names
        return Armed(
            tuple(name for name in names if name not in self.until_utc), dict(self.until_utc), private=self.private
        )

    async def arm(self, cameras: Collection[str]) -> None:
        self.until_utc = {name: end for name, end in self.until_utc.items() if name not in cameras}

    async def disarm(self, cameras: Collection[str], until_utc: datetime) -> None:
        self.until_utc |= dict.fromkeys(cameras, until_utc)

    async def schedules(self) -> Mapping[str, Schedule]:
        return dict(self.kept)

    async def set_schedule(self, cameras: Collection[str], schedule: Schedule | None) -> None:
        for camera in cameras:
            self.kept.pop(camera, None)
            if schedule is not None:
                self.kept[camera] = schedule

    async def close(self, until_utc: datetime) -> None:
        self.until_utc = dict.fromkeys(self._cameras.names, until_utc)


@dataclass
class Loan:
    """Refuses with a sentence when the clip is nowhere."""

    clips: Clips
    clip_id: int
    limit_bytes: int

    async def __aenter__(self) -> Media:
        self.clips.lent.append((self.clip_id, self.limit_bytes))
        part = self.clips.part(self.clip_id)
        if not part.local and part.archive is not ArchiveState.VERIFIED:
            raise Unavailable("Both copies were deleted by your rules.")
        if self.clips.archive_away and not part.local:
            raise Unavailable("The archive cannot be reached now.")
        smaller = part.size_bytes > self.limit_bytes
        return Media(
            path=self.clips.small if smaller else self.clips.files.get(self.clip_id, self.clips.small),
            duration_s=part.duration_s,
            width=part.width,
            height=part.height,
            thumbnail=self.clips.thumbnail,
            smaller=smaller,
            from_archive=not part.local,
        )

    async def __aexit__(self, *exc: object) -> None:
        self.clips.returned += 1


class Clips:
    def __init__(self, small: Path, thumbnail: bytes) -> None:
        self.small = small
        self.thumbnail = thumbnail
        self.files: dict[int, Path] = {}
        self.events: dict[str, EventView] = {}
        self.lent: list[tuple[int, int]] = []
        self.returned = 0
        self.archive_away = False

    def part(self, clip_id: int) -> ClipView:
        return next(part for event in self.events.values() for part in event.parts if part.clip_id == clip_id)

    async def event(self, event_id: str) -> EventView | None:
        return self.events.get(event_id)

    async def latest(self) -> EventView | None:
        return max(self.events.values(), key=lambda event: event.started_utc, default=None)

    def _found(self, search: Search) -> list[EventView]:
        def wanted(event: EventView) -> bool:
            kinds = {Kind.KEPT: event.kept, Kind.FALSE_ALARM: event.false_alarm, Kind.BY_HAND: event.by_hand}
            return kinds.get(search.kind, True)

        events = [
            event
            for event in self.events.values()
            if (not search.names or event.camera in search.names)
            and wanted(event)
            and (search.when.day is None or event.started_utc.astimezone(ZONE).date() == search.when.day)
            and (search.when.span_utc is None or search.when.span_utc[0] <= event.started_utc < search.when.span_utc[1])
        ]
        return sorted(events, key=lambda event: event.started_utc, reverse=True)

    async def around(self, event_id: str, search: Search) -> Around | None:
        ids = [event.event_id for event in self._found(search)]
        if event_id not in ids:
            return None
        at = ids.index(event_id)
        return Around(ids[at - 1] if at else None, next(iter(ids[at + 1 :]), None), at + 1, len(ids))

    async def page(self, search: Search, page: int, per_page: int) -> EventPage | None:
        by_day = {event.started_utc.astimezone(ZONE).date() for event in self.events.values()}
        if search.is_newest and not by_day:
            return None
        search = Search(When(day=max(by_day))) if search.is_newest else search
        found, day = self._found(search), search.when.day
        return EventPage(
            search=search,
            events=tuple(found[page * per_page : (page + 1) * per_page]),
            page=page,
            pages=max(1, math.ceil(len(found) / per_page)),
            older_day=max((other for other in by_day if day and other < day), default=None),
            newer_day=min((other for other in by_day if day and other > day), default=None),
            count=len(found),
        )

    def media(self, clip_id: int, limit_bytes: int) -> Loan:
        return Loan(self, clip_id, limit_bytes)


class Retention:
    def __init__(self) -> None:
        self.now = RulesView(local_days=14, local_bytes=20 * 10**9, remote_days=90, remote_bytes=None)
        self.costs = Deletions(0, 0, 0, 0, None)
        """What any change would delete."""
        self.state = Usage(12, 1_200_000_000, 40, 4_000_000_000, 25 * 10**9, 0, "", archive_on=True)

        self.ahead = Outlook(
            14.0,
            430_000_000,
            PlaceOutlook(6_020_000_000, 26_200_000_000, datetime.now(UTC) + timedelta(days=9), None),
            PlaceOutlook(38_700_000_000, 15_000_000_000, None, None),
        )

    async def outlook(self, rules: RulesView) -> Outlook:
        return self.ahead

    async def rules(self) -> RulesView:
        return self.now

    async def usage(self) -> Usage:
        return self.state

    async def preview(self, rules: RulesView) -> Deletions:
        return Deletions(0, 0, 0, 0, None) if rules == self.now else self.costs

    async def change(self, rules: RulesView) -> Deletions:
        costs = await self.preview(rules)
        self.now = rules
        return costs


class Owners:
    def __init__(self, *ids: int) -> None:
        self._ids = set(ids)

    def ids(self) -> frozenset[int]:
        return frozenset(self._ids)

    async def add(self, user_id: int) -> None:
        await asyncio.sleep(0)
        self._ids.add(user_id)


class Guests:
    """In memory; `out` holds the codes of open links."""

    def __init__(self) -> None:
        self.out: dict[str, tuple[datetime, datetime]] = {}
        self.found: dict[int, GuestView] = {}

    def until_utc(self, user_id: int) -> datetime | None:
        guest = self.found.get(user_id)
        return guest.until_utc if guest and guest.until_utc > datetime.now(UTC) else None

    async def invite(self, code: str, expires_utc: datetime, until_utc: datetime, invited_by: int) -> None:
        self.out[code] = (expires_utc, until_utc)

    async def claim(self, code: str, user_id: int, name: str) -> datetime | None:
        expires_utc, until_utc = self.out.pop(code.strip().upper(), (datetime.min.replace(tzinfo=UTC), None))
        if until_utc is None or expires_utc <= datetime.now(UTC):
            return None
        self.found[user_id] = GuestView(user_id, name, until_utc)
        return until_utc

    async def all(self) -> Sequence[GuestView]:
        return sorted(self.found.values(), key=lambda guest: guest.until_utc)

    async def open_links(self) -> int:
        return len(self.out)

    async def remove(self, user_id: int) -> str:
        guest = self.found.pop(user_id, None)
        return guest.name if guest else ""

    async def withdraw_links(self) -> int:
        count = len(self.out)
        self.out.clear()
        return count


class AuditLog:
    def __init__(self) -> None:
        self.entries: list[LogEntry] = []

    def add(self, about: str) -> None:
        self.entries.append(LogEntry(len(self.entries) + 1, datetime.now(UTC), "Ann", Act.DISARMED.value, about))

    async def note(self, user_id: int, who: str, act: Act, about: str) -> None:
        self.entries.append(LogEntry(len(self.entries) + 1, datetime.now(UTC), who, act.value, about))

    async def newest(self, count: int, before: int | None) -> Sequence[LogEntry]:
        older = [entry for entry in self.entries if before is None or entry.entry_id < before]
        return older[::-1][:count]


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


class Wishes:
    """What the owner wished, in order; events change as they would."""

    def __init__(self, clips: Clips, outbox: Outbox) -> None:
        self._clips = clips
        self._outbox = outbox
        self.wished: list[tuple[str, object]] = []
        self.too_late = False

    async def keep(self, event_id: str, *, kept: bool) -> None:
        self._change(event_id, kept=kept)

    async def false_alarm(self, event_id: str, *, false: bool) -> None:
        self._change(event_id, false_alarm=false)

    async def delete(self, event_id: str) -> datetime:
        when_utc = datetime.now(UTC) + timedelta(minutes=1)
        self._change(event_id, delete_utc=when_utc)
        return when_utc

    async def undo_delete(self, event_id: str) -> bool:
        if not self.too_late:
            self._change(event_id, delete_utc=None)
        return not self.too_late

    def _change(self, event_id: str, **changes: Any) -> None:
        if event_id not in self._clips.events:
            raise Unavailable(f"There is no event {event_id}.")
        self.wished += [(event_id, change) for change in changes.items()]
        self._clips.events[event_id] = replace(self._clips.events[event_id], **changes)
        self._outbox.touch(event_id)


class Recordings:
    """What was asked for, in order; an event goes on until it is stopped. `broken` cameras refuse with a sentence."""

    def __init__(self, clips: Clips, outbox: Outbox) -> None:
        self._clips = clips
        self._outbox = outbox
        self.begun: list[tuple[str, float]] = []
        self.broken: dict[str, str] = {}
        self._going: dict[str, str] = {}

    async def begin(self, camera: str, length_s: float, chat_id: int) -> Begun:
        if camera in self.broken:
            raise Unavailable(self.broken[camera])
        self.begun.append((camera, length_s))
        until_utc = datetime.now(UTC) + timedelta(seconds=length_s)
        if camera in self._going:
            return Begun(self._going[camera], until_utc, fresh=False)
        event_id = self._going[camera] = f"e{900 + len(self.begun)}"
        now_utc = datetime.now(UTC)
        self._clips.events[event_id] = EventView(
            event_id, camera, now_utc, None, 0.0, None, (), by_hand_until_utc=until_utc
        )
        self._outbox.put(chat_id, event_id)
        return Begun(event_id, until_utc, fresh=True)

    async def stop(self, event_id: str) -> bool:
        camera = next((name for name, going in self._going.items() if going == event_id), "")
        return bool(camera and self._going.pop(camera))


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


class ZonesBook:
    """Remembers what was changed; a place is whatever was typed."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture
        self.changes: list[tuple[str, Change]] = []
        self.views: dict[str, ZonesView] = {}
        self.reason = ""
        """Why there is no picture of now."""

    async def of(self, camera: str) -> ZonesView:
        return self.views.get(camera, ZonesView(camera))

    async def board(self, camera: str, *, fresh: bool) -> Board:
        return Board(self.picture, None, self.reason)

    async def change(self, camera: str, change: Change) -> ZonesView:
        before = await self.of(camera)
        ignored = {one.squares for one in before.ignored} ^ {change.place}
        self.changes.append((camera, change))
        self.views[camera] = replace(
            before,
            ignored=tuple(IgnoredView(place, change.hours) for place in sorted(ignored)),
            marks=dict.fromkeys(ignored, IGNORED),
            revision=before.revision + 1,
            can_undo=True,
        )
        return self.views[camera]

    async def undo(self, camera: str, revision: int) -> ZonesView | None:
        if (await self.of(camera)).revision != revision:
            return None
        self.views[camera] = ZonesView(camera, revision=revision + 1)
        return self.views[camera]


class Levels:
    """Every camera is at NORMAL; a trial takes `steps` and is always the same."""

    def __init__(self) -> None:
        self.views: dict[str, LevelView] = {}
        self.steps = 14

    async def of(self, camera: str) -> LevelView:
        return self.views.get(camera, LevelView(camera, Level.NORMAL, 0, can_undo=False))

    async def set(self, camera: str, level: Level) -> LevelView:
        self.views[camera] = LevelView(camera, level, (await self.of(camera)).revision + 1, can_undo=True)
        return self.views[camera]

    async def undo(self, camera: str, revision: int) -> LevelView | None:
        if (await self.of(camera)).revision != revision:
            return None
        self.views[camera] = LevelView(camera, Level.NORMAL, revision + 1, can_undo=False)
        return self.views[camera]

    async def trials(self, camera: str, progress: Progress) -> Trials:
        for step in range(self.steps):
            progress(step, self.steps)
            await asyncio.sleep(0)
        low, high = Trial(self.steps - 5, 2), Trial(self.steps, 0)
        return Trials(7, self.steps, 3, 0, 0, {Level.LOW: low, Level.NORMAL: high, Level.HIGH: high})


class Reasons:
    """What is put in comes out."""

    def __init__(self) -> None:
        self.all: list[Decision] = []

    async def newest(self, chat_id: int, camera: str, count: int) -> Sequence[Decision]:
        return [one for one in self.all if camera in {"", one.camera}][:count]


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


class Offers:
    """What is put in is answered."""

    def __init__(self) -> None:
        self.views: dict[tuple[str, int], ProposalView] = {}

    async def answer(self, camera: str, number: int, answer: Answer) -> ProposalView | None:
        view = self.views.get((camera, number))
        if view is None:
            return None
        self.views[camera, number] = replace(view, answer=answer)
        return self.views[camera, number]


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


class Pictures:
    """Draws nothing."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture
        self.shown: tuple[list[Still], Look] | None = None
        self.days: list[tuple[DayPicture, Look]] = []

    async def alert(self, event: EventView, look: Look) -> bytes:
        if event.snapshot is None or not event.snapshot.exists():
            raise Unavailable("none was taken")
        return event.snapshot.read_bytes()

    async def sheet(self, tiles: Sequence[Tile], look: Look) -> bytes:
        return self.picture

    async def stills(self, stills: Sequence[Still], look: Look) -> bytes:
        self.shown = (list(stills), look)
        return self.picture

    async def day(self, day: DayPicture, look: Look) -> bytes:
        self.days.append((day, look))
        return self.picture


class Archiving:
    """`state_` is what /archive tells; `refusal` is why a drill cannot be done."""

    def __init__(self) -> None:
        self.view = ArchiveView(
            on=True,
            place="koofr:cameras",
            clips=40,
            size_bytes=4_000_000_000,
            waiting=0,
            trouble="",
            kit_proved=True,
            last_drill=None,
            passed_utc=None,
            sealed=False,
            shut=0,
        )
        self.result = DrillView(datetime.now(UTC), True, "e7", datetime.now(UTC) - timedelta(days=3), "", True)
        self.refusal = ""

    async def state(self) -> ArchiveView:
        return self.view

    async def drill(self) -> DrillView:
        await asyncio.sleep(0)
        if self.refusal:
            raise Unavailable(self.refusal)
        self.view = replace(self.view, last_drill=self.result, passed_utc=self.result.at_utc)
        return self.result


@dataclass
class Health:
    """A machine that is well since yesterday."""

    view: HealthView = field(
        default_factory=lambda: HealthView(datetime.now(UTC) - timedelta(days=1), 48.0, trouble="", waiting=0)
    )

    async def now(self) -> HealthView:
        return self.view


class Languages:
    """Of each person, as Telegram told or as was chosen."""

    def __init__(self) -> None:
        self.told: dict[int, str] = {}
        self.choices: dict[int, str] = {}

    def of(self, user_id: int) -> str:
        return known(self.chosen(user_id)) or known(self.told.get(user_id, "")) or ENGLISH

    def chosen(self, user_id: int) -> str:
        return self.choices.get(user_id, "")

    async def heard(self, user_id: int, telling: str) -> None:
        self.told[user_id] = telling

    async def choose(self, user_id: int, language: str) -> None:
        self.choices[user_id] = language


@dataclass
class TestHouse:
    """All ports, and shortcuts to what tests change."""

    __test__ = False

    cameras: Cameras
    arming: Arming
    clips: Clips
    retention: Retention
    owners: Owners
    outbox: Outbox
    pictures: Pictures
    wishes: Wishes
    quiet: QuietTimes
    archive: Archiving = field(default_factory=Archiving)
    guests: Guests = field(default_factory=Guests)
    audit: AuditLog = field(default_factory=AuditLog)
    privacy: PrivacyBook = field(default_factory=PrivacyBook)
    days: DayBook = field(default_factory=DayBook)
    pins: Pins = field(default_factory=Pins)
    health: Health = field(default_factory=Health)
    languages: Languages = field(default_factory=Languages)
    zones: ZonesBook = field(init=False)
    levels: Levels = field(default_factory=Levels)
    recordings: Recordings = field(init=False)
    reasons: Reasons = field(default_factory=Reasons)
    offers: Offers = field(default_factory=Offers)

    def __post_init__(self) -> None:
        self.zones = ZonesBook(self.cameras.picture)
        self.recordings = Recordings(self.clips, self.outbox)

    def ports(self) -> House:
        return House(
            cameras=self.cameras,
            arming=self.arming,
            clips=self.clips,
            retention=self.retention,
            owners=self.owners,
            outbox=self.outbox,
            pictures=self.pictures,
            archive=self.archive,
            wishes=self.wishes,
            quiet=self.quiet,
            guests=self.guests,
            audit=self.audit,
            privacy=self.privacy,
            languages=self.languages,
            days=self.days,
            pins=self.pins,
            health=self.health,
            zones=self.zones,
            sensitivities=self.levels,
            recordings=self.recordings,
            decisions=self.reasons,
            proposals=self.offers,
        )

    def event(
        self,
        number: int,
        *,
        camera: str = "front",
        started_utc: datetime | None = None,
        snapshot: Path | None = None,
        parts: int = 0,
        going_on: bool = False,
        archive: ArchiveState = ArchiveState.WAITING,
        local: bool = True,
        size_bytes: int = 50_000,
    ) -> EventView:
        """Puts an event into the catalogue, or changes it."""
        started_utc = started_utc or datetime.now(UTC) - timedelta(seconds=30)
        views = tuple(
            ClipView(
                clip_id=number * 100 + part,
                part=part,
                duration_s=2.0,
                width=640,
                height=360,
                size_bytes=size_bytes,
                local=local,
                archive=archive,
                local_until_utc=started_utc + timedelta(days=14) if local else None,
                remote_until_utc=started_utc + timedelta(days=90) if archive is ArchiveState.VERIFIED else None,
            )
            for part in range(1, parts + 1)
        )
        event = EventView(
            event_id=f"e{number}",
            camera=camera,
            started_utc=started_utc,
            ended_utc=None if going_on else started_utc + timedelta(seconds=20),
            duration_s=2.0 * parts,
            snapshot=snapshot,
            parts=views,
        )
        self.clips.events[event.event_id] = event
        return event
