"""Draws the lettered grid on a camera's picture, with what is not watched and what places are called. Pure: takes a
JPEG, gives one."""

from __future__ import annotations

import cv2
import numpy as np

from camera.grid import COLUMNS, ROWS, Zones, square_name
from mocam import lettering
from mocam.contact_sheet import Picture, decoded, encoded
from mocam.zoning import Zoning

WIDTH_PX = 1280
"""As wide as a phone shows."""
QUALITY = 85
_ASPECT = 9 / 16
_SIZE_PX = 26
_WHITE, _DARK = (255, 255, 255), (16, 16, 16)
_IGNORED = (60, 60, 230)
"""Red; colours are blue, green, red."""
_AT_TIMES = (40, 170, 255)
_NAMED = (120, 230, 120)
_BLACK = (0, 0, 0)
_TINT = 0.42
_GROUND = (70, 64, 60)


def draw(jpeg: bytes, zoning: Zoning) -> bytes:
    """1280 pixels wide; on plain ground when there is no picture. Raises ValueError when it cannot be encoded."""
    picture = _canvas(jpeg)
    _tint(picture, zoning.at_times - zoning.always, _AT_TIMES)
    _tint(picture, zoning.always, _IGNORED)
    _tint(picture, zoning.mask, _BLACK, whole=True)
    _lines(picture)
    for name, zones in zoning.names.items():
        _outline(picture, zones)
        _name(picture, name, zones)
    for row in range(ROWS):
        for column in range(COLUMNS):
            _label(picture, column, row)
    return encoded(picture, QUALITY)


def _canvas(jpeg: bytes) -> Picture:
    found = decoded(jpeg, WIDTH_PX)
    if found is None:
        return np.full((round(WIDTH_PX * _ASPECT), WIDTH_PX, 3), _GROUND, np.uint8)
    height = max(ROWS * 24, round(found.shape[0] * WIDTH_PX / found.shape[1]))
    return np.asarray(cv2.resize(found, (WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)


def _edges(picture: Picture, column: int, row: int) -> tuple[int, int]:
    """The pixel at the upper left of a square."""
    return round(column * picture.shape[1] / COLUMNS), round(row * picture.shape[0] / ROWS)


def _tint(picture: Picture, zones: Zones, colour: tuple[int, int, int], *, whole: bool = False) -> None:
    for zone in zones.rectangles():
        left, top = _edges(picture, zone.left, zone.top)
        right, bottom = _edges(picture, zone.right + 1, zone.bottom + 1)
        if whole:
            picture[top:bottom, left:right] = colour
            continue
        part = picture[top:bottom, left:right].astype(np.float32)
        mixed = part * (1 - _TINT) + np.asarray(colour, np.float32) * _TINT
        picture[top:bottom, left:right] = mixed.astype(np.uint8)
        # Also for who does not see red: a cross through each square.
        for column in range(zone.left, zone.right + 1):
            for row in range(zone.top, zone.bottom + 1):
                near, far = _edges(picture, column, row), _edges(picture, column + 1, row + 1)
                cv2.line(picture, near, far, colour, 1, cv2.LINE_AA)
                cv2.line(picture, (near[0], far[1]), (far[0], near[1]), colour, 1, cv2.LINE_AA)


def _lines(picture: Picture) -> None:
    height, width = picture.shape[:2]
    for colour, thickness in ((_DARK, 2), (_WHITE, 1)):
        for column in range(1, COLUMNS):
            x = _edges(picture, column, 0)[0]
            cv2.line(picture, (x, 0), (x, height - 1), colour, thickness)
        for row in range(1, ROWS):
            y = _edges(picture, 0, row)[1]
            cv2.line(picture, (0, y), (width - 1, y), colour, thickness)


def _outline(picture: Picture, zones: Zones) -> None:
    """The border between the place and what is around it."""
    for column, row in zones.squares:
        near, far = _edges(picture, column, row), _edges(picture, column + 1, row + 1)
        sides = (
            ((column, row - 1), near, (far[0], near[1])),
            ((column, row + 1), (near[0], far[1]), far),
            ((column - 1, row), near, (near[0], far[1])),
            ((column + 1, row), (far[0], near[1]), far),
        )
        for neighbour, begin, end in sides:
            if neighbour not in zones.squares:
                cv2.line(picture, begin, end, _NAMED, 4, cv2.LINE_AA)


def _name(picture: Picture, name: str, zones: Zones) -> None:
    """Within its first square, at the bottom, on a ground of its own."""
    column, row = min(zones.squares, key=lambda square: (square[1], square[0]))
    left, bottom = _edges(picture, column, row + 1)
    wide = lettering.width(name, _SIZE_PX, lettering.SEMIBOLD)
    cv2.rectangle(picture, (left + 2, bottom - _SIZE_PX - 14), (left + wide + 16, bottom - 2), _DARK, cv2.FILLED)
    lettering.write(picture, name, left + 9, bottom - 12, _SIZE_PX, _NAMED, lettering.SEMIBOLD)


def _label(picture: Picture, column: int, row: int) -> None:
    left, top = _edges(picture, column, row)
    text = square_name(column, row)
    for right, down in ((-2, 0), (2, 0), (0, -2), (0, 2), (2, 2)):  # an edge, on bright ground as well
        lettering.write(picture, text, left + 8 + right, top + 30 + down, _SIZE_PX, _DARK, lettering.BOLD)
    lettering.write(picture, text, left + 8, top + 30, _SIZE_PX, _WHITE, lettering.BOLD)
