"""The chat's pictures, drawn from the snapshots of events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from bot import ports
from bot.ports import Unavailable
from mocam import contact_sheet

log = logging.getLogger(__name__)


class Pictures:
    """The chat's `Pictures`; each is drawn in a worker thread, two at a time at most."""

    def __init__(self) -> None:
        self._drawing = asyncio.Semaphore(2)

    async def sheet(self, tiles: Sequence[ports.Tile]) -> bytes:
        async with self._drawing:
            try:
                return await asyncio.to_thread(_sheet, tiles)
            except ValueError as exc:
                raise Unavailable(f"The overview could not be drawn: {exc}.") from exc


def _sheet(tiles: Sequence[ports.Tile]) -> bytes:
    return contact_sheet.draw([contact_sheet.Tile(tile.label, tile.text, _bytes(tile.snapshot)) for tile in tiles])


def _bytes(path: Path | None) -> bytes:
    try:
        return b"" if path is None else path.read_bytes()
    except OSError as exc:
        log.info("a snapshot is missing: %s", exc.strerror)
        return b""
