"""The chat's pictures, drawn from the snapshots of events."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot import pictures
from bot.ports import EventView, Unavailable
from bot.privacy import Look
from camera.errors import SourceError
from camera.grid import Zones
from camera.mask import black_jpeg
from mocam import contact_sheet, day_picture, marking

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Bounds what decoded pictures cost: 6 MB each."""
MOST_AHEAD = 2
"""Pictures that were drawn before the chat asked, kept for further owners: some 100 kB each."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """How a picture was drawn, or is just being."""

    look: Look
    mask: Zones
    jpeg: Future[bytes]


class Pictures:
    """The chat's `Pictures`; each is drawn in a worker thread, two at a time at most."""

    def __init__(self, mask_of: Callable[[str], Zones] = lambda _camera: Zones()) -> None:
        """`mask_of` tells what nobody is to see of a camera, also in pictures that were taken before."""
        self._mask_of = mask_of
        self._drawing = asyncio.Semaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._ahead: OrderedDict[str, _Ahead] = OrderedDict()
        """By event; `_lock` guards it."""
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="picture")
        self._usual: Look | None = Look.FULL
        """How the last alert was shown; None: the last picture that was drawn ahead was not asked for so far."""

    def prepare(self, event_id: str, camera: str, jpeg: bytes, box: marking.Box | None) -> None:
        """From any thread: an alert with this snapshot will be wanted in a moment. It is drawn meanwhile, as the last
        one was shown; where alerts show no picture, or many become one message, not for nothing again and again."""
        look, self._usual = self._usual, None
        if look is None:
            return
        mask = self._mask_of(camera)
        one = _Ahead(look, mask, self._threads.submit(_alert, jpeg, box, look, mask))
        with self._lock:
            self._ahead[event_id] = one
            while len(self._ahead) > MOST_AHEAD:
                self._ahead.popitem(last=False)

    async def alert(self, event: EventView, look: Look) -> bytes:
        self._usual = look
        snapshot, mask = event.snapshot, self._mask_of(event.camera)
        if snapshot is None:
            raise Unavailable("The picture could not be made: none was taken.")
        with self._lock:
            ahead = self._ahead.get(event.event_id)
        if ahead is not None and (ahead.look, ahead.mask) == (look, mask):
            return await _made(asyncio.wrap_future(ahead.jpeg))
        return await self._drawn(lambda: _alert(snapshot.read_bytes(), event.box, look, mask))

    async def sheet(self, tiles: Sequence[pictures.Tile], look: Look) -> bytes:
        return await self._drawn(lambda: _sheet(tiles, look, self._mask_of))

    async def stills(self, stills: Sequence[pictures.Still], look: Look) -> bytes:
        return await self._drawn(lambda: _stills(stills, look))

    async def day(self, day: pictures.DayPicture, look: Look) -> bytes:
        return await self._drawn(lambda: day_picture.draw(day, _tiles(day.tiles, look, self._mask_of)))

    async def _drawn(self, draw: Callable[[], bytes]) -> bytes:
        async with self._drawing:
            return await _made(asyncio.to_thread(draw))


async def _made(jpeg: Awaitable[bytes]) -> bytes:
    try:
        return await jpeg
    except (OSError, ValueError) as exc:
        raise Unavailable(f"The picture could not be made: {exc}.") from exc


_DRAWN = {Look.PIXELATED: marking.pixelated, Look.CROP: marking.cropped}


def _alert(jpeg: bytes, box: marking.Box | None, look: Look, mask: Zones) -> bytes:
    return _DRAWN.get(look, marking.marked)(_masked(jpeg, mask), box)


def _masked(jpeg: bytes, mask: Zones) -> bytes:
    """Raises ValueError when it cannot be read: it must never come back as it was."""
    if not mask or not jpeg:
        return jpeg
    try:
        return black_jpeg(jpeg, mask)
    except SourceError as exc:
        raise ValueError("the snapshot is damaged") from exc


def _tile(tile: pictures.Tile, mask: Zones) -> bytes:
    """Empty: there is no picture that may be shown."""
    try:
        return _masked(_bytes(tile.snapshot), mask)
    except ValueError:
        return b""


def _sheet(tiles: Sequence[pictures.Tile], look: Look, mask_of: Callable[[str], Zones]) -> bytes:
    return contact_sheet.draw(_tiles(tiles, look, mask_of))


def _tiles(tiles: Sequence[pictures.Tile], look: Look, mask_of: Callable[[str], Zones]) -> list[contact_sheet.Tile]:
    return [
        contact_sheet.Tile(tile.label, tile.text, _veiled(_tile(tile, mask_of(tile.camera)), tile.box, look))
        for tile in tiles
    ]


def _stills(stills: Sequence[pictures.Still], look: Look) -> bytes:
    """Nobody knows what moves in a still, so a cut-out of it is a pixelated one."""
    return contact_sheet.draw(
        [contact_sheet.Tile("", still.text, _veiled(still.jpeg, None, look), still.missing) for still in stills]
    )


def _veiled(jpeg: bytes, box: marking.Box | None, look: Look) -> bytes:
    """What cannot be drawn is no picture: better none than one too clear."""
    if look is Look.FULL or not jpeg:
        return jpeg
    try:
        return _DRAWN[look](jpeg, box)
    except ValueError:
        return b""


def _bytes(path: Path | None) -> bytes:
    try:
        return b"" if path is None else path.read_bytes()
    except OSError as exc:
        log.info("a snapshot is missing: %s", exc.strerror)
        return b""
