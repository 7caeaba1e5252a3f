"""One open source, until it fails or is told to stop: packets and gray frames in, events and clips out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from camera.attention import Attention
from camera.by_hand import ByHand
from camera.clock import Anchor, Clock
from camera.config import CameraConfig
from camera.detection import Detection
from camera.dismissals import Dismissals
from camera.errors import SourceLost
from camera.events import End, EventMachine, Start
from camera.gate import LATEST_S
from camera.model import Box, EventEnd, EventStart, GrayFrame, Luma, Packet, Reports, State, Still, Stirred
from camera.motion import CellDetector, Detector, Motion, Reason
from camera.recorder import Recorder
from camera.ring import Ring
from camera.sight import Sight, Verdict
from camera.snapshot import FRESH_S
from camera.sources.base import Source, spare
from camera.trace import Tracer

log = logging.getLogger(__name__)

NO_PICTURE_S = 15.0
"""Packets without a decodable picture for this long: the camera is as good as blind."""

SUSPECTED_EVERY_S = 10.0
"""So often at most it is said that something may be moving: a tree in the wind may do so all day."""

PLAYED = ("file:", "scene")
"""Sources that a new start leaves as they were: a frozen picture is in the film itself."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is remembered of a frame: how to picture it, and where it moved."""

    still: Still
    box: Box | None


@dataclass(frozen=True, slots=True)
class _Event:
    event_id: str
    anchor: Anchor


class Pipeline:
    """Joins ring, detector, event machine and recorder. Nothing here waits for a disk or a network.

    Note on locking: `take` runs on the camera thread; `finish` may be called by another one when the camera thread
    hangs in the source. `_lock` lets only one of them in, and after `finish` nothing more is taken.
    """

    def __init__(
        self,
        config: CameraConfig,
        *,
        recorder: Recorder,
        reports: Reports,
        new_event_id: Callable[[], str],
        clock: Clock,
        watch: Callable[[State, Verdict | None], object],
        show: Callable[[GrayFrame], None],
        guard: Callable[[Still], Still] = lambda still: still,
        by_hand: ByHand | None = None,
        watches: Callable[[], bool] = lambda: True,
        detector: Detector | None = None,
        sight: Sight | None = None,
        awaited: Callable[[], bool] = lambda: False,
    ) -> None:
        """`watch` hears of WATCHING and RECORDING, and of BLIND with its verdict; `show` gets every gray frame. `guard`
        makes a still harmless, and may begin to make it. `sight` remembers what was seen before the camera was opened
        again. While `watches` says no, the camera is open for a recording by hand alone: nothing is detected. `awaited`
        says whether somebody waits for the next picture."""
        self._config = config
        self._recorder = recorder
        self._reports = reports
        self._new_event_id = new_event_id
        self._clock = clock
        self._watch = watch
        self._show = show
        self._guard = guard
        self._by_hand = by_hand or ByHand(config, reports, new_event_id, clock, guard=guard)
        self._watches = watches
        self._detector = detector or CellDetector(config.least_area, Detection.of(config))
        self._machine: EventMachine[_Seen] = EventMachine(config.least_motion_s, config.gap_s)
        self._awaited = awaited
        self._attention = Attention(config.gap_s)
        # An event is confirmed this much after its first frame; the pre-roll must still be there then.
        self._ring = Ring(config.pre_roll_s + 2 * config.least_motion_s + 2.0, late_s=LATEST_S)
        self._sight = sight or Sight(black_is_blind=config.black_is_blind)
        self._sight.opened()
        self._may_restart = not config.source.startswith(PLAYED)
        self._told: tuple[State, Verdict | None] | None = None
        self._event: _Event | None = None
        self._suspected_mono_s = float("-inf")
        self._tracer = Tracer()
        self._dismissals = Dismissals()
        self._picture_mono_s: float | None = None
        self._first_mono_s: float | None = None
        self._newest_mono_s = float("-inf")
        self._lock = threading.Lock()
        self._finished = False
        self.is_ours: bool | None = None
        """Whether clips are encoded here, so that a mask is in them too; None: no packet came yet."""

    def run_once(self, source: Source, stop: threading.Event, beat: Callable[[], None]) -> None:
        """Reads `source` until `stop` is set; calls `beat` whenever the source answered. Raises SourceError.

        However it ends, an event in progress is finished.
        """
        spare(source, self)
        try:
            while not stop.is_set():
                item = source.read()
                beat()
                self.take(item)
        finally:
            self.finish()

    def take(self, item: Packet | GrayFrame) -> None:
        """The next thing that the source delivered. Raises SourceLost when packets come but no picture does, or always
        the same one."""
        with self._lock:
            if self._finished:
                return
            if isinstance(item, Packet):
                self._take_packet(item)
            else:
                self._take_frame(item)

    @property
    def wants_all(self) -> bool:
        """Whether every picture is to be looked at just now; asked by the source, on its thread."""
        return self._is_awaited or (self._watches() and self._attention.wants_all)

    @property
    def follows(self) -> bool:
        """Whether it is asked only if what moves still does, or not even that; asked by the source, on its thread."""
        return self._attention.follows or not self._watches()

    @property
    def in_event(self) -> bool:
        """Whether an event goes on, which has been told; asked by the source, on its thread."""
        return self._attention.in_event

    @property
    def _is_awaited(self) -> bool:
        """Whether the next picture is wanted for something else than motion."""
        return self._by_hand.is_wanted or self._sight.is_in_question or self._awaited()

    def glance(self, luma: Luma) -> bool:
        """Whether the detector would find anything in this picture; asked by the source, on its thread."""
        with self._lock:
            return self._watches() and self._detector.glance(self._config.mask.luma(luma))

    def goes_on(self, shots: Sequence[tuple[Luma, float]]) -> bool:
        """Whether these pictures show that what moved still does; asked by the source, on its thread."""
        with self._lock:
            mask = self._config.mask
            return not self._watches() or self._detector.goes_on([(mask.luma(luma), mono_s) for luma, mono_s in shots])

    def detect(self, detection: Detection) -> None:
        """Watches with other settings from the next frame on; safe from any thread."""
        with self._lock:
            self._detector.set(detection)

    def finish(self) -> None:
        """Ends the event in progress; safe to call twice and from another thread."""
        with self._lock:
            self._finished = True
            end = self._machine.finish()
            if end is not None:
                self._end(end)
            self._by_hand.finish()

    def _take_packet(self, packet: Packet) -> None:
        self._ring.add(packet)
        if not packet.track.is_sound:
            self.is_ours = packet.track.codec == "mjpeg" or packet.track.mask is not None
        if self._event is not None:
            self._recorder.write(packet, self._machine.last_motion_s + self._config.post_roll_s)
        self._by_hand.packet(packet)
        if packet.track.is_sound:
            return
        self._newest_mono_s = packet.mono_s
        if self._first_mono_s is None:
            self._first_mono_s = packet.mono_s
        if packet.mono_s - (self._picture_mono_s or self._first_mono_s) > NO_PICTURE_S:
            raise SourceLost("The camera sends video, but no picture can be made of it; set it to plain H.264.")

    def _take_frame(self, frame: GrayFrame) -> None:
        self._picture_mono_s = frame.mono_s
        if frame.mono_s > self._newest_mono_s - FRESH_S:  # one that was held back is not what the camera sees now
            self._show(frame)
            self._by_hand.frame(frame, self._ring)
        self._sight.look(frame.luma, frame.mono_s)
        if not self._watches():
            self._rest()
            return
        luma = self._config.mask.luma(frame.luma)
        motion = self._detector.look(luma, frame.mono_s, alone=frame.alone)
        self._tracer.see(luma, motion, frame.mono_s)
        if motion.reason is Reason.DOUBT and self._event is None:
            self._suspect(frame.mono_s)
        for change in self._machine.step(motion, frame.mono_s, _Seen(frame.still, motion.box)):
            if isinstance(change, Start):
                self._start(change)
            else:
                self._end(change)
        self._attention.see(motion, frame.mono_s, in_event=self._event is not None)
        self._dismiss(motion, frame.mono_s)
        if self._event is not None and motion.moved:
            self._sight.moved()
        self._tell()
        if self._may_restart and self._sight.wants_new_start(frame.mono_s) and self._sight.verdict is not None:
            raise SourceLost(self._sight.verdict.reason)

    def _rest(self) -> None:
        """Open, but not to watch: what moved before is over, and the picture is judged by nobody."""
        if (end := self._machine.finish()) is not None:
            self._end(end)
        self._attention = Attention(self._config.gap_s)
        if self._by_hand.is_going:
            self._say(State.RECORDING, None)

    def _dismiss(self, motion: Motion, mono_s: float) -> None:
        found = self._dismissals.see(motion, mono_s, in_event=self._event is not None)
        if not found:
            return
        anchor = Anchor.now(self._clock)
        for one in found:
            first_utc, last_utc = anchor.wall(one.first_s), anchor.wall(one.last_s)
            self._reports.stirred(Stirred(self._config.name, one.cause.value, first_utc, last_utc, one.times))

    def _tell(self) -> None:
        verdict = None if self._event is not None else self._sight.verdict
        if verdict is not None:
            self._say(State.BLIND, verdict)
        elif self._event is not None or self._by_hand.is_going:
            self._say(State.RECORDING, None)
        else:
            self._say(State.WATCHING, None)

    def _say(self, state: State, verdict: Verdict | None) -> None:
        if self._told != (state, verdict):
            self._told = state, verdict
            self._watch(state, verdict)

    def _suspect(self, mono_s: float) -> None:
        if mono_s - self._suspected_mono_s >= SUSPECTED_EVERY_S:
            self._suspected_mono_s = mono_s
            self._reports.suspected(self._config.name)

    def _start(self, start: Start[_Seen]) -> None:
        config = self._config
        event = self._event = _Event(self._new_event_id(), Anchor.now(self._clock))
        self._tracer.begin()
        wall_utc = event.anchor.wall(start.first_s)
        still, box = self._guard(start.best.still), start.best.box
        judged_s = event.anchor.mono_s
        self._reports.event_started(
            EventStart(event.event_id, config.name, wall_utc, start.first_s, still, box, start.confirmed_s, judged_s)
        )
        packets = self._ring.since(start.first_s - config.pre_roll_s)
        self._recorder.begin(event.event_id, event.anchor, packets, start.confirmed_s + config.post_roll_s)

    def _end(self, end: End) -> None:
        event, self._event = self._event, None
        if event is None:
            return
        wall_utc, motion_s = event.anchor.wall(end.last_s), end.last_s - end.first_s
        ended = EventEnd(event.event_id, self._config.name, wall_utc, motion_s, self._tracer.end())
        self._recorder.end(end.last_s + self._config.post_roll_s, ended)
