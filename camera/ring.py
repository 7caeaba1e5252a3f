"""The last seconds of packets, kept so that a clip can begin before its event."""

from __future__ import annotations

from collections import deque

from camera.model import Packet

LIMIT_BYTES = 24_000_000
"""Six seconds at 32 Mbit/s; far above what a home camera sends, small beside the memory of a Pi."""


class Ring:
    """A bounded buffer of whole groups of pictures: it begins with a key frame or is empty.

    Not thread-safe: it belongs to the camera thread.
    """

    def __init__(self, keep_s: float, limit_bytes: int = LIMIT_BYTES) -> None:
        """Keeps at least the last `keep_s` seconds, if they fit into `limit_bytes`."""
        self._keep_s = keep_s
        self._limit_bytes = limit_bytes
        self._groups: deque[list[Packet]] = deque()
        self._bytes = 0
        self._dropped = 0
        self._waiting = True

    @property
    def size_bytes(self) -> int:
        return self._bytes

    @property
    def dropped_packets(self) -> int:
        """Packets of groups that were too big for the limit, over the whole life; 0 in health."""
        return self._dropped

    def __len__(self) -> int:
        return sum(len(group) for group in self._groups)

    def add(self, packet: Packet) -> None:
        """Takes the next packet in decode order; forgets whole groups that are no longer needed."""
        if self._groups and packet.track != self._groups[-1][-1].track:
            self.clear()  # another size or codec cannot stand in the same clip
        if packet.is_keyframe:
            self._groups.append([])
            self._waiting = False
        if self._waiting:
            return
        self._groups[-1].append(packet)
        self._bytes += len(packet.data)
        self._forget(packet.mono_s - self._keep_s)

    def since(self, mono_s: float) -> list[Packet]:
        """All packets from the last key frame at or before `mono_s`; from the oldest one if none is that old."""
        groups = list(self._groups)
        first = 0
        for index, group in enumerate(groups):
            if group[0].mono_s <= mono_s:
                first = index
        return [packet for group in groups[first:] for packet in group]

    def clear(self) -> None:
        """Forgets everything and waits for the next key frame."""
        self._groups.clear()
        self._bytes = 0
        self._waiting = True

    def _forget(self, oldest_mono_s: float) -> None:
        while len(self._groups) > 1 and (self._groups[1][0].mono_s <= oldest_mono_s or self._bytes > self._limit_bytes):
            self._bytes -= sum(len(packet.data) for packet in self._groups.popleft())
        if self._bytes > self._limit_bytes:
            # One group alone is too big: without its key frame the rest of it is of no use.
            self._dropped += len(self)
            self.clear()
