"""Finds what may be a thing among the cells that differ, and says why the rest is none; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from camera.light import Cells, Mask, detail, local_light
from camera.tracks import Blob, CellBox

NEIGHBOURHOOD = 15
"""A difference that is even over so many cells is light or shadow, not a thing."""
UNEVEN_FACTOR = 0.7
"""Share of the limit from which on a difference counts as uneven."""
UNEVEN_SHARE = 0.4
"""Smallest part of a blob that light cannot explain."""
CHANGED_SHARE = 0.2
"""Smallest part of a blob that must have changed during the lag."""
LEAST_WEIGHT = 1.0
"""A faint blob is no evidence at all; in limits beyond the limit, summed over its cells."""
MOST_WEIGHT = 3.0
"""What one cell can add to that."""
COMPACT = 0.55
"""Things hang together. Least share of the cells around a blob that a solid square of its cells would have."""
CROWD, CROWD_FACTOR = 8, 5.0
"""Where this many blobs are seen at once it snows or leaves fly; then a thing must outweigh their mean so often."""
SURFACE_LIKENESS = 0.85
"""The surface shows through light, shadow and dust: from this correlation of its detail on it is no thing."""
SURFACE_NOISE = 2.0
"""What detail must have besides, in squared steps a cell, to be told from noise."""
MOST_BLOBS = 12

_NEIGHBOURS = np.ones((3, 3), np.uint8)


class Why(StrEnum):
    """What a blob is."""

    THING = "thing"
    FAINT = "faint"
    LIGHT = "light"
    """Even, or the surface shows through."""
    STILL = "still"
    SCATTERED = "scattered"
    CROWD = "crowd"


@dataclass(frozen=True, slots=True)
class View:
    """One frame compared with its background."""

    picture: Cells
    expected: Cells
    """The background in this light."""
    residual: Cells
    limit: Cells
    """How far off a cell may be."""
    differs: Mask
    changed: Mask
    """Is not what it was a moment ago, seen in the light of now."""


@dataclass(frozen=True, slots=True)
class Finding:
    """All blobs of one frame."""

    labels: NDArray[np.int32]
    """Number of the blob that each cell belongs to, 0 for none."""
    why: list[Why]
    """By number; the first is of no meaning."""
    boxes: list[CellBox]
    things: list[Blob]
    largest: int
    """Cells of the largest blob that is no light."""

    @property
    def moving(self) -> Mask:
        """Cells of all that may be a thing."""
        return np.asarray(np.array([why is Why.THING for why in self.why])[self.labels], np.bool_)

    @property
    def still(self) -> list[CellBox]:
        """Boxes of all that may be a thing and does not change."""
        return [box for why, box in zip(self.why, self.boxes, strict=True) if why is Why.STILL]


def find(view: View, least_cells: int) -> Finding:
    """The blobs of a frame of which at least one cell differs."""
    even = local_light(view.residual, view.expected, NEIGHBOURHOOD)
    uneven = view.differs & (cv2.absdiff(view.residual, even) > view.limit * np.float32(UNEVEN_FACTOR))
    joined = cv2.dilate(view.differs.view(np.uint8), _NEIGHBOURS)
    count, found, stats, middles = cv2.connectedComponentsWithStats(joined, connectivity=8)
    labels = np.asarray(found, np.int32)
    different, unexplained = labels[view.differs], labels[uneven]
    whole = np.bincount(different, minlength=count)
    area = np.bincount(unexplained, minlength=count)
    lively = np.bincount(labels[uneven & view.changed], minlength=count)
    beyond = np.minimum(np.abs(view.residual[uneven]) / view.limit[uneven] - 1, np.float32(MOST_WEIGHT))
    weight = np.bincount(unexplained, beyond, count)
    solid = (np.sqrt(whole) + 2) ** 2
    verdicts = (
        (Why.FAINT, (area < least_cells) | (weight < LEAST_WEIGHT)),
        (Why.LIGHT, area < whole * UNEVEN_SHARE),
        (Why.STILL, lively < np.maximum(1, area * CHANGED_SHARE)),
        (Why.SCATTERED, solid < COMPACT * stats[:, 4]),
        (Why.CROWD, weight < (CROWD_FACTOR * weight[1:].mean() if count > CROWD else 0.0)),
    )
    is_thing = np.ones(count, np.bool_)
    is_thing[0] = False
    why = [Why.THING] * count
    for reason, excluded in verdicts:
        for number in np.flatnonzero(is_thing & excluded):
            why[number] = reason
        is_thing &= ~excluded
    if is_thing.any():
        shows = _surface_shows(view, different, count, whole)
        for number in np.flatnonzero(is_thing & shows):
            why[number] = Why.LIGHT
        is_thing &= ~shows
    boxes = [_inner(row) for row in stats[:, :4].tolist()]
    why[0] = Why.FAINT
    numbers = np.flatnonzero(is_thing)
    numbers = numbers[np.argsort(-weight[numbers])][:MOST_BLOBS]
    things = [
        Blob(int(n), float(middles[n][0]), float(middles[n][1]), boxes[n], int(area[n]), float(weight[n]))
        for n in numbers
    ]
    return Finding(labels, why, boxes, things, int(area[1:].max()) if count > 1 else 0)


def _surface_shows(view: View, different: NDArray[np.int32], count: int, whole: NDArray[np.int64]) -> Mask:
    """Of each blob: whether its detail is that of the background."""
    before, now = detail(view.expected)[view.differs], detail(view.picture)[view.differs]
    common = np.bincount(different, before * now, count)
    both = np.sqrt(np.bincount(different, before * before, count) * np.bincount(different, now * now, count))
    return np.asarray(common > SURFACE_LIKENESS * both + SURFACE_NOISE * whole, np.bool_)


def _inner(row: list[int]) -> CellBox:
    """Blobs were joined over a rim of one cell, which is no part of them."""
    return row[0] + 1, row[1] + 1, max(row[2] - 2, 1), max(row[3] - 2, 1)
