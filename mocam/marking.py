"""Draws on a snapshot what the owner should see first: where it moved. Pure: takes a JPEG, gives one."""

from __future__ import annotations

import cv2
import numpy as np

from camera.unpacking import unpacked
from mocam.contact_sheet import Picture, encoded

Box = tuple[float, float, float, float]
"""Left, top, width, height, as shares of the picture."""

QUALITY = 88
LEAST_ENLARGED = 1.6
"""What would not grow by this much in the inset is large enough as it is."""
INSET_WIDTH = 0.36
"""Of the enlarged part, as a share of the picture's width."""
LEAST_CUT = 0.08
"""Of a cut-out's width, as a share of the picture's: less shows only blocks."""
MARGIN = 0.35
"""Of a cut-out around the box, as a share of its longer side."""
CROP_MARGIN = 0.15
"""The same, where the cut-out is all that is shown."""
BLOCKS = 32
"""Of a pixelated picture, side by side: a person is a few of them."""
VEILED_WIDTH_PX = 960
MOST_WIDTH_PX = 1920
_FRAME = (70, 200, 255)
_EDGE = (24, 24, 24)


def marked(jpeg: bytes, box: Box | None) -> bytes:
    """With a thin frame around what moves, and enlarged in a corner when it is small; without a box as it was.

    A picture that cannot be read comes back as it was.
    """
    picture = unpacked(jpeg, MOST_WIDTH_PX) if box else None
    if picture is None or box is None:
        return jpeg
    part = cut_out(picture, box, MARGIN)
    _draw_frame(picture, box)
    _draw_inset(picture, part, box)
    return encoded(picture, QUALITY)


def pixelated(jpeg: bytes, box: Box | None) -> bytes:
    """So coarse that nobody is recognised, with the frame. Raises ValueError when it cannot be read: it must never come
    back as it was."""
    picture = _read(jpeg)
    height, width = picture.shape[:2]
    blocks = (BLOCKS, max(1, round(BLOCKS * height / width)))
    coarse = cv2.resize(picture, blocks, interpolation=cv2.INTER_AREA)
    size = (VEILED_WIDTH_PX, max(1, round(VEILED_WIDTH_PX * height / width)))
    veiled = np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    if box is not None:
        _draw_frame(veiled, box)
    return encoded(veiled, QUALITY)


def cropped(jpeg: bytes, box: Box | None) -> bytes:
    """Only what moves, with a little around it; pixelated where nobody knows what moves. Raises ValueError as well."""
    if box is None:
        return pixelated(jpeg, None)
    return encoded(cut_out(_read(jpeg), box, CROP_MARGIN), QUALITY)


def _read(jpeg: bytes) -> Picture:
    picture = unpacked(jpeg, MOST_WIDTH_PX)
    if picture is None:
        raise ValueError("the snapshot is damaged")
    return picture


def cut_out(picture: Picture, box: Box, margin: float) -> Picture:
    """A copy of the box with some of what is around it, as wide as 4:3 at least where the picture allows."""
    height, width = picture.shape[:2]
    left, top, right, bottom = _pixels(box, width, height)
    wide, high = float(right - left), float(bottom - top)
    room = max(wide, high) * margin
    wide, high = wide + 2 * room, high + 2 * room
    wide = max(wide, high * 4 / 3, width * LEAST_CUT)
    high = max(high, wide * 3 / 4)
    x, y = (left + right) / 2, (top + bottom) / 2
    first, last = _within(x - wide / 2, x + wide / 2, width)
    upper, lower = _within(y - high / 2, y + high / 2, height)
    return picture[upper:lower, first:last].copy()


def _draw_frame(picture: Picture, box: Box) -> None:
    height, width = picture.shape[:2]
    left, top, right, bottom = _pixels(box, width, height)
    gap, line = round(width * 0.006) + 1, max(1, round(width / 640))
    near, far = (left - gap, top - gap), (right + gap, bottom + gap)
    cv2.rectangle(picture, near, far, _EDGE, 3 * line, cv2.LINE_AA)
    cv2.rectangle(picture, near, far, _FRAME, line, cv2.LINE_AA)


def _draw_inset(picture: Picture, part: Picture, box: Box) -> None:
    """In the corner that is farthest from the box; none if it would enlarge little."""
    height, width = picture.shape[:2]
    scale = min(width * INSET_WIDTH / part.shape[1], height * 0.45 / part.shape[0])
    if scale < LEAST_ENLARGED:
        return
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    inset = cv2.resize(part, size, interpolation=cv2.INTER_CUBIC)
    line, gap = max(1, round(width / 480)), round(width * 0.015)
    left = gap if box[0] + box[2] / 2 > 0.5 else width - gap - size[0]
    top = gap if box[1] + box[3] / 2 > 0.5 else height - gap - size[1]
    picture[top : top + size[1], left : left + size[0]] = inset
    cv2.rectangle(picture, (left, top), (left + size[0], top + size[1]), _EDGE, 3 * line)
    cv2.rectangle(picture, (left, top), (left + size[0], top + size[1]), _FRAME, line)


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom within the picture, at least one pixel apart."""
    left = min(max(round(box[0] * width), 0), width - 1)
    top = min(max(round(box[1] * height), 0), height - 1)
    right = min(max(round((box[0] + box[2]) * width), left + 1), width)
    bottom = min(max(round((box[1] + box[3]) * height), top + 1), height)
    return left, top, right, bottom


def _within(low: float, high: float, size: int) -> tuple[int, int]:
    """The same length inside 0 to `size`, moved rather than cut where there is room."""
    length = min(max(1, round(high - low)), size)
    first = min(max(round(low), 0), size - length)
    return first, first + length
