"""Decides whether something moves in the picture; pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camera.model import Box, Luma

cv2.setNumThreads(1)  # at this size threads cost more than they give, and the other cameras need the cores

Cells = NDArray[np.float32]
"""Mean brightness of each cell, shape (rows, columns), 0 to 255."""
Mask = NDArray[np.bool_]
"""Which cells have a property, shape (rows, columns)."""

CELL_PX = 4
"""Edge of a cell in pixels of the gray frame: a mean over 16 pixels has a quarter of their noise."""


MOST_ROWS, MOST_COLUMNS = 60, 80
"""A larger gray frame gets larger cells: the cost of a frame is bounded."""


class Reason(StrEnum):
    """Why a frame counts as moved or not."""

    MOTION = "motion"
    QUIET = "quiet"
    SMALL = "small"
    """Something differs, but not enough of it moves."""
    LIGHT = "light"
    """The whole picture changed at once: light or exposure; it is being learnt anew."""
    SETTLING = "settling"
    """Just started: the background is being learnt."""


@dataclass(frozen=True, slots=True)
class Motion:
    """The verdict on one gray frame."""

    moved: bool
    score: float
    """Share of the picture that moves, 0 to 1."""
    box: Box | None
    """Around all that moves; None when nothing does."""
    reason: Reason


class Detector(Protocol):
    """Looks at gray frames one after the other."""

    def look(self, luma: Luma, t_s: float) -> Motion:
        """Judges the next frame; `t_s` rises and may start anywhere."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """The detector's constants; brightness in steps of 0 to 255, lengths in cells."""

    noise_factor: float = 4.5
    """A cell differs when it is this many mean deviations away from its background."""
    least_step: float = 5.0
    """No smaller difference counts, however quiet the cell is."""
    light_doubt: float = 0.2
    """Share of the light compensation by which it may be wrong in one place."""
    light_share: float = 0.4
    """More differing cells than this: the light changed, not things."""
    jump_share: float = 0.2
    """The same for cells that changed since the frame before: things do not grow that fast."""
    settle_s: float = 0.6
    lag_s: float = 0.3
    """What stayed the same for this long does not move."""
    uneven_factor: float = 0.7
    """Share of the limit from which on a difference counts as uneven."""
    uneven_share: float = 0.3
    """Smallest part of a blob that light cannot explain."""
    changed_share: float = 0.2
    """Smallest part of a blob that must have changed during the lag."""
    light_s: float = 1.0
    """Time constant with which the background takes over a change of light."""
    background_s: float = 4.0
    """Time constant with which quiet cells follow the picture."""
    absorb_s: float = 1.5
    """Time constant with which things that stand still become background."""
    moving_s: float = 20.0
    """Time constant with which the background follows what moves."""
    noise_s: float = 6.0
    """Time constant of the noise estimate."""
    neighbourhood: int = 15
    """A difference that is even over this distance is light or shadow, not a thing."""


@dataclass(frozen=True, slots=True)
class _Past:
    t_s: float
    picture: Cells
    residual: Cells


@dataclass(frozen=True, slots=True)
class _View:
    """One frame compared with its background."""

    residual: Cells
    """Picture less what was expected in this light."""
    limit: Cells
    """How far off a cell may be."""
    expected: Cells
    differs: Mask
    changed: Mask
    """Is not what it was `lag_s` ago, seen in the light of now."""


class CellDetector:
    """Background subtraction on 4x4-pixel cells with light compensation, and a check that the difference is changing.

    Per frame:

    1. The gray frame is averaged to cells.
    2. The gain and offset that best map background to picture are fitted (median first, then least squares without
       outliers): exposure and light cancel out.
    3. What remains is compared with each cell's own mean absolute deviation, in the spirit of the sigma-delta
       background estimation of Manzanera and Richefeu (Pattern Recognition Letters 28, 2007), with rates in seconds.
    4. What a gain and offset of the neighbourhood can explain is even: the sun on a wall, the shadow of a cloud, a
       lamp's glow. Things are not. This is the local linear model of the guided filter (He, Sun, Tang; ECCV 2010).
    5. Differing cells are joined to blobs. A blob moves if its uneven cells are not below `least_area` nor few beside
       the even ones, and if a part of them changed during the last 0.3 s: ghosts and parked things fall silent at once.
    6. Cells that differ but do not change are taken into the background within seconds, cells in motion hardly at all:
       the selective update of Pfinder (Wren, Azarbayejani, Darrell, Pentland; IEEE PAMI 19, 1997), by activity.

    If most of the picture differs, or much of it from one frame to the next, the light changed: all is learnt anew.
    """

    def __init__(self, least_area: float = 0.002, tuning: Tuning | None = None) -> None:
        """`least_area` is the smallest moving share of the picture that counts, 0 to 1."""
        self._least_area = least_area
        self._tuning = tuning or Tuning()
        self._background: Cells = np.empty((0, 0), np.float32)
        self._noise = self._background
        self._settled_s = 0.0
        self._last_s = 0.0
        self._recent: deque[_Past] = deque(maxlen=64)

    def look(self, luma: Luma, t_s: float) -> Motion:
        """Judges the next frame, shape (height, width), at least 16x16 pixels; a new size starts afresh."""
        picture = _cells(luma)
        background = self._background
        if picture.shape != background.shape:
            self._noise = np.full_like(picture, 1.0)
            self._learn_anew(picture, t_s)
            return _nothing(Reason.SETTLING)
        step_s = min(max(t_s - self._last_s, 0.001), 1.0)
        self._last_s = t_s
        expected = self._expected(picture, background)
        residual = picture - expected
        limit = self._limit(expected, background)
        if self._light_changed(residual, limit):
            self._learn_anew(picture, t_s)
            return _nothing(Reason.LIGHT)
        verdict = self._judge(picture, residual, limit, expected, step_s)
        self._recent.append(_Past(t_s, picture, residual))
        return _nothing(Reason.SETTLING) if t_s < self._settled_s else verdict

    def _learn_anew(self, picture: Cells, t_s: float) -> None:
        self._background = picture.copy()
        self._recent.clear()
        self._recent.append(_Past(t_s, picture, np.zeros_like(picture)))
        self._last_s = t_s
        self._settled_s = t_s + self._tuning.settle_s

    def _expected(self, picture: Cells, background: Cells) -> Cells:
        gain, offset = light_change(background[::4, ::4].ravel(), picture[::4, ::4].ravel(), self._tuning.least_step)
        return cast(Cells, cv2.addWeighted(background, gain, background, 0, offset))

    def _limit(self, expected: Cells, background: Cells) -> Cells:
        doubt = cv2.absdiff(expected, background)
        noise = np.maximum(self._noise, np.float32(self._tuning.least_step / self._tuning.noise_factor))
        return cast(Cells, cv2.addWeighted(noise, self._tuning.noise_factor, doubt, self._tuning.light_doubt, 0))

    def _light_changed(self, residual: Cells, limit: Cells) -> bool:
        differing = np.count_nonzero(np.abs(residual) > limit) / residual.size
        if differing <= self._tuning.jump_share:
            return False
        jumped = np.count_nonzero(cv2.absdiff(residual, self._recent[-1].residual) > limit) / residual.size
        return bool(differing > self._tuning.light_share or jumped > self._tuning.jump_share)

    def _judge(self, picture: Cells, residual: Cells, limit: Cells, expected: Cells, step_s: float) -> Motion:
        differs = np.abs(residual) > limit
        lagged = self._lagged()
        quiet = np.count_nonzero(differs) < self._least_area * differs.size
        if not quiet:  # spares the costly half of the work
            lagged = self._expected(picture, lagged)
        changed = cv2.absdiff(picture, lagged) > limit
        view = _View(residual, limit, expected, differs, changed)
        motion, moving = (_nothing(Reason.QUIET), None) if quiet else self._blobs(view)
        self._learn(picture, view, moving, step_s)
        return motion

    def _lagged(self) -> Cells:
        """The picture of `lag_s` ago, or the oldest since the last fresh start."""
        while len(self._recent) > 1 and self._recent[1].t_s <= self._last_s - self._tuning.lag_s:
            self._recent.popleft()
        return self._recent[0].picture

    def _blobs(self, view: _View) -> tuple[Motion, Mask]:
        """The verdict, and which cells belong to a moving blob."""
        t = self._tuning
        even = local_light(view.residual, view.expected, t.neighbourhood)
        uneven = view.differs & (cv2.absdiff(view.residual, even) > view.limit * np.float32(t.uneven_factor))
        joined = cv2.dilate(view.differs.view(np.uint8), _NEIGHBOURS)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        whole = np.bincount(labels[view.differs], minlength=count)
        cells = np.bincount(labels[uneven], minlength=count)
        lively = np.bincount(labels[uneven & view.changed], minlength=count)
        least_cells = self._least_area * labels.size
        moves = (cells >= least_cells) & (cells >= whole * t.uneven_share)
        moves &= lively >= np.maximum(2, cells * t.changed_share)
        moves[0] = False  # label 0 is all that does not differ
        if not moves.any():
            largest = int(cells[1:].max()) if count > 1 else 0
            reason = Reason.SMALL if largest else Reason.QUIET
            return Motion(False, largest / labels.size, None, reason), np.zeros_like(view.differs)
        score = float(cells[moves].sum()) / labels.size
        return Motion(True, score, _box(stats[moves], labels.shape), Reason.MOTION), moves[labels]

    def _learn(self, picture: Cells, view: _View, moving: Mask | None, step_s: float) -> None:
        t = self._tuning
        deviation = np.abs(view.residual)
        if self._last_s < self._settled_s:
            rate = _rate(step_s, _SETTLING_S)
            self._background = view.expected + view.residual * rate
            cv2.accumulateWeighted(deviation, self._noise, rate)
            return
        still = view.differs & ~view.changed
        if moving is not None:
            still &= ~moving
        others = ~still if moving is None else ~(still | moving)
        deviation = np.minimum(deviation, view.limit * np.float32(3))
        cv2.accumulateWeighted(view.expected, self._background, _rate(step_s, t.light_s))
        self._follow(picture, deviation, others, _rate(step_s, t.background_s), _rate(step_s, t.noise_s))
        self._follow(picture, deviation, still, _rate(step_s, t.absorb_s), _rate(step_s, t.noise_s))
        if moving is not None:
            self._follow(picture, deviation, moving, _rate(step_s, t.moving_s), _rate(step_s, t.noise_s * 4))

    def _follow(self, picture: Cells, deviation: Cells, mask: Mask, rate: float, noise_rate: float) -> None:
        """Moves background and noise of some cells a share of the way, in place."""
        where = mask.view(np.uint8)
        cv2.accumulateWeighted(picture, self._background, rate, where)
        cv2.accumulateWeighted(deviation, self._noise, noise_rate, where)


_NEIGHBOURS = np.ones((3, 3), np.uint8)
_RIDGE = 20.0
"""Variance, in squared brightness steps, at which a gain is believed by half."""
_SETTLING_S = 0.3
"""Time constant of everything while the background is being learnt."""


def light_change(before: Cells, after: Cells, step: float) -> tuple[float, float]:
    """Gain and offset with which `after` is best seen as `before` in another light; both are flat arrays of cells.

    The median difference finds the light even when things cover up to half of the cells; two rounds of least squares
    over the cells near it add the gain. A flat picture says little about the gain, so it is pulled towards 1 (ridge).
    """
    difference = after - before
    gain, offset = 1.0, float(np.partition(difference, difference.size // 2)[difference.size // 2])
    for _ in range(2):
        near = np.abs(after - before * np.float32(gain) - np.float32(offset)) < 3 * step
        count = int(np.count_nonzero(near))
        if count < before.size // 5:
            break
        x, y = before[near], after[near]
        mean_x, mean_y = float(x.sum()) / count, float(y.sum()) / count
        x, y = x - np.float32(mean_x), y - np.float32(mean_y)
        ridge = _RIDGE * count
        gain, before_gain = min(max((float(x @ y) + ridge) / (float(x @ x) + ridge), 0.4), 2.5), gain
        offset = mean_y - gain * mean_x
        if abs(gain - before_gain) < 0.02:
            break
    return gain, offset


def local_light(residual: Cells, expected: Cells, size: int) -> Cells:
    """The part of `residual` that light which differs from place to place explains.

    Around each cell: the gain and offset of `expected` that fit `residual` best, by least squares over size x size
    cells, computed with box filters as in the guided filter.
    """
    box = (size, size)
    mean_x, mean_y = cv2.blur(expected, box), cv2.blur(residual, box)
    variance = cv2.blur(expected * expected, box) - mean_x * mean_x
    covariance = cv2.blur(expected * residual, box) - mean_x * mean_y
    gain = np.asarray(covariance / (variance + np.float32(2 * _RIDGE)), np.float32)
    return np.asarray(mean_y + gain * (expected - mean_x), np.float32)


def _cells(luma: Luma) -> Cells:
    rows = min(max(luma.shape[0] // CELL_PX, 4), MOST_ROWS)
    columns = min(max(luma.shape[1] // CELL_PX, 4), MOST_COLUMNS)
    # Twice by half is three times as fast as once by four, and the same for a gray frame of the usual size.
    halved = cv2.resize(luma, (2 * columns, 2 * rows), interpolation=cv2.INTER_AREA)
    return cv2.resize(halved, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)


def _rate(step_s: float, time_constant_s: float) -> float:
    """Share of the way that a first-order filter goes in one step."""
    return 1.0 - math.exp(-step_s / time_constant_s)


def _nothing(reason: Reason) -> Motion:
    return Motion(moved=False, score=0.0, box=None, reason=reason)


def _box(stats: NDArray[np.number[Any]], shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """One box around the given rows of connectedComponentsWithStats, as shares of `shape` (rows, columns)."""
    left, top = int(stats[:, 0].min()), int(stats[:, 1].min())
    right = int((stats[:, 0] + stats[:, 2]).max())
    bottom = int((stats[:, 1] + stats[:, 3]).max())
    rows, columns = shape
    return left / columns, top / rows, (right - left) / columns, (bottom - top) / rows
