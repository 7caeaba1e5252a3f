"""The pictures that the chat shows, as something else draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.ports import EventView
from bot.privacy import Look


@dataclass(frozen=True, slots=True)
class Tile:
    """One event on a contact sheet."""

    label: str
    """Its number."""
    text: str
    """Below its picture."""
    snapshot: Path | None
    box: tuple[float, float, float, float] | None = None
    """Where it moved in it."""
    camera: str = field(kw_only=True)
    """Whose privacy mask holds for it."""


MOST_TILES = 30
"""Of one sheet."""


@dataclass(frozen=True, slots=True)
class Still:
    """What one camera shows now, on a sheet of all of them."""

    text: str
    """Below it."""
    jpeg: bytes
    """Empty: there is none."""
    missing: str
    """Why; said in its place."""


class Mark(StrEnum):
    """What the chart of a day shows."""

    EVENTS = "events"
    FALSE_ALARMS = "false alarms"
    BLIND = "blind"
    """Armed, and nothing was seen."""
    CLOSED = "closed"
    """Disarmed."""


Span = tuple[float, float]
"""From and to, as shares of the chart's width."""


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One camera's day."""

    name: str
    note: str
    """Below its name."""
    events: tuple[int, ...]
    """Of each hour, false alarms included."""
    false_alarms: tuple[int, ...]
    blind: tuple[Span, ...] = ()
    closed: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class DayPicture:
    """A day at a glance: its best moments, and when which camera saw something. All words are ready to be drawn."""

    title: str
    subtitle: str
    tiles: Sequence[Tile]
    """At most `MOST_MOMENTS`; may be none."""
    rows: Sequence[ChartRow]
    """At least one, at most `MOST_ROWS`."""
    hours: Sequence[str]
    """Stands below the left edge of each hour; empty: nothing does."""
    legend: Sequence[tuple[Mark, str]]
    """What is to be explained."""


MOST_MOMENTS = 6
MOST_ROWS = 8


class Pictures(Protocol):
    """`look` is anything but TEXT."""

    async def alert(self, event: EventView, look: Look) -> bytes:
        """The event's snapshot as JPEG, with what moved marked."""

    async def sheet(self, tiles: Sequence[Tile], look: Look) -> bytes:
        """A contact sheet as JPEG; 1 to `MOST_TILES` tiles."""

    async def stills(self, stills: Sequence[Still], look: Look) -> bytes:
        """A sheet of pictures of now, as JPEG; 1 to `MOST_TILES` of them."""

    async def day(self, day: DayPicture, look: Look) -> bytes:
        """As JPEG."""
