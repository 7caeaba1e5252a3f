"""Draws a contact sheet: numbered small pictures of events on one JPEG. Pure: takes JPEGs, gives one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mocam import lettering

Picture = NDArray[np.uint8]
"""Blue, green, red; shape (height, width, 3)."""

MOST_TILES = 30
WIDTH_PX = 960
GAP_PX = 6
QUALITY = 82
_ASPECT = 9 / 16
_GROUND = (34, 30, 28)
_EMPTY = (58, 52, 48)
_WHITE = (255, 255, 255)
_PALE = (185, 180, 176)

_SCALES = (cv2.IMREAD_REDUCED_COLOR_8, cv2.IMREAD_REDUCED_COLOR_4, cv2.IMREAD_REDUCED_COLOR_2, cv2.IMREAD_COLOR)
"""A JPEG can be decoded at a fraction of its size, the smallest first."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One event on the sheet."""

    label: str
    """Its number, a few characters; empty: it has none."""
    text: str
    """Below the picture; Latin letters can be drawn, anything else becomes `?`."""
    jpeg: bytes
    """Empty: there is no picture of it."""
    missing: str = "no picture"
    """Said in its place then."""


def draw(tiles: Sequence[Tile]) -> bytes:
    """A JPEG 960 pixels wide, in rows of one, two or three tiles; at most `MOST_TILES`, at least one.

    A picture that cannot be read leaves its tile empty.
    """
    if not 1 <= len(tiles) <= MOST_TILES:
        raise ValueError(f"a sheet has 1 to {MOST_TILES} tiles, not {len(tiles)}")
    columns = 1 if len(tiles) == 1 else 2 if len(tiles) <= 4 else 3
    rows = -(-len(tiles) // columns)
    width = (WIDTH_PX - (columns + 1) * GAP_PX) // columns
    height = round(width * _ASPECT)
    sheet = np.full((rows * (height + GAP_PX) + GAP_PX, WIDTH_PX, 3), _GROUND, np.uint8)
    for number, tile in enumerate(tiles):
        top = GAP_PX + number // columns * (height + GAP_PX)
        left = GAP_PX + number % columns * (width + GAP_PX)
        sheet[top : top + height, left : left + width] = _tile(tile, width, height)
    return encoded(sheet, QUALITY)


def encoded(picture: Picture, quality: int) -> bytes:
    """As JPEG."""
    done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture could not be encoded")
    return jpeg.tobytes()


def decoded(jpeg: bytes, least_width: int) -> Picture | None:
    """The picture at the smallest scale that is still `least_width` wide; None: it is none."""
    raw = np.frombuffer(jpeg, np.uint8)
    picture = None
    for scale in _SCALES if raw.size else ():
        found = cv2.imdecode(raw, scale)
        if found is None:
            break
        picture = np.asarray(found, np.uint8)
        if picture.shape[1] >= least_width:
            break
    return picture


def _tile(tile: Tile, width: int, height: int) -> Picture:
    picture = decoded(tile.jpeg, width)
    ground = np.full((height, width, 3), _EMPTY, np.uint8)
    if picture is None:
        _missing(ground, tile.missing)
    else:
        fit(picture, ground)
    _strip(ground, tile.text)
    if tile.label:
        _badge(ground, tile.label)
    return ground


def fit(picture: Picture, ground: Picture) -> None:
    """The whole picture, with bars where it is narrower or flatter."""
    height, width = ground.shape[:2]
    scale = min(width / picture.shape[1], height / picture.shape[0])
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    ground[top : top + size[1], left : left + size[0]] = small


def _strip(ground: Picture, text: str) -> None:
    size_px = 20 if ground.shape[1] < 700 else 30
    high = round(1.6 * size_px)
    ground[-high:] = ground[-high:] // 3
    text = lettering.fitting(text, ground.shape[1] - 20, size_px)
    lettering.write(ground, text, 10, ground.shape[0] - 0.48 * size_px, size_px, _WHITE)


def _badge(ground: Picture, label: str) -> None:
    size_px = 26 if ground.shape[1] < 700 else 38
    wide = lettering.width(label, size_px, lettering.SEMIBOLD)
    cv2.rectangle(ground, (0, 0), (wide + 20, round(1.35 * size_px)), (20, 20, 20), cv2.FILLED)
    lettering.write(ground, label, 10, 1.02 * size_px, size_px, _WHITE, lettering.SEMIBOLD)


def _missing(ground: Picture, text: str) -> None:
    height, width = ground.shape[:2]
    size_px = 22 if width < 700 else 34
    text = lettering.fitting(text, width - 24, size_px)
    lettering.centred(ground, text, width / 2, (height - 0.6 * size_px) / 2, size_px, _PALE)
