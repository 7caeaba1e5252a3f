"""What the numbers of an object detector mean: boxes and kinds of things. Pure.

Known are the forms in which detectors of the 80 classes of COCO are exported, boxes in pixels of
the model's own picture:

- `(1, N, 85)`, one row a cell of the strides 8, 16, 32: YOLOX, raw or decoded: box, objectness, 80 scores
- `(1, N, 85)`, any other N: the same decoded, as YOLOv5 and v7 give it
- `(1, 84, N)`: YOLOv8 and later: box, 80 scores
- `(1, N, 112)`: NanoDet-Plus: 80 scores, four distances as distributions over 8 steps
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

LEAST_SCORE = 0.5
"""A wrong name is worse than none: detectors of this class are right in most cases from about a half on."""
SAME_PLACE = 0.6
"""Two boxes that share so much of their common area hold the same thing at the same place."""
CLASSES = 80
_STEPS = 8
"""Of each of NanoDet's distances."""
_NANODET_VALUES = CLASSES + 4 * _STEPS
_YOLOX_STRIDES = (8, 16, 32)
_NANODET_STRIDES = (8, 16, 32, 64)
_KINDS = {0: "person"} | dict.fromkeys((1, 2, 3, 5, 7), "vehicle") | dict.fromkeys(range(14, 24), "animal")
"""COCO's numbers: bicycle, car, motorcycle, bus, truck; bird to giraffe. All others say nothing about a visit."""
_NAMED = np.array(list(_KINDS))

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Left, top, width, height."""


class Seen(NamedTuple):
    """One thing in one picture."""

    label: str
    """`person`, `animal` or `vehicle`."""
    score: float
    """0 to 1."""
    box: Box
    """As shares of the picture."""


class Form(Enum):
    """How a model wants its picture and what it answers with."""

    YOLOX = "YOLOX"
    YOLOV5 = "YOLOv5"
    YOLOV8 = "YOLOv8"
    NANODET = "NanoDet-Plus"


def form_of(shape: Sequence[int], height: int, width: int) -> Form | None:
    """`shape` of the answer to a picture of `height` x `width` pixels; None: no known form."""
    match tuple(shape):
        case (1, rows, 85) if rows == len(_grid(height, width, _YOLOX_STRIDES)):
            return Form.YOLOX
        case (1, rows, 85) if rows:
            return Form.YOLOV5
        case (1, 84, rows) if rows:
            return Form.YOLOV8
        case (1, rows, values) if values == _NANODET_VALUES and rows == len(_grid(height, width, _NANODET_STRIDES)):
            return Form.NANODET
    return None


def decoded(form: Form, answer: Floats, height: int, width: int) -> list[tuple[str, float, Box]]:
    """Label, score and box in pixels of the model's picture, the surest first; one of each thing.

    `answer` has a shape that `form_of` knows.
    """
    match form:
        case Form.NANODET:
            scores, boxes = answer[0, :, :CLASSES], _nanodet_boxes(answer[0, :, CLASSES:], height, width)
        case Form.YOLOV8:
            scores, boxes = answer[0, 4:].T, _cornered(answer[0, :4].T)
        case Form.YOLOX:
            scores, boxes = _with_objectness(answer[0]), _cornered(_yolox_boxes(answer[0, :, :4], height, width))
        case Form.YOLOV5:
            scores, boxes = _with_objectness(answer[0]), _cornered(answer[0, :, :4])
    named = scores[:, _NAMED]
    best = named.argmax(axis=1)
    sure = named[np.arange(len(named)), best]
    # Not a number compares as false, so it is never named.
    rows = np.flatnonzero((sure >= LEAST_SCORE) & np.isfinite(boxes).all(axis=1))
    found = [(_KINDS[int(_NAMED[best[row]])], min(1.0, float(sure[row])), _box(boxes[row])) for row in rows]
    if not found:
        return []
    kept = cv2.dnn.NMSBoxes([box for _, _, box in found], [score for _, score, _ in found], LEAST_SCORE, SAME_PLACE)
    return sorted((found[index] for index in np.ravel(np.asarray(kept, int))), key=lambda one: -one[1])


def named_first(seen: Iterable[Seen], moved: Box | None) -> Seen | None:
    """The surest thing of the event's picture that touches where it `moved`: a parked car is not what set it off."""
    return max((one for one in seen if moved is None or _shared(one.box, moved) > 0), key=_score, default=None)


def named_later(seen: Iterable[Seen], before: Sequence[Seen]) -> Seen | None:
    """The surest thing of a later picture that did not stand there `before`."""
    return max(_moved(seen, before), key=_score, default=None)


def _moved(seen: Iterable[Seen], before: Sequence[Seen]) -> Iterator[Seen]:
    for one in seen:
        if not any(_alike(one.box, other.box) >= SAME_PLACE for other in before if other.label == one.label):
            yield one


def _score(seen: Seen) -> float:
    return seen.score


def _shared(one: Box, other: Box) -> float:
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)


def _alike(one: Box, other: Box) -> float:
    shared = _shared(one, other)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared or 1)


def _box(row: Floats) -> Box:
    left, top, width, height = map(float, row)
    return left, top, width, height


def _with_objectness(rows: Floats) -> Floats:
    return np.asarray(rows[:, 5:] * rows[:, 4:5], np.float32)


def _cornered(centred: Floats) -> Floats:
    return np.concatenate((centred[:, :2] - centred[:, 2:] / 2, centred[:, 2:]), axis=1)


def _yolox_boxes(raw: Floats, height: int, width: int) -> Floats:
    """Centre and size. A raw export counts each centre from its own cell, a decoded one over the whole picture."""
    if np.median(raw[:, 0]) > _YOLOX_STRIDES[0]:
        return raw
    grid = _grid(height, width, _YOLOX_STRIDES)
    stride = grid[:, 2:]
    size = np.exp(np.minimum(raw[:, 2:], 10)) * stride  # no picture is e to the 10th cells wide
    return np.asarray(np.concatenate(((raw[:, :2] + grid[:, :2]) * stride, size), axis=1), np.float32)


def _nanodet_boxes(raw: Floats, height: int, width: int) -> Floats:
    grid = _grid(height, width, _NANODET_STRIDES)
    stride = grid[:, 2:]
    steps = raw.reshape(len(raw), 4, _STEPS)
    weights = np.exp(steps - steps.max(axis=2, keepdims=True))
    far = (weights / weights.sum(axis=2, keepdims=True)) @ np.arange(_STEPS, dtype=np.float32) * stride
    near = grid[:, :2] * stride - far[:, :2]
    return np.asarray(np.concatenate((near, far[:, :2] + far[:, 2:]), axis=1), np.float32)


def _grid(height: int, width: int, strides: Sequence[int]) -> Floats:
    """Column, row and stride of every cell; shape (N, 3)."""
    levels = []
    for stride in strides:
        rows, columns = np.mgrid[: -(-height // stride), : -(-width // stride)]
        levels.append(np.stack((columns.ravel(), rows.ravel(), np.full(rows.size, stride)), axis=1))
    return np.asarray(np.concatenate(levels), np.float32)
