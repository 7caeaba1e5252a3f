"""Writes down what the cameras report: events and clips become rows, alerts and archive jobs.

Cameras report from their own threads and must not wait for a disk. So a report is only queued there; one task a camera
takes its reports one by one, in order, and does the slow part (JPEG, hash, fsync, transaction) in a worker thread. So a
camera whose picture takes ten seconds delays the alerts of no other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from camera.errors import CameraError
from camera.model import Box, EventEnd, EventStart, FinishedPart, Status, Stirred
from mocam.spare import Spare
from mocam.stopwatch import Stopwatch
from storage.catalogue import Catalogue
from storage.errors import DiskFull, DiskRefuses, NotFound, StorageError
from storage.files import Files
from storage.model import NewClip

log = logging.getLogger(__name__)

QUEUE_LENGTH = 250
"""Reports of one camera waiting at most; an event makes about four, so this is an hour of a stuck disk."""
TRIES = 5
RETRY_S = 2.0
LONGEST_RETRY_S = 30.0

Report = EventStart | FinishedPart | EventEnd


@dataclass(frozen=True, slots=True)
class Listeners:
    """Whom to tell, on the loop, when something was written."""

    outbox_changed: Callable[[], None]
    archive_changed: Callable[[], None]
    state_changed: Callable[[Status], None]
    disk_trouble: Callable[[str], None] = lambda _sentence: None
    """A sentence when rows and files cannot be written, an empty one when they can again."""
    event_written: Callable[[str], None] = lambda _event_id: None
    """Its picture, or the first part of its clip."""
    suspected: Callable[[], None] = lambda: None
    """An alert may be wanted within the second."""
    stirred: Callable[[Stirred], None] = lambda _stirred: None
    """Something was no event; this one is called on the camera's thread."""
    pictured: Callable[[str, str, bytes, Box | None], None] = lambda _event_id, _camera, _jpeg, _box: None
    """An event's JPEG is made, and not written yet; where it moved. This one is called on a worker thread."""


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
        spare: Spare | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        """`spare` delivers the alerts of events that the disk does not take; `stopwatch` takes their time."""
        self._stopwatch = stopwatch or Stopwatch(lambda _time: None)
        self._spare = spare or Spare()
        self._begun_utc: dict[str, datetime] = {}
        """When the camera said that the events in progress began, by the clock of that time."""
        self._unwritten: dict[str, EventStart] = {}
        """Events that have no row yet. Bounded by the lanes."""
        self._in_trouble: set[str] = set()
        """Cameras whose reports the disk does not take."""
        self._last_chats: Collection[int] = ()
        self._sparing: set[asyncio.Task[None]] = set()
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

    def stirred(self, stirred: Stirred) -> None:
        self._listeners.stirred(stirred)

    def suspected(self, camera: str) -> None:
        self._call(camera, self._listeners.suspected)

    def event_started(self, start: EventStart) -> None:
        self._stopwatch.started(start)
        self._post(self._offer, start)

    def part_finished(self, part: FinishedPart) -> None:
        self._post(self._offer, part)

    def event_ended(self, end: EventEnd) -> None:
        self._post(self._offer, end)

    def state_changed(self, status: Status) -> None:
        self._post(self._listeners.state_changed, status)

    def _post(self, call: Callable[..., None], report: Report | Status) -> None:
        self._call(report.camera, lambda: call(report))

    def _call(self, camera: str, call: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:  # the loop is closed: the program is past its end, the file waits for the next start
            log.warning("a report of camera %s came after the end", camera)

    # -- called on the loop --------------------------------------------------------------------------------------

    def _offer(self, report: Report) -> None:
        try:
            self._lanes[report.camera].put_nowait(report)
        except asyncio.QueueFull:
            self.dropped += 1
            log.error("the disk is too slow: %d reports dropped, their files wait for the next start", self.dropped)
        if isinstance(report, EventStart):
            self._unwritten[report.event_id] = report
            self._begun_utc[report.event_id] = report.wall_utc
            if report.camera in self._in_trouble:
                self._spare_soon(report)

    async def run(self) -> None:
        """Writes reports until cancelled."""
        await asyncio.gather(*(self._drain(lane) for lane in self._lanes.values()))

    async def _drain(self, lane: asyncio.Queue[Report]) -> None:
        while True:
            report = await lane.get()
            try:
                await self._write_down(report)
            finally:
                if isinstance(report, EventEnd):
                    self._begun_utc.pop(report.event_id, None)
                lane.task_done()

    async def settle(self) -> None:
        """Waits until all that was reported so far is written."""
        await asyncio.sleep(0)  # lets reports that were posted from threads reach the queue
        await asyncio.gather(*(lane.join() for lane in self._lanes.values()))

    async def settle_within(self, patience_s: float) -> None:
        """The same for at most so long."""
        try:
            async with asyncio.timeout(patience_s):
                await self.settle()
        except TimeoutError:
            log.warning("not everything was written down; the next start takes it in")

    async def _write_down(self, report: Report) -> None:
        """Until it is written: what the disk refuses now it may take in an hour. Another fault ends it soon."""
        attempt = 0
        while True:
            attempt += 1
            sent = self._spare.hold(report.event_id)
            if sent is None:  # its message is just on its way; the row must know of it
                await asyncio.sleep(self._retry_s / 10)
                continue
            try:
                await self._loop.run_in_executor(self._threads, self._write, report, sent)
            except (StorageError, OSError) as exc:
                self._spare.let_go(report.event_id)
                log.error("event %s of %s, try %d: %s", report.event_id, report.camera, attempt, exc)
                passing = isinstance(exc, DiskFull | DiskRefuses)
                if passing:
                    self._begin_trouble(report.camera, str(exc))
                elif attempt >= TRIES:
                    break
                await asyncio.sleep(min(self._retry_s * attempt, LONGEST_RETRY_S))
            else:
                self._spare.forget(report.event_id)
                self._unwritten.pop(report.event_id, None)
                self._end_trouble(report.camera)
                self._listeners.outbox_changed()
                self._listeners.archive_changed()
                if isinstance(report, EventStart) or (isinstance(report, FinishedPart) and report.part == 1):
                    self._listeners.event_written(report.event_id)
                return
        self._unwritten.pop(report.event_id, None)
        log.error(
            "event %s of %s was not written down; its files wait for the next start", report.event_id, report.camera
        )

    # -- while the disk takes nothing ------------------------------------------------------------------------------

    def _begin_trouble(self, camera: str, sentence: str) -> None:
        if not self._in_trouble:
            self._listeners.disk_trouble(sentence)
        self._in_trouble.add(camera)
        for start in self._unwritten.values():
            if start.camera == camera:
                self._spare_soon(start)

    def _end_trouble(self, camera: str) -> None:
        if camera in self._in_trouble:
            self._in_trouble.discard(camera)
            if not self._in_trouble:
                self._listeners.disk_trouble("")

    def _spare_soon(self, start: EventStart) -> None:
        if self._spare.event(start.event_id) is None:
            task = self._loop.create_task(self._spare_alert(start), name="spare")
            self._sparing.add(task)
            task.add_done_callback(self._sparing.discard)

    async def _spare_alert(self, start: EventStart) -> None:
        """The alert from memory; not on the lanes' threads, which may all wait for the disk."""
        jpeg, chats = await asyncio.to_thread(self._picture_and_chats, start)
        if start.event_id in self._unwritten:
            self._spare.alert(
                start.event_id, start.camera, start.wall_utc, start.box, jpeg, chats, _by_hand_until_utc(start)
            )
            self._listeners.outbox_changed()

    def _picture_and_chats(self, start: EventStart) -> tuple[bytes, Collection[int]]:
        try:
            jpeg = start.still()
        except CameraError as exc:
            log.warning("event %s of %s has no snapshot: %s", start.event_id, start.camera, exc)
            jpeg = b""
        try:
            return jpeg, self._chats_of(start)
        except StorageError:
            return jpeg, self._last_chats

    def _chats_of(self, start: EventStart) -> Collection[int]:
        """Who hears of it: every owner, or who asked for it."""
        return self._recipients() if start.asked_by is None else (start.asked_by,)

    # -- in a worker thread; each may be tried again ---------------------------------------------------------------

    def _write(self, report: Report, sent: Mapping[int, tuple[int | None, bool]]) -> None:
        match report:
            case EventStart():
                self._open_event(report, sent)
            case FinishedPart():
                self._add_part(report, sent)
            case EventEnd():
                self._close_event(report)

    def _open_event(self, start: EventStart, sent: Mapping[int, tuple[int | None, bool]]) -> None:
        """With its picture; when only the picture cannot be written, without."""
        chats = self._chats_of(start)
        self._last_chats = self._last_chats if start.asked_by is not None else chats
        try:
            jpeg = start.still()
            self._stopwatch.pictured(start.event_id)
            self._listeners.pictured(start.event_id, start.camera, jpeg, start.box)
            snapshot = self._files.write_snapshot(start.event_id, jpeg)
        except (DiskFull, DiskRefuses):
            raise  # the alert goes out from memory, with the picture; the row comes later
        except (CameraError, StorageError) as exc:
            log.warning("event %s of %s has no snapshot: %s", start.event_id, start.camera, exc)
            snapshot = None
        self._catalogue.open_event(
            start.event_id, start.camera, start.wall_utc, snapshot, chats, start.box, sent, _by_hand_until_utc(start)
        )
        self._stopwatch.written(start.event_id)

    def _as_set(self, event_id: str, wall_utc: datetime) -> datetime:
        """A time of an event's by the clock as it was set since the event began: its row was moved with it."""
        begun_utc, event = self._begun_utc.get(event_id), self._catalogue.event(event_id)
        return wall_utc if begun_utc is None or event is None else wall_utc + (event.started_utc - begun_utc)

    def _close_event(self, end: EventEnd) -> None:
        self._catalogue.close_event(end.event_id, self._as_set(end.event_id, end.wall_utc), end.motion_s)
        if end.trace:
            try:
                self._files.write_trace(end.event_id, end.trace)
            except StorageError as exc:  # worth a line, never another try: nothing depends on it
                log.warning("event %s of %s has no motion trace: %s", end.event_id, end.camera, exc)

    def _add_part(self, part: FinishedPart, sent: Mapping[int, tuple[int | None, bool]]) -> None:
        if part.dropped_packets:
            log.warning(
                "event %s of %s lost %d packets to a slow disk", part.event_id, part.camera, part.dropped_packets
            )
        part = replace(part, wall_utc=self._as_set(part.event_id, part.wall_utc))
        path = self._files.clip_path(part.camera, part.event_id, part.part, part.wall_utc)
        if part.path.exists():  # else an earlier try moved it already
            path = self._files.publish(part.path, part.camera, part.event_id, part.part, part.wall_utc)
        new = NewClip(
            *(part.event_id, part.part, path, part.wall_utc, part.duration_s, part.codec, part.width, part.height),
            masked=part.mask,
        )
        try:
            self._catalogue.add_clip(new, archive=self._archive_on)
        except NotFound:  # the event's own row could not be written
            self._catalogue.open_event(part.event_id, part.camera, part.wall_utc, None, self._recipients(), sent=sent)
            self._catalogue.add_clip(new, archive=self._archive_on)


def _by_hand_until_utc(start: EventStart) -> datetime | None:
    """Until when a recording by hand is to go on; None: something moved."""
    return None if start.asked_by is None else start.wall_utc + timedelta(seconds=start.asked_for_s)
