"""The nouns of the storage room: rows as the rest of the house sees them; times UTC, sizes bytes, lengths seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

Box = tuple[float, float, float, float]
"""Left, top, width, height, as shares of a picture."""


class ArchiveState(StrEnum):
    """Where a clip's encrypted copy stands."""

    OFF = "off"
    """No archive was configured when it was recorded."""
    WAITING = "waiting"
    VERIFIED = "verified"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Clip:
    """One part of an event's clip."""

    clip_id: int
    event_id: str
    camera: str
    part: int
    started_utc: datetime
    duration_s: float
    codec: str
    width: int
    height: int
    size_bytes: int
    sha256: str
    path: Path | None
    """Absolute path of the local copy; None once it was deleted."""
    archive: ArchiveState
    remote_name: str
    """Plain name below the crypt remote; empty when never archived."""
    verified_utc: datetime | None
    kept: bool
    """The owner's wish: never deleted by rule."""
    sealed_bytes: int | None = None
    """Size of the archived copy when it is sealed: then only the owner's kit opens it. None: it is not."""
    sealed_sha256: str = ""
    masked: str = ""
    """Squares of the grid that are black in the file itself; empty: none."""

    @property
    def sealed(self) -> bool:
        """This device cannot open the archived copy."""
        return self.sealed_bytes is not None


class LocalRow(NamedTuple):
    """One local copy as its row tells of it, as far as rows are held against files: there may be very many."""

    clip_id: int
    event_id: str
    part: int
    path: str
    """As the row has it; see `Files.absolute`."""
    started_us: int
    """Microseconds since 1970 UTC."""
    duration_s: float
    size_bytes: int
    sha256: str


class Copy(NamedTuple):
    """One copy of a clip, here or on the remote, as far as retention needs it: there may be a million of them."""

    clip_id: int
    started_us: int
    """Microseconds since 1970 UTC."""
    size_bytes: int
    """Of the plain file."""
    kept: bool
    archive: str
    """An ArchiveState."""
    in_memory: bool = False
    """It lies in memory and not on the disk."""


Place = tuple[int, int]
"""Where in the order of copies: start in microseconds since 1970 UTC, and clip_id."""
BEFORE_ALL: Place = (-(2**63), 0)
LAST_ID = 2**63 - 1


class Heap(NamedTuple):
    """Copies that follow each other in age, as far as retention can do with their sums."""

    first_us: int
    """Start of the oldest; microseconds since 1970 UTC."""
    last_us: int
    """Start of the youngest. No copy outside this heap began in between or at the same time, but for older ones that
    were asked to be left out."""
    copies: int
    """Without kept ones."""
    size_bytes: int
    """Of these, as the provider counts."""
    first_kept_us: int | None
    """Start of the oldest kept one."""


@dataclass(frozen=True, slots=True)
class Stock:
    """All copies there are, each side oldest first; may be asked for again, and is read only as far as needed."""

    local_bytes: int
    remote_bytes: int
    """As the provider counts."""
    local_copies: Callable[[], Iterable[Copy]]
    remote_copies: Callable[[Place], Iterable[Copy]]
    """Verified ones only, those behind a place."""
    remote_heaps: Callable[[Place], Iterable[Heap]]
    """The same ones, together."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event with its parts, oldest part first."""

    event_id: str
    camera: str
    started_utc: datetime
    ended_utc: datetime | None
    """None while it goes on."""
    motion_s: float | None
    snapshot: Path | None
    parts: tuple[Clip, ...]
    box: Box | None = None
    """Where it moved in the snapshot."""
    false_alarm_utc: datetime | None = None
    """When the owner called it one."""
    delete_utc: datetime | None = None
    """When both copies go, or went, by the owner's wish."""
    seen: str = ""
    """`person`, `animal` or `vehicle`; empty: nothing of these, or no model looked."""
    by_hand_until_utc: datetime | None = None
    """Recorded by hand, until when it is or was to go on; None: something moved."""


@dataclass(frozen=True, slots=True)
class NewClip:
    """A published file about to get its row."""

    event_id: str
    part: int
    path: Path
    started_utc: datetime
    duration_s: float
    codec: str
    width: int
    height: int
    masked: str = ""
    """Squares of the grid that are black in it."""


class LetterKind(StrEnum):
    ALERT = "alert"
    """The living message of an event."""
    NOTICE = "notice"
    """A sentence the owner must hear (camera blind, archive failing)."""
    DIGEST = "digest"
    """One message that stands for many events."""


class Cause(StrEnum):
    """Why a digest was made."""

    STORM = "storm"
    """Very many events in a short time."""
    OUTAGE = "outage"
    """The chat could not be reached for long."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a digest stands for, with one page of its events."""

    chat_id: int
    cause: Cause
    first_utc: datetime
    """Start of the first event of all."""
    last_utc: datetime
    by_camera: Mapping[str, int]
    """How many events of each camera, the most first."""
    page: int
    pages: int
    first_number: int
    """Number of the page's first event within the digest, from 1."""
    event_ids: tuple[str, ...]
    """Of the page, oldest first."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One outbox row: a message that must still reach one chat, or must still be edited there.

    `wanted` counts up with each change of what the message should show, `shown` is the count that the chat has seen;
    the letter is due while they differ.
    """

    letter_id: int
    chat_id: int
    kind: LetterKind
    event_id: str
    """Of an alert; else empty."""
    text: str
    """Of a notice; all else is rendered when it is sent."""
    silent: bool
    message_id: int | None
    """Telegram's, once delivered."""
    holds_clip: bool
    """The message has become a video."""
    wanted: int
    shown: int
    attempts: int
    created_utc: datetime
    unknown: bool
    """The last try may have been delivered (no answer came back)."""
    cause: Cause | None = None
    """Of a digest."""
    urgent: bool = False
    """Quiet hours do not silence it."""
    look: str = "full"
    """What its chat was to see when it was written; see storage/privacy.py."""
    key: str = ""
    """Of a notice: one of the same key replaces it until it is sent."""
    sent_after: int = 0
    """The newest message number that was known when a try of unknown fate set out; 0: none was."""
    until_utc: datetime | None = None
    """Of a notice that is the digest of a day: when that day ended."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Retention as the owner set it; None: no such limit. `GB` is 10^9 bytes."""

    local_days: float | None = 14
    local_bytes: int | None = 20_000_000_000
    remote_days: float | None = 90
    remote_bytes: int | None = None
    least_free_bytes: int = 1_000_000_000
    """Disk floor: below it the oldest archived local copies go first, an unarchived one last."""
