"""Follows what differs from frame to frame and believes what behaves like a thing; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

CellBox = tuple[int, int, int, int]
"""Left, top, width, height in cells."""

MOST_TRACKS = 32

RIM = 1
"""What is this near the edge of the picture, in cells, touches it."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Differing cells that touch, in one frame."""

    label: int
    """Its number in the frame's label map."""
    x: float
    y: float
    """Middle, in cells."""
    box: CellBox
    area: int
    """Cells that light cannot explain."""
    weight: float
    """The same, each counted by how far beyond its limit it is, in limits, at most 3."""

    @property
    def length(self) -> float:
        """The longer side in cells."""
        return float(max(self.box[2], self.box[3], 1))


@dataclass(frozen=True, slots=True)
class Belief:
    """When a track is believed; lengths in cells."""

    lengths_per_s: float = 8.0
    """Nothing that matters moves farther than this many times its own length in a second: a runner makes 4, a bicycle
    5, an insect at the lens 30."""
    small_lengths_per_s: float = 5.0
    """The same for the smallest: what seems small and fast is rather an insect near the lens, also a slow one."""
    slack: float = 1.0
    """By which the middle of a blob may jump without moving."""
    least_way: float = 1.5
    """A thing comes from somewhere: leaves and the digits of a clock stay where they are."""
    least_s: float = 0.13
    """Even the largest thing must be seen for this long."""
    small_s: float = 0.5
    """And the smallest for this long."""
    large_area: float = 0.008
    """Share of the picture from which on a thing is large."""
    evidence: float = 2.0
    """Weight times seconds that must come together."""
    certain_factor: float = 4.0
    """With so many times that evidence, seen in every frame, even a small thing need not last longer than a large one:
    it stands out too clearly to be noise."""
    fill: float = 0.5
    """Share of the frames in which it must be seen."""
    small_fill: float = 0.75
    """The same for the smallest: two insects, seen by turns, are not one thing."""
    coast_s: float = 3.0
    """A believed thing that is seen again this soon, near where it was, is the same."""
    lapse_s: float = 0.25
    """The same for one that is not believed yet; also how long it is taken to have moved on while it was not seen."""
    alone_s: float = 1.0
    """The latter between frames of which those between were left out."""


@dataclass(slots=True)
class Track:
    """One thing over time."""

    born_s: float
    last_s: float
    first: Blob
    blob: Blob
    hits: int = 1
    frames: int = 1
    way: float = 0.0
    """Farthest from where it was first seen, in cells."""
    path: float = 0.0
    """All its steps together, in cells: an insect flies in bends."""
    lengths: float = 0.0
    areas: float = 0.0
    """Sums over the hits."""
    evidence: float = 0.0
    believed_s: float | None = None
    stood_s: float = -math.inf
    """When something that differs and does not change was last seen in its place."""

    @property
    def length(self) -> float:
        """On average, in cells."""
        return self.lengths / self.hits


@dataclass(slots=True)
class Tracks:
    """All that is being followed."""

    belief: Belief = field(default_factory=Belief)
    alive: list[Track] = field(default_factory=list)

    def clear(self) -> None:
        self.alive.clear()

    def copy(self) -> Tracks:
        return Tracks(self.belief, [replace(track) for track in self.alive])

    def follow(
        self,
        blobs: list[Blob],
        now_s: float,
        step_s: float,
        shape: tuple[int, int],
        still: Sequence[CellBox] = (),
        *,
        alone: bool = False,
    ) -> list[Track]:
        """Takes the blobs of one frame of `shape` (rows and columns); returns the believed tracks that are seen in it.

        `still` is what differs and does not change: who stands for a moment and goes on is nobody new.

        `alone`: frames between this one and the one before were left out, which is too little to believe something new.
        """
        free = list(blobs)
        self.alive.sort(key=lambda track: -track.evidence)
        for track in self.alive:
            track.frames += 1
            blob = self._heir(track, free, now_s, self.belief.alone_s if alone else self.belief.lapse_s)
            if blob is not None:
                free.remove(blob)
                self._go_on(track, blob, now_s, shape)
            elif track.believed_s is None and any(_overlap(box, track.blob.box) >= 0.5 for box in still):
                track.stood_s = now_s
                track.frames -= 1  # it was not missed
        self.alive = [track for track in self.alive if not self._is_lost(track, now_s, step_s)]
        if alone:
            self.alive = [track for track in self.alive if track.believed_s is not None]
        else:
            self.alive += [_born(blob, now_s, step_s) for blob in free][: max(0, MOST_TRACKS - len(self.alive))]
        seen = [track for track in self.alive if track.last_s == now_s]
        for track in seen:
            if track.believed_s is None and self._is_believable(track, now_s, shape[0] * shape[1]):
                track.believed_s = now_s
        return [track for track in seen if track.believed_s is not None]

    def _heir(self, track: Track, blobs: list[Blob], now_s: float, longest_s: float) -> Blob | None:
        """The blob that may be the track's thing now; the nearest, where one that covers it counts as nearer."""
        best, best_distance = None, math.inf
        gap_s = min(now_s - track.last_s, longest_s)
        for blob in blobs:
            distance = math.hypot(blob.x - track.blob.x, blob.y - track.blob.y)
            overlap = _overlap(blob.box, track.blob.box)
            reach = self.belief.slack + self.belief.lengths_per_s * max(blob.length, track.blob.length) * gap_s
            if (overlap >= 0.5 or distance <= reach) and distance - 5 * overlap < best_distance:
                best, best_distance = blob, distance - 5 * overlap
        return best

    @staticmethod
    def _go_on(track: Track, blob: Blob, now_s: float, shape: tuple[int, int]) -> None:
        track.evidence += blob.weight * min(now_s - track.last_s, 0.2)
        track.path += math.hypot(blob.x - track.blob.x, blob.y - track.blob.y)
        track.blob, track.last_s = blob, now_s
        track.hits += 1
        track.lengths += blob.length
        track.areas += blob.area
        track.way = max(track.way, _way(track.first, blob, shape))

    def _is_lost(self, track: Track, now_s: float, step_s: float) -> bool:
        patience_s = self.belief.lapse_s if track.believed_s is None else self.belief.coast_s
        return now_s - max(track.last_s, track.stood_s) > max(patience_s, 1.5 * step_s)

    def _is_believable(self, track: Track, now_s: float, size: int) -> bool:
        belief, age_s = self.belief, now_s - track.born_s
        if track.hits < (3 if age_s < belief.small_s else 2) or track.evidence < belief.evidence:
            return False
        largeness = min(track.areas / track.hits / (belief.large_area * size), 1.0)
        if track.hits < _between(belief.small_fill, belief.fill, largeness) * track.frames:
            return False
        most_path = _between(belief.small_lengths_per_s, belief.lengths_per_s, largeness) * track.length * age_s
        if track.way < belief.least_way or track.path > most_path:
            return False
        is_whole = track.hits == track.frames
        certainty = track.evidence / (belief.certain_factor * belief.evidence) if is_whole else 0.0
        least_s = _between(belief.small_s, 0.0, min(max(largeness, certainty), 1.0))
        return age_s >= max(belief.least_s, least_s) - 0.005


def _between(small: float, large: float, largeness: float) -> float:
    """What holds for a thing of this largeness, 0 to 1."""
    return small + (large - small) * largeness


def _born(blob: Blob, now_s: float, step_s: float) -> Track:
    return Track(
        now_s,
        now_s,
        blob,
        blob,
        lengths=blob.length,
        areas=blob.area,
        evidence=blob.weight * min(step_s, 0.07),
    )


def _way(first: Blob, now: Blob, shape: tuple[int, int]) -> float:
    """How far it went, in cells. Of what comes in at the rim the middle goes half as far as its inner side does, which
    tells then; not that of something faint, which may be the edge of a cloud's shadow."""
    way = math.hypot(now.x - first.x, now.y - first.y)
    return way if now.weight < now.area else max(way, _inwards(first.box, now.box, shape))


def _inwards(first: CellBox, now: CellBox, shape: tuple[int, int]) -> float:
    """How far the inner side of a box went that touches the rim all the time."""
    rows, columns = shape
    right, bottom = now[0] + now[2], now[1] + now[3]
    first_right, first_bottom = first[0] + first[2], first[1] + first[3]
    ways = (
        (max(first[0], now[0]) <= RIM, right - first_right),
        (max(first[1], now[1]) <= RIM, bottom - first_bottom),
        (min(first_right, right) >= columns - RIM, first[0] - now[0]),
        (min(first_bottom, bottom) >= rows - RIM, first[1] - now[1]),
    )
    return max((way for touches, way in ways if touches), default=0)


def _overlap(one: CellBox, other: CellBox) -> float:
    """Common area as a share of the smaller box."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(one[2] * one[3], other[2] * other[3])
