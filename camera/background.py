"""What the camera sees when nothing moves, and how much each place varies; pure."""

from __future__ import annotations

import math
from typing import cast

import cv2
import numpy as np

from camera.light import Cells, Mask, light_change

LIGHT_S = 1.0
"""Time constant with which the background takes over a change of light; all of these in seconds."""
QUIET_S = 4.0
"""With which quiet cells follow the picture."""
STILL_S = 1.5
"""With which things that stand still become background."""
MOVING_S = 20.0
"""With which the background follows what moves."""
NOISE_S = 12.0
"""Of the noise estimate; where something moves it learns four times slower."""
SETTLING_S = 0.3
"""Of everything while the background is being learnt."""

LEAST_STEP = 5.0
"""No smaller difference counts, however quiet the cell is; steps of 0 to 255."""
NOISE_FACTOR = 4.5
"""A cell differs when it is this many mean deviations away from its background."""
LIGHT_DOUBT = 0.2
"""Share of the light compensation by which it may be wrong in one place."""
TEXTURE_DOUBT = 0.25
"""Share of the range among a cell's neighbours that the cell may take over: sway and shake by half a cell."""

_NEIGHBOURS = np.ones((3, 3), np.uint8)


class Background:
    """Mean picture and mean absolute deviation of each cell.

    In the spirit of the sigma-delta background estimation of Manzanera and Richefeu (Pattern Recognition Letters 28,
    2007), with rates in seconds, and the selective update of Pfinder (Wren and others; IEEE PAMI 19, 1997) by activity.
    """

    def __init__(self) -> None:
        self.picture: Cells = np.empty((0, 0), np.float32)
        self._noise = self.picture

    def copy(self) -> Background:
        copied = Background()
        copied.picture, copied._noise = self.picture.copy(), self._noise.copy()
        return copied

    def restart(self, picture: Cells, *, noise_too: bool) -> None:
        """Takes the picture for the background; the noise stays what it was when only the light changed."""
        if noise_too:
            self._noise = np.ones_like(picture)
        self.picture = picture.copy()

    def expected(self, picture: Cells) -> Cells:
        """The background in the light of `picture`."""
        return in_light_of(picture, self.picture)

    def limit(self, expected: Cells, factor: float) -> Cells:
        """How far off each cell may be; `factor` is the owner's."""
        doubt = cv2.absdiff(expected, self.picture)
        noise = np.maximum(self._noise, np.float32(LEAST_STEP / NOISE_FACTOR))
        limit = cv2.addWeighted(noise, NOISE_FACTOR * factor, doubt, LIGHT_DOUBT, 0)
        texture = cv2.subtract(cv2.dilate(expected, _NEIGHBOURS), cv2.erode(expected, _NEIGHBOURS))
        return cast(Cells, cv2.scaleAdd(texture, TEXTURE_DOUBT * factor, limit))

    def settle(self, expected: Cells, residual: Cells, step_s: float) -> None:
        """One frame while all is new: everything is background."""
        rate = _rate(step_s, SETTLING_S)
        self.picture = expected + residual * np.float32(rate)
        cv2.accumulateWeighted(np.abs(residual), self._noise, rate)

    def learn(
        self,
        picture: Cells,
        expected: Cells,
        deviation: Cells,
        still: Mask,
        moving: Mask,
        step_s: float,
        *,
        alone: bool,
    ) -> None:
        """One frame; what is neither `still` nor `moving` is quiet. `deviation` is bounded by the caller.

        `alone`: frames before it were left out, so nobody knows for how much of the step a cell was covered by what
        moves in it now.
        """
        cv2.accumulateWeighted(expected, self.picture, _rate(step_s, LIGHT_S))
        noise_rate = _rate(step_s, NOISE_S)
        self._follow(picture, deviation, ~(still | moving), _rate(step_s, QUIET_S), noise_rate)
        self._follow(picture, deviation, still, _rate(step_s, STILL_S), noise_rate)
        if not alone:
            self._follow(picture, deviation, moving, _rate(step_s, MOVING_S), _rate(step_s, NOISE_S * 4))

    def _follow(self, picture: Cells, deviation: Cells, mask: Mask, rate: float, noise_rate: float) -> None:
        where = mask.view(np.uint8)
        cv2.accumulateWeighted(picture, self.picture, rate, where)
        cv2.accumulateWeighted(deviation, self._noise, noise_rate, where)


def in_light_of(picture: Cells, other: Cells) -> Cells:
    """`other` in the light of `picture`: exposure and lamps change all cells by about one gain and offset."""
    gain, offset = light_change(other[::4, ::4].ravel(), picture[::4, ::4].ravel(), LEAST_STEP)
    return cast(Cells, cv2.addWeighted(other, gain, other, 0, offset))


def _rate(step_s: float, time_constant_s: float) -> float:
    """Share of the way that a first-order filter goes in one step."""
    return 1.0 - math.exp(-step_s / time_constant_s)
