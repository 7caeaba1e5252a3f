"""Tries other settings on what the detector was shown around an event: would it have been one? Pure."""

from __future__ import annotations

from collections.abc import Iterator

from camera.config import CameraConfig
from camera.detection import Detection
from camera.events import EventMachine, Start
from camera.grid import COLUMNS, ROWS
from camera.model import Box
from camera.motion import CellDetector
from camera.trace import frames_of_trace
from camera.tracks import CellBox

LONGEST_S = 60.0
"""Of a trace is tried; what set an event off stands at its beginning."""

Square = tuple[int, int]
"""Column and row, from 0."""


def alerts(trace: bytes, detection: Detection, config: CameraConfig) -> bool:
    """Whether it would have been an event. `config` gives what the chat cannot change. Raises SourceRefused when it is
    no trace."""
    return any(started for started, _ in _watched(trace, detection, config))


def squares_moved(trace: bytes, detection: Detection, config: CameraConfig) -> frozenset[Square]:
    """Where it moved; nowhere if it would have been no event. Raises SourceRefused when it is no trace."""
    alerted, found = False, set[Square]()
    for started, squares in _watched(trace, detection, config):
        alerted |= started
        found |= squares
    return frozenset(found) if alerted else frozenset()


def squares_of(box: Box | None) -> frozenset[Square]:
    """Those that a box of shares of the picture touches; none for no box."""
    if box is None:
        return frozenset()
    columns, rows = 1000, 1000  # fine enough for shares that were rounded to four digits
    whole = (int(box[0] * columns), int(box[1] * rows), int(box[2] * columns), int(box[3] * rows))
    left, top = min(max(whole[0], 0), columns - 1), min(max(whole[1], 0), rows - 1)
    width, height = min(max(whole[2], 1), columns - left), min(max(whole[3], 1), rows - top)
    return frozenset(_squares((left, top, width, height), (rows, columns)))


def _watched(trace: bytes, detection: Detection, config: CameraConfig) -> Iterator[tuple[bool, set[Square]]]:
    """Of each frame: whether an event began, and where it moved."""
    detector = CellDetector(config.least_area, detection)
    machine: EventMachine[None] = EventMachine(config.least_motion_s, config.gap_s)
    for frame in frames_of_trace(trace):
        if frame.mono_s > LONGEST_S:
            return
        motion = detector.look(frame.luma, frame.mono_s)
        started = any(isinstance(change, Start) for change in machine.step(motion, frame.mono_s, None))
        boxes = [track.blob.box for track in detector.seen.believed] if motion.moved else []
        yield started, {square for box in boxes for square in _squares(box, detector.seen.shape)}


def _squares(box: CellBox, shape: tuple[int, int]) -> Iterator[Square]:
    """Those that a box of cells touches."""
    left, top, width, height = box
    for column in range(left * COLUMNS // shape[1], (left + width - 1) * COLUMNS // shape[1] + 1):
        for row in range(top * ROWS // shape[0], (top + height - 1) * ROWS // shape[0] + 1):
            yield column, row
