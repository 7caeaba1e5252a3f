"""Writes down what the cameras report: events and clips become rows, alerts and archive jobs.

Cameras report from their own threads and must not wait for a disk. So a report is only queued there; one task a camera
takes its reports one by one, in order, and does the slow part (JPEG, hash, fsync, transaction) in a worker thread. So a
camera whose picture takes ten seconds delays the alerts of no other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from camera.errors import CameraError
from camera.model import EventEnd, EventStart, FinishedPart, Status
from storage.catalogue import Catalogue
from storage.errors import NotFound, StorageError
from storage.files import Files
from storage.model import NewClip

log = logging.getLogger(__name__)

QUEUE_LENGTH = 250
"""Reports of one camera waiting at most; an event makes about four, so this is an hour of a stuck disk."""
TRIES = 5
RETRY_S = 2.0

Report = EventStart | FinishedPart | EventEnd


@dataclass(frozen=True, slots=True)
class Listeners:
    """Whom to tell, on the loop, when something was written."""

    outbox_changed: Callable[[], None]
    archive_changed: Callable[[], None]
    state_changed: Callable[[Status], None]


class Journal:
    """The cameras' `Reports`; made on the running loop, which is where the listeners are called."""

    def __init__(
        self,
        cameras: Collection[str],
        catalogue: Catalogue,
        files: Files,
        recipients: Callable[[], Collection[int]],
        listeners: Listeners,
        *,
        archive_on: bool,
        retry_s: float = RETRY_S,
        queue_length: int = QUEUE_LENGTH,
    ) -> None:
        self._catalogue = catalogue
        self._files = files
        self._recipients = recipients
        self._listeners = listeners
        self._archive_on = archive_on
        self._retry_s = retry_s
        self._loop = asyncio.get_running_loop()
        self._lanes: dict[str, asyncio.Queue[Report]] = {camera: asyncio.Queue(queue_length) for camera in cameras}
        self._threads = ThreadPoolExecutor(max(1, len(self._lanes)), thread_name_prefix="journal")
        self.dropped = 0
        """Reports lost because the queue was full; their files are taken in at the next start."""

    # -- called on camera threads --------------------------------------------------------------------------------

    def event_started(self, start: EventStart) -> None:
        self._post(self._offer, start)

    def part_finished(self, part: FinishedPart) -> None:
        self._post(self._offer, part)

    def event_ended(self, end: EventEnd) -> None:
        self._post(self._offer, end)

    def state_changed(self, status: Status) -> None:
        self._post(self._listeners.state_changed, status)

    def _post(self, call: Callable[..., None], report: Report | Status) -> None:
        try:
            self._loop.call_soon_threadsafe(call, report)
        except RuntimeError:  # the loop is closed: the program is past its end, the file waits for the next start
            log.warning("a report of camera %s came after the end", report.camera)

    # -- called on the loop --------------------------------------------------------------------------------------

    def _offer(self, report: Report) -> None:
        try:
            self._lanes[report.camera].put_nowait(report)
        except asyncio.QueueFull:
            self.dropped += 1
            log.error("the disk is too slow: %d reports dropped, their files wait for the next start", self.dropped)

    async def run(self) -> None:
        """Writes reports until cancelled."""
        await asyncio.gather(*(self._drain(lane) for lane in self._lanes.values()))

    async def _drain(self, lane: asyncio.Queue[Report]) -> None:
        while True:
            report = await lane.get()
            try:
                await self._write_down(report)
            finally:
                lane.task_done()

    async def settle(self) -> None:
        """Waits until all that was reported so far is written."""
        await asyncio.sleep(0)  # lets reports that were posted from threads reach the queue
        await asyncio.gather(*(lane.join() for lane in self._lanes.values()))

    async def _write_down(self, report: Report) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                await self._loop.run_in_executor(self._threads, self._write, report)
            except (StorageError, OSError) as exc:
                log.error("event %s of %s, try %d of %d: %s", report.event_id, report.camera, attempt, TRIES, exc)
                await asyncio.sleep(self._retry_s * attempt)
            else:
                self._listeners.outbox_changed()
                self._listeners.archive_changed()
                return
        log.error(
            "event %s of %s was not written down; its files wait for the next start", report.event_id, report.camera
        )

    # -- in a worker thread; each may be tried again ---------------------------------------------------------------

    def _write(self, report: Report) -> None:
        match report:
            case EventStart():
                self._open_event(report)
            case FinishedPart():
                self._add_part(report)
            case EventEnd():
                self._close_event(report)

    def _open_event(self, start: EventStart) -> None:
        try:
            snapshot = self._files.write_snapshot(start.event_id, start.still())
        except (CameraError, StorageError) as exc:
            log.warning("event %s of %s has no snapshot: %s", start.event_id, start.camera, exc)
            snapshot = None
        chats = self._recipients()
        self._catalogue.open_event(start.event_id, start.camera, start.wall_utc, snapshot, chats, start.box)

    def _close_event(self, end: EventEnd) -> None:
        self._catalogue.close_event(end.event_id, end.wall_utc, end.motion_s)
        if end.trace:
            try:
                self._files.write_trace(end.event_id, end.trace)
            except StorageError as exc:  # worth a line, never another try: nothing depends on it
                log.warning("event %s of %s has no motion trace: %s", end.event_id, end.camera, exc)

    def _add_part(self, part: FinishedPart) -> None:
        if part.dropped_packets:
            log.warning(
                "event %s of %s lost %d packets to a slow disk", part.event_id, part.camera, part.dropped_packets
            )
        path = self._files.clip_path(part.camera, part.event_id, part.part, part.wall_utc)
        if part.path.exists():  # else an earlier try moved it already
            path = self._files.publish(part.path, part.camera, part.event_id, part.part, part.wall_utc)
        new = NewClip(
            part.event_id, part.part, path, part.wall_utc, part.duration_s, part.codec, part.width, part.height
        )
        try:
            self._catalogue.add_clip(new, archive=self._archive_on)
        except NotFound:  # the event's own row could not be written
            self._catalogue.open_event(part.event_id, part.camera, part.wall_utc, None, self._recipients())
            self._catalogue.add_clip(new, archive=self._archive_on)
