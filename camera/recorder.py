"""Takes packets off the camera thread and writes them on its own, so that a slow disk never blocks the camera."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from camera.clock import Anchor
from camera.closer import Closer
from camera.config import CameraConfig
from camera.errors import RecordingError
from camera.model import EventEnd, Packet, Reports
from camera.muxing import OpenFile, open_new
from camera.take import Take

log = logging.getLogger(__name__)

LIMIT_BYTES = 96_000_000
"""A ring of JPEG pictures, which the queue shares with it, and ten seconds more; a minute and a half at 8 Mbit/s."""


@dataclass(frozen=True, slots=True)
class _Begin:
    event_id: str
    anchor: Anchor
    has_sound: bool


@dataclass(frozen=True, slots=True)
class _Write:
    packet: Packet
    until_mono_s: float


@dataclass(frozen=True, slots=True)
class _Lost:
    packets: int


@dataclass(frozen=True, slots=True)
class _Mark:
    reached: threading.Event


@dataclass(frozen=True, slots=True)
class _End:
    until_mono_s: float
    end: EventEnd


_Item = _Begin | _Write | _Lost | _End | _Mark


class Recorder:
    """One camera's recorder: a queue bounded in bytes, a thread that writes, a `Closer` that finishes.

    Note on locking: `_wake` guards the queue, its byte count and the drop counts. Files are touched by the recorder
    thread only. `begin`, `write`, `end` are called by the camera thread and return at once; one event at a time.
    When the queue is full packets are dropped up to a key frame that finds it half empty, so that what is kept plays.
    """

    def __init__(
        self,
        config: CameraConfig,
        reports: Reports,
        *,
        trouble: Callable[[str], None] = lambda _sentence: None,
        limit_bytes: int = LIMIT_BYTES,
        open_file: OpenFile = open_new,
    ) -> None:
        """`trouble` gets a sentence when the disk refuses, and an empty one when it takes data again."""
        self._config = config
        self._trouble = trouble
        self._limit_bytes = limit_bytes
        self._open_file = open_file
        self._closer = Closer(config.name, reports, self._say)
        self._wake = threading.Condition()
        self._queue: deque[_Item] = deque()
        self._queued_bytes = 0
        self._lost = 0
        self._lost_total = 0
        self._closing = False
        self._take: Take | None = None
        self._said = ""
        self._thread = threading.Thread(target=self._run, name=f"recorder-{config.name}", daemon=True)

    def start(self) -> None:
        """Call once, before anything else."""
        self._closer.start()
        self._thread.start()

    @property
    def dropped_packets(self) -> int:
        """Packets dropped because the disk was too slow, over the whole life; 0 in health."""
        return self._lost_total

    def begin(self, event_id: str, anchor: Anchor, packets: Sequence[Packet], until_mono_s: float) -> None:
        """Opens an event's recording with its pre-roll (from a key frame on)."""
        self._put(_Begin(event_id, anchor, any(packet.track.is_sound for packet in packets)))
        for packet in packets:
            self.write(packet, until_mono_s)

    def write(self, packet: Packet, until_mono_s: float) -> None:
        """Appends a packet; what is before `until_mono_s` will be wanted."""
        with self._wake:
            if self._must_drop(packet):
                return
            if self._lost:
                self._queue.append(_Lost(self._lost))
                self._lost = 0
            self._queue.append(_Write(packet, until_mono_s))
            self._queued_bytes += len(packet.data)
            self._wake.notify()

    def end(self, until_mono_s: float, end: EventEnd) -> None:
        """Closes the event's recording; its parts and then `end` are reported when they are finished."""
        with self._wake:
            if self._lost:
                self._queue.append(_Lost(self._lost))
                self._lost = 0
        self._put(_End(until_mono_s, end))

    def flush(self, timeout_s: float) -> bool:
        """Waits until all that was queued before is finished and reported; False if that took too long."""
        reached = threading.Event()
        self._put(_Mark(reached))
        return reached.wait(timeout_s)

    def close(self, timeout_s: float | None = None) -> bool:
        """Writes and finishes what is queued; False if that took too long (the work goes on)."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.ident is None:
            return True  # never started
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _put(self, item: _Item) -> None:
        with self._wake:
            self._queue.append(item)
            self._wake.notify()

    def _must_drop(self, packet: Packet) -> bool:
        size_bytes = self._queued_bytes + len(packet.data)
        room = size_bytes <= self._limit_bytes
        if packet.track.is_sound:
            return bool(self._lost) or not room  # goes with its pictures, which are counted
        if self._lost:
            room = packet.is_keyframe and (size_bytes <= self._limit_bytes // 2 or not self._queued_bytes)
        if room:
            return False
        if not self._lost:
            log.warning("camera %s: disk or processor is too slow, dropping video until it keeps up", self._config.name)
        self._lost += 1
        self._lost_total += 1
        return True

    def _run(self) -> None:
        while (item := self._next()) is not None:
            try:
                self._handle(item)
            except RecordingError as exc:
                self._fail(str(exc))
            except Exception:  # the border of this thread: the next event must find it alive
                log.exception("camera %s: recording failed", self._config.name)
                self._fail("A clip could not be written because of an error in the program; see the log.")
        self._closer.close()

    def _next(self) -> _Item | None:
        with self._wake:
            while not self._queue:
                if self._closing:
                    return None
                self._wake.wait()
            item = self._queue.popleft()
            if isinstance(item, _Write):
                self._queued_bytes -= len(item.packet.data)
            return item

    def _handle(self, item: _Item) -> None:
        match item:
            case _Begin(event_id, anchor, has_sound):
                self._take = Take(
                    event_id, anchor, self._config, self._closer.put, self._open_file, has_sound=has_sound
                )
            case _Write(packet, until_mono_s) if self._take is not None:
                self._take.write(packet, until_mono_s)
            case _Lost(packets) if self._take is not None:
                self._take.lost(packets)
            case _End(until_mono_s, end):
                self._end(until_mono_s, end)
            case _Mark(reached):
                self._closer.put(reached)

    def _end(self, until_mono_s: float, end: EventEnd) -> None:
        take, self._take = self._take, None
        try:
            if take is not None:
                _end_take(take, until_mono_s)
        finally:
            self._closer.put(end)

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._trouble(sentence)

    def _fail(self, sentence: str) -> None:
        log.warning("camera %s: %s", self._config.name, sentence)
        self._say(sentence)
        if self._take is not None:
            self._take.abandon()


def _end_take(take: Take, until_mono_s: float) -> None:
    try:
        take.end(until_mono_s)
    except RecordingError:
        take.abandon()
        take.end(until_mono_s)  # hands on what reached the disk
        raise
