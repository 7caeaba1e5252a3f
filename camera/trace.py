"""What the detector was shown around an event, small enough to keep: settings can be tried on it without the video."""

from __future__ import annotations

import json
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from camera.errors import SourceError, SourceRefused
from camera.model import GrayFrame, Luma
from camera.motion import CELL_PX, Motion, cells, cells_shape

SUFFIX = ".trace"
BEFORE_S = 6.0
"""Kept from before the event, so that a replay has a background to begin with."""
STEP_S = 0.12
"""No more than eight frames a second."""
MOST_BYTES = 1_000_000
"""Of one trace; what comes later in a very long event is left out."""
_QUANTUM = 2
"""Brightness is kept in steps of two: below what any sensitivity counts, and half the size."""
_MAGIC = b"MoCam trace 1\n"

Grid = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Shot:
    mono_s: float
    score: float
    reason: str
    grid: Grid


@dataclass(slots=True)
class _Growing:
    """The trace of the event in progress; packed as it grows, so that a long event costs no memory."""

    packer: zlib._Compress = field(default_factory=lambda: zlib.compressobj(6))
    packed: bytearray = field(default_factory=bytearray)
    last: Grid | None = None
    frames: list[tuple[float, float, str]] = field(default_factory=list)

    def add(self, shot: _Shot) -> None:
        if len(self.packed) > MOST_BYTES or (self.last is not None and self.last.shape != shot.grid.shape):
            return
        before = np.zeros_like(shot.grid) if self.last is None else self.last
        self.packed += self.packer.compress((shot.grid - before).tobytes())
        self.last = shot.grid
        self.frames.append((shot.mono_s, shot.score, shot.reason))

    def done(self) -> bytes:
        if self.last is None:
            return b""
        first_s = self.frames[0][0]
        head = {
            "rows": self.last.shape[0],
            "columns": self.last.shape[1],
            "frames": [[round(at_s - first_s, 3), round(score, 5), reason] for at_s, score, reason in self.frames],
        }
        packed_head = zlib.compress(json.dumps(head, separators=(",", ":")).encode(), 6)
        return _MAGIC + len(packed_head).to_bytes(4) + packed_head + bytes(self.packed) + self.packer.flush()


class Tracer:
    """Remembers the last seconds of one camera, and all of an event. Used by one thread."""

    def __init__(self) -> None:
        self._recent: deque[_Shot] = deque()
        self._growing: _Growing | None = None

    def see(self, luma: Luma, motion: Motion, mono_s: float) -> None:
        """The next frame; some are left out."""
        if self._recent and 0 <= mono_s - self._recent[-1].mono_s < STEP_S:
            return
        grid = (cells(luma, cells_shape(luma)) / _QUANTUM + 0.5).astype(np.uint8)
        shot = _Shot(mono_s, motion.score, motion.reason.value, grid)
        self._recent.append(shot)
        while self._recent[0].mono_s < mono_s - BEFORE_S or self._recent[0].grid.shape != grid.shape:
            self._recent.popleft()
        if self._growing is not None:
            self._growing.add(shot)

    def begin(self) -> None:
        """An event has begun."""
        self._growing = _Growing()
        for shot in self._recent:
            self._growing.add(shot)

    def end(self) -> bytes:
        """The event is over: its trace, empty when there is none."""
        growing, self._growing = self._growing, None
        return growing.done() if growing is not None else b""


def frames_of_trace(data: bytes) -> Iterator[GrayFrame]:
    """A trace as gray frames whose cells are those that the camera's detector saw; seconds from the first. Raises
    SourceRefused for anything else."""
    try:
        shape, times_s, content = _unpacked(data)
    except (ValueError, KeyError, TypeError, IndexError, zlib.error) as exc:
        raise SourceRefused("This is no motion trace of MoCam's, or it is damaged.") from exc
    size = shape[0] * shape[1]
    grid = np.zeros(shape, np.uint8)
    for number, at_s in enumerate(times_s):
        grid = grid + np.frombuffer(content, np.uint8, size, number * size).reshape(shape)
        large = np.repeat(np.repeat(grid * np.uint8(_QUANTUM), CELL_PX, axis=0), CELL_PX, axis=1)
        yield GrayFrame(large, at_s, _no_still)


def _unpacked(data: bytes) -> tuple[tuple[int, int], list[float], bytes]:
    """Rows and columns, times, and the differences from frame to frame. Raises ValueError and what zlib and JSON do."""
    if not data.startswith(_MAGIC):
        raise ValueError("no trace")
    at = len(_MAGIC) + 4
    length = int.from_bytes(data[at - 4 : at])
    head = json.loads(zlib.decompress(data[at : at + length]))
    shape = int(head["rows"]), int(head["columns"])
    times_s = [float(one[0]) for one in head["frames"]]
    expected = shape[0] * shape[1] * len(times_s)
    content = zlib.decompressobj().decompress(data[at + length :], expected + 1)
    if min(shape) < 4 or len(content) != expected:
        raise ValueError("cut")
    return shape, times_s, content


def _no_still() -> bytes:
    raise SourceError("A motion trace holds no pictures.")
