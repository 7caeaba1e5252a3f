"""How the visitors of the synthetic scene look: people that walk, some with a parcel, and a cat."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from camera.sources.scene_visitors import Bgr, Kind, Visit, place

Image = NDArray[np.uint8]
"""Shape (height, width, 3), blue first."""

Point = tuple[float, float]
"""In body heights from the middle between the feet: x the way they walk, y up."""

_SHIFT = 4
_STRIDE = 0.92
"""Two steps, in body heights."""
_CAT_STRIDE = 1.5
_CARDBOARD: Bgr = (104, 152, 194)


def draw(image: Image, visit: Visit, time_s: float, origin: tuple[int, int]) -> None:
    """Paints the visitor into a cut-out of the picture whose top left corner is `origin`."""
    x, way = place(visit, time_s)
    pen = Pen(image, (x - origin[0], visit.ground_y - origin[1]), visit.height, visit.direction)
    if visit.kind is Kind.CAT:
        _draw_cat(pen, visit, math.tau * way / _CAT_STRIDE)
    else:
        _draw_person(pen, visit, math.tau * way / _STRIDE)


class Pen:
    """Draws smooth shapes in body heights."""

    def __init__(self, image: Image, feet: Point, height: float, direction: int) -> None:
        self._image, self._feet, self._height, self._direction = image, feet, height, direction

    def limb(self, points: Sequence[Point], thickness: float, colour: Bgr) -> None:
        """A bent line with round joints."""
        width = max(1, round(thickness * self._height))
        cv2.polylines(self._image, [self._fixed(points)], False, colour, width, cv2.LINE_AA, _SHIFT)
        for point in points:
            self.oval(point, thickness / 2, thickness / 2, colour)

    def shape(self, points: Sequence[Point], colour: Bgr) -> None:
        cv2.fillPoly(self._image, [self._fixed(points)], colour, cv2.LINE_AA, _SHIFT)

    def oval(self, middle: Point, wide: float, high: float, colour: Bgr, lean: float = 0.0) -> None:
        """`lean` in degrees, forward."""
        x, y = self._fixed([middle])[0]
        axes = [max(1, round(size * self._height * 2**_SHIFT)) for size in (wide, high)]
        angle = lean * self._direction
        cv2.ellipse(self._image, (int(x), int(y)), axes, angle, 0, 360, colour, -1, cv2.LINE_AA, _SHIFT)

    def shadow(self, wide: float, high: float) -> None:
        """A soft dark spot on the ground below."""
        x, y = self._feet
        rows, columns = np.ogrid[: self._image.shape[0], : self._image.shape[1]]
        far = ((columns - x) / (wide * self._height)) ** 2 + ((rows - y) / (high * self._height)) ** 2
        shade = 1 - 0.5 * np.clip(1 - far, 0, 1).astype(np.float32) ** 0.8
        self._image[:] = (self._image * shade[:, :, None]).astype(np.uint8)

    def _fixed(self, points: Sequence[Point]) -> NDArray[np.int32]:
        scaled = np.array(points, np.float64) * (self._direction * self._height, -self._height) + self._feet
        return np.asarray(np.rint(scaled * 2**_SHIFT), np.int32)


def _draw_person(pen: Pen, visit: Visit, phase: float) -> None:
    pen.shadow(0.34, 0.055)
    bob = 0.012 * math.cos(2 * phase)
    hip, shoulder = (0.0, 0.485 + bob), (0.025, 0.785 + bob)
    carries = visit.kind is Kind.CARRIER
    _draw_leg(pen, visit, hip, phase + math.pi, 0.68)
    if not carries:
        _draw_arm(pen, visit, shoulder, phase, 0.68)
    _draw_leg(pen, visit, hip, phase, 1.0)
    _draw_torso(pen, visit, hip, shoulder)
    _draw_head(pen, visit, (0.045, 0.915 + bob))
    if carries:
        _draw_parcel(pen, visit, shoulder)
    else:
        _draw_arm(pen, visit, shoulder, phase + math.pi, 0.88)


def _draw_leg(pen: Pen, visit: Visit, hip: Point, phase: float, light: float) -> None:
    swing = 0.47 * math.sin(phase)
    bend = 0.08 + 0.72 * max(0.0, math.sin(phase + 1.25)) ** 2
    knee = (hip[0] + 0.235 * math.sin(swing), hip[1] - 0.235 * math.cos(swing))
    shin = swing - bend
    ankle = (knee[0] + 0.215 * math.sin(shin), max(0.035, knee[1] - 0.215 * math.cos(shin)))
    colour = _dimmed(visit.legs, light)
    pen.limb([hip, knee], 0.098, colour)
    pen.limb([knee, ankle], 0.074, colour)
    toe = (ankle[0] + 0.075 * math.cos(shin * 0.6), ankle[1] - 0.012 + 0.06 * math.sin(shin * 0.6))
    pen.limb([(ankle[0] - 0.008, ankle[1] - 0.012), toe], 0.042, _dimmed((48, 48, 56), light))


def _draw_torso(pen: Pen, visit: Visit, hip: Point, shoulder: Point) -> None:
    coat, dark = visit.coat, _dimmed(visit.coat, 0.8)
    top, hem = shoulder[1], hip[1] - 0.05
    pen.limb([(shoulder[0], top - 0.035), (hip[0] + 0.005, hip[1] + 0.01)], 0.168, coat)
    pen.shape([(-0.082, hip[1] + 0.02), (0.088, hip[1] + 0.02), (0.094, hem), (-0.09, hem)], coat)
    pen.shape([(-0.086, top - 0.06), (-0.04, top - 0.02), (-0.05, hem), (-0.09, hem)], dark)
    pen.limb([(0.086, hem + 0.012), (-0.084, hem + 0.012)], 0.018, dark)
    pen.limb([(0.035, top + 0.035), (0.04, top + 0.07)], 0.062, _dimmed(visit.skin, 0.86))
    pen.limb([(-0.012, top + 0.046), (0.068, top + 0.03)], 0.036, dark)


def _draw_head(pen: Pen, visit: Visit, head: Point) -> None:
    x, y = head
    pen.oval((x - 0.012, y + 0.012), 0.062, 0.066, visit.hair)
    pen.oval((x + 0.012, y - 0.008), 0.046, 0.06, visit.skin, lean=-6)
    pen.oval((x + 0.057, y - 0.012), 0.012, 0.01, visit.skin)
    pen.shape([(x - 0.06, y + 0.03), (x + 0.045, y + 0.048), (x + 0.015, y + 0.022), (x - 0.02, y - 0.01)], visit.hair)
    pen.oval((x - 0.008, y - 0.012), 0.011, 0.016, _dimmed(visit.skin, 0.82))
    if visit.hat:
        _draw_hat(pen, visit, head)


def _draw_hat(pen: Pen, visit: Visit, head: Point) -> None:
    x, y = head
    colour = _dimmed((200 - visit.coat[0] // 2, 190 - visit.coat[1] // 2, 210 - visit.coat[2] // 2), 0.9)
    pen.shape(
        [(x - 0.068, y + 0.018), (x - 0.056, y + 0.068), (x, y + 0.092), (x + 0.05, y + 0.064), (x + 0.058, y + 0.026)],
        colour,
    )
    pen.limb([(x - 0.062, y + 0.018), (x + 0.06, y + 0.026)], 0.026, _dimmed(colour, 0.82))


def _draw_arm(pen: Pen, visit: Visit, shoulder: Point, phase: float, light: float) -> None:
    swing = 0.55 * math.sin(phase)
    x, y = shoulder[0] - 0.012, shoulder[1] - 0.03
    elbow = (x + 0.16 * math.sin(swing), y - 0.16 * math.cos(swing))
    fore = swing + 0.38 + 0.2 * math.sin(phase)
    hand = (elbow[0] + 0.15 * math.sin(fore), elbow[1] - 0.15 * math.cos(fore))
    pen.oval(hand, 0.026, 0.03, _dimmed(visit.skin, light))
    wrist = (elbow[0] + 0.125 * math.sin(fore), elbow[1] - 0.125 * math.cos(fore))
    pen.limb([(x, y), elbow, wrist], 0.062, _dimmed(visit.coat, light * 0.94))


def _draw_parcel(pen: Pen, visit: Visit, shoulder: Point) -> None:
    low, high, near, far = shoulder[1] - 0.26, shoulder[1] - 0.06, 0.1, 0.33
    pen.shape([(near, low), (far, low), (far, high), (near, high)], _CARDBOARD)
    pen.shape([(near, high), (far, high), (far - 0.03, high + 0.035), (near + 0.03, high + 0.035)], (140, 184, 220))
    middle = (near + far) / 2
    pen.shape(
        [(middle - 0.016, low), (middle + 0.016, low), (middle + 0.016, high), (middle - 0.016, high)], (84, 124, 164)
    )
    left, right, upper, lower = far - 0.075, far - 0.02, high - 0.04, high - 0.08
    label = [(left, upper), (right, upper), (right, lower), (left, lower)]
    pen.shape(label, (232, 236, 238))
    x, y = shoulder[0] - 0.012, shoulder[1] - 0.03
    elbow = (x + 0.02, y - 0.165)
    pen.oval((near + 0.085, low + 0.01), 0.026, 0.024, visit.skin)
    pen.limb([(x, y), elbow, (near + 0.055, low + 0.012)], 0.062, _dimmed(visit.coat, 0.9))


def _draw_cat(pen: Pen, visit: Visit, phase: float) -> None:
    pen.shadow(0.95, 0.1)
    fur, dark = visit.coat, _dimmed(visit.coat, 0.72)
    _draw_paws(pen, dark, phase + math.pi)
    sway = 0.1 * math.sin(phase * 0.5)
    pen.limb([(-0.55, 0.56), (-0.78, 0.64), (-0.95, 0.84 + sway), (-1.02, 1.0 + sway)], 0.1, dark)
    _draw_paws(pen, fur, phase)
    pen.oval((-0.3, 0.5), 0.34, 0.21, fur)
    pen.oval((0.25, 0.51), 0.34, 0.2, fur)
    pen.shape([(-0.4, 0.7), (0.3, 0.705), (0.3, 0.33), (-0.4, 0.31)], fur)
    _draw_cat_head(pen, fur, dark, (0.66, 0.7 + 0.02 * math.sin(phase)))


def _draw_paws(pen: Pen, colour: Bgr, phase: float) -> None:
    for x, late in ((-0.42, 0.0), (0.38, math.pi * 0.6)):
        swing = 0.5 * math.sin(phase + late)
        lift = 0.07 * max(0.0, math.cos(phase + late))
        knee = (x + 0.2 * math.sin(swing), 0.25)
        paw = (x + 0.38 * math.sin(swing), 0.045 + lift)
        pen.limb([(x, 0.46), knee, paw], 0.11, colour)
        pen.oval((paw[0] + 0.05, paw[1] - 0.005), 0.08, 0.045, colour)


def _draw_cat_head(pen: Pen, fur: Bgr, dark: Bgr, head: Point) -> None:
    x, y = head
    pen.shape([(x - 0.16, y + 0.08), (x - 0.13, y + 0.33), (x + 0.02, y + 0.17)], dark)
    pen.shape([(x - 0.02, y + 0.14), (x + 0.09, y + 0.35), (x + 0.17, y + 0.1)], fur)
    pen.oval((x - 0.18, y - 0.08), 0.2, 0.17, fur, lean=-35)
    pen.oval((x, y), 0.2, 0.18, fur)
    pen.oval((x + 0.14, y - 0.05), 0.09, 0.075, _blended(fur, (225, 230, 235), 0.45))
    pen.oval((x + 0.09, y + 0.04), 0.028, 0.036, (60, 190, 190))
    pen.oval((x + 0.098, y + 0.04), 0.012, 0.034, (20, 24, 24))
    pen.oval((x + 0.22, y - 0.035), 0.02, 0.016, (110, 110, 190))


def _dimmed(colour: Bgr, light: float) -> Bgr:
    return _blended((0, 0, 0), colour, light)


def _blended(first: Bgr, second: Bgr, share: float) -> Bgr:
    blue, green, red = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return blue, green, red
