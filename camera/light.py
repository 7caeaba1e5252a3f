"""What light alone explains of the difference between two pictures; pure."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.float32]
"""Mean brightness of each cell, shape (rows, columns), 0 to 255."""
Mask = NDArray[np.bool_]
"""Which cells have a property, shape (rows, columns)."""

_RIDGE = 20.0
"""Variance, in squared brightness steps, at which a gain is believed by half."""


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
    cells, computed with box filters as in the guided filter (He, Sun, Tang; ECCV 2010).
    """
    box = (size, size)
    mean_x, mean_y = cv2.blur(expected, box), cv2.blur(residual, box)
    variance = cv2.blur(expected * expected, box) - mean_x * mean_x
    covariance = cv2.blur(expected * residual, box) - mean_x * mean_y
    gain = np.asarray(covariance / (variance + np.float32(2 * _RIDGE)), np.float32)
    return np.asarray(mean_y + gain * (expected - mean_x), np.float32)


def detail(picture: Cells) -> Cells:
    """What is finer than three cells: the surface of things, whatever light falls on it."""
    return np.asarray(picture - cv2.blur(picture, (3, 3)), np.float32)
