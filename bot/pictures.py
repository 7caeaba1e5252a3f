"""The pictures that the chat shows, as something else draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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


class Pictures(Protocol):
    """`look` is anything but TEXT."""

    async def alert(self, event: EventView, look: Look) -> bytes:
        """The event's snapshot as JPEG, with what moved marked."""

    async def sheet(self, tiles: Sequence[Tile], look: Look) -> bytes:
        """A contact sheet as JPEG; 1 to `MOST_TILES` tiles."""

    async def stills(self, stills: Sequence[Still], look: Look) -> bytes:
        """A sheet of pictures of now, as JPEG; 1 to `MOST_TILES` of them."""
