"""Gives the picture of now to whoever asks, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from camera.errors import SourceError
from camera.model import GrayFrame, Still

FRESH_S = 0.5
"""A picture that came this short a time ago is still `now`."""


class Snapshots:
    """Holds the latest frame. `show` and `blank` are called by the camera's threads, `take` by anybody."""

    def __init__(self, mono_s: Callable[[], float], guard: Callable[[Still], Still] = lambda still: still) -> None:
        """`guard` makes a still harmless."""
        self._mono_s = mono_s
        self._guard = guard
        self._changed = threading.Condition()
        self._frame: GrayFrame | None = None
        self._shown_mono_s = float("-inf")
        self._blank = "The camera has not been started."
        self._waiting = 0

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for the next picture; from any thread."""
        return self._waiting > 0

    def show(self, frame: GrayFrame) -> None:
        with self._changed:
            self._frame, self._shown_mono_s, self._blank = frame, self._mono_s(), ""
            self._changed.notify_all()

    def blank(self, sentence: str) -> None:
        """No picture is to be had, and why; an empty sentence: one will come soon."""
        with self._changed:
            self._frame, self._blank = None, sentence
            self._changed.notify_all()

    @property
    def why_none(self) -> str:
        """Why no picture is to be had, a sentence; empty: there is one, or one will come soon."""
        return self._blank

    def take(self, timeout_s: float) -> bytes:
        """A full-resolution JPEG of now. Raises SourceError with a sentence when there is none within `timeout_s`."""
        with self._changed:
            self._waiting += 1
            try:
                came = self._changed.wait_for(lambda: bool(self._blank) or self._is_fresh(), timeout_s)
            finally:
                self._waiting -= 1
            if not came:
                raise SourceError("The camera gave no picture in time; try again in a moment.")
            if self._frame is None:
                raise SourceError(self._blank)
            still = self._frame.still
        return self._guard(still)()  # outside the lock: it takes milliseconds, and the camera must not wait for it

    def _is_fresh(self) -> bool:
        return self._frame is not None and self._mono_s() - self._shown_mono_s <= FRESH_S
