"""What one camera says of itself: its state, told once each time it changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from camera.clock import Clock
from camera.model import Reports, State, Status
from camera.session import Session

log = logging.getLogger(__name__)


class Board:
    """Of one camera, from any thread.

    Note on locking: it shares the lock of who owns it, so that a state and who may say it change together; the lock is
    not held while something is reported.
    """

    def __init__(
        self, name: str, reports: Reports, clock: Clock, lock: threading.Lock, session: Callable[[], Session | None]
    ) -> None:
        """`session`: the one that is open now."""
        self._name = name
        self._reports = reports
        self._clock = clock
        self._lock = lock
        self._session = session
        self._status = Status(name, State.DISARMED, clock.wall_utc(), "", clock.mono_s())
        self._disk: dict[str, str] = {}
        """What the disk refuses, by recorder: a sentence, or nothing."""

    @property
    def detail(self) -> str:
        """Of the state alone."""
        return self._status.detail

    def status(self) -> Status:
        """`detail` says why it is blind, else that the disk refuses its clips, else that its source floods."""
        session = self._session()
        flood = session.flood if session is not None else ""
        with self._lock:
            disk = next(filter(None, self._disk.values()), "")
            return replace(self._status, detail=self._status.detail or disk or flood)

    def change(
        self, may_say: Callable[[], bool], state: State, detail: str = "", since_mono_s: float | None = None
    ) -> bool:
        """A new state; False if whoever says it `may_say` nothing any more, which is asked under the lock.

        It is as old as `since_mono_s` says; another reason for the same state makes it no younger.
        """
        now_mono_s, now_utc = self._clock.mono_s(), self._clock.wall_utc()
        with self._lock:
            if not may_say():
                return False
            if (self._status.state, self._status.detail) == (state, detail):
                return True
            if self._status.state is state:
                self._status = replace(self._status, detail=detail)
            else:
                begun_mono_s = now_mono_s if since_mono_s is None else min(since_mono_s, now_mono_s)
                begun_utc = now_utc - timedelta(seconds=now_mono_s - begun_mono_s)
                self._status = Status(self._name, state, begun_utc, detail, begun_mono_s)
        log.debug("camera %s %s at %.3f s of the monotonic clock", self._name, state, now_mono_s)
        self.tell()
        return True

    def disk(self, recorder: str, sentence: str) -> None:
        """The disk refuses what this recorder writes, or (empty) takes it again."""
        with self._lock:
            self._disk[recorder] = sentence
        self.tell()

    def tell(self) -> None:
        """Reports the state as it is."""
        self._reports.state_changed(self.status())
