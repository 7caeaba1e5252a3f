"""Where packets and gray frames that come by callback wait for their reader, bounded."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque

from camera.errors import SourceError, SourceLost
from camera.model import GrayFrame, Packet

log = logging.getLogger(__name__)

MOST_PACKETS = 150
"""10 s at 15 pictures a second; then packets are dropped until the next key frame."""

MOST_SOUNDS = 500
"""10 s at 20 ms each; then they are dropped."""

MOST_GRAYS = 8
"""Detection wants the newest: the oldest is dropped."""


class Inbox:
    """Filled from any thread, emptied by one.

    A gray frame comes out after the packet of its moment, which the encoder delivers somewhat later than the sensor
    delivers the luma. Note on locking: one condition guards all; nothing is called while it is held.
    """

    def __init__(self, name: str, silence_s: float, most_grays: int = MOST_GRAYS) -> None:
        """`name` begins the sentences of errors; `silence_s` without a packet means that the source is lost."""
        self._most_grays = most_grays
        self._name, self._silence_s = name, silence_s
        self._changed = threading.Condition()
        self._packets: deque[Packet] = deque()
        self._pictures = 0
        self._grays: deque[GrayFrame] = deque()
        self._passed_mono_s = float("-inf")
        self._wants_key = True
        self._begun = False
        self._failure: Exception | None = None
        self._closed = False
        self.dropped_packets = 0
        self.dropped_grays = 0
        self._told = (0, 0)

    def put_packet(self, packet: Packet) -> None:
        """Never blocks. A stream begins with a key frame, and begins again with one after a loss."""
        with self._changed:
            if packet.track.is_sound:
                self._put_sound(packet)
                return
            if self._wants_key and not packet.is_keyframe:
                self.dropped_packets += self._begun  # what comes before the first key frame is no loss
                return
            if self._pictures >= MOST_PACKETS:
                self._wants_key = True
                self.dropped_packets += 1
                return
            self._wants_key, self._begun = False, True
            self._packets.append(packet)
            self._pictures += 1
            self._changed.notify()

    def _put_sound(self, packet: Packet) -> None:
        """It goes with its pictures and never costs one."""
        if not self._wants_key and len(self._packets) - self._pictures < MOST_SOUNDS:
            self._packets.append(packet)
            self._changed.notify()

    def put_gray(self, gray: GrayFrame) -> None:
        """Never blocks."""
        with self._changed:
            if len(self._grays) >= self._most_grays:
                self._grays.popleft()
                self.dropped_grays += 1
            self._grays.append(gray)
            self._changed.notify()

    def fail(self, exc: Exception) -> None:
        """What delivers has failed: the reader is told, in its own words if `exc` is a SourceError."""
        with self._changed:
            self._failure = self._failure or exc
            self._changed.notify()

    def close(self) -> None:
        """Whoever reads is told; what still waits is thrown away."""
        with self._changed:
            self._closed = True
            self._packets.clear()
            self._grays.clear()
            self._changed.notify()

    def take(self) -> Packet | GrayFrame:
        """The next packet or gray frame. Raises SourceLost after a failure, or when no packet came for long."""
        self._tell_drops()
        deadline = time.monotonic() + self._silence_s
        with self._changed:
            while True:
                if self._closed:
                    raise SourceLost(f"{self._name} is closed.")
                if isinstance(self._failure, SourceError):
                    raise self._failure
                if self._failure is not None:
                    raise SourceLost(f"{self._name} failed while it delivered a picture.") from self._failure
                if self._grays and self._grays[0].mono_s <= self._passed_mono_s:
                    return self._grays.popleft()
                if self._packets:
                    packet = self._packets.popleft()
                    if not packet.track.is_sound:
                        self._pictures -= 1
                        self._passed_mono_s = packet.mono_s
                    return packet
                if not self._changed.wait(deadline - time.monotonic()) and time.monotonic() >= deadline:
                    raise SourceLost(f"{self._name} has sent no picture for {self._silence_s:.0f} seconds.")

    def _tell_drops(self) -> None:
        drops = (self.dropped_packets, self.dropped_grays)
        if drops != self._told:
            self._told = drops
            log.warning("%s: %d packets and %d gray frames dropped so far, the reader is too slow.", self._name, *drops)
