"""Makes one camera's JPEGs where a still that hangs or breaks harms nobody: on its own threads, for a limited time."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from camera.errors import SourceError
from camera.model import Still

log = logging.getLogger(__name__)

LONGEST_S = 10.0
MOST_AT_ONCE = 3
"""Threads that may hang in a device before nobody may ask for more."""


class Stills:
    """Of one camera; from any thread.

    Note on locking: `_room` counts the threads at work and is given back by the thread itself, so that one which hangs
    for ever keeps its place.
    """

    def __init__(
        self, camera: str, longest_s: float = LONGEST_S, veiled: Callable[[Still], Still] = lambda still: still
    ) -> None:
        """`veiled` hides what nobody is to see."""
        self._camera = camera
        self._longest_s = longest_s
        self._veiled = veiled
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)

    def guarded(self, still: Still) -> Still:
        """The same still, which now ends in time, raises nothing but SourceError, and shows no place that is masked."""
        return functools.partial(self._make, self._veiled(still))

    def begun(self, still: Still) -> Still:
        """The same, and its making begins now, so that whoever wants it in a moment waits for the rest alone. Never
        blocks: where there is no room it begins when it is wanted."""
        veiled = self._veiled(still)
        if not self._room.acquire(blocking=False):
            return functools.partial(self._make, veiled)
        return functools.partial(self._owed, self._started(veiled))

    def _make(self, still: Still) -> bytes:
        if not self._room.acquire(timeout=self._longest_s):
            raise SourceError(f"The camera {self._camera} still owes other pictures; try again in a moment.")
        return self._owed(self._started(still))

    def _started(self, still: Still) -> Future[bytes]:
        """On a thread of its own, which gives the room back."""
        made: Future[bytes] = Future()
        threading.Thread(target=self._run, args=(still, made), name=f"still-{self._camera}", daemon=True).start()
        return made

    def _owed(self, made: Future[bytes]) -> bytes:
        try:
            return made.result(self._longest_s)
        except TimeoutError:
            raise SourceError(f"The camera {self._camera} gave no picture in time; try again in a moment.") from None

    def _run(self, still: Still, made: Future[bytes]) -> None:
        try:
            made.set_result(still())
        except SourceError as exc:
            made.set_exception(exc)
        except Exception:  # the border of this thread: whoever waits gets a sentence, and the alert goes out without it
            log.exception("camera %s: a picture could not be made", self._camera)
            made.set_exception(SourceError("An error in the program spoiled the picture; see the log."))
        finally:
            self._room.release()
