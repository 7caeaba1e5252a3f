"""Whether something still stirs where a thing was seen, though a single frame cannot tell; pure.

A cell of one frame must be off by more than its noise and by more than a leaf that sways: somebody who stands and
hardly moves is not. But whether they are still there is another question, and there is time for it. The mean of a
quarter of a second has half the noise of a frame, and what flies by or sways is in one of two means only.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from camera.light import Cells, Mask, detail
from camera.tracks import CellBox

MEAN_S = 0.25
"""Length of a mean."""
LAG_S = 1.0
"""The last two means are compared with the two of so long ago."""
LIMIT_SHARE = 0.4
"""Of how far off a cell may be in one frame; by so much each of the two means must be beyond each of the other two.
Their noise is half as large, and a leaf that sways is in the same place on average."""
REACH = 2
"""The place of a thing is where it was seen, and so many cells around."""
CONTRAST = 10
"""It must stir there so many times as densely as elsewhere: not when the camera trembles, nor in wind or snow."""
PAUSE_S = 3.0
"""A thing that was seen or stirred so short a time ago may keep still."""
LONGEST_S = 60.0
"""For no longer than this is a thing there because something stirs: it may be a curtain after all."""

_STRIDE = round(LAG_S / MEAN_S)
_REACHED = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)


class Stirring:
    """Follows the frames of one size: their means, and the places of things."""

    def __init__(self, shape: tuple[int, int]) -> None:
        """`shape`: rows and columns of cells."""
        self._sum: Cells = np.zeros(shape, np.float32)
        self._frames = 0
        self._begun_s = self._last_s = -math.inf
        self._mean: Cells | None = None
        self._spans: deque[tuple[Cells, Cells]] = deque(maxlen=_STRIDE + 1)
        self._calm_limit: Cells = np.full(shape, np.inf, np.float32)
        self._place_s: NDArray[np.float64] = np.full(shape, -math.inf)
        self._any_s = self._seen_s = -math.inf

    @property
    def nbytes(self) -> int:
        spans = sum(low.nbytes + high.nbytes for low, high in self._spans)
        spans += self._calm_limit.nbytes
        return self._sum.nbytes + self._place_s.nbytes + spans + (0 if self._mean is None else self._mean.nbytes)

    def skip(self) -> None:
        """The next frame cannot be compared with those before: the light changed, or some were left out between."""
        self._frames, self._mean = 0, None
        self._sum[:] = 0
        self._spans.clear()

    def forget(self) -> None:
        """No thing was seen."""
        self._place_s[:] = self._any_s = -math.inf

    def see(self, things: Iterable[CellBox], t_s: float) -> None:
        """There are things now."""
        for left, top, width, height in things:
            rows = slice(max(top - REACH, 0), top + height + REACH)
            columns = slice(max(left - REACH, 0), left + width + REACH)
            self._place_s[rows, columns] = self._any_s = self._seen_s = t_s

    def add(self, picture: Cells, limit: Cells, watched: Mask, t_s: float) -> float | None:
        """The next frame, how far off its cells may be, and which of them count.

        Returns when something last stirred in the place of a thing, if that is seen by now. Costs next to nothing as
        long as there is no such place.
        """
        if t_s - self._any_s > PAUSE_S:
            if self._frames or self._mean is not None:
                self.skip()
            self._calm_limit = limit
            return None
        mean = self._mean_with(picture, t_s)
        if mean is None:
            return None
        before, self._mean = self._mean, mean
        if before is None:
            return None
        low, high = np.minimum(before, mean), np.maximum(before, mean)
        self._spans.append((low, high))
        if len(self._spans) <= _STRIDE:
            return None
        place = (self._place_s >= t_s - PAUSE_S) & watched
        stirs = self._stirs(limit) & watched
        there = stirs & place
        if not _stands_out(there, place, stirs & ~place, watched):
            return None
        if t_s - self._seen_s <= LONGEST_S:
            self._place_s[cv2.dilate(there.view(np.uint8), _REACHED).view(np.bool_)] = self._any_s = t_s
        return t_s - LAG_S

    def _stirs(self, limit: Cells) -> Mask:
        """Cells that are not what they were, of which two touch.

        A thing that comes raises the noise of the cells which it covers, for a quarter of a minute, and so hides
        itself: how noisy they were before it came is what counts.
        """
        (low, high), (low_then, high_then) = self._spans[-1], self._spans[0]
        apart = cv2.max(cv2.subtract(low, high_then), cv2.subtract(low_then, high))
        stirs = np.asarray(apart > cv2.min(limit, self._calm_limit) * np.float32(LIMIT_SHARE), np.bool_)
        beside = cv2.boxFilter(stirs.view(np.uint8), -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
        return stirs & (beside > 1)

    def _mean_with(self, picture: Cells, t_s: float) -> Cells | None:
        """Of the quarter of a second that ends with this frame, whatever light falls on it; None: it goes on."""
        if t_s - self._last_s > 2 * MEAN_S:
            self.skip()
        self._last_s = t_s
        if not self._frames and self._mean is None:
            self._begun_s = t_s
        cv2.accumulate(picture, self._sum)
        self._frames += 1
        if t_s - self._begun_s < MEAN_S - 0.01:
            return None
        mean = detail(self._sum * np.float32(1 / self._frames))
        self._sum[:] = 0
        self._frames, self._begun_s = 0, t_s
        return mean


def _stands_out(there: Mask, place: Mask, elsewhere: Mask, watched: Mask) -> bool:
    """Whether more stirs there than elsewhere."""
    count, size = np.count_nonzero(there), np.count_nonzero(place)
    return bool(count and count * (np.count_nonzero(watched) - size) >= CONTRAST * np.count_nonzero(elsewhere) * size)
