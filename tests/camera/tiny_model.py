"""Makes ONNX files of a few kilobytes that OpenCV really loads: protobuf by hand, for there is nothing to train.

A model answers with a constant table whose scores are multiplied by the brightness of its letterboxed picture's first
colour, 0 to 1: so loading, letterbox, decoding and naming are run, and a dark picture gives no name.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def message(number: int, body: bytes | str) -> bytes:
    body = body.encode() if isinstance(body, str) else body
    return varint(number << 3 | 2) + varint(len(body)) + body


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def tensor(name: str, values: NDArray[np.float32]) -> bytes:
    dims = b"".join(number(1, size) for size in values.shape)
    return dims + number(2, 1) + message(8, name) + message(9, values.astype("<f4").tobytes())


def value_info(name: str, *dims: int) -> bytes:
    shape = b"".join(message(1, number(1, dim) if dim else message(2, "any")) for dim in dims)
    return message(1, name) + message(2, message(1, number(1, 1) + message(2, shape)))


def node(kind: str, inputs: list[str], output: str, attributes: bytes = b"") -> bytes:
    return b"".join(message(1, name) for name in inputs) + message(2, output) + message(4, kind) + attributes


def integers(name: str, *values: int) -> bytes:
    body = message(1, name) + b"".join(number(8, value) for value in values) + number(20, 7)
    return message(5, body)


def model(
    path: Path,
    answer: NDArray[np.float32],
    scored: NDArray[np.float32],
    *,
    size: int,
    full: float,
    any_size: bool = False,
) -> Path:
    """Answers `answer + brightness * scored`.

    `full` is the value of a white pixel as the model gets it; `any_size` leaves open how large its picture is.
    """
    weights = np.zeros((1, 3, size, size), np.float32)
    weights[0, 0] = 1 / (size * size * full)
    nodes = [
        node("Conv", ["picture", "weights"], "bright", integers("kernel_shape", size, size)),
        node("Reshape", ["bright", "flat"], "one"),
        node("Mul", ["scored", "one"], "product"),
        node("Add", ["product", "answer"], "out"),
    ]
    flat = number(1, 3) + number(2, 7) + message(8, "flat") + message(9, struct.pack("<3q", 1, 1, 1))
    graph = b"".join(message(1, one) for one in nodes) + message(2, "tiny")
    for name, values in (("weights", weights), ("scored", scored), ("answer", answer)):
        graph += message(5, tensor(name, values))
    graph += message(5, flat)
    graph += message(11, value_info("picture", 1, 3, *((0, 0) if any_size else (size, size)))) + message(
        12, value_info("out", *answer.shape)
    )
    path.write_bytes(number(1, 8) + message(7, graph) + message(8, message(1, "") + number(2, 13)))
    return path


def yolox(path: Path, classes: dict[int, tuple[int, float]], *, size: int = 64, cells: float = 2) -> Path:
    """`classes`: COCO number to the cell (of the finest) that sees it and its score; the box is `cells` cells large."""
    answer = np.zeros((1, yolox_rows(size), 85), np.float32)
    scored = np.zeros_like(answer)
    for coco, (cell, score) in classes.items():
        answer[0, cell, :5] = 0.5, 0.5, np.log(cells), np.log(cells), 1
        scored[0, cell, 5 + coco] = score
    return model(path, answer, scored, size=size, full=255)


def yolox_rows(size: int) -> int:
    return sum((size // stride) ** 2 for stride in (8, 16, 32))


def sees(path: Path, coco: int = 0, score: float = 0.9) -> Path:
    """Sees one thing as large as the picture, in every picture that is light enough."""
    return yolox(path, {coco: (27, score)}, cells=16)
