"""One camera's stretches without sight, by the clock that does not jump. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from camera.model import State, Status
from storage.gaps import GapKind

SHORTEST_S = 2.0
"""A camera that is opened again after a change of its picture size is not worth a row."""
JOIN_S = 10.0
"""Two stretches of one kind that are no further apart are one: a camera that comes and goes makes few rows."""
MOST_WAITING = 500
"""Finished stretches that could not be written yet (no believable clock, a disk that refuses)."""

_KINDS = {State.BLIND: GapKind.BLIND, State.DISARMED: GapKind.DISARMED}


@dataclass(slots=True)
class Stretch:
    """One span without sight; changes while it goes on."""

    kind: GapKind
    from_mono_s: float
    reason: str
    to_mono_s: float | None = None
    """None: it goes on."""
    gap_id: int = 0
    """Its row; 0: none yet."""
    written: bool = False
    """Whether the row is its last state."""


class Stretches:
    """Follows what one camera says of itself. It begins unseen, as `OFF`, until it sees or says why it does not."""

    def __init__(self, mono_s: float) -> None:
        self._all: list[Stretch] = []
        self._open: Stretch | None = Stretch(GapKind.OFF, mono_s, "")
        self.begun_mono_s: float | None = None
        """When it first saw, or said why it does not; None: not yet."""

    @property
    def is_disarmed(self) -> bool:
        return self._open is not None and self._open.kind is GapKind.DISARMED

    def follow(self, status: Status, now_mono_s: float) -> None:
        """Takes a new state. Opening a camera is not yet seeing: what was before goes on until the first picture."""
        if status.state is State.STARTING:
            return
        moment_s = min(status.since_mono_s or now_mono_s, now_mono_s)
        if self.begun_mono_s is None:
            self.begun_mono_s, self._open = moment_s, None
        kind = _KINDS.get(status.state)
        if self._open is not None and kind is self._open.kind:
            return  # the first reason stays: it is what began it
        if self._open is not None:
            self._end(self._open, moment_s)
        if kind is not None:
            self._begin(kind, moment_s, status.detail)

    def unwritten(self) -> list[Stretch]:
        """What rows must still be made or changed of: what goes on, and what ended since the last time."""
        return [one for one in self._all if not one.written]

    def wrote(self, stretch: Stretch, gap_id: int, to_mono_s: float | None) -> None:
        """The row of this stretch is as it was when it ended at `to_mono_s` (None: went on)."""
        stretch.gap_id = gap_id
        stretch.written = to_mono_s is not None and to_mono_s == stretch.to_mono_s
        self._all = [one for one in self._all if not one.written or one is self._all[-1]]  # the last may be joined yet

    def _begin(self, kind: GapKind, mono_s: float, reason: str) -> None:
        last = self._all[-1] if self._all else None
        if last is not None and last.kind is kind and last.to_mono_s is not None and mono_s - last.to_mono_s <= JOIN_S:
            last.to_mono_s, last.written = None, False
            self._open = last
            return
        self._open = Stretch(kind, max(mono_s, self._last_end_s()), reason)
        self._all = [*self._all[-MOST_WAITING:], self._open]

    def _end(self, stretch: Stretch, mono_s: float) -> None:
        stretch.to_mono_s = max(stretch.from_mono_s, mono_s)
        self._open = None
        if stretch.to_mono_s - stretch.from_mono_s < SHORTEST_S and not stretch.gap_id and stretch in self._all:
            self._all.remove(stretch)

    def _last_end_s(self) -> float:
        return (self._all[-1].to_mono_s if self._all else None) or float("-inf")
