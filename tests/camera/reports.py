"""Reports that remember, and wait for what a test needs to hear."""

from __future__ import annotations

import threading
from collections.abc import Callable

from camera.model import EventEnd, EventStart, FinishedPart, State, Status, Stirred

TIMEOUT_S = 60.0
"""Generous: a test that waits this long has failed, whatever the machine."""


class Heard:
    """A `Reports` that keeps everything in order."""

    def __init__(self) -> None:
        self.all: list[tuple[str, EventStart | EventEnd | FinishedPart | Status]] = []
        self.suspected_cameras: list[str] = []
        self.stirs: list[Stirred] = []
        self._changed = threading.Condition()

    def stirred(self, stirred: Stirred) -> None:
        self.stirs.append(stirred)

    def suspected(self, camera: str) -> None:
        self.suspected_cameras.append(camera)

    def event_started(self, start: EventStart) -> None:
        self._hear("event_started", start)

    def part_finished(self, part: FinishedPart) -> None:
        self._hear("part_finished", part)

    def event_ended(self, end: EventEnd) -> None:
        self._hear("event_ended", end)

    def state_changed(self, status: Status) -> None:
        self._hear("state_changed", status)

    @property
    def names(self) -> list[str]:
        """What was heard, without states."""
        return [name for name, _ in self.all if name != "state_changed"]

    @property
    def starts(self) -> list[EventStart]:
        return [item for _, item in self.all if isinstance(item, EventStart)]

    @property
    def parts(self) -> list[FinishedPart]:
        return [item for _, item in self.all if isinstance(item, FinishedPart)]

    @property
    def ends(self) -> list[EventEnd]:
        return [item for _, item in self.all if isinstance(item, EventEnd)]

    @property
    def states(self) -> list[State]:
        return [item.state for _, item in self.all if isinstance(item, Status)]

    @property
    def details(self) -> list[str]:
        return [item.detail for _, item in self.all if isinstance(item, Status)]

    def wait_for(self, condition: Callable[[Heard], object]) -> None:
        """Fails the test when `condition` does not come true."""
        with self._changed:
            assert self._changed.wait_for(lambda: bool(condition(self)), TIMEOUT_S), self.all

    def _hear(self, name: str, item: EventStart | EventEnd | FinishedPart | Status) -> None:
        with self._changed:
            self.all.append((name, item))
            self._changed.notify_all()
