"""Numbers for new events: each is given once, also in a life of the program in which the disk takes nothing."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from contextlib import suppress

from storage.catalogue import AHEAD, Catalogue
from storage.errors import StorageError

log = logging.getLogger(__name__)

LEAP = 1_000
MOST_LEAPS = 999


def _leaps() -> int:
    return random.SystemRandom().randint(1, MOST_LEAPS)


class EventNumbers:
    """From any thread; only `begin` and `release` touch the disk.

    An event may be told in the chat before the disk takes its row. Were its number given again by the next life, two
    events would bear the same id. So numbers are set aside before they are used, some at a time; a crash costs those
    that were not needed. Where none can be set aside they are far away from all that are known, and from what another
    such life may have used.
    """

    def __init__(self, catalogue: Catalogue, leaps: Callable[[], int] = _leaps) -> None:
        self._catalogue = catalogue
        self._leaps = leaps
        self._lock = threading.Lock()
        self._first = self._next = 1
        self._until = 0
        self._leapt = False

    def begin(self) -> None:
        """After all that the last life left is taken in. Raises StorageError when the last number cannot be read."""
        with self._lock:
            self._first = self._next = self._catalogue.next_event_number()
            self._until = self._next - 1
            try:
                self._catalogue.set_numbers_aside(self._until + AHEAD)
                self._until += AHEAD
            except StorageError as error:
                log.warning("no event numbers can be set aside: %s", error)

    def take(self) -> str:
        """An event's id that was never used."""
        with self._lock:
            if self._next > self._until and not self._leapt:
                self._leapt = True
                self._next += LEAP * self._leaps()
                log.warning("the disk takes no numbers: events go on with e%d", self._next)
            number, self._next = self._next, self._next + 1
        return f"e{number}"

    def written(self, event_id: str) -> None:
        """Its row is there, and with it the next numbers are set aside."""
        with self._lock:
            self._until = max(self._until, int(event_id[1:]) + AHEAD)
            self._leapt = False

    def release(self) -> None:
        """At the end: gives back what was not needed, if every event has its row."""
        with self._lock, suppress(StorageError):  # a few numbers are left out then
            if self._next == self._first or self._catalogue.last_event_number() >= self._next - 1:
                self._catalogue.set_numbers_aside(self._next - 1)
