"""Keeps one camera going: opens it, opens it again, says what it is doing."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from contextlib import suppress

from camera.backoff import pause_s
from camera.board import Board
from camera.by_hand import ByHand
from camera.clock import Clock, SystemClock
from camera.config import CameraConfig
from camera.detection import Detection
from camera.errors import SourceError, SourceRefused, SourceStuck
from camera.model import Reports, State, Status
from camera.pipeline import Pipeline
from camera.recorder import Recorder
from camera.session import Behind, Session
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

OpenSource = Callable[[CameraConfig], Source]


class Supervisor:
    """One camera, its thread and its state. All methods may be called from any thread.

    Note on locking: `_command` makes arm, disarm and stop wait for each other; `_lock` guards session and status and is
    never held while something is waited for or reported. Each camera thread belongs to one `Session`; a thread whose
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
        self.name = config.name
        self._reports = reports
        self._new_event_id = new_event_id
        self._clock = clock or SystemClock()
        self._open_camera = open_camera
        self._jitter = jitter
        self._hang_s = hang_s
        self._command = threading.RLock()
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._detection = Detection.of(config)
        self._behind = Behind()
        self._closes_late = False
        self._encodes: bool | None = None
        self._board = Board(config.name, reports, self._clock, self._lock, lambda: self._session)
        self._sight = Sight(black_is_blind=config.black_is_blind)
        self.frames_read = 0
        """Packets and pictures that its sources gave, in all; stands still while the camera is disarmed."""
        self._stills = Stills(config.name, veiled=config.mask.still)
        self._snapshots = Snapshots(self._clock.mono_s, self._stills.guarded)
        self._recorder = Recorder(config, reports, trouble=lambda said: self._board.disk("", said))
        self.by_hand = ByHand(
            config, reports, new_event_id, self._clock,
            guard=self._stills.guarded, trouble=lambda said: self._board.disk("by hand", said),
        )  # fmt: skip
        self._stopped = threading.Event()
        self._looked_mono_s = float("inf")
        """When the watchdog's thread last looked; infinite while it does not run."""
        self._watchdog = threading.Thread(target=self._watch, name=f"watchdog-{config.name}", daemon=True)

    @property
    def dropped_packets(self) -> int:
        """Packets dropped because the disk was too slow, since the start; 0 in health."""
        return self._recorder.dropped_packets + self.by_hand.dropped_packets

    @property
    def beyond_help(self) -> bool:
        """Its driver hangs for good: only a new process can open the camera again."""
        session = self._session
        if session is not None and session.is_stuck:
            return True
        return self._behind.hung >= MOST_HUNG

    @property
    def silent_s(self) -> float:
        """How long its thread, or the one that watches it, has given no sign of life; 0: none is expected."""
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
                self._board.tell()

    def stop(self, timeout_s: float = 10) -> None:
        """Closes the camera and finishes an event in progress; never raises. Final."""
        with self._command:
            deadline_mono_s = self._clock.mono_s() + timeout_s
            self._stopped.set()
            if not self._leave(timeout_s):
                log.warning("camera %s: it did not let go in time", self.name)
            self._snapshots.blank("MoCam is stopping.")
            self.by_hand.refuse("MoCam is stopping.")
            closed = self.by_hand.close(max(0.1, deadline_mono_s - self._clock.mono_s()))
            if not (self._recorder.close(max(0.1, deadline_mono_s - self._clock.mono_s())) and closed):
                log.warning("camera %s: a clip was still being written; the next start repairs it", self.name)

    def arm(self) -> None:
        """Opens the camera in the background; nothing happens if it is armed."""
        with self._command:
            with self._lock:
                if (session := self._session) is not None:
                    session.watches = True  # whatever it was opened for
            if session is None and not self._stopped.is_set():
                self._open_anew(watches=True)

    def rest(self, timeout_s: float = 10) -> None:
        """As `disarm`, but a recording by hand may go on to its end; the device is closed after it."""
        with self._command:
            with self._lock:
                session = self._session
                if session is not None and self.by_hand.is_busy:
                    session.watches = False
                    return
            self.disarm(timeout_s)

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
            for flush in (self._recorder.flush, self.by_hand.flush):
                flush(max(0.1, deadline_mono_s - self._clock.mono_s()))

    def record(self, length_s: float, asked_by: int, timeout_s: float = 20) -> tuple[str, bool]:
        """Records now; a disarmed camera is opened for that alone. Returns the event as soon as it has begun, and True;
        or that of one which goes on already and will last at least as long, and False. Raises SourceError."""
        with self._command:
            if self._stopped.is_set():
                raise SourceError("MoCam is stopping.")
            wanted = self.by_hand.want(length_s, asked_by)
            if self._session is None:
                self._open_anew(watches=False)
            if sentence := self._snapshots.why_none:
                self.by_hand.refuse(sentence)
        try:
            return (wanted, False) if isinstance(wanted, str) else (self.by_hand.begun(wanted, timeout_s), True)
        except SourceError:
            with self._command, suppress(SourceError):  # it closes as soon as it answers
                if self._session is not None and not self._session.watches and not self.by_hand.is_busy:
                    self.disarm()
            raise

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
        return self._board.status()

    def snapshot(self, timeout_s: float = 10) -> bytes:
        """A full-resolution JPEG of now; raises SourceError with a sentence when disarmed, blind or too slow."""
        return self._snapshots.take(timeout_s)

    # -- the camera thread ------------------------------------------------------------------------------------------

    def _open_anew(self, *, watches: bool) -> None:
        self._behind.wait_closed(HANG_S)
        self._closes_late = False
        self._snapshots.blank("")
        self._sight = Sight(black_is_blind=self._config.black_is_blind)
        self._open_session(State.STARTING, "", 0, watches=watches)

    def _open_session(self, state: State, detail: str, failures: int, *, watches: bool = True) -> None:
        session = Session(watches, failures=failures)
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
            self._behind.wait_closed(timeout_s)
            return not self._behind.holds
        self.by_hand.refuse(f"The camera {self.name} is being closed.")
        session.stop.set()
        session.thread.join(timeout_s)
        if session.thread.is_alive():
            self._give_up(session)
            return False
        return not self._behind.holds

    def _run(self, session: Session) -> None:
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
                break
            self.by_hand.refuse(sentence)
            if self._may_rest(session):
                break
            session.beat_mono_s = float("inf")
            if self._clock.mono_s() - opened_mono_s > HEALTHY_S:
                session.failures = 0
            session.failures += 1
            self._be_blind(session, sentence)
            session.stop.wait(pause_s(session.failures, self._jitter(), permanent=permanent))
        if session.rests:
            self._blank_disarmed()
            self._change(None, State.DISARMED)

    def _may_rest(self, session: Session) -> bool:
        """It was open for a recording by hand alone, and that is over: from now on it counts as closed."""
        if session.watches:
            return False
        with self._lock:
            if self._session is not session or session.watches or self.by_hand.is_busy:
                return False
            self._session, session.rests = None, True
            self._behind.closes(session.thread)
        session.stop.set()
        return True

    def _run_once(self, session: Session) -> None:
        def beat() -> None:
            session.beat_mono_s = self._clock.mono_s()

        def answered() -> None:
            beat()
            self.frames_read += 1
            session.slow_down(self.name, self._clock.mono_s())
            self._may_rest(session)

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
                guard=self._stills.begun,
                by_hand=self.by_hand,
                watches=lambda: session.watches,
                sight=self._sight,
                awaited=lambda: self._snapshots.awaited,
            )
            session.pipeline.detect(self._detection)
            beat()
            session.pipeline.run_once(source, session.stop, answered)
        finally:
            source.close()

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
        if self._closes_late and not self._behind.holds:
            with self._command:
                self._closes_late = False
                self._change(None, State.DISARMED)

    def _replace(self, session: Session) -> None:
        """The thread hangs in a driver and cannot be ended: it is left behind and another one tries."""
        with self._command:
            if self._session is not session:
                return
            session.stop.set()
            session.beat_mono_s = float("inf")
            self._give_up(session)
            if not session.watches:
                with suppress(SourceError):
                    self.disarm(0.1)
            elif self.beyond_help:
                self._be_blind(session, "The camera's driver hangs; MoCam must be restarted.")
            else:
                self._be_blind(session, "The camera stopped answering; it is being opened again.")
                self._reopen(session)

    def _reopen(self, session: Session) -> None:
        with self._command:
            if self._session is session:
                self._open_session(State.BLIND, self._board.detail, session.failures, watches=session.watches)

    def _give_up(self, session: Session) -> None:
        log.warning("camera %s: its thread hangs", self.name)
        self._behind.hangs(session.thread)
        if session.pipeline is not None:
            session.pipeline.finish()

    # -- what is said -----------------------------------------------------------------------------------------------

    def _be_blind(self, session: Session, sentence: str) -> None:
        is_known = self._board.detail == sentence  # a camera that is away for long is asked every two seconds
        log.log(logging.DEBUG if is_known else logging.WARNING, "camera %s: %s", self.name, sentence)
        if self._change(session, State.BLIND, sentence):
            self._snapshots.blank(sentence)

    def _judged(self, session: Session, state: State, verdict: Verdict | None) -> None:
        """What the pipeline sees, or that there is nothing to be seen."""
        if verdict is None:
            self._change(session, state)
            return
        log.warning("camera %s: %s", self.name, verdict.reason)
        self._change(session, state, verdict.reason, verdict.since_mono_s)

    def _blank_disarmed(self) -> None:
        self._snapshots.blank(f"The camera {self.name} is disarmed; /arm opens it.")

    def _change(
        self, session: Session | None, state: State, detail: str = "", since_mono_s: float | None = None
    ) -> bool:
        """Says a new state; False if `session` is no longer the current one and so has nothing to say."""
        return self._board.change(lambda: self._session is session, state, detail, since_mono_s)
