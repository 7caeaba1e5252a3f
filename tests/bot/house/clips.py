"""Events, their clips, and what the owner wishes for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.pictures import DayPicture, Still, Tile
from bot.ports import ArchiveState, Around, ClipView, EventPage, EventView, Media, Unavailable
from bot.privacy import Look
from bot.search import Kind, Search
from bot.when import When
from tests.bot.house.letters import Outbox
from tests.bot.house.zone import ZONE


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


class Pictures:
    """Draws nothing."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture
        self.shown: tuple[list[Still], Look] | None = None
        self.days: list[tuple[DayPicture, Look]] = []
        self.tiles: list[Tile] = []

    async def alert(self, event: EventView, look: Look) -> bytes:
        if event.snapshot is None or not event.snapshot.exists():
            raise Unavailable("none was taken")
        return event.snapshot.read_bytes()

    async def sheet(self, tiles: Sequence[Tile], look: Look) -> bytes:
        self.tiles += tiles
        return self.picture

    async def stills(self, stills: Sequence[Still], look: Look) -> bytes:
        self.shown = (list(stills), look)
        return self.picture

    def words(self) -> list[str]:
        """All that would have been drawn."""
        drawn = [words for tile in self.tiles for words in (tile.label, tile.text)]
        drawn += [words for still in (self.shown[0] if self.shown else ()) for words in (still.text, still.missing)]
        for day, _ in self.days:
            drawn += [day.title, day.subtitle, *day.hours, *(words for _, words in day.legend)]
            drawn += [words for tile in day.tiles for words in (tile.label, tile.text)]
            drawn += [words for row in day.rows for words in (row.name, row.note)]
        return drawn

    async def day(self, day: DayPicture, look: Look) -> bytes:
        self.days.append((day, look))
        return self.picture
