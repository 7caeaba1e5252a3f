"""Takes the time of each alert, stage by stage, from the first moved frame to the photo in the chat."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from camera.model import EventStart
from storage.alert_times import AlertTime
from storage.errors import StorageError

log = logging.getLogger(__name__)

MOST_RUNNING = 50
"""Alerts that are on their way at once. One that never arrives must not be remembered for ever."""


@dataclass(slots=True)
class _Running:
    start: EventStart
    pictured_s: float | None = None
    written_s: float | None = None


class Stopwatch:
    """From any thread; `_lock` guards the alerts that are on their way. All times are monotonic seconds.

    Only the first photo of an event counts: of several owners the quickest. An alert that becomes part of a digest, or
    has no picture, is none.
    """

    def __init__(self, keep: Callable[[AlertTime], None], clock: Callable[[], float] = time.monotonic) -> None:
        """`keep` stores one; it may raise StorageError, which costs the figure and nothing else."""
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._running: OrderedDict[str, _Running] = OrderedDict()

    def started(self, start: EventStart) -> None:
        """Motion was confirmed."""
        with self._lock:
            self._running[start.event_id] = _Running(start)
            while len(self._running) > MOST_RUNNING:
                self._running.popitem(last=False)

    def pictured(self, event_id: str) -> None:
        """Its JPEG is made."""
        with self._lock:
            if one := self._running.get(event_id):
                one.pictured_s = self._clock()

    def written(self, event_id: str) -> None:
        """Its picture and its rows are on the disk, or it goes out without them."""
        with self._lock:
            if one := self._running.get(event_id):
                one.written_s = self._clock()

    def sent(self, event_id: str, begun_s: float, ended_s: float) -> None:
        """Its photo is in the chat; when the upload began and ended. Writes: not on the loop."""
        with self._lock:
            one = self._running.pop(event_id, None)
        if one is None or one.pictured_s is None or one.written_s is None or not one.start.judged_mono_s:
            return
        start = one.start
        moments_s = [start.mono_s, start.confirmed_mono_s, start.judged_mono_s, one.pictured_s, one.written_s]
        try:
            self._keep(_stages([*moments_s, begun_s, ended_s]))
        except StorageError as exc:
            log.info("how long the alert of %s took is not written down: %s", event_id, exc)


def _stages(moments_s: list[float]) -> AlertTime:
    """Each from the moment before; a clock of a camera that runs ahead of ours makes none negative."""
    rising = [max(moments_s[: place + 1]) for place in range(len(moments_s))]
    ms = [round((moment_s - rising[0]) * 1000) for moment_s in rising]
    return AlertTime(*(after - before for before, after in itertools.pairwise(ms)))
