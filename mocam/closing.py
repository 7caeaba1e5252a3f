"""Cameras closed for privacy: since when, and what was read meanwhile, so that it can be told afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.preferences import Closed, Preferences


@dataclass(frozen=True, slots=True)
class Opened:
    """It is over."""

    since_utc: datetime
    until_utc: datetime
    frames_read: Mapping[str, int]
    """What the sources of each camera gave meanwhile; 0 is what was promised."""
    restarted: bool
    """The program was started anew in between; what was read is counted since then."""
    armed: bool = True
    """They watch again; False: their schedule keeps them disarmed."""


class Closing:
    """Survives a restart; from any thread. Counts are those of the supervisors: everything that a source gave, ever."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    @property
    def going_on(self) -> bool:
        """Whether the cameras are closed for privacy, as far as the owner wished."""
        return self._preferences.closed() is not None

    def begin(self, since_utc: datetime, frames_read: Mapping[str, int]) -> None:
        """The cameras are closed now; one that is lengthened goes on counting from its beginning."""
        if not self.going_on:
            self._preferences.set_closed(Closed(since_utc, dict(frames_read), restarted=False))

    def restarted(self) -> None:
        """The program starts: its counts begin at nothing."""
        if closed := self._preferences.closed():
            self._preferences.set_closed(Closed(closed.since_utc, {}, restarted=True))

    def end(self, now_utc: datetime, frames_read: Mapping[str, int]) -> Opened | None:
        """A camera is about to be opened; None: they were not closed for privacy."""
        closed = self._preferences.closed()
        if closed is None:
            return None
        self._preferences.set_closed(None)
        read = {camera: count - closed.frames_read.get(camera, 0) for camera, count in frames_read.items()}
        return Opened(closed.since_utc, now_utc, read, closed.restarted)
