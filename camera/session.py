"""One stretch in which a camera is open."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

from camera.brake import Brake
from camera.pipeline import Pipeline

log = logging.getLogger(__name__)

FLOOD = "The camera sends more than can be watched and is slowed down; set it to fewer pictures a second."


@dataclass(slots=True, eq=False)
class Session:
    """One stretch of being open, or what is left of it when its thread hangs."""

    watches: bool = True
    """False: open for a recording by hand alone; nothing is detected."""
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)
    pipeline: Pipeline | None = None
    beat_mono_s: float = float("inf")
    """When the source last answered; infinite while nobody waits for it."""
    failures: int = 0
    brake: Brake = field(default_factory=Brake)
    is_stuck: bool = False
    """The source says that only a new process can open it."""
    rests: bool = False
    """It ended by itself, since what it was open for is over."""

    @property
    def flood(self) -> str:
        """A sentence while its source sends too much; else empty."""
        return FLOOD if self.brake.is_on else ""

    def slow_down(self, camera: str, mono_s: float) -> None:
        """A source that floods waits here: what it sends meanwhile piles up on its side, not on ours."""
        was_on = self.brake.is_on
        pause = self.brake.pause_s(mono_s)
        if self.brake.is_on:
            if not was_on:
                log.warning("camera %s: %s", camera, FLOOD)
            self.stop.wait(pause)


class Behind:
    """Threads of sessions that are over: some hang in a driver, one may just be closing its device."""

    def __init__(self) -> None:
        self._hung: list[threading.Thread] = []
        self._closing: threading.Thread | None = None

    def hangs(self, thread: threading.Thread) -> None:
        """It did not come back in time."""
        self._hung = [one for one in self._hung if one.is_alive()] + [thread]

    def closes(self, thread: threading.Thread) -> None:
        """It is about to close its device and end."""
        self._closing = thread

    def wait_closed(self, timeout_s: float) -> None:
        """For the one that is closing its device."""
        if self._closing is not None:
            self._closing.join(timeout_s)

    @property
    def hung(self) -> int:
        """How many hang."""
        return sum(thread.is_alive() for thread in self._hung)

    @property
    def holds(self) -> bool:
        """Whether one of them still holds the device."""
        return bool(self.hung) or (self._closing is not None and self._closing.is_alive())
