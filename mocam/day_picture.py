"""Draws a day: its best moments above, and below for each camera when it saw something. Pure: takes JPEGs, gives one.

Everything is drawn at twice the size and reduced at the end, so that edges are smooth.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from bot.pictures import MOST_MOMENTS, MOST_ROWS, ChartRow, DayPicture, Mark, Span
from mocam import lettering
from mocam.contact_sheet import Tile, decoded, encoded, fit
from mocam.lettering import Colour, Picture

WIDTH_PX = 1080
QUALITY = 90
_TWICE = 2

_GROUND = (27, 21, 17)
_PANEL = (41, 33, 27)
_LINE = (62, 52, 45)
_WHITE = (248, 245, 242)
_SOFT = (176, 164, 153)
_COLOURS: dict[Mark, Colour] = {
    Mark.EVENTS: (96, 190, 255),
    Mark.FALSE_ALARMS: (122, 111, 102),
    Mark.BLIND: (84, 84, 232),
    Mark.CLOSED: (92, 79, 69),
}
_MARGIN, _GAP, _ROUND = 36, 12, 16
_HEAD = 138
_GUTTER = 196
"""Left of the bars, for names."""
_PAD, _AXIS, _LEGEND = 24, 54, 52
_ROW_HEIGHTS = {1: 210, 2: 156, 3: 122, 4: 106}
_LOW_ROW = 86


def draw(day: DayPicture, tiles: Sequence[Tile]) -> bytes:
    """A JPEG 1080 pixels wide. `tiles` are those of the day with their pictures, as clear as they may be seen."""
    if not 1 <= len(day.rows) <= MOST_ROWS or len(tiles) > MOST_MOMENTS:
        raise ValueError(f"a day has 1 to {MOST_ROWS} cameras and at most {MOST_MOMENTS} moments")
    row = _ROW_HEIGHTS.get(len(day.rows), _LOW_ROW)
    chart = _PAD + len(day.rows) * row + _AXIS + (_LEGEND if day.legend else 0)
    moments = _moments_height(len(tiles))
    height = _HEAD + moments + chart + _MARGIN
    canvas = np.full((height * _TWICE, WIDTH_PX * _TWICE, 3), _GROUND, np.uint8)
    page = _Page(canvas)
    page.write(day.title, _MARGIN, 70, 52, _WHITE, lettering.BOLD)
    page.write(day.subtitle, _MARGIN, 113, 31, _SOFT)
    _draw_moments(page, tiles)
    _Chart(page, day, _HEAD + moments, chart, row).draw()
    size = (WIDTH_PX, height)
    return encoded(np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8), QUALITY)


class _Page:
    """Draws in the pixels of the finished picture."""

    def __init__(self, canvas: Picture) -> None:
        self.canvas = canvas

    def write(
        self, text: str, left: float, baseline: float, size: float, colour: Colour, weight: int = lettering.REGULAR
    ) -> None:
        two = _TWICE
        lettering.write(self.canvas, text, left * two, baseline * two, size * two, colour, weight)

    def centred(
        self, text: str, middle: float, baseline: float, size: float, colour: Colour, weight: int = 400
    ) -> None:
        two = _TWICE
        lettering.centred(self.canvas, text, middle * two, baseline * two, size * two, colour, weight)

    def box(self, left: float, top: float, right: float, bottom: float, radius: float, colour: Colour) -> None:
        """Filled, with round corners."""
        where = _pixels(left, top, right, bottom)
        self._patch(where, np.full((1, 1, 3), colour, np.uint8), radius)

    def picture(self, picture: Picture, left: float, top: float, radius: float) -> None:
        """`picture` is drawn at the canvas's own scale, with round corners."""
        at_x, at_y = round(left * _TWICE), round(top * _TWICE)
        self._patch((at_x, at_y, at_x + picture.shape[1], at_y + picture.shape[0]), picture, radius)

    def hatch(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """Slanted lines."""
        x0, y0, x1, y1 = _pixels(left, top, right, bottom)
        if x1 <= x0 or y1 <= y0:
            return
        part = self.canvas[y0:y1, x0:x1]
        slant = (np.arange(x0, x1)[None, :] + np.arange(y0, y1)[:, None]) % 24 < 7
        part[slant] = colour
        part[~slant] = part[~slant] // 2 + np.array(colour, np.uint8) // 5

    def _patch(self, where: tuple[int, int, int, int], filling: Picture, radius: float) -> None:
        x0, y0, x1, y1 = where
        if x1 <= x0 or y1 <= y0:
            return
        part = self.canvas[y0:y1, x0:x1]
        mask = _rounded(x1 - x0, y1 - y0, round(radius * _TWICE))
        part[mask] = np.broadcast_to(filling, part.shape)[mask]


def _pixels(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    return round(left * _TWICE), round(top * _TWICE), round(right * _TWICE), round(bottom * _TWICE)


def _rounded(width: int, height: int, radius: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where a box with round corners is."""
    radius = min(radius, width // 2, height // 2)
    across = np.clip(np.maximum(radius - np.arange(width), np.arange(width) - (width - 1 - radius)), 0, None)
    down = np.clip(np.maximum(radius - np.arange(height), np.arange(height) - (height - 1 - radius)), 0, None)
    found: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = across[None, :] ** 2 + down[:, None] ** 2 <= radius**2
    return found


# -- the moments -------------------------------------------------------------------------------------------------------


def _columns(tiles: int) -> int:
    return 1 if tiles == 1 else 2 if tiles in (2, 4) else 3


def _tile_size(tiles: int) -> tuple[float, float]:
    """Width and height."""
    columns = _columns(tiles)
    width = (WIDTH_PX - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    return width, width * 9 / 16


def _moments_height(tiles: int) -> int:
    rows = -(-tiles // _columns(tiles)) if tiles else 0
    return round(rows * (_tile_size(tiles)[1] + _GAP)) + 12 if tiles else 0


def _draw_moments(page: _Page, tiles: Sequence[Tile]) -> None:
    if not tiles:
        return
    columns = _columns(len(tiles))
    width, height = _tile_size(len(tiles))
    for number, tile in enumerate(tiles):
        left = _MARGIN + number % columns * (width + _GAP)
        top = _HEAD + number // columns * (height + _GAP)
        page.picture(_moment(tile, round(width * _TWICE), round(height * _TWICE)), left, top, _ROUND)
        _label(page, tile, left, top, width, height)


def _moment(tile: Tile, width: int, height: int) -> Picture:
    """The picture itself, dark towards its lower edge, where its words will stand."""
    ground = np.full((height, width, 3), _PANEL, np.uint8)
    picture = decoded(tile.jpeg, width)
    if picture is not None:
        fit(picture, ground)
    fade = np.linspace(1.0, 0.25, height // 3, dtype=np.float32)[:, None, None]
    ground[-len(fade) :] = (ground[-len(fade) :] * fade).astype(np.uint8)
    return ground


def _label(page: _Page, tile: Tile, left: float, top: float, width: float, height: float) -> None:
    size = 29 if width < 400 else 32
    room = (width - 28) * _TWICE
    text = lettering.fitting(tile.text, room, size * _TWICE, lettering.SEMIBOLD)
    page.write(text, left + 14, top + height - 14, size, _WHITE, lettering.SEMIBOLD)
    if not tile.jpeg:
        missing = lettering.fitting(tile.missing, room, size * _TWICE)
        page.centred(missing, left + width / 2, top + height / 2, size, _SOFT)
    badge = max(size * 1.5, lettering.width(tile.label, size * _TWICE, lettering.BOLD) / _TWICE + 20)
    page.box(left + 10, top + 10, left + 10 + badge, top + 10 + size * 1.5, size * 0.75, _GROUND)
    page.centred(tile.label, left + 10 + badge / 2, top + 10 + size * 1.1, size, _WHITE, lettering.BOLD)


# -- the chart ---------------------------------------------------------------------------------------------------------


class _Chart:
    """A row of bars a camera, all to one scale, over one line of time."""

    def __init__(self, page: _Page, day: DayPicture, top: float, height: float, row: float) -> None:
        self._page = page
        self._day = day
        self._top, self._height, self._row = top, height, row
        self._left, self._right = _MARGIN + _GUTTER, WIDTH_PX - _MARGIN - 26
        self._hour = (self._right - self._left) / len(day.hours)
        self._most = max(1, *(max(one.events, default=0) for one in day.rows))

    def draw(self) -> None:
        self._page.box(_MARGIN, self._top, WIDTH_PX - _MARGIN, self._top + self._height, _ROUND, _PANEL)
        bottom = self._top + _PAD + len(self._day.rows) * self._row
        self._grid(bottom)
        for number, row in enumerate(self._day.rows):
            self._draw_row(row, self._top + _PAD + number * self._row)
        self._draw_legend(bottom + _AXIS - 2)

    def _grid(self, bottom: float) -> None:
        for number, label in enumerate(self._day.hours):
            if label:
                at = self._left + number * self._hour
                self._page.box(at - 0.5, self._top + _PAD, at + 0.5, bottom + 6, 0, _LINE)
                self._page.centred(label, at, bottom + 36, 26, _SOFT)

    def _draw_row(self, row: ChartRow, top: float) -> None:
        page, base = self._page, top + self._row - 12
        ceiling = top + min(38, self._row * 0.36)
        page.box(self._left, base, self._right, base + 2, 1, _LINE)
        for spans, mark in ((row.closed, Mark.CLOSED), (row.blind, Mark.BLIND)):
            for span in spans:
                self._span(span, ceiling - 4, base, _COLOURS[mark])
        name = lettering.fitting(row.name, (_GUTTER - 40) * _TWICE, 30 * _TWICE, lettering.SEMIBOLD)
        middle = (ceiling + base) / 2
        page.write(name, _MARGIN + 22, middle + 2, 30, _WHITE, lettering.SEMIBOLD)
        page.write(row.note, _MARGIN + 22, middle + 32, 24, _SOFT)
        for hour, (count, false) in enumerate(zip(row.events, row.false_alarms, strict=True)):
            if count:
                self._bar(hour, count, false, base, base - ceiling)

    def _span(self, span: Span, top: float, bottom: float, colour: Colour) -> None:
        wide = self._right - self._left
        begun, end = self._left + span[0] * wide, self._left + span[1] * wide
        self._page.hatch(begun, top, max(end, begun + 3), bottom, colour)

    def _bar(self, hour: int, count: int, false: int, base: float, tall: float) -> None:
        left = self._left + hour * self._hour + 0.14 * self._hour
        right = left + 0.72 * self._hour
        high = max(9.0, tall * count / self._most)
        radius = min(5.0, (right - left) / 3)
        self._page.box(left, base - high, right, base, radius, _COLOURS[Mark.EVENTS])
        if false:
            least = high * false / count
            self._page.box(left, base - high, right, base - high + least, radius, _COLOURS[Mark.FALSE_ALARMS])
        self._page.centred(str(count), (left + right) / 2, base - high - 7, 24, _WHITE, lettering.SEMIBOLD)

    def _draw_legend(self, top: float) -> None:
        left: float = self._left
        for mark, words in self._day.legend:
            if mark in (Mark.BLIND, Mark.CLOSED):
                self._page.hatch(left, top + 6, left + 28, top + 28, _COLOURS[mark])
            else:
                self._page.box(left, top + 6, left + 28, top + 28, 6, _COLOURS[mark])
            self._page.write(words, left + 38, top + 26, 26, _SOFT)
            left += 38 + lettering.width(words, 26 * _TWICE) / _TWICE + 30
