"""The last seconds of packets, kept so that a clip can begin before its event."""

from __future__ import annotations

from collections import deque

from camera.model import Packet

LIMIT_BYTES = 64_000_000
"""Seven seconds of JPEG pictures at 30 a second, 300 kB each. H.264 of a home camera needs a tenth of it."""

SOUND_SHARE = 16
"""Sound has this part of the limit for itself, so that it never costs a picture: 7 s of raw stereo are 1.4 MB."""


EARLIER_S = 0.2
"""Sound is kept from this long before its picture: a packet of it may begin before and reach into the clip."""


class Ring:
    """A bounded buffer of whole groups of pictures, and the sound beside them: it begins with a key frame or is empty.

    Not thread-safe: it belongs to the camera thread.
    """

    def __init__(self, keep_s: float, limit_bytes: int = LIMIT_BYTES, *, late_s: float = 0.0) -> None:
        """Keeps at least the last `keep_s` seconds, if the pictures fit into `limit_bytes`; sound has a share more.

        Where pictures build on each other they may be looked at later, by up to `late_s`: then so much more.
        """
        self._keep_s, self._late_s = keep_s, late_s
        self._is_grouped = False
        self._limit_bytes = limit_bytes
        self._groups: deque[list[Packet]] = deque()
        self._bytes = 0
        self._sound: deque[Packet] = deque()
        self._sound_bytes = 0
        self._dropped = 0
        self._waiting = True

    @property
    def size_bytes(self) -> int:
        return self._bytes + self._sound_bytes

    @property
    def dropped_packets(self) -> int:
        """Packets of groups that were too big for the limit, over the whole life; 0 in health."""
        return self._dropped

    def __len__(self) -> int:
        """Pictures."""
        return sum(len(group) for group in self._groups)

    def add(self, packet: Packet) -> None:
        """Takes the next packet in decode order; forgets whole groups that are no longer needed."""
        if packet.track.is_sound:
            self._add_sound(packet)
            return
        if self._groups and (before := self._groups[-1][-1].track) is not packet.track and packet.track != before:
            self.clear()  # another size or codec cannot stand in the same clip
        if packet.is_keyframe:
            self._is_grouped = bool(self._groups) and len(self._groups[-1]) > 1
            self._groups.append([])
            self._waiting = False
        if self._waiting:
            return
        self._groups[-1].append(packet)
        self._bytes += len(packet.data)
        late_s = self._late_s if self._is_grouped or len(self._groups[-1]) > 1 else 0.0
        self._forget(packet.mono_s - self._keep_s - late_s)

    def since(self, mono_s: float) -> list[Packet]:
        """All packets from the last key frame at or before `mono_s`; from the oldest one if none is that old.

        Sound comes first: all that was heard from that key frame on.
        """
        groups = list(self._groups)
        first = 0
        for index, group in enumerate(groups):
            if group[0].mono_s <= mono_s:
                first = index
        if not groups:
            return []
        heard = [packet for packet in self._sound if packet.mono_s >= groups[first][0].mono_s - EARLIER_S]
        return heard + [packet for group in groups[first:] for packet in group]

    def clear(self) -> None:
        """Forgets everything and waits for the next key frame."""
        self._groups.clear()
        self._sound.clear()
        self._bytes = self._sound_bytes = 0
        self._waiting = True

    def _add_sound(self, packet: Packet) -> None:
        if self._sound and packet.track != self._sound[-1].track:
            self._sound.clear()
            self._sound_bytes = 0
        self._sound.append(packet)
        self._sound_bytes += len(packet.data)
        limit_bytes = self._limit_bytes // SOUND_SHARE
        oldest_mono_s = self._groups[0][0].mono_s - EARLIER_S if self._groups else float("inf")
        while self._sound and (self._sound[0].mono_s < oldest_mono_s or self._sound_bytes > limit_bytes):
            self._sound_bytes -= len(self._sound.popleft().data)

    def _forget(self, oldest_mono_s: float) -> None:
        while len(self._groups) > 1 and (self._groups[1][0].mono_s <= oldest_mono_s or self._bytes > self._limit_bytes):
            self._bytes -= sum(len(packet.data) for packet in self._groups.popleft())
        if self._bytes > self._limit_bytes:
            # One group alone is too big: without its key frame the rest of it is of no use.
            self._dropped += len(self)
            self.clear()
