"""Events and their clips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.search import Search


class ArchiveState(StrEnum):
    OFF = "off"
    WAITING = "waiting"
    VERIFIED = "verified"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ClipView:
    """One part of an event's clip."""

    clip_id: int
    part: int
    duration_s: float
    width: int
    height: int
    size_bytes: int
    local: bool
    archive: ArchiveState
    local_until_utc: datetime | None
    """When retention by age will delete the copy here; None: kept, or no such rule."""
    remote_until_utc: datetime | None
    sealed: bool = False
    """The archived copy opens with the owner's kit only: without the copy here it cannot be shown."""
    veiled: bool = False
    """It is lent as a copy that shows no place which is masked, since the recording itself does."""
    codec: str = "h264"
    """As recorded, FFmpeg's name; what is not `h264` is lent as a copy that is, since not every phone plays it."""


@dataclass(frozen=True, slots=True)
class EventView:
    """One event with its parts, oldest part first."""

    event_id: str
    """Short and unique, as after the `#`: `e42`."""
    camera: str
    started_utc: datetime
    ended_utc: datetime | None
    """None while it goes on."""
    duration_s: float
    """Of the clip in all, pre-roll and post-roll included; 0 before the first part is done."""
    snapshot: Path | None
    parts: tuple[ClipView, ...]
    box: tuple[float, float, float, float] | None = None
    """Where it moved in the snapshot: left, top, width, height as shares of it."""
    kept: bool = False
    """The owner's wish: never deleted by rule."""
    false_alarm: bool = False
    delete_utc: datetime | None = None
    """When both copies go, or went, by the owner's wish."""
    seen: str = ""
    """`person`, `animal` or `vehicle`, if a model said so."""
    place: str = ""
    """What the owner calls the place where it moved; empty: no name."""
    by_hand_until_utc: datetime | None = None
    """Recorded by hand, until when it is or was to go on; None: something moved."""

    @property
    def by_hand(self) -> bool:
        """Somebody asked for it."""
        return self.by_hand_until_utc is not None

    @property
    def has_copies(self) -> bool:
        """Whether anything of its clip is left anywhere."""
        return any(part.local or part.archive is ArchiveState.VERIFIED for part in self.parts)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Newest first."""

    search: Search
    """As it was asked for; instead of the newest day the day that it is."""
    events: tuple[EventView, ...]
    page: int
    pages: int
    older_day: date | None
    """The next older day that has events."""
    newer_day: date | None
    count: int = 0
    """Events on all pages."""

    @property
    def day(self) -> date | None:
        """The day that is shown; None: it is another span."""
        return self.search.when.day


@dataclass(frozen=True, slots=True)
class Around:
    """Where an event stands among those that were searched for."""

    newer: str | None
    """The event above it."""
    older: str | None
    number: int
    """From 1, the newest first."""
    count: int


@dataclass(frozen=True, slots=True)
class Media:
    """A file that can be sent. It stays valid until `release`d by leaving the `async with` of Clips.media."""

    path: Path
    duration_s: float
    width: int
    height: int
    thumbnail: bytes
    """JPEG, at most 320 px and 200 kB; empty if there is none."""
    smaller: bool
    """A copy of lower quality, made because the original is over the limit."""
    from_archive: bool


class MediaLoan(Protocol):
    async def __aenter__(self) -> Media: ...

    async def __aexit__(self, *exc: object) -> None: ...


class Clips(Protocol):
    async def event(self, event_id: str) -> EventView | None: ...

    async def latest(self) -> EventView | None: ...

    async def page(self, search: Search, page: int, per_page: int) -> EventPage | None:
        """None: the newest day was asked for, and there are no events at all."""

    async def around(self, event_id: str, search: Search) -> Around | None:
        """None: there is no such event any more."""

    def media(self, clip_id: int, limit_bytes: int) -> MediaLoan:
        """Fetches from the archive when the local copy is gone, and makes a smaller copy when it is over the limit."""
