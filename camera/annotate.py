"""Draws what the detector sees, and why it said yes or no, into a video."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from camera.blobs import Why
from camera.errors import RecordingError
from camera.grid import COLUMNS, ROWS, Zones, square_name
from camera.model import GrayFrame
from camera.motion import Motion, Seen
from camera.tracks import CellBox

Canvas = NDArray[np.uint8]
"""BGR, shape (height, width, 3)."""

SCALE = 3
"""Pixels of the drawing for one of the gray frame."""

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_GRID, _BLOB, _THING, _BELIEVED, _INK = (90, 90, 90), (200, 160, 60), (0, 200, 255), (60, 60, 255), (255, 255, 255)
_TIME_BASE = Fraction(1, 1000)


class Annotation:
    """An MP4 that grows frame by frame; to be used in `with`."""

    def __init__(self, target: Path, ignore: Zones) -> None:
        """Raises RecordingError when the file cannot be written."""
        self._ignore = ignore
        self._stream: VideoStream | None = None
        self._last = -1
        try:
            self._container = av.open(str(target), "w", format="mp4")
        except (OSError, av.FFmpegError) as exc:
            raise RecordingError(f"{target} cannot be written.") from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def add(self, frame: GrayFrame, motion: Motion, seen: Seen, *, in_event: bool) -> None:
        """The next frame and what was said about it."""
        canvas = draw(frame, motion, seen, self._ignore, in_event=in_event)
        if self._stream is None:
            self._stream = self._container.add_stream("libx264", options={"preset": "veryfast", "crf": "23", "bf": "0"})
            self._stream.width, self._stream.height = canvas.shape[1], canvas.shape[0]
            self._stream.pix_fmt, self._stream.codec_context.time_base = "yuv420p", _TIME_BASE
        picture = av.VideoFrame.from_ndarray(canvas, format="bgr24")
        self._last = max(self._last + 1, round(frame.mono_s / _TIME_BASE))
        picture.pts, picture.time_base = self._last, _TIME_BASE
        self._container.mux(self._stream.encode(picture))


def draw(frame: GrayFrame, motion: Motion, seen: Seen, ignore: Zones, *, in_event: bool) -> Canvas:
    """One frame with grid, blobs with their reasons, believed things, and the verdict; even sizes, as H.264 wants."""
    height, width = frame.luma.shape[0] * SCALE // 2 * 2, frame.luma.shape[1] * SCALE // 2 * 2
    gray = cv2.resize(frame.luma, (width, height), interpolation=cv2.INTER_LINEAR)
    canvas = np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)
    canvas[ignore.mask((height, width))] //= 3
    _draw_grid(canvas)
    if seen.differs is not None and motion.reason not in (motion.reason.LIGHT, motion.reason.SETTLING):
        _draw_cells(canvas, seen)
    colour = _BELIEVED if motion.moved else _INK
    verdict = f"{frame.mono_s:7.2f} s  {motion.reason.value}  {100 * motion.score:.2f} %{'  EVENT' if in_event else ''}"
    cv2.rectangle(canvas, (0, height - 22), (width, height), (0, 0, 0), -1)
    cv2.putText(canvas, verdict, (6, height - 7), _FONT, 0.45, colour, 1, cv2.LINE_AA)
    return canvas


def _draw_grid(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    for column in range(COLUMNS):
        for row in range(ROWS):
            left, top = width * column // COLUMNS, height * row // ROWS
            cv2.rectangle(canvas, (left, top), (width * (column + 1) // COLUMNS, height * (row + 1) // ROWS), _GRID, 1)
            cv2.putText(canvas, square_name(column, row), (left + 4, top + 14), _FONT, 0.36, _GRID, 1, cv2.LINE_AA)


def _draw_cells(canvas: Canvas, seen: Seen) -> None:
    height, width = canvas.shape[:2]
    if seen.differs is not None:
        mask = cv2.resize(seen.differs.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST).astype(bool)
        canvas[mask] = (0.7 * canvas[mask] + 0.3 * np.array(_BLOB)).astype(np.uint8)
    if seen.finding is not None:
        known = {track.blob.label for track in seen.believed}
        for label, (box, why) in enumerate(zip(seen.finding.boxes, seen.finding.why, strict=True)):
            if label and label not in known and why is not Why.FAINT:
                _draw_box(canvas, box, seen.shape, _THING if why is Why.THING else _BLOB, why.value)
    for track in seen.believed:
        _draw_box(canvas, track.blob.box, seen.shape, _BELIEVED, f"moves, {track.last_s - track.born_s:.1f} s")


def _draw_box(canvas: Canvas, box: CellBox, shape: tuple[int, int], colour: tuple[int, int, int], text: str) -> None:
    scale_x, scale_y = canvas.shape[1] / shape[1], canvas.shape[0] / shape[0]
    left, top = round(box[0] * scale_x), round(box[1] * scale_y)
    right, bottom = round((box[0] + box[2]) * scale_x), round((box[1] + box[3]) * scale_y)
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, 1)
    cv2.putText(canvas, text, (left, max(10, top - 4)), _FONT, 0.4, colour, 1, cv2.LINE_AA)
