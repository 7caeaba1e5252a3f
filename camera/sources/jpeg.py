"""A camera's own JPEG pictures: looked at in small, shown to people as they are, never decoded in full."""

from __future__ import annotations

from collections.abc import Iterator

import av
import cv2
import numpy as np
from av.bitstream import BitStreamFilterContext

from camera.errors import SourceError
from camera.model import Luma, Still
from camera.sources.picture import GRAY_WIDTH, shrink

_SCALES = (
    (8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
    (4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
    (2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
)
"""What a JPEG can be divided by while it is decoded, which skips most of the work (ITU-T T.81, A.3.3: 8x8 blocks)."""

_START, _END, _TABLES, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xC4, 0xDA
_SIZES = frozenset({0xC0, 0xC1, 0xC2})
"""Markers that are followed by the size of the picture: baseline, extended, progressive."""


def size(jpeg: bytes) -> tuple[int, int] | None:
    """Width and height as the JPEG itself says; None when it is no JPEG or cut short before them."""
    for marker, at in _segments(jpeg):
        if marker in _SIZES and at + 7 <= len(jpeg):
            return int.from_bytes(jpeg[at + 5 : at + 7]), int.from_bytes(jpeg[at + 3 : at + 5])
    return None


def ends(jpeg: bytes) -> bool:
    """Whether the end marker is there; cameras may pad with zeros after it."""
    return jpeg.rstrip(b"\0").endswith(_END)


def gray(jpeg: bytes, width: int) -> Luma | None:
    """The luma of a picture `width` wide, about 320 wide with its aspect kept; None when it cannot be decoded."""
    mode = next((mode for divisor, mode in _SCALES if width >= GRAY_WIDTH * divisor), cv2.IMREAD_GRAYSCALE)
    try:
        luma = cv2.imdecode(np.frombuffer(jpeg, np.uint8), mode | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    return None if luma is None else shrink(luma.astype(np.uint8, copy=False))


def still(jpeg: bytes) -> Still:
    """The camera's own JPEG when called. Raises SourceError when nothing but its own camera can read it."""
    return lambda: whole(jpeg)


def whole(jpeg: bytes) -> bytes:
    """The same picture for any viewer: the tables that Motion JPEG leaves out are put in (ITU-T T.81, K.3).

    A JPEG that has them is returned as it is. Raises SourceError when it is damaged.
    """
    if any(marker == _TABLES for marker, _ in _segments(jpeg)):
        return jpeg
    if size(jpeg) is None:
        raise SourceError("The camera's picture is damaged.")
    try:
        (packet,) = BitStreamFilterContext("mjpeg2jpeg", "mjpeg").filter(av.Packet(jpeg))
    except (av.FFmpegError, ValueError) as exc:
        raise SourceError("The camera's picture is damaged.") from exc
    return bytes(packet)


def _segments(jpeg: bytes) -> Iterator[tuple[int, int]]:
    """Marker and place of each segment before the picture's data; none when it is no JPEG."""
    at = 2 if jpeg.startswith(_START) else len(jpeg)
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != _SCAN:
        if jpeg[at + 1] == 0xFF:  # a byte of padding
            at += 1
            continue
        yield jpeg[at + 1], at + 2
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
