"""The privacy mask of one camera: places that are black in every picture that is made or encoded here."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from camera.errors import SourceError
from camera.grid import COLUMNS, ROWS, Zones
from camera.model import Luma, Still

JPEG_QUALITY = 90
_BLACK_LUMA, _NO_COLOUR = 16, 128
"""Black at limited range, in which everything is encoded here; full range shows it as a very dark gray."""

Pixels = NDArray[np.uint8]


class Mask:
    """Holds for the next picture; read and set from any thread. Zones are replaced whole, so nobody sees half of it."""

    def __init__(self, zones: Zones | None = None) -> None:
        self.zones = zones or Zones()

    def still(self, still: Still) -> Still:
        """The same still without these places; it raises SourceError where it cannot be made so."""
        return functools.partial(self._still, still)

    def _still(self, still: Still) -> bytes:
        jpeg = still()
        return black_jpeg(jpeg, self.zones) if self.zones else jpeg

    def luma(self, luma: Luma) -> Luma:
        """What detection looks at: what is black is not watched, and no trace keeps it."""
        zones = self.zones
        if not zones:
            return luma
        masked = luma.copy()
        for left, top, right, bottom in _rectangles(zones, luma.shape[1], luma.shape[0]):
            masked[top:bottom, left:right] = 0
        return masked


def black_jpeg(jpeg: bytes, zones: Zones) -> bytes:
    """A JPEG without these places. Raises SourceError when it cannot be read: it never comes back as it was."""
    raw = np.frombuffer(jpeg, np.uint8)
    found = cv2.imdecode(raw, cv2.IMREAD_COLOR) if raw.size else None
    if found is None:
        raise SourceError("The picture is damaged, so it could not be masked.")
    picture = np.asarray(found, np.uint8)
    for left, top, right, bottom in _rectangles(zones, picture.shape[1], picture.shape[0]):
        picture[top:bottom, left:right] = 0
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise SourceError("The masked picture could not be turned into a JPEG.")
    return data.tobytes()


def black_frame(frame: av.VideoFrame, zones: Zones) -> av.VideoFrame:
    """A yuv420p copy without these places and without a time; the frame itself, which a decoder may need, stays."""
    samples = np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)
    height, width = frame.height, frame.width
    black_planes(samples, zones, width, height)
    masked = av.VideoFrame.from_ndarray(samples, format="yuv420p")
    masked.colorspace, masked.color_range = frame.colorspace, frame.color_range
    return masked


def black_planes(samples: Pixels, zones: Zones, width: int, height: int, *, interleaved: bool = False) -> None:
    """Blackens 4:2:0 samples in place: rows of luma, then colour, as NumPy has yuv420p, or `interleaved` as NV12.

    `samples` is contiguous, shape (height * 3 / 2, at least width): rows may be padded, those of colour by half.
    """
    stride = samples.shape[1]
    colour = samples.reshape(-1)[stride * height :]
    for left, top, right, bottom in _rectangles(zones, width, height):
        samples[top:bottom, left:right] = _BLACK_LUMA
        if interleaved:
            colour.reshape(height // 2, stride)[top // 2 : bottom // 2, left:right] = _NO_COLOUR
        else:
            both = colour.reshape(2, height // 2, stride // 2)
            both[:, top // 2 : bottom // 2, left // 2 : right // 2] = _NO_COLOUR


def _rectangles(zones: Zones, width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, right, bottom in pixels; never less than the squares, and on even edges: colour has half the size."""
    for zone in zones.rectangles():
        yield (
            zone.left * width // COLUMNS & ~1,
            zone.top * height // ROWS & ~1,
            min(width, -(-(zone.right + 1) * width // COLUMNS) + 1 & ~1) if zone.right + 1 < COLUMNS else width,
            min(height, -(-(zone.bottom + 1) * height // ROWS) + 1 & ~1) if zone.bottom + 1 < ROWS else height,
        )
