"""Runs an object detector of the owner's choice on a picture: an ONNX file, through OpenCV."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from camera.detections import Box, Floats, Form, Seen, decoded, form_of
from camera.errors import ModelUnusable

OPEN_SIZE_PX = 416
"""For a model that takes pictures of any size: what small detectors are trained with."""
LARGEST_PX = 1920
_GREY = 114
"""Of the margin; what these detectors are trained with."""
_NANODET_MEAN = np.array((103.53, 116.28, 123.675), np.float32)
_NANODET_SCALE = np.array((57.375, 57.12, 58.395), np.float32)
_LENGTH_DELIMITED = 2

Picture = NDArray[np.uint8]
"""Blue, green, red; shape (height, width, 3)."""


class Objects:
    """One loaded model. For one thread."""

    def __init__(self, path: Path) -> None:
        """Loads it and lets it look at an empty picture. Raises ModelUnusable."""
        self._name = path.name
        try:
            self.height, self.width = _size_of(path)
            self._net = cv2.dnn.readNetFromONNX(str(path))
        except OSError as exc:
            raise ModelUnusable(f"OBJECT_MODEL cannot be read ({exc.strerror or exc}): check the path {path}.") from exc
        except (ValueError, IndexError, cv2.error) as exc:
            raise ModelUnusable(
                f"OBJECT_MODEL {self._name} is no ONNX model that OpenCV {cv2.__version__} can load: export it again."
            ) from exc
        empty = np.full((1, 3, self.height, self.width), _GREY, np.float32)
        shapes, self._form = [], None
        for answer in self._answers(empty):
            shapes.append("x".join(map(str, answer.shape)))
            self._form = form_of(answer.shape, self.height, self.width)
        if self._form is None or len(shapes) != 1:
            raise ModelUnusable(
                f"OBJECT_MODEL {self._name} answers in a form that MoCam does not know ({', '.join(shapes)}). "
                "Use YOLOX, YOLOv5 to v8 or NanoDet-Plus of the 80 classes of COCO, exported with one output."
            )
        self.form: Form = self._form

    def look(self, picture: Picture) -> list[Seen]:
        """Persons, animals and vehicles in it, the surest first. Raises ModelUnusable."""
        scale = min(self.height / picture.shape[0], self.width / picture.shape[1])
        answers = self._answers(self._blob(picture, scale))
        if form_of(answers[0].shape, self.height, self.width) is not self.form:
            raise ModelUnusable(f"OBJECT_MODEL {self._name} answers now in this form, now in that: use another one.")
        high, wide = picture.shape[0] * scale, picture.shape[1] * scale
        return [
            Seen(label, score, _share(box, high, wide))
            for label, score, box in decoded(self.form, answers[0], self.height, self.width)
        ]

    def _blob(self, picture: Picture, scale: float) -> Floats:
        """The picture in the upper left corner, margins grey; shape (1, 3, height, width)."""
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        paper = np.full((self.height, self.width, 3), _GREY, np.float32)
        paper[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        match self.form:
            case Form.NANODET:
                paper = (paper - _NANODET_MEAN) / _NANODET_SCALE
            case Form.YOLOV5 | Form.YOLOV8:
                paper = paper[:, :, ::-1] / np.float32(255)
            case Form.YOLOX:
                pass
        return np.ascontiguousarray(paper.transpose(2, 0, 1)[None], np.float32)

    def _answers(self, blob: Floats) -> list[Floats]:
        try:
            self._net.setInput(blob)
            found = self._net.forward(self._net.getUnconnectedOutLayersNames())
        except cv2.error as exc:
            raise ModelUnusable(
                f"OBJECT_MODEL {self._name} does not run on OpenCV {cv2.__version__}: export it in another way."
            ) from exc
        return [np.asarray(one, np.float32) for one in found]


def picture_of_jpeg(jpeg: bytes) -> Picture | None:
    """None: it is damaged."""
    raw = np.frombuffer(jpeg, np.uint8)
    picture = cv2.imdecode(raw, cv2.IMREAD_COLOR) if raw.size else None
    return None if picture is None else np.asarray(picture, np.uint8)


def _share(box: Box, high: float, wide: float) -> Box:
    left, top = max(0.0, box[0] / wide), max(0.0, box[1] / high)
    right, bottom = min(1.0, (box[0] + box[2]) / wide), min(1.0, (box[1] + box[3]) / high)
    return left, top, max(0.0, right - left), max(0.0, bottom - top)


# -- the one thing of the file that OpenCV does not tell: how large the picture must be -----------------------------


def _size_of(path: Path) -> tuple[int, int]:
    """Height and width that the model's input has. Raises OSError, and ValueError or IndexError when it is no model."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        inputs = list(_fields(whole, (7, 11), 0, len(whole)))  # ModelProto.graph, GraphProto.input
        for start, end in inputs:
            # ValueInfoProto.type, TypeProto.tensor_type, .shape, .dim
            dims = [_dim(whole, *span) for span in _fields(whole, (2, 1, 2, 1), start, end)]
            if len(dims) == 4 and dims[1] in (0, 3):
                height, width = dims[2] or OPEN_SIZE_PX, dims[3] or OPEN_SIZE_PX
                if max(height, width) > LARGEST_PX:
                    raise ValueError("its picture is too large")
                return height, width
    raise ValueError("no input is a picture")


def _fields(raw: mmap.mmap, way: tuple[int, ...], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the messages at the end of this way of field numbers lie."""
    if not way:
        yield start, end
        return
    for number, kind, first, last in _entries(raw, start, end):
        if number == way[0] and kind == _LENGTH_DELIMITED:
            yield from _fields(raw, way[1:], first, last)


def _dim(raw: mmap.mmap, start: int, end: int) -> int:
    """Its fixed value; 0: open."""
    for number, kind, first, _ in _entries(raw, start, end):
        if number == 1 and kind == 0:
            return _varint(raw, first)[0]
    return 0


def _entries(raw: mmap.mmap, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Number, wire type, begin and end of each field's value, as protobuf lays them out."""
    while at < end:
        key, at = _varint(raw, at)
        match key & 7:
            case 0:
                last = _varint(raw, at)[1]
            case 1:
                last = at + 8
            case 2:
                size, at = _varint(raw, at)
                last = at + size
            case 5:
                last = at + 4
            case _:
                raise ValueError("no protobuf")
        if last > end:
            raise ValueError("cut off")
        yield key >> 3, key & 7, at, last
        at = last


def _varint(raw: mmap.mmap, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = raw[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError("no number")
