"""The lettered grid that people name places of the picture by: columns A to J, rows 1 to 6; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COLUMNS, ROWS = 10, 6
"""About square in a picture of 16:9, and small enough to read on a phone."""

_ZONE = re.compile(r"([A-Z])(\d{1,2})(?:-([A-Z])(\d{1,2}))?")


class ZoneError(ValueError):
    """What was written is no zone; the text says what to write."""


@dataclass(frozen=True, slots=True, order=True)
class Zone:
    """A rectangle of squares, both corners included; columns and rows count from 0."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        first, last = square_name(self.left, self.top), square_name(self.right, self.bottom)
        return first if first == last else f"{first}-{last}"


@dataclass(frozen=True, slots=True)
class Zones:
    """Places of the picture; none by default."""

    squares: frozenset[tuple[int, int]] = frozenset()
    """Column and row of each, from 0."""

    @classmethod
    def parse(cls, text: str) -> Zones:
        """Reads `B2-C4, J1`: squares or rectangles by two corners, commas or blanks between. Raises ZoneError."""
        return cls.of(_zone(word) for word in re.split(r"[,;\s]+", text.upper()) if word)

    @classmethod
    def of(cls, zones: Iterable[Zone]) -> Zones:
        """All squares of some rectangles."""
        return cls(
            frozenset(
                (column, row)
                for zone in zones
                for column in range(zone.left, zone.right + 1)
                for row in range(zone.top, zone.bottom + 1)
            )
        )

    def __bool__(self) -> bool:
        return bool(self.squares)

    def __or__(self, other: Zones) -> Zones:
        return Zones(self.squares | other.squares)

    def __sub__(self, other: Zones) -> Zones:
        return Zones(self.squares - other.squares)

    def __str__(self) -> str:
        """As `parse` reads it, in as few rectangles as a simple search finds; empty for none."""
        return ", ".join(str(zone) for zone in self.rectangles())

    def rectangles(self) -> list[Zone]:
        """The squares as rectangles that do not overlap, from the top left."""
        left, found = set(self.squares), []
        while left:
            column, row = min(left, key=lambda square: (square[1], square[0]))
            right, bottom = column, row
            while (right + 1, row) in left:
                right += 1
            while all((x, bottom + 1) in left for x in range(column, right + 1)):
                bottom += 1
            found.append(Zone(column, row, right, bottom))
            left -= Zones.of(found[-1:]).squares
        return found

    def share_of(self, box: tuple[float, float, float, float]) -> float:
        """How much of a box (left, top, width, height as shares of the picture) lies in these squares, 0 to 1."""
        left, top, width, height = box[0] * COLUMNS, box[1] * ROWS, box[2] * COLUMNS, box[3] * ROWS
        area = max(0.0, width) * max(0.0, height)
        if area == 0:
            return 0.0
        inside = sum(
            max(0.0, min(left + width, column + 1) - max(left, column))
            * max(0.0, min(top + height, row + 1) - max(top, row))
            for column, row in self.squares
        )
        return min(1.0, inside / area)

    def mask(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Which elements of an array over the picture, shape (rows, columns), lie in these squares by their middle."""
        rows = ((np.arange(shape[0]) + 0.5) * ROWS / shape[0]).astype(int)
        columns = ((np.arange(shape[1]) + 0.5) * COLUMNS / shape[1]).astype(int)
        chosen = np.zeros((ROWS, COLUMNS), np.bool_)
        for column, row in self.squares:
            chosen[row, column] = True
        return np.asarray(chosen[np.ix_(rows, columns)], np.bool_)


def square_name(column: int, row: int) -> str:
    """`A1` is the top left; both count from 0."""
    return f"{chr(ord('A') + column)}{row + 1}"


def _zone(word: str) -> Zone:
    found = _ZONE.fullmatch(word)
    if not found:
        raise ZoneError(f"{word!r} is no place in the picture; write B2 for a square or B2-C4 for a rectangle.")
    first = _square(word, found[1], found[2])
    last = _square(word, found[3], found[4]) if found[3] else first
    return Zone(min(first[0], last[0]), min(first[1], last[1]), max(first[0], last[0]), max(first[1], last[1]))


def _square(word: str, letter: str, number: str) -> tuple[int, int]:
    column, row = ord(letter) - ord("A"), int(number) - 1
    if not (0 <= column < COLUMNS and 0 <= row < ROWS):
        last = square_name(COLUMNS - 1, ROWS - 1)
        raise ZoneError(f"{word!r} is outside of the picture; squares go from A1 to {last}.")
    return column, row
