"""The next picture of a Pi camera's main stream, for whoever asks, as a JPEG."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import av

from camera.errors import SourceError
from camera.sources import picture

STILL_WITHIN_S = 5.0


class Stills:
    """Handed over in the camera's own callback: a wait inside picamera2 that times out keeps a buffer for good.

    Note on locking: `_lock` guards which wait is the current one; nothing is called while it is held.
    """

    def __init__(self, name: str) -> None:
        """`name` begins the sentences of errors."""
        self._name = name
        self._lock = threading.Lock()
        self._wanted: Future[av.VideoFrame] | None = None
        self._closed = False

    def take(self) -> bytes:
        """A JPEG of the next picture, from any thread. Raises SourceError when none comes in time or it is closed."""
        with self._lock:
            if self._closed:
                raise SourceError(f"{self._name} is closed.")
            wanted = self._wanted = self._wanted or Future()
        try:
            frame = wanted.result(STILL_WITHIN_S)
        except TimeoutError as exc:
            raise SourceError(f"{self._name} gave no picture within {STILL_WITHIN_S:.0f} seconds.") from exc
        return picture.still(frame)()

    def offer(self, copy: Callable[[], av.VideoFrame]) -> None:
        """On the camera's thread, once a picture: `copy` is called only when somebody waits."""
        if self._wanted is None:
            return
        frame = copy()
        with self._lock:
            wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted.set_result(frame)

    def close(self) -> None:
        """Whoever waits is told."""
        with self._lock:
            self._closed = True
            wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted.set_exception(SourceError(f"{self._name} is closed."))
