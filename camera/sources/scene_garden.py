"""The synthetic scene without anybody in it: a house at dusk, its front garden, path, fence and tree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from camera.sources.scene_visitors import Bgr

Image = NDArray[np.uint8]
"""Shape (height, width, 3), blue first."""

Point = tuple[float, float]
"""In pixels of a 1280x720 picture from its top left."""

_OVERSIZE = 2
"""Painted this much larger and shrunk, which smooths every edge."""

_LAMP_LIGHT: Bgr = (110, 190, 255)


def garden(width: int, height: int) -> Image:
    """The picture, painted anew (about 0.4 s); always the same."""
    brush = _Brush()
    for paint in (_sky, _hills, _lawn, _fence, _house, _roof, _windows, _door, _porch, _shrubs, _walk, _tree, _lantern):
        paint(brush)
    for middle, radius, strength in (
        ((180, 345), 210, 0.2),
        ((512, 345), 210, 0.2),
        ((268, 352), 120, 0.26),
        ((742, 428), 130, 0.36),
    ):
        brush.glow(middle, radius, _LAMP_LIGHT, strength)
    _spill(brush)
    return brush.finished(width, height)


class _Brush:
    """Paints in the coordinates of a 1280x720 picture."""

    def __init__(self) -> None:
        self.image: Image = np.zeros((720 * _OVERSIZE, 1280 * _OVERSIZE, 3), np.uint8)
        self.random = np.random.default_rng(20)

    def shape(self, points: Sequence[Point], colour: Bgr) -> None:
        cv2.fillPoly(self.image, [self._scaled(points)], colour, cv2.LINE_AA, 4)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Bgr) -> None:
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def line(self, points: Sequence[Point], thickness: float, colour: Bgr) -> None:
        width = max(1, round(thickness * _OVERSIZE))
        cv2.polylines(self.image, [self._scaled(points)], False, colour, width, cv2.LINE_AA, 4)

    def oval(self, middle: Point, wide: float, high: float, colour: Bgr) -> None:
        x, y = self._scaled([middle])[0]
        axes = (round(wide * _OVERSIZE * 16), round(high * _OVERSIZE * 16))
        cv2.ellipse(self.image, (int(x), int(y)), axes, 0, 0, 360, colour, -1, cv2.LINE_AA, 4)

    def fade(self, points: Sequence[Point], top: Bgr, bottom: Bgr) -> None:
        """A shape whose colour changes from its highest to its lowest point."""
        mask = np.zeros(self.image.shape[:2], np.uint8)
        cv2.fillPoly(mask, [self._scaled(points)], (255,), cv2.LINE_AA, 4)
        ys = [y for _, y in points]
        first, last = (max(0, round(min(ys) * _OVERSIZE)), min(self.image.shape[0], round(max(ys) * _OVERSIZE) + 1))
        share = np.linspace(0, 1, last - first, dtype=np.float32)[:, None]
        colours = np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share
        for band in _bands(first, last):
            _cover(self.image[band], mask[band], colours[band.start - first : band.stop - first])

    def glow(self, middle: Point, radius: float, colour: Bgr, strength: float, flat: float = 1.0) -> None:
        """Soft light around a point; `flat` below 1 presses it to the ground."""
        x, y = middle[0] * _OVERSIZE, middle[1] * _OVERSIZE
        reach = radius * _OVERSIZE
        left, right = max(0, int(x - reach)), min(self.image.shape[1], int(x + reach) + 1)
        top, bottom = max(0, int(y - reach * flat)), min(self.image.shape[0], int(y + reach * flat) + 1)
        for band in _bands(top, bottom):
            rows, columns = np.ogrid[band, left:right]
            far = np.sqrt(((columns - x) / reach) ** 2 + ((rows - y) / (reach * flat)) ** 2).astype(np.float32)
            share = strength * np.clip(1 - far, 0, 1)[:, :, None] ** 2
            part = self.image[band, left:right]
            lit = part + share * np.array(colour, np.float32) * (np.float32(0.35) + part * np.float32(1 / 255))
            self.image[band, left:right] = np.clip(lit, 0, 255).astype(np.uint8)

    def finished(self, width: int, height: int) -> Image:
        """Shrunk to its size, the corners a little darker, as through a lens."""
        small = cv2.resize(self.image, (width, height), interpolation=cv2.INTER_AREA)
        rows, columns = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        shade = (1 - 0.16 * np.clip(rows**2 + columns**2 - 0.5, 0, None)).astype(np.float32)
        for band in _bands(0, height):
            small[band] = (small[band] * shade[band, :, None]).astype(np.uint8)
        return np.asarray(small, np.uint8)

    @staticmethod
    def _scaled(points: Sequence[Point]) -> NDArray[np.int32]:
        return np.asarray(np.rint(np.array(points, np.float64) * _OVERSIZE * 16), np.int32)


def _cover(part: Image, mask: NDArray[np.uint8], colours: NDArray[np.float32]) -> None:
    """Paints one colour a row where the mask is 255, and mixes it in at the edge, where it is less."""
    rows, columns = np.nonzero((mask > 0) & (mask < 255))
    share = mask[rows, columns, None].astype(np.float32) / 255
    edge = (part[rows, columns] * (1 - share) + colours[rows] * share).astype(np.uint8)
    whole = np.ascontiguousarray(np.broadcast_to(colours.astype(np.uint8)[:, None], part.shape))
    cv2.copyTo(whole, (mask == 255).view(np.uint8), part)
    part[rows, columns] = edge


def _bands(first: int, last: int) -> Iterator[slice]:
    """Some rows at a time: the whole picture as floats would be the most memory that the program ever takes."""
    for start in range(first, last, 96):
        yield slice(start, min(start + 96, last))


def _sky(brush: _Brush) -> None:
    brush.fade([(0, 0), (1280, 0), (1280, 210), (0, 210)], (150, 104, 70), (178, 152, 158))
    brush.fade([(0, 208), (1280, 208), (1280, 420), (0, 420)], (178, 152, 158), (150, 196, 246))
    brush.glow((1130, 372), 430, (90, 150, 255), 0.55, flat=0.7)
    for x, y, wide in ((820, 96, 150), (985, 120, 110), (1110, 66, 90), (760, 196, 80)):
        _cloud(brush, x, y, wide)


def _cloud(brush: _Brush, x: float, y: float, wide: float) -> None:
    """Thin layers on top of each other, so that it has no edge."""
    strip = brush.image[int(y - 20) * _OVERSIZE : int(y + 20) * _OVERSIZE]
    for _ in range(16):
        before = strip.copy()
        far = brush.random.uniform(-1, 1)
        spot = (x + far * wide * 0.7, y + brush.random.uniform(-5, 5))
        brush.oval(spot, wide * brush.random.uniform(0.25, 0.5), brush.random.uniform(4, 11), (190, 180, 226))
        cv2.addWeighted(before, 0.87, strip, 0.13, 0, dst=strip)


def _hills(brush: _Brush) -> None:
    def ridge(base: float, swell: float, period: float, late: float) -> list[Point]:
        xs = range(0, 1300, 20)
        tops = [(x, base - swell * (math.sin(x / period + late) + 0.35 * math.sin(x / period * 2.7))) for x in xs]
        return [*tops, (1290, 480), (0, 480)]

    brush.fade(ridge(362, 26, 170, 0.4), (158, 142, 150), (140, 150, 160))
    brush.fade(ridge(392, 18, 110, 2.2), (116, 112, 104), (100, 116, 104))
    for x in range(610, 1290, 34):  # a hedge behind the fence
        high = 30 + 12 * brush.random.random()
        brush.oval((x, 432), 30, high, (58 + x % 3 * 4, 88 + x % 5 * 3, 62))


def _lawn(brush: _Brush) -> None:
    brush.fade([(0, 440), (1280, 440), (1280, 722), (0, 722)], (72, 128, 104), (44, 96, 62))
    for _ in range(5200):
        x, y = brush.random.uniform(0, 1280), brush.random.uniform(452, 720)
        size = 1.5 + 5.5 * (y - 450) / 270
        shade = brush.random.uniform(-16, 20)
        colour = (round(54 + shade * 0.6), round(112 + shade), round(80 + shade))
        brush.line([(x, y), (x + brush.random.uniform(-2, 2), y - size)], 0.9, colour)


def _fence(brush: _Brush) -> None:
    for y in (408, 444):
        brush.box(636, y, 1280, y + 8, (172, 178, 186))
    for x in range(640, 1290, 22):
        brush.shape([(x, 396), (x + 6.5, 386), (x + 13, 396), (x + 13, 466), (x, 466)], (206, 212, 220))
        brush.box(x + 9.5, 397, x + 13, 466, (170, 174, 184))
    brush.fade([(636, 462), (1280, 462), (1280, 476), (636, 476)], (58, 104, 84), (68, 122, 98))


def _house(brush: _Brush) -> None:
    brush.fade([(58, 196), (640, 196), (640, 498), (58, 498)], (176, 192, 204), (158, 178, 196))
    for y in range(210, 486, 15):
        brush.line([(58, y), (640, y)], 1.2, (138, 156, 172))
        brush.line([(58, y + 1.6), (640, y + 1.6)], 0.8, (190, 204, 214))
    brush.fade([(50, 482), (646, 482), (646, 508), (50, 508)], (112, 118, 126), (86, 92, 98))
    for x in range(50, 640, 33):
        brush.line([(x, 483), (x + 3, 507)], 1.2, (78, 84, 92))
    brush.line([(50, 495), (646, 495)], 1.2, (78, 84, 92))


def _roof(brush: _Brush) -> None:
    brush.box(486, 40, 534, 150, (78, 92, 132))
    for y in range(48, 140, 12):
        brush.line([(486, y), (534, y)], 1, (98, 112, 150))
    brush.box(480, 34, 540, 46, (92, 98, 108))
    brush.fade([(14, 214), (150, 76), (556, 76), (686, 214)], (86, 72, 66), (104, 86, 78))
    for row, y in enumerate(range(90, 212, 15)):
        left, right = 150 - 136 * (y - 76) / 138, 556 + 130 * (y - 76) / 138
        brush.line([(left, y), (right, y)], 1.3, (70, 58, 54))
        for x in range(int(left) + 22 + (row % 2) * 12, int(right) - 18, 24):
            brush.line([(x, y - 14), (x, y)], 0.9, (78, 64, 60))
    brush.box(10, 210, 690, 224, (196, 206, 214))
    brush.fade([(58, 224), (640, 224), (640, 246), (58, 246)], (104, 116, 128), (170, 186, 200))


def _windows(brush: _Brush) -> None:
    for left in (124, 456):
        top, right, bottom = 288, left + 112, 404
        brush.box(left - 30, top - 4, left - 10, bottom + 4, (106, 82, 58))
        brush.box(right + 10, top - 4, right + 30, bottom + 4, (106, 82, 58))
        for y in range(top + 2, bottom, 8):
            for x in (left - 28, right + 12):
                brush.line([(x, y), (x + 16, y)], 1.4, (86, 64, 44))
        brush.box(left - 8, top - 8, right + 8, bottom + 8, (226, 232, 238))
        brush.fade([(left, top), (right, top), (right, bottom), (left, bottom)], (120, 200, 252), (86, 160, 232))
        _room(brush, left, top, right, bottom)
        brush.box((left + right) / 2 - 3, top, (left + right) / 2 + 3, bottom, (226, 232, 238))
        brush.box(left, top + 46, right, top + 51, (226, 232, 238))
        brush.box(left - 12, bottom + 6, right + 12, bottom + 14, (206, 212, 220))
        _flower_box(brush, left - 4, right + 4, bottom + 14)


def _room(brush: _Brush, left: float, top: float, right: float, bottom: float) -> None:
    """What is seen behind the pane: curtains, a lamp."""
    for edge, inner in ((left, left + 30), (right, right - 30)):
        brush.shape([(edge, top), (inner, top), ((edge + inner) / 2, bottom), (edge, bottom)], (150, 196, 236))
        brush.line([((edge + inner) / 2, top), ((edge * 3 + inner) / 4, bottom)], 1.2, (120, 170, 216))
    middle = left + 72
    low, high = bottom - 36, bottom - 54
    shade = [(middle - 12, low), (middle + 12, low), (middle + 7, high), (middle - 7, high)]
    brush.shape(shade, (190, 236, 255))
    brush.box(middle - 1.5, bottom - 36, middle + 1.5, bottom, (60, 92, 132))


def _flower_box(brush: _Brush, left: float, right: float, top: float) -> None:
    for x in np.arange(left + 5, right, 7):
        brush.oval((x, top - 2 - brush.random.uniform(0, 6)), 6, 7, (62, 112, 74))
    for x in np.arange(left + 4, right, 9):
        colour = ((92, 70, 214), (150, 120, 236), (110, 200, 246))[int(brush.random.integers(3))]
        brush.oval((x, top - 6 - brush.random.uniform(0, 6)), 3.2, 3.2, colour)
    brush.box(left, top, right, top + 17, (70, 88, 116))
    brush.box(left, top, right, top + 4, (90, 108, 136))


def _door(brush: _Brush) -> None:
    brush.box(296, 292, 396, 498, (226, 232, 238))
    brush.fade([(306, 302), (386, 302), (386, 498), (306, 498)], (96, 92, 36), (78, 74, 28))
    for left in (314, 350):
        brush.box(left, 368, left + 28, 424, (66, 62, 22))
        brush.box(left + 2, 370, left + 28, 424, (100, 96, 42))
        brush.box(left, 434, left + 28, 488, (66, 62, 22))
        brush.box(left + 2, 436, left + 28, 488, (96, 92, 40))
    brush.fade([(316, 312), (376, 312), (376, 356), (316, 356)], (128, 206, 252), (100, 178, 240))
    for x in (336, 356):
        brush.line([(x, 312), (x, 356)], 2.2, (80, 76, 30))
    brush.oval((379, 408), 4, 4, (90, 190, 226))
    brush.line([(379, 413), (379, 424)], 2.4, (70, 160, 200))
    brush.box(412, 326, 436, 344, (60, 64, 72))
    for x, number in ((415, "2"), (425, "4")):
        place = (int(x * _OVERSIZE), int(341 * _OVERSIZE))
        cv2.putText(brush.image, number, place, cv2.FONT_HERSHEY_DUPLEX, 0.85, (190, 220, 236), 1, cv2.LINE_AA)
    brush.box(263, 336, 273, 340, (50, 52, 58))
    brush.shape([(260, 340), (276, 340), (273, 364), (263, 364)], (170, 226, 255))
    brush.shape([(258, 340), (268, 330), (278, 340)], (50, 52, 58))


def _porch(brush: _Brush) -> None:
    brush.shape([(268, 284), (346, 246), (424, 284)], (98, 80, 74))
    brush.shape([(286, 284), (346, 256), (406, 284)], (190, 204, 214))
    brush.box(262, 282, 430, 292, (206, 214, 222))
    for number, (left, right, top) in enumerate(((284, 408, 496), (272, 420, 507), (260, 432, 519))):
        brush.box(left, top, right, top + 5, (166, 176, 184))
        brush.box(left, top + 5, right, top + 13, (122 - 4 * number, 130 - 4 * number, 140 - 4 * number))
    brush.box(308, 491, 384, 498, (58, 76, 110))


def _shrubs(brush: _Brush) -> None:
    for x, y, size in ((64, 500, 30), (104, 506, 24), (236, 508, 20), (452, 508, 22), (560, 506, 27), (618, 502, 33)):
        brush.oval((x, y + size * 0.75), size * 1.2, size * 0.22, (40, 78, 58))
        for step, colour in enumerate(((46, 82, 52), (58, 104, 66), (72, 126, 86))):
            for _ in range(16 - 4 * step):
                angle, far = brush.random.uniform(0, math.tau), size * (0.75 - 0.17 * step)
                spot = (x + far * math.cos(angle) - 2 * step, y + 0.72 * far * math.sin(angle) - 4 * step)
                brush.oval(spot, size * 0.3, size * 0.26, colour)
    for number in range(70):
        spot = (brush.random.uniform(56, 640), brush.random.uniform(518, 532))
        if not 250 < spot[0] < 442:
            brush.oval(spot, 2.4, 2.2, ((120, 110, 230), (110, 210, 250), (230, 200, 220))[number % 3])


def _walk(brush: _Brush) -> None:
    """The walk to the door, and the pavement along which visitors come."""
    brush.fade([(258, 532), (434, 532), (486, 594), (226, 594)], (132, 142, 150), (142, 152, 160))
    for share in (0.25, 0.55):
        y = 532 + 62 * share
        brush.line([(258 - 32 * share, y), (434 + 52 * share, y)], 1.3, (108, 118, 126))
    brush.fade([(0, 572), (1280, 572), (1280, 652), (0, 652)], (140, 150, 158), (158, 168, 176))
    brush.line([(0, 572), (226, 572)], 3, (104, 116, 118))
    brush.line([(486, 572), (1280, 572)], 3, (104, 116, 118))
    brush.box(0, 650, 1280, 658, (106, 112, 118))
    brush.line([(0, 610), (1280, 610)], 1.2, (122, 132, 140))
    for x in range(-300, 1600, 92):
        lean = (x - 640) * 0.1
        brush.line([(x, 573), (x + lean * 0.5, 610)], 1.2, (122, 132, 140))
        brush.line([(x + 46 + lean * 0.5, 610), (x + 46 + lean, 650)], 1.2, (122, 132, 140))
    for number in range(900):
        spot = (brush.random.uniform(0, 1280), brush.random.uniform(575, 648))
        brush.oval(spot, 0.9, 0.6, (128, 138, 146) if number % 2 else (170, 178, 186))


def _tree(brush: _Brush) -> None:
    brush.oval((1046, 528), 128, 15, (44, 88, 62))
    left = [(1018, 530), (1032, 490), (1034, 420), (1026, 330)]
    right = [(1064, 330), (1062, 420), (1066, 490), (1084, 530)]
    brush.shape([*left, *right], (50, 68, 90))
    brush.shape([(1062, 530), (1052, 490), (1050, 420), (1048, 330), *right], (64, 90, 120))
    for bark in range(1036, 1064, 7):
        brush.line([(bark, 512), (bark + 2, 440), (bark - 1, 370)], 1.1, (44, 60, 80))
    for tip in ((960, 290), (1130, 280), (1000, 240), (1090, 220)):
        brush.line([(1046, 370), ((1046 + tip[0]) / 2, 330), tip], 9, (56, 76, 100))
    tones: tuple[Bgr, ...] = ((44, 78, 54), (52, 100, 70), (64, 124, 90), (88, 152, 128))
    for step, colour in enumerate(tones):
        for _ in range(230 - 46 * step):
            angle, far = brush.random.uniform(0, math.tau), math.sqrt(brush.random.random())
            x = 1042 + 18 * step + (152 - 20 * step) * far * math.cos(angle)
            y = 244 - 15 * step + (122 - 18 * step) * far * math.sin(angle)
            size = brush.random.uniform(9, 19) - 2 * step
            brush.oval((x, y), size, size * 0.8, colour)


def _lantern(brush: _Brush) -> None:
    brush.oval((742, 540), 22, 5, (44, 88, 62))
    brush.box(739, 446, 745, 540, (52, 52, 56))
    brush.box(733, 534, 751, 541, (46, 46, 50))
    brush.shape([(730, 412), (754, 412), (750, 446), (734, 446)], (150, 220, 255))
    brush.line([(742, 412), (742, 446)], 1.6, (70, 90, 110))
    brush.shape([(726, 412), (742, 398), (758, 412)], (46, 46, 50))
    brush.box(732, 445, 752, 450, (46, 46, 50))


def _spill(brush: _Brush) -> None:
    """Light that falls from the windows and the lantern on the ground."""
    for middle, radius, strength in (
        ((180, 560), 190, 0.3),
        ((512, 560), 190, 0.3),
        ((346, 560), 170, 0.28),
        ((742, 556), 170, 0.36),
    ):
        brush.glow(middle, radius, _LAMP_LIGHT, strength, flat=0.36)
