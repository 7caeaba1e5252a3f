"""Makes written parts plain and reports them, on a thread of its own so that recording goes on meanwhile."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from camera.errors import EmptyRecording, RecordingError
from camera.finish import GROWING_SUFFIX, PLAIN_SUFFIX, make_plain, tidy
from camera.model import EventEnd, FinishedPart, Reports
from camera.take import Part

log = logging.getLogger(__name__)

LONGEST_QUEUE = 64
"""An hour of parts; a disk that is further behind stops the recorder, which then drops and counts."""


class Closer:
    """A queue of parts and event ends, worked off in order: the parts of an event are reported before its end."""

    def __init__(self, camera: str, reports: Reports, trouble: Callable[[str], None]) -> None:
        """`trouble` gets a sentence when a part could not be finished, "" when one could.

        A part that could not be finished stays where it is, for the next start's repair.
        """
        self._camera = camera
        self._reports = reports
        self._trouble = trouble
        self._queue: queue.Queue[Part | EventEnd | threading.Event | None] = queue.Queue(LONGEST_QUEUE)
        self._thread = threading.Thread(target=self._run, name=f"closer-{camera}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, item: Part | EventEnd | threading.Event) -> None:
        """Blocks while the queue is full; never called by the camera thread. A threading event is set in its turn."""
        self._queue.put(item)

    def close(self, timeout_s: float | None = None) -> bool:
        """Works off what is there; False if it took too long (the work goes on)."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            try:
                self._work(item)
            except RecordingError as exc:
                log.warning("camera %s: %s", self._camera, exc)
                self._trouble(str(exc))
            except Exception:  # the border of this thread: one bad part must not stop the next
                log.exception("camera %s: finishing a clip failed", self._camera)

    def _work(self, item: Part | EventEnd | threading.Event) -> None:
        match item:
            case Part():
                self._reports.part_finished(self._finish(item))
                self._trouble("")
            case EventEnd():
                self._reports.event_ended(item)
            case _:
                item.set()

    def _finish(self, part: Part) -> FinishedPart:
        target = part.path.with_name(part.path.name.removesuffix(GROWING_SUFFIX) + PLAIN_SUFFIX)
        try:
            finished = make_plain(part.path, target, part.until_s)
        except EmptyRecording:
            tidy(part.path)
            raise
        tidy(part.path)
        return FinishedPart(
            event_id=part.event_id,
            camera=self._camera,
            part=part.number,
            path=finished.path,
            wall_utc=part.anchor.wall(part.first_mono_s),
            duration_s=finished.duration_s,
            codec=finished.codec,
            width=finished.width,
            height=finished.height,
            size_bytes=finished.size_bytes,
            dropped_packets=part.dropped_packets,
            mask=part.mask,
        )
