"""Writes one event's packets into the parts of its clip."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from camera.clock import Anchor
from camera.config import CameraConfig
from camera.developing import Developer
from camera.errors import RecordingError
from camera.finish import GROWING_SUFFIX, tidy
from camera.interleaver import Interleaver
from camera.model import Packet, Track
from camera.muxing import GrowingFile, OpenFile, open_new

log = logging.getLogger(__name__)

RETRY_S = 5.0
"""After a failed write the next part is tried this much later, in packet time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that was written and waits to become a plain MP4."""

    path: Path
    event_id: str
    number: int
    first_mono_s: float
    end_mono_s: float
    anchor: Anchor
    until_s: float | None = None
    """File seconds at which to cut; None: keep all."""
    dropped_packets: int = 0
    mask: str = ""
    """Places that are black in all of it."""


@dataclass(frozen=True, slots=True)
class _Open:
    """The part that is being written."""

    file: GrowingFile
    part: Part
    first: Packet


class Take:
    """The recording of one event; used by one thread. Pictures and sound are developed and put in order on the way.

    A part ends at the last key frame before it would grow longer than `longest_part_s`; the next begins with that key
    frame, so no packet is lost or doubled. A finished part that reaches beyond the post-roll waits: more motion may
    come and need its tail.
    """

    def __init__(
        self,
        event_id: str,
        anchor: Anchor,
        config: CameraConfig,
        hand_on: Callable[[Part], None],
        open_file: OpenFile = open_new,
        *,
        has_sound: bool = False,
    ) -> None:
        self._event_id = event_id
        self._anchor = anchor
        self._config = config
        self._hand_on = hand_on
        self._open_file = open_file
        self._developer = Developer(config.name, config.mask)
        self._interleaver = Interleaver(waits=has_sound)
        self._sound: Track | None = None
        self._open: _Open | None = None
        self._number = 0
        self._last: Packet | None = None
        self._key_mono_s = 0.0
        self._group_s = 0.0
        self._until_mono_s = float("-inf")
        self._retry_mono_s = float("-inf")
        self._dropped = 0
        self._written = 0
        self._waiting: list[Part] = []

    def write(self, packet: Packet, until_mono_s: float) -> None:
        """Appends the next packet; what is before `until_mono_s` will be wanted.

        Raises RecordingError; the caller then calls `abandon` and goes on.
        """
        self._until_mono_s = max(self._until_mono_s, until_mono_s)
        self._release()
        for developed in self._developer.develop(packet):
            if developed.track.is_sound:
                self._sound = developed.track
            self._place_all(list(self._interleaver.put(developed)))

    def _place_all(self, packets: Iterable[Packet]) -> None:
        rest = iter(packets)
        try:
            for packet in rest:
                self._place(packet)
        except RecordingError:
            self._dropped += sum(not packet.track.is_sound for packet in rest)
            raise

    def _place(self, packet: Packet) -> None:
        if packet.track.is_sound:
            if self._open is not None:
                self._open.file.write(packet)
            return
        if packet.is_keyframe:
            self._group_s, self._key_mono_s = packet.mono_s - self._key_mono_s, packet.mono_s
        if self._open is not None and self._must_roll(packet, self._open.first):
            self._close_part(self._open, packet.mono_s)
        if self._open is None:
            self._open_part(packet)
        elif self._last is not None and packet.dts <= self._last.dts:
            self._dropped += 1  # a camera that repeats itself; a muxer would refuse the whole file
        else:
            self._written += 1
            self._open.file.write(packet)
            self._last = packet

    def lost(self, packets: int) -> None:
        """So many packets never came because the disk was too slow; the next one is a key frame."""
        self._dropped += packets

    def end(self, until_mono_s: float) -> None:
        """No more packets: hands on every part, cut at `until_mono_s`. Raises RecordingError as `write` does."""
        last = [placed for sound in self._developer.finish() for placed in self._interleaver.put(sound)]
        self._place_all(last + self._interleaver.finish())
        if self._open is not None and self._last is not None:
            self._until_mono_s = float("-inf")  # the last part must wait for its cut below
            self._close_part(self._open, self._last.mono_s)
        waiting, self._waiting = self._waiting, []
        for part in waiting:
            if part.first_mono_s >= until_mono_s:
                tidy(part.path)  # nothing but the quiet after the post-roll
            else:
                self._hand_on(replace(part, until_s=until_mono_s - part.first_mono_s))

    def abandon(self) -> None:
        """After a failed write: hands on what is on the disk; the next part is tried a while later."""
        if self._last is not None:
            self._retry_mono_s = self._last.mono_s + RETRY_S
            if self._open is not None:
                self._open.file.abandon()
                self._put_aside(self._open, self._last.mono_s)

    def _discard_if_empty(self, current: _Open) -> bool:
        path = current.part.path
        if path.exists() and path.stat().st_size:
            return False
        tidy(path)
        self._dropped += self._written
        return True

    def _must_roll(self, packet: Packet, first: Packet) -> bool:
        if packet.track != first.track:
            return True  # another size or codec cannot stand in the same file
        return packet.is_keyframe and packet.mono_s - first.mono_s + self._group_s > self._config.longest_part_s

    def _open_part(self, packet: Packet) -> None:
        if not packet.is_keyframe or packet.mono_s < self._retry_mono_s:
            self._dropped += 1
            return
        number = self._number + 1
        path = self._config.recording_dir / f"{self._event_id}.{number}{GROWING_SUFFIX}"
        self._last = packet
        try:
            file = GrowingFile(path, packet, self._open_file, self._sound, self._anchor.wall(packet.mono_s))
        except RecordingError:
            self._dropped += 1
            tidy(path)
            raise
        self._number, self._written = number, 1
        part = Part(
            path, self._event_id, number, packet.mono_s, packet.mono_s, self._anchor, mask=packet.track.mask or ""
        )
        self._open = _Open(file, part, packet)

    def _close_part(self, current: _Open, end_mono_s: float) -> None:
        current.file.close()
        self._put_aside(current, end_mono_s)

    def _put_aside(self, current: _Open, end_mono_s: float) -> None:
        self._open = None
        if self._discard_if_empty(current):
            return
        self._waiting.append(replace(current.part, end_mono_s=end_mono_s, dropped_packets=self._dropped))
        self._dropped = 0
        self._release()

    def _release(self) -> None:
        while self._waiting and self._waiting[0].end_mono_s <= self._until_mono_s:
            self._hand_on(self._waiting.pop(0))
