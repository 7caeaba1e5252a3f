"""Places of each camera's picture, as a port of the chat: what is not watched, and what places are called. Implemented
by `mocam`; squares are told as the grid in the picture has them, `B2-C4`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Protocol

COLUMNS = "ABCDEFGHIJ"
ROWS = 6

IGNORED, AT_TIMES, MASKED = "🚫", "🕒", "⬛"
"""Signs of squares on their buttons."""

Hours = tuple[time, time]


class Verb(StrEnum):
    """What can be done to a place."""

    IGNORE = "ignore"
    WATCH = "watch"
    TOGGLE = "toggle"
    """Ignore it, or watch it again when it is ignored."""
    MASK = "mask"
    """Black in every picture from now on."""
    UNMASK = "unmask"
    TOGGLE_MASK = "toggle mask"
    NAME = "name"
    UNNAME = "forget"
    CLEAR = "clear"
    """Everything is watched, and no place has a name; masks stay."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the owner wants, as it was typed or tapped."""

    verb: Verb
    place: str = ""
    """Squares, or the name of a place."""
    name: str = ""
    hours: Hours | None = None
    """Of IGNORE: daily from and to; None: always."""


@dataclass(frozen=True, slots=True)
class IgnoredView:
    squares: str
    hours: Hours | None
    """None: always."""


@dataclass(frozen=True, slots=True)
class ZonesView:
    """Of one camera, as it is now."""

    camera: str
    ignored: tuple[IgnoredView, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Name and squares."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Of each square that is not simply watched, by its name (`B2`): a sign for its button."""
    mask: str = ""
    """Squares that are black; empty: none."""
    encodes: bool | None = None
    """Whether the clips of this camera are encoded here, so that the mask is in the recording too; None: not known
    so far."""
    revision: int = 0
    """Counts changes; 0: nothing was ever changed in the chat."""
    can_undo: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """The camera's picture with the grid on it."""

    jpeg: bytes
    taken_utc: datetime | None
    """None: just now."""
    reason: str
    """Why it is not of now, a sentence of the camera's; else empty."""


class ZonesPort(Protocol):
    """Durable; what is changed holds at once."""

    async def of(self, camera: str) -> ZonesView: ...

    async def board(self, camera: str, *, fresh: bool) -> Board:
        """`fresh`: a new picture; else one of the last minute will do."""

    async def change(self, camera: str, change: Change) -> ZonesView:
        """Raises NotUnderstood when there is no such place."""

    async def undo(self, camera: str, revision: int) -> ZonesView | None:
        """Takes the change back that led to `revision`; None: something else was changed since."""
