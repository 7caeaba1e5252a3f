"""Keeps one camera going: opens it, opens it again, says what it is doing."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from camera.backoff import pause_s
from camera.brake import Brake
from camera.clock import Clock, SystemClock
from camera.config import CameraConfig
from camera.detection import Detection
from camera.errors import SourceError, SourceRefused, SourceStuck
from camera.model import Reports, State, Status, Still
from camera.pipeline import Pipeline
from camera.recorder import Recorder
from camera.sight import Sight, Verdict
from camera.snapshot import Snapshots
from camera.sources import open_source
from camera.sources.base import Source
from camera.stills import Stills

log = logging.getLogger(__name__)

HANG_S = 30.0
"""A source answers within about 10 s or raises; one that does neither for this long hangs."""
WATCH_S = 1.0
MOST_HUNG = 3
"""Threads that may hang in a driver before only a new process can help."""
HEALTHY_S = 60.0
"""After this long without trouble the next failure is a first one again."""

FLOOD = "The camera sends more than can be watched and is slowed down; set it to fewer pictures a second."

OpenSource = Callable[[CameraConfig], Source]


@dataclass(slots=True, eq=False)
class _Session:
    """One stretch of being armed, or what is left of it when its thread hangs."""

    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)
    pipeline: Pipeline | None = None
    beat_mono_s: float = float("inf")
    """When the source last answered; infinite while nobody waits for it."""
    failures: int = 0
    brake: Brake = field(default_factory=Brake)
    is_stuck: bool = False
    """The source says that only a new process can open it."""


class Supervisor:
    """One camera, its thread and its state. All methods may be called from any thread.

    Note on locking: `_command` makes arm, disarm and stop wait for each other; `_lock` guards session and status and is
    never held while something is waited for or reported. Each camera thread belongs to one `_Session`; a thread whose
    session is no longer the current one can change nothing.
    """

    def __init__(
        self,
        config: CameraConfig,
        reports: Reports,
        new_event_id: Callable[[], str],
        clock: Clock | None = None,
        *,
        open_camera: OpenSource = open_source,
        jitter: Callable[[], float] = random.random,
        hang_s: float = HANG_S,
    ) -> None:
        """`new_event_id` gives a short id that was never used before; it is called on the camera thread."""
        self._config = config
        self._reports = reports
        self._new_event_id = new_event_id
        self._clock = clock or SystemClock()
        self._open_camera = open_camera
        self._jitter = jitter
        self._hang_s = hang_s
        self._command = threading.RLock()
        self._lock = threading.Lock()
        self._session: _Session | None = None
        self._detection = Detection.of(config)
        self._hung: list[threading.Thread] = []
        self._closes_late = False
        self._trouble = ""
        self._encodes: bool | None = None
        self._status = Status(config.name, State.DISARMED, self._clock.wall_utc(), "", self._clock.mono_s())
        self._sight = Sight(black_is_blind=config.black_is_blind)
        self.frames_read = 0
        """Packets and pictures that its sources gave, in all; stands still while the camera is disarmed."""
        self._stills = Stills(config.name)
        self._snapshots = Snapshots(self._clock.mono_s, self._harmless)
        self._recorder = Recorder(config, reports, trouble=self._disk_trouble)
        self._stopped = threading.Event()
        self._looked_mono_s = float("inf")
        """When the watchdog's thread last looked; infinite while it does not run."""
        self._watchdog = threading.Thread(target=self._watch, name=f"watchdog-{config.name}", daemon=True)

    @property
    def name(self) -> str:
        return self._config.name

    @property
    def dropped_packets(self) -> int:
        """Packets dropped because the disk was too slow, since the start; 0 in health."""
        return self._recorder.dropped_packets

    @property
    def beyond_help(self) -> bool:
        """Its driver hangs for good: only a new process can open the camera again."""
        session = self._session
        if session is not None and session.is_stuck:
            return True
        return len([thread for thread in self._hung if thread.is_alive()]) >= MOST_HUNG

    @property
    def silent_s(self) -> float:
        """How long the camera's thread, or the one that watches it, has given no sign of life; 0: none is expected.

        A camera that is away and being opened again is not silent, nor is one that was left behind and replaced.
        """
        session = self._session
        beat_mono_s = float("inf") if session is None or session.stop.is_set() else session.beat_mono_s
        return max(0.0, self._clock.mono_s() - min(beat_mono_s, self._looked_mono_s))

    def start(self, armed: bool) -> None:
        """Call once. Opens the camera in the background if `armed`."""
        with self._command:
            self._recorder.start()
            self._watchdog.start()
            if armed:
                self.arm()
            else:
                self._blank_disarmed()
                self._tell(self._status)

    def stop(self, timeout_s: float = 10) -> None:
        """Closes the camera and finishes an event in progress; never raises. Final."""
        with self._command:
            deadline_mono_s = self._clock.mono_s() + timeout_s
            self._stopped.set()
            if not self._leave(timeout_s):
                log.warning("camera %s: it did not let go in time", self.name)
            self._snapshots.blank("MoCam is stopping.")
            if not self._recorder.close(max(0.1, deadline_mono_s - self._clock.mono_s())):
                log.warning("camera %s: a clip was still being written; the next start repairs it", self.name)

    def arm(self) -> None:
        """Opens the camera in the background; nothing happens if it is armed."""
        with self._command:
            if self._session is None and not self._stopped.is_set():
                self._closes_late = False
                self._snapshots.blank("")
                self._sight = Sight(black_is_blind=self._config.black_is_blind)
                self._open_session(State.STARTING, "", 0)

    def disarm(self, timeout_s: float = 10) -> None:
        """Returns when the device is closed and an event in progress has been finished (as far as time allows).

        Raises SourceError if the device is not closed within `timeout_s`; it then closes as soon as it answers.
        """
        with self._command:
            deadline_mono_s = self._clock.mono_s() + timeout_s
            closed = self._leave(timeout_s)
            self._blank_disarmed()
            if not closed:
                sentence = f"The camera {self.name} does not answer; it is closed as soon as it does."
                self._change(None, State.BLIND, sentence)
                self._closes_late = True
                raise SourceError(sentence)
            self._change(None, State.DISARMED)
            self._recorder.flush(max(0.1, deadline_mono_s - self._clock.mono_s()))

    def _harmless(self, still: Still) -> Still:
        """It ends in time, and shows no place that is masked."""
        return self._stills.guarded(self._config.mask.still(still))

    @property
    def detection(self) -> Detection:
        """How it is watched."""
        return self._detection

    def detect(self, detection: Detection) -> None:
        """Watches with other settings from the next frame on, without opening the camera anew; until the next start."""
        with self._lock:
            self._detection = detection
            session = self._session
        pipeline = session.pipeline if session is not None else None
        if pipeline is not None:
            pipeline.detect(detection)

    @property
    def encodes(self) -> bool | None:
        """Whether its clips are encoded here, so that a mask is in them too; None: it was not opened so far."""
        session = self._session
        if session is not None and session.pipeline is not None and session.pipeline.is_ours is not None:
            self._encodes = session.pipeline.is_ours
        return self._encodes

    def status(self) -> Status:
        """What it is doing; `detail` says why it is blind, that the disk refuses its clips, or that it floods."""
        with self._lock:
            flood = FLOOD if self._session is not None and self._session.brake.is_on else ""
            return replace(self._status, detail=self._status.detail or self._trouble or flood)

    def snapshot(self, timeout_s: float = 10) -> bytes:
        """A full-resolution JPEG of now; raises SourceError with a sentence when disarmed, blind or too slow."""
        return self._snapshots.take(timeout_s)

    # -- the camera thread ------------------------------------------------------------------------------------------

    def _open_session(self, state: State, detail: str, failures: int) -> None:
        session = _Session(failures=failures)
        session.thread = threading.Thread(target=self._run, args=(session,), name=f"camera-{self.name}", daemon=True)
        with self._lock:
            self._session = session
        self._change(session, state, detail)
        session.thread.start()

    def _leave(self, timeout_s: float) -> bool:
        """Ends the session; False when its thread does not come back in time."""
        with self._lock:
            session, self._session = self._session, None
        if session is None:
            return not self._is_held()
        session.stop.set()
        session.thread.join(timeout_s)
        if session.thread.is_alive():
            self._give_up(session)
            return False
        return not self._is_held()

    def _is_held(self) -> bool:
        """Whether a thread that was left behind still holds the device."""
        return any(thread.is_alive() for thread in self._hung)

    def _run(self, session: _Session) -> None:
        """`run_once` again and again; the only place that waits between tries."""
        while not session.stop.is_set():
            opened_mono_s = self._clock.mono_s()
            try:
                self._run_once(session)
            except SourceError as exc:
                sentence, permanent = str(exc), isinstance(exc, SourceRefused)
                session.is_stuck = isinstance(exc, SourceStuck)
            except Exception:  # the border of this thread: a camera must come back after a fault of the program too
                log.exception("camera %s: its thread failed", self.name)
                sentence, permanent = "An error in the program stopped the camera; see the log.", False
            else:
                return
            session.beat_mono_s = float("inf")
            if self._clock.mono_s() - opened_mono_s > HEALTHY_S:
                session.failures = 0
            session.failures += 1
            self._be_blind(session, sentence)
            session.stop.wait(pause_s(session.failures, self._jitter(), permanent=permanent))

    def _run_once(self, session: _Session) -> None:
        def beat() -> None:
            session.beat_mono_s = self._clock.mono_s()

        def answered() -> None:
            beat()
            self.frames_read += 1
            self._slow_down(session)

        beat()
        source = self._open_camera(self._config)
        session.is_stuck = False
        try:
            session.pipeline = Pipeline(
                self._config,
                recorder=self._recorder,
                reports=self._reports,
                new_event_id=self._new_event_id,
                clock=self._clock,
                watch=lambda state, verdict: self._judged(session, state, verdict),
                show=self._snapshots.show,
                guard=self._harmless,
                sight=self._sight,
            )
            session.pipeline.detect(self._detection)
            beat()
            session.pipeline.run_once(source, session.stop, answered)
        finally:
            source.close()

    def _slow_down(self, session: _Session) -> None:
        """A source that floods waits here: what it sends meanwhile piles up on its side, not on ours."""
        was_on = session.brake.is_on
        pause = session.brake.pause_s(self._clock.mono_s())
        if session.brake.is_on:
            if not was_on:
                log.warning("camera %s: %s", self.name, FLOOD)
            session.stop.wait(pause)

    # -- the watchdog -----------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._stopped.wait(min(WATCH_S, self._hang_s / 4)):
            self._looked_mono_s = self._clock.mono_s()
            with self._lock:
                session = self._session
            if session is None:
                self._say_closed_late()
            elif session.stop.is_set() and not self.beyond_help:  # a thread that seemed lost has come back
                self._reopen(session)
            elif self._clock.mono_s() - session.beat_mono_s > self._hang_s:
                self._replace(session)

    def _say_closed_late(self) -> None:
        """The device that did not close in time has closed after all."""
        if self._closes_late and not self._is_held():
            with self._command:
                self._closes_late = False
                self._change(None, State.DISARMED)

    def _replace(self, session: _Session) -> None:
        """The thread hangs in a driver and cannot be ended: it is left behind and another one tries."""
        with self._command:
            if self._session is not session:
                return
            session.stop.set()
            session.beat_mono_s = float("inf")
            self._give_up(session)
            if self.beyond_help:
                self._be_blind(session, "The camera's driver hangs; MoCam must be restarted.")
            else:
                self._be_blind(session, "The camera stopped answering; it is being opened again.")
                self._reopen(session)

    def _reopen(self, session: _Session) -> None:
        with self._command:
            if self._session is session:
                self._open_session(State.BLIND, self._status.detail, session.failures)

    def _give_up(self, session: _Session) -> None:
        log.warning("camera %s: its thread hangs", self.name)
        self._hung = [thread for thread in self._hung if thread.is_alive()] + [session.thread]
        if session.pipeline is not None:
            session.pipeline.finish()

    # -- what is said -----------------------------------------------------------------------------------------------

    def _be_blind(self, session: _Session, sentence: str) -> None:
        is_known = self._status.detail == sentence  # a camera that is away for long is asked every two seconds
        log.log(logging.DEBUG if is_known else logging.WARNING, "camera %s: %s", self.name, sentence)
        if self._change(session, State.BLIND, sentence):
            self._snapshots.blank(sentence)

    def _judged(self, session: _Session, state: State, verdict: Verdict | None) -> None:
        """What the pipeline sees, or that there is nothing to be seen."""
        if verdict is None:
            self._change(session, state)
            return
        log.warning("camera %s: %s", self.name, verdict.reason)
        self._change(session, state, verdict.reason, verdict.since_mono_s)

    def _blank_disarmed(self) -> None:
        self._snapshots.blank(f"The camera {self.name} is disarmed; /arm opens it.")

    def _change(
        self, session: _Session | None, state: State, detail: str = "", since_mono_s: float | None = None
    ) -> bool:
        """Says a new state; False if `session` is no longer the current one and so has nothing to say.

        It is as old as `since_mono_s` says; another reason for the same state makes it no younger.
        """
        now_mono_s, now_utc = self._clock.mono_s(), self._clock.wall_utc()
        with self._lock:
            if self._session is not session:
                return False
            if (self._status.state, self._status.detail) == (state, detail):
                return True
            if self._status.state is state:
                self._status = replace(self._status, detail=detail)
            else:
                begun_mono_s = now_mono_s if since_mono_s is None else min(since_mono_s, now_mono_s)
                begun_utc = now_utc - timedelta(seconds=now_mono_s - begun_mono_s)
                self._status = Status(self.name, state, begun_utc, detail, begun_mono_s)
        log.debug("camera %s %s at %.3f s of the monotonic clock", self.name, state, now_mono_s)
        self._tell(self.status())
        return True

    def _disk_trouble(self, sentence: str) -> None:
        with self._lock:
            self._trouble = sentence
        self._tell(self.status())

    def _tell(self, status: Status) -> None:
        self._reports.state_changed(status)
