"""What the chat needs of the rest of the house, in the chat's own words. Implemented by `mocam`.

Every coroutine may raise Unavailable with a sentence for the owner; nothing else may cross this border.
Times are UTC, lengths seconds, sizes bytes (GB is 10^9).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.privacy import Look
from bot.schedule import Schedule


class Unavailable(Exception):  # noqa: N818 - an answer, not a fault
    """Cannot be had now; the text is a sentence for the owner that says why and what to do."""


# -- cameras -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CameraView:
    """One camera, as /status tells it."""

    name: str
    state: str
    """`starting`, `watching`, `recording`, `blind` or `disarmed`."""
    since_utc: datetime
    detail: str
    """Why it is blind, a sentence; else empty."""


@dataclass(frozen=True, slots=True)
class BlindView:
    """For how long a camera saw nothing though it was armed, MoCam being off included."""

    name: str
    blind_s: float
    longest_utc: tuple[datetime, datetime]
    """The longest gap, from and to."""
    reason: str
    """Of that gap, a sentence; may be empty."""


class Cameras(Protocol):
    def views(self) -> Sequence[CameraView]: ...

    async def blind(self) -> Sequence[BlindView]:
        """Those that were blind for a minute or more of the last 24 hours."""

    async def snapshot(self, camera: str) -> bytes:
        """A full-resolution JPEG of now."""


# -- arming ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Armed:
    """Which cameras watch, and when the pause of each other one ends by itself."""

    cameras: tuple[str, ...]
    """The armed ones."""
    until_utc: Mapping[str, datetime]
    """The disarmed ones."""
    by_schedule: frozenset[str] = frozenset()
    """Those of the disarmed ones that their schedule disarmed."""
    off_utc: Mapping[str, datetime] = field(default_factory=dict)
    """Of armed ones: when their schedule disarms them."""
    private: bool = False
    """They were closed for privacy."""


class Arming(Protocol):
    async def state(self) -> Armed: ...

    async def arm(self, cameras: Collection[str]) -> None:
        """Opens these cameras; survives a restart. The others stay as they are."""

    async def disarm(self, cameras: Collection[str], until_utc: datetime) -> None:
        """Closes the devices of these cameras; returns when they are closed. The others stay as they are."""

    async def schedules(self) -> Mapping[str, Schedule]:
        """Of the cameras that have one; the others are armed always."""

    async def set_schedule(self, cameras: Collection[str], schedule: Schedule | None) -> None:
        """Kept, and followed at once; None: armed always. A pause goes on."""

    async def close(self, until_utc: datetime) -> None:
        """Disarms every camera for privacy; when it is over the owners hear how many frames were read meanwhile."""


# -- clips -------------------------------------------------------------------------------------------------------


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

    @property
    def has_copies(self) -> bool:
        """Whether anything of its clip is left anywhere."""
        return any(part.local or part.archive is ArchiveState.VERIFIED for part in self.parts)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Newest first."""

    day: date
    events: tuple[EventView, ...]
    page: int
    pages: int
    older_day: date | None
    """The next older day that has events."""
    newer_day: date | None


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

    async def page(self, day: date | None, page: int, per_page: int) -> EventPage | None:
        """`day` is in the owner's zone, None: the newest that has events; None back: there are no events at all."""

    def media(self, clip_id: int, limit_bytes: int) -> MediaLoan:
        """Fetches from the archive when the local copy is gone, and makes a smaller copy when it is over the limit."""


# -- retention and archive ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RulesView:
    """None: no such limit."""

    local_days: float | None
    local_bytes: int | None
    remote_days: float | None
    remote_bytes: int | None


@dataclass(frozen=True, slots=True)
class Deletions:
    """What rules would delete now, as counted by a plan that was not applied."""

    local_clips: int
    local_bytes: int
    remote_clips: int
    remote_bytes: int
    oldest_left_utc: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    local_clips: int
    local_bytes: int
    remote_clips: int
    remote_bytes: int
    disk_free_bytes: int
    archive_waiting: int
    """Clips not yet archived."""
    archive_trouble: str
    """The last failure as a sentence, empty when the last try went well."""
    archive_on: bool


class Retention(Protocol):
    async def rules(self) -> RulesView: ...

    async def usage(self) -> Usage: ...

    async def preview(self, rules: RulesView) -> Deletions: ...

    async def change(self, rules: RulesView) -> Deletions:
        """Stores the rules and applies them now; returns what was deleted."""


@dataclass(frozen=True, slots=True)
class DrillView:
    """How a restore drill ended: a random archived clip, fetched, decrypted, compared, played."""

    at_utc: datetime
    passed: bool
    event_id: str
    clip_utc: datetime
    """When the clip was recorded."""
    sentence: str
    """Why it did not pass; else empty."""
    played: bool
    """False: a sealed clip, which was compared but cannot be opened here."""


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """The archive, as /archive tells it."""

    on: bool
    place: str
    """Where it is, without a secret."""
    clips: int
    size_bytes: int
    waiting: int
    trouble: str
    """The last failure as a sentence; empty when the last try went well."""
    kit_proved: bool
    """The owner has shown to hold the printed recovery kit."""
    last_drill: DrillView | None
    passed_utc: datetime | None
    """When a drill last passed."""
    sealed: bool
    """New clips are sealed: without their copy here they cannot be shown."""
    shut: int
    """Sealed clips whose copy here is gone."""


class Archiving(Protocol):
    async def state(self) -> ArchiveView: ...

    async def drill(self) -> DrillView:
        """One now; takes as long as the clip takes to come."""


# -- owners ------------------------------------------------------------------------------------------------------


class Owners(Protocol):
    def ids(self) -> frozenset[int]:
        """Numeric Telegram user ids; empty until somebody paired."""

    async def add(self, user_id: int) -> None: ...


# -- outbox ------------------------------------------------------------------------------------------------------


class Cause(StrEnum):
    """Why a digest was made."""

    STORM = "storm"
    """Very many events in a short time; it counts up."""
    OUTAGE = "outage"
    """The chat could not be reached for long."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a digest stands for, with the events of one page, oldest first."""

    chat_id: int
    cause: Cause
    first_utc: datetime
    last_utc: datetime
    """Start of the last event."""
    by_camera: Mapping[str, int]
    """How many events of each camera, the most first."""
    page: int
    pages: int
    first_number: int
    """Number of the page's first event, from 1."""
    event_ids: tuple[str, ...]

    @property
    def count(self) -> int:
        """Events in all."""
        return sum(self.by_camera.values())


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that must still reach one chat, or must still be edited there; see storage for its life."""

    letter_id: int
    chat_id: int
    event_id: str
    """Empty: a notice, and `text` is what it says (HTML)."""
    text: str
    silent: bool
    message_id: int | None
    holds_clip: bool
    wanted: int
    attempts: int
    created_utc: datetime
    unknown: bool
    cause: Cause | None = None
    """Of a digest, which stands for many events; then `event_id` and `text` are empty."""
    look: Look = Look.FULL
    """What its chat was to see when it was written."""


class Outbox(Protocol):
    async def due(self) -> Sequence[Letter]:
        """Letters whose time has come, first tries of alerts before edits, oldest first; at most 50."""

    async def current(self, letter_id: int) -> Letter | None:
        """The letter as it is now; None: nothing is due of it any more, or a digest stands for it."""

    async def gather(self, busy: Collection[int]) -> None:
        """Puts alerts that could not be sent for long into a digest; `busy` letters are just being sent."""

    async def gathered(self, letter_id: int, page: int, per_page: int) -> Gathered | None:
        """What a digest stands for; a negative page counts from the end. None: it is gone."""

    async def sending(self, letter_id: int) -> None:
        """A first message goes out: until more is known it may be in the chat, also for the program's next life."""

    async def shown(self, letter_id: int, message_id: int, wanted: int, *, holds_clip: bool) -> None:
        """The chat now shows state `wanted`."""

    async def defer(self, letter_id: int, delay_s: float, reason: str, *, unknown: bool) -> None:
        """A try failed. `unknown`: this one or one before may have arrived."""

    async def give_up(self, letter_id: int, reason: str) -> None:
        """Never to be tried again as it is (a permanent refusal); counted."""

    async def next_due_s(self) -> float | None:
        """Seconds until the next deferred letter; None: nothing waits."""
