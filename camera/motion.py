"""Decides whether something moves in the picture; pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import cv2
import numpy as np

from camera.background import Background, in_light_of
from camera.blobs import Finding, View, find
from camera.detection import Detection
from camera.light import Cells, Mask
from camera.model import Box, Luma
from camera.stirring import Stirring
from camera.tracks import Belief, CellBox, Track, Tracks

cv2.setNumThreads(1)  # at this size threads cost more than they give, and the other cameras need the cores

CELL_PX = 4
"""Edge of a cell in pixels of the gray frame: a mean over 16 pixels has a quarter of their noise."""

MOST_ROWS, MOST_COLUMNS = 60, 80
"""A larger gray frame gets larger cells: the cost of a frame is bounded."""

LEAST_AREA = 0.0005
"""Smallest moving share of the picture that counts: two cells of 3600."""

LAG_S = 1.0
"""What stayed the same for this long does not move."""
SETTLE_S = 0.2
"""Nothing is believed for this long after the start or a change of light."""
LIGHT_SHARE = 0.4
"""More differing cells than this: the light changed, not things."""
JUMP_SHARE = 0.2
"""The same for cells that changed since the frame before: things do not grow that fast."""
LEAST_STEP_S = 0.045
"""Frames that follow sooner are not looked at: nothing is seen earlier by more than 16 to 22 of them a second."""


LONGEST_STEP_S = 2.1
"""What was learnt ages no faster, however long no frame was looked at."""


class Reason(StrEnum):
    """Why a frame counts as moved or not."""

    MOTION = "motion"
    QUIET = "quiet"
    SMALL = "small"
    """Something differs, but nothing that may be a thing."""
    DOUBT = "doubt"
    """It may be a thing, but was not seen for long enough, or does not move like one."""
    LIGHT = "light"
    """The whole picture changed at once: light or exposure; it is being learnt anew."""
    IGNORED = "ignored"
    """Something changes where nothing is watched; what it is was not looked at."""
    SETTLING = "settling"
    """Just started: the background is being learnt."""


NOTHING = frozenset({Reason.QUIET, Reason.IGNORED})
"""No reason to look closer: a busy street that is not watched must cost no more than a quiet one."""


@dataclass(frozen=True, slots=True)
class Motion:
    """The verdict on one gray frame."""

    moved: bool
    score: float
    """Share of the picture that moves, 0 to 1."""
    box: Box | None
    """Around all that moves; None when nothing does."""
    reason: Reason
    since_s: float | None = None
    """When that which moves was first seen, if it is believed only now; None: in this frame."""
    stirred_s: float | None = None
    """When something last stirred where a thing was seen, of what does not move in this frame: an event goes on with
    it, but begins with nothing less than motion."""


class Detector(Protocol):
    """Looks at gray frames one after the other."""

    def look(self, luma: Luma, t_s: float, *, alone: bool = False) -> Motion:
        """Judges the next frame; `t_s` rises and may start anywhere. `alone`: frames before it were left out."""

    def glance(self, luma: Luma) -> bool:
        """Whether a look at this frame would find anything; changes nothing."""

    def goes_on(self, shots: Sequence[tuple[Luma, float]]) -> bool:
        """Whether these frames with their times, the first alone, show what moved before; changes nothing."""

    def set(self, detection: Detection) -> None:
        """Takes effect with the next frame."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look found, for drawing."""

    shape: tuple[int, int]
    """Rows and columns of cells."""
    differs: Mask | None = None
    finding: Finding | None = None
    believed: tuple[Track, ...] = ()


@dataclass(frozen=True, slots=True)
class _Past:
    t_s: float
    picture: Cells


class CellDetector:
    """Background subtraction on cells of 4x4 pixels; what differs must look like a thing and move like one.

    Per frame: cells; light of the whole picture; difference from the background against noise, light doubt and texture
    of each cell (`background`); blobs that light cannot explain, that hang together and change (`blobs`); tracks of
    them, believed when they were seen for long enough and came from somewhere at a possible speed (`tracks`). If most
    of the picture differs, or much of it from one frame to the next, the light changed: all is learnt anew.
    """

    def __init__(
        self,
        least_area: float = LEAST_AREA,
        detection: Detection | None = None,
    ) -> None:
        """`least_area` is the smallest moving share of the picture that counts, 0 to 1."""
        self._least_area = least_area
        self._background = Background()
        self._tracks = Tracks()
        self._recent: deque[_Past] = deque(maxlen=64)
        self._residual = self._background.picture
        self._stirring = Stirring((0, 0))
        self._settled_s = 0.0
        self._last_s = float("-inf")
        self._last = nothing(Reason.SETTLING)
        self._watched: Mask | None = None
        self.seen = Seen((0, 0))
        self.set(detection or Detection())

    @property
    def state_bytes(self) -> int:
        """What it keeps of the pictures."""
        past = sum(one.picture.nbytes for one in self._recent)
        return past + 4 * self._background.picture.nbytes + self._stirring.nbytes

    def set(self, detection: Detection) -> None:
        """Takes effect with the next frame; what was learnt stays."""
        self._detection = detection
        factor = detection.sensitivity.evidence_factor
        self._tracks.belief = replace(Belief(), evidence=Belief().evidence * factor)
        self._tracks.clear()
        self._stirring.forget()
        self._watched = None

    def look(self, luma: Luma, t_s: float, *, alone: bool = False) -> Motion:
        """Judges the next frame, shape (height, width), at least 16x16 pixels; a new size starts afresh.

        `alone`: frames between this one and the last were left out. It tells whether what was believed still moves.
        """
        shape = cells_shape(luma)
        if shape == self.seen.shape and 0 <= t_s - self._last_s < LEAST_STEP_S:
            return replace(self._last, since_s=None, stirred_s=None)
        self._last = self._judge(cells(luma, shape), t_s, alone=alone)
        return self._last

    def glance(self, luma: Luma) -> bool:
        """Whether a look at this frame would find anything but quiet: the first steps of a look, a tenth of its cost.

        Changes nothing, so a frame between the last look and this one can still be looked at.
        """
        picture = cells(luma, cells_shape(luma))
        if picture.shape != self._background.picture.shape or not self._recent:
            return True
        _, residual, limit, differs = self._compared(picture)
        if self._light_changed(residual, limit, differs):
            return True
        return bool(np.count_nonzero(differs & self._watching(picture.shape)) >= self._least_cells(picture))

    def goes_on(self, shots: Sequence[tuple[Luma, float]]) -> bool:
        """Whether a look at these frames, the first alone, would see something move that was believed before.

        Each must show it: from one frame to the next nothing can come as far as while nobody looked, so what an insect
        showed once it does not show again. Changes nothing.
        """
        tried = copy(self)
        tried._background, tried._tracks = self._background.copy(), self._tracks.copy()
        tried._recent, tried._stirring = self._recent.copy(), Stirring(self.seen.shape)
        for number, (luma, t_s) in enumerate(shots):
            if cells_shape(luma) != self.seen.shape:
                return False
            if number and t_s - tried._last_s < LEAST_STEP_S:
                continue
            motion = tried._judge(cells(luma, self.seen.shape), t_s, alone=not number)
            if not motion.moved or motion.since_s is not None:
                return False
        return True

    def _compared(self, picture: Cells) -> tuple[Cells, Cells, Cells, Mask]:
        """What is expected, how far the picture is off, how far it may be, and where it is farther."""
        expected = self._background.expected(picture)
        residual = np.subtract(picture, expected)
        limit = self._background.limit(expected, self._detection.sensitivity.limit_factor)
        return expected, residual, limit, np.abs(residual) > limit

    def _least_cells(self, picture: Cells) -> int:
        return max(2, round(self._least_area * self._detection.sensitivity.area_factor * picture.size))

    def _judge(self, picture: Cells, t_s: float, *, alone: bool = False) -> Motion:
        if picture.shape != self._background.picture.shape:
            return self._learn_anew(picture, t_s, Reason.SETTLING)
        step_s = min(max(t_s - self._last_s, 0.001), LONGEST_STEP_S)
        self._last_s = t_s
        expected, residual, limit, differs = self._compared(picture)
        if self._light_changed(residual, limit, differs):
            return self._learn_anew(picture, t_s, Reason.LIGHT)
        lagged = self._lagged(t_s)
        self._recent.append(_Past(t_s, picture))
        self._residual = residual
        if t_s < self._settled_s:
            self._background.settle(expected, residual, step_s)
            return nothing(Reason.SETTLING)
        watched = differs & self._watching(picture.shape)
        least_cells = self._least_cells(picture)
        quiet = np.count_nonzero(watched) < least_cells
        changed = cv2.absdiff(picture, lagged if quiet else in_light_of(picture, lagged)) > limit
        finding = None if quiet else find(View(picture, expected, residual, limit, watched, changed), least_cells)
        moving = np.zeros_like(differs) if finding is None else finding.moving
        deviation = np.minimum(np.abs(residual), limit * np.float32(3))
        self._background.learn(picture, expected, deviation, differs & ~changed & ~moving, moving, step_s, alone=alone)
        things, still = (finding.things, finding.still) if finding else ([], [])
        believed = self._tracks.follow(things, t_s, step_s, self.seen.shape, still, alone=alone)
        self.seen = Seen(self.seen.shape, watched, finding, tuple(believed))
        verdict = _verdict(finding, believed, t_s, picture.shape)
        self._stirring.see((track.blob.box for track in believed), t_s)
        if alone:
            self._stirring.skip()
        stirred_s = self._stirring.add(picture, limit, self._watching(picture.shape), t_s)
        if stirred_s is not None and not verdict.moved:
            return replace(verdict, stirred_s=stirred_s)
        if not self._detection.ignore or verdict.reason not in (Reason.QUIET, Reason.SMALL):
            return verdict
        hidden = np.count_nonzero(differs & changed & ~self._watching(picture.shape))
        return verdict if hidden < least_cells else Motion(False, hidden / picture.size, None, Reason.IGNORED)

    def _learn_anew(self, picture: Cells, t_s: float, why: Reason) -> Motion:
        self._background.restart(picture, noise_too=why is Reason.SETTLING)
        self._tracks.clear()
        self._recent.clear()
        self._recent.append(_Past(t_s, picture))
        self._residual = np.zeros_like(picture)
        self._last_s, self._settled_s = t_s, t_s + SETTLE_S
        if why is Reason.SETTLING:
            self._watched = None
        self._stirring = Stirring((picture.shape[0], picture.shape[1]))
        self.seen = Seen((picture.shape[0], picture.shape[1]))
        return nothing(why)

    def _light_changed(self, residual: Cells, limit: Cells, differs: Mask) -> bool:
        differing = np.count_nonzero(differs) / differs.size
        if differing <= JUMP_SHARE:
            return False
        jumped = np.count_nonzero(cv2.absdiff(residual, self._residual) > limit) / residual.size
        return bool(differing > LIGHT_SHARE or jumped > JUMP_SHARE)

    def _lagged(self, t_s: float) -> Cells:
        """The picture of `LAG_S` ago, or the oldest since the last fresh start."""
        while len(self._recent) > 1 and self._recent[1].t_s <= t_s - LAG_S:
            self._recent.popleft()
        return self._recent[0].picture

    def _watching(self, shape: tuple[int, ...]) -> Mask:
        if self._watched is None:
            self._watched = ~self._detection.ignore.mask((shape[0], shape[1]))
        return self._watched


def cells_shape(luma: Luma) -> tuple[int, int]:
    """Rows and columns of cells of a gray frame."""
    return min(max(luma.shape[0] // CELL_PX, 4), MOST_ROWS), min(max(luma.shape[1] // CELL_PX, 4), MOST_COLUMNS)


def cells(luma: Luma, shape: tuple[int, int]) -> Cells:
    """The gray frame averaged to (rows, columns)."""
    rows, columns = shape
    # Twice by half is three times as fast as once by four, and the same for a gray frame of the usual size.
    halved = cv2.resize(luma, (2 * columns, 2 * rows), interpolation=cv2.INTER_AREA)
    return cv2.resize(halved, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)


def nothing(reason: Reason) -> Motion:
    """The verdict that nothing moves."""
    return Motion(moved=False, score=0.0, box=None, reason=reason)


def _verdict(finding: Finding | None, believed: list[Track], t_s: float, shape: tuple[int, ...]) -> Motion:
    size = shape[0] * shape[1]
    if not believed:
        if finding is None or not finding.largest:
            return nothing(Reason.QUIET)
        reason = Reason.DOUBT if finding.things else Reason.SMALL
        return Motion(False, finding.largest / size, None, reason)
    new = [track.born_s for track in believed if track.believed_s == t_s]
    score = sum(track.blob.area for track in believed) / size
    box = _around([track.blob.box for track in believed], shape)
    return Motion(True, score, box, Reason.MOTION, min(new) if new else None)


def _around(boxes: list[CellBox], shape: tuple[int, ...]) -> Box:
    """One box around some, as shares of `shape` (rows, columns)."""
    rows, columns = shape[:2]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left / columns, top / rows, (right - left) / columns, (bottom - top) / rows
