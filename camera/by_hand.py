"""Records because the owner asked for it, whether something moves or not. Beside the event machine, which knows nothing
of it, and with a recorder of its own: an event that begins meanwhile is seen, told and recorded as always."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from camera.clock import Anchor, Clock
from camera.config import CameraConfig
from camera.errors import SourceError
from camera.model import EventEnd, EventStart, GrayFrame, Packet, Reports, Still
from camera.recorder import Recorder
from camera.ring import Ring


@dataclass(slots=True, eq=False)
class Wanted:
    """Asked for, and not begun yet."""

    event_id: str
    length_s: float
    asked_by: int
    settled: threading.Event = field(default_factory=threading.Event)
    refusal: str = ""
    """Why it did not begin, a sentence; empty: it did."""


@dataclass(slots=True)
class _Going:
    """One that goes on."""

    event_id: str
    anchor: Anchor
    first_mono_s: float
    until_mono_s: float
    last_mono_s: float


class ByHand:
    """The recordings by hand of one camera, at most one at a time; it outlives each opening of the camera.

    Note on locking: `_lock` guards what is wanted and what goes on, and is never held while somebody waits. `want`,
    `begun`, `stop`, `refuse` may be called from any thread; `frame`, `packet` and `finish` only under the lock of the
    pipeline.
    """

    def __init__(
        self,
        config: CameraConfig,
        reports: Reports,
        new_event_id: Callable[[], str],
        clock: Clock,
        *,
        guard: Callable[[Still], Still] = lambda still: still,
        trouble: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        """`guard` makes a still harmless; `trouble` hears of a disk that refuses, as a recorder tells it."""
        self._config = config
        self._reports = reports
        self._new_event_id = new_event_id
        self._clock = clock
        self._guard = guard
        self._trouble = trouble
        self._recorder: Recorder | None = None
        """Made for the first recording: most cameras never have one."""
        self._lock = threading.Lock()
        self._wanted: Wanted | None = None
        self._going: _Going | None = None

    @property
    def is_busy(self) -> bool:
        """One goes on or is about to begin."""
        return self._going is not None or self._wanted is not None

    @property
    def is_wanted(self) -> bool:
        """One is about to begin, with the next picture."""
        return self._wanted is not None

    @property
    def is_going(self) -> bool:
        return self._going is not None

    @property
    def dropped_packets(self) -> int:
        """Packets dropped because the disk was too slow; 0 in health."""
        return 0 if self._recorder is None else self._recorder.dropped_packets

    def want(self, length_s: float, asked_by: int) -> Wanted | str:
        """Begins with the next picture. Or the event of one that goes on already: it will last at least as long."""
        with self._lock:
            if self._going is not None:
                self._going.until_mono_s = max(self._going.until_mono_s, self._clock.mono_s() + length_s)
                return self._going.event_id
            if self._wanted is None:
                if self._recorder is None:
                    self._recorder = Recorder(self._config, self._reports, trouble=self._trouble)
                    self._recorder.start()
                self._wanted = Wanted(self._new_event_id(), length_s, asked_by)
            self._wanted.length_s = max(self._wanted.length_s, length_s)
            return self._wanted

    def begun(self, wanted: Wanted, timeout_s: float) -> str:
        """Its event, as soon as it has begun. Raises SourceError with a sentence when it does not in time."""
        if not wanted.settled.wait(timeout_s):
            self.refuse("The camera gave no picture in time; try again in a moment.")
        if wanted.refusal:
            raise SourceError(wanted.refusal)
        return wanted.event_id

    def refuse(self, sentence: str) -> None:
        """What is wanted cannot begin; one that goes on is left as it is."""
        with self._lock:
            wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted.refusal = sentence
            wanted.settled.set()

    def stop(self, event_id: str) -> bool:
        """Ends this one with the next packet; False: it does not go on."""
        with self._lock:
            if self._going is None or self._going.event_id != event_id:
                return False
            self._going.until_mono_s = min(self._going.until_mono_s, self._clock.mono_s())
            return True

    # -- under the pipeline's lock ---------------------------------------------------------------------------------

    def frame(self, frame: GrayFrame, ring: Ring) -> None:
        """A picture came: what is wanted begins with it, from the last key frame on."""
        if self._wanted is None:
            return
        with self._lock:
            wanted, self._wanted = self._wanted, None
            if wanted is None or self._recorder is None:
                return
            begun_s = frame.mono_s
            going = _Going(wanted.event_id, Anchor.now(self._clock), begun_s, begun_s + wanted.length_s, begun_s)
            self._going = going
        start = EventStart(
            going.event_id,
            self._config.name,
            going.anchor.wall(begun_s),
            begun_s,
            self._guard(frame.still),
            asked_by=wanted.asked_by,
            asked_for_s=wanted.length_s,
        )
        self._reports.event_started(start)
        self._recorder.begin(going.event_id, going.anchor, ring.since(begun_s), going.until_mono_s)
        wanted.settled.set()

    def packet(self, packet: Packet) -> None:
        """The next packet; the first picture that is too late ends the recording."""
        going = self._going
        if going is None or self._recorder is None:
            return
        if not packet.track.is_sound and packet.mono_s >= going.until_mono_s:
            self._end(going)
            return
        self._recorder.write(packet, going.until_mono_s)
        going.last_mono_s = max(going.last_mono_s, packet.mono_s)

    def finish(self) -> None:
        """No more packets come from this opening: what goes on ends as it is."""
        if self._going is not None:
            self._end(self._going)

    def _end(self, going: _Going) -> None:
        with self._lock:
            self._going = None
        if self._recorder is not None:
            end_mono_s = max(going.first_mono_s, min(going.until_mono_s, going.last_mono_s))
            ended = EventEnd(
                going.event_id, self._config.name, going.anchor.wall(end_mono_s), end_mono_s - going.first_mono_s
            )
            self._recorder.end(max(going.until_mono_s, end_mono_s), ended)

    # -- life ------------------------------------------------------------------------------------------------------

    def flush(self, timeout_s: float) -> bool:
        """Waits until what ended is written and reported; False if that took too long."""
        return self._recorder is None or self._recorder.flush(timeout_s)

    def close(self, timeout_s: float) -> bool:
        """Writes and finishes what is queued; False if that took too long. Final."""
        return self._recorder is None or self._recorder.close(timeout_s)
