"""Decodes of a stream what detection needs: all of it while something may be there, key frames alone while not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import av

from camera.bitstream import starts_anew
from camera.frame_numbers import FrameNumbers
from camera.gate import Gate, Step
from camera.model import Luma, Packet
from camera.sources.base import Watcher
from camera.sources.picture import gray
from camera.sources.video import Video

MOST_FAILED_PEEKS = 3
"""In a row; then this decoder shows nothing of such a stream before it has more of it."""
MOST_KEPT = 150
"""Packets of a group; far more than the gate lets wait."""
UNPEEKED_S = 10.0
"""Without a peek for so long: the picture more that peeking needs is given back."""
BACK_S = 1.0
"""What the sizes tell of began less than this long ago: of several key frames that nobody looked at, decoding begins
with the last that is older."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One decoded picture; `luma` is its gray frame when that was made already."""

    picture: av.VideoFrame
    pts: int | None
    """Of the luma; the picture may be one of a moment later, which stands for both."""
    luma: Luma | None = None
    alone: bool = False
    """Those before it were left out."""
    packet: Packet | None = None
    """The key frame that it was decoded from: it can be had again without being held."""


@dataclass(slots=True)
class _Group:
    """A key frame and what came after it, also further ones that nobody looked at. The bytes are those of the ring: to
    hold them costs nothing."""

    packets: list[Packet] = field(default_factory=list)
    decoded: int = 0
    """How many the decoder has had, in its present run."""
    starts: list[tuple[int, float]] = field(default_factory=list)
    """Where decoding can begin, and the seconds of it."""

    def add(self, packet: Packet, t_s: float, *, is_key: bool) -> None:
        if is_key:
            self.starts.append((len(self.packets), t_s))
        self.packets.append(packet)

    def begin_at(self, t_s: float) -> None:
        """Leaves out what is older than the last start before `t_s`, as far as it was not decoded."""
        older = [at for at, start_s in self.starts if start_s <= t_s and at >= max(1, self.decoded)]
        if older:
            self.begin_with(older[-1])

    def begin_with(self, first: int) -> None:
        """Leaves out all before one of the starts."""
        del self.packets[:first]
        self.starts = [(at - first, start_s) for at, start_s in self.starts if at >= first]
        self.decoded = 0


@dataclass(slots=True)
class _Probe:
    """The first pictures of a group in an event, before anybody has looked at them."""

    before: _Group
    shown: list[Shown] = field(default_factory=list)
    shots: list[tuple[Luma, float]] = field(default_factory=list)

    def add(self, pictures: list[av.VideoFrame], mono_s: float) -> None:
        for picture in pictures:
            alone = not self.shown and self.before.decoded < len(self.before.packets)
            luma = gray(picture)
            self.shown = [replace(shown, picture=picture) for shown in self.shown]  # each kept would be 4 MB until then
            self.shown.append(Shown(picture, picture.pts, luma, alone))
            self.shots.append((luma, mono_s))


class Looker:
    """One opened video and its gate. Without a watcher everything is decoded.

    The decoder is emptied before a key frame that is decoded alone. To catch up means to decode a group from the start,
    or from where the decoder stands; pictures that were shown before are not shown again.
    """

    def __init__(self, video: Video, gate: Gate, watcher: Watcher | None, *, timed: bool) -> None:
        """`timed`: what decoding costs bounds what may be held; otherwise the same packets give the same pictures."""
        self._video, self._gate, self._watcher, self._timed = video, gate, watcher, timed
        self._group = _Group()
        self._shown_pts: int | None = None
        self._probe: _Probe | None = None
        self._numbers = FrameNumbers(video.track.extradata)
        self._failed_peeks = 0
        self._is_wide = False  # the decoder may have room for more pictures than key frames alone need
        self._peeked_s = float("inf")  # the same since a peek; infinite: none since the decoder was made
        self._checked = 0  # packets of the group after which the decoder stands, though they were not looked at
        gate.may_peek = video.codec == "h264"  # of HEVC, FFmpeg makes what is missing gray

    def may_wait(self, size: int) -> bool:
        """Whether a packet of so many bytes, not a key frame, can be given to `take` together with later ones."""
        watcher = self._watcher
        if watcher is None or not self._gate.may_wait(size):
            return False
        return not (watcher.wants_all or watcher.follows)

    def take(self, packet: Packet, t_s: float) -> Iterator[Shown]:
        """The pictures to look at now, in order; `t_s` is the packet's time on the stream's clock."""
        is_key = packet.is_keyframe and starts_anew(packet.data, packet.track.codec, packet.track.extradata)
        step = self._step(packet, t_s, is_key=is_key)
        if self._probe is not None and step not in (Step.PROBE, Step.PROBED):
            yield from self._open(self._probe)  # somebody wants every picture, or the stream is no longer what it was
        before = self._group
        if is_key and step is not Step.HOLD:
            self._group = _Group()
        self._group.add(packet, t_s, is_key=is_key)
        if step is Step.DECODE:
            if is_key and before.decoded < len(before.packets):
                before.begin_at(t_s - BACK_S)
                yield from self._catch_up(before)  # somebody wants every picture from now on: those too
            self._group.begin_at(t_s - BACK_S)
            yield from self._catch_up(self._group)
        elif self._watcher is not None:
            yield from self._look(self._watcher, step, packet, before, t_s)
        if self._watcher is None or len(self._group.packets) > MOST_KEPT:
            self._forget()

    def _step(self, packet: Packet, t_s: float, *, is_key: bool) -> Step:
        watcher = self._watcher
        if watcher is None:
            return Step.DECODE
        return self._gate.take(
            len(packet.data),
            t_s,
            is_key=is_key,
            wanted=watcher.wants_all,
            follows=watcher.follows,
            in_event=watcher.in_event,
        )

    def _look(self, watcher: Watcher, step: Step, packet: Packet, before: _Group, t_s: float) -> Iterator[Shown]:
        """What becomes of a packet that need not be shown."""
        if step is Step.GLANCE:
            yield from self._glance(watcher, before, t_s)
        elif step is Step.CHECK:
            yield from self._check(watcher, t_s)
        elif step is Step.PEEK:
            yield from self._peek(watcher, packet, t_s)
        elif step in (Step.PROBE, Step.PROBED):
            yield from self._look_on(watcher, before, t_s, is_last=step is Step.PROBED)

    def rest(self) -> Iterator[Shown]:
        """The end of the video: what was held, and what the decoder still holds back."""
        if self._probe is not None:
            yield from self._open(self._probe)
        if self._group.decoded < len(self._group.packets):
            yield from self._catch_up(self._group)
        yield from self._new(self._video.decode(None))

    def _glance(self, watcher: Watcher, before: _Group, t_s: float) -> Iterator[Shown]:
        """Looks at the newest key frame alone; if it shows something, first at all that was held before it."""
        if self._is_wide or t_s - self._peeked_s > UNPEEKED_S:
            self._is_wide, self._peeked_s = False, float("inf")
            self._video.renew()
        shown = self._alone(self._group)
        if shown is None or shown.luma is None or watcher.glance(shown.luma):
            self._gate.wake(t_s)
            if before.decoded < len(before.packets):
                shown = None  # it comes once more, and is 4 MB until then
                self._begin_late(watcher, before)
                before.decoded = self._group.decoded = 0
                yield from self._catch_up(before)
                yield from self._catch_up(self._group)
                return
        if shown is not None:
            yield from self._once(replace(shown, alone=before.decoded < len(before.packets)))

    def _begin_late(self, watcher: Watcher, before: _Group) -> None:
        """Leaves out what is older than the newest key frame in which nothing was to be seen yet."""
        for at, _ in reversed(before.starts[1:]):
            luma = self._gray_alone(before.packets[at])
            if luma is not None and not watcher.glance(luma):
                before.begin_with(at)
                return

    def _look_on(self, watcher: Watcher, before: _Group, t_s: float, *, is_last: bool) -> Iterator[Shown]:
        """Decodes a key frame in an event and the few pictures after it; the last of them tells what becomes of all."""
        self._is_wide = True
        probe = self._probe
        if probe is None and len(self._group.packets) > 1:
            return  # the key frame told alone
        if probe is None:
            probe = self._probe = _Probe(before)
            pictures = [shown.picture] if (shown := self._alone(self._group)) is not None else []
            is_last = is_last or not self._group.decoded  # in another order the others cannot be had alone
        else:
            self._group.decoded += 1
            pictures = self._decode(self._group.packets[-1])
        probe.add(pictures, self._group.packets[-1].mono_s)
        if not is_last:
            return
        if probe.shown and watcher.goes_on(probe.shots):
            self._probe = None
            for shown in probe.shown:
                yield from self._once(shown)
            return
        self._gate.lose(t_s)
        is_late = self._begin_where_it_ended(watcher, probe.before)
        yield from self._open(probe, alone=is_late)

    def _begin_where_it_ended(self, watcher: Watcher, before: _Group) -> bool:
        """Leaves out what is older than the newest key frame in which what moved still did; whether there was any."""
        for at, _ in reversed(before.starts[1:]):
            packet = before.packets[at]
            luma = self._gray_alone(packet)
            if luma is not None and watcher.goes_on([(luma, packet.mono_s)]):
                before.begin_with(at)
                return True
        return False

    def _open(self, probe: _Probe, *, alone: bool = False) -> Iterator[Shown]:
        """Everything that was held before it, and what it had decoded itself; `alone`: not what came before it."""
        self._probe = None
        probe.shown.clear()  # they come once more, and are 4 MB each until then
        probe.before.decoded = self._group.decoded = 0
        for number, shown in enumerate(self._catch_up(probe.before)):
            yield replace(shown, alone=alone and not number)
        yield from self._catch_up(self._group)

    def _peek(self, watcher: Watcher, packet: Packet, t_s: float) -> Iterator[Shown]:
        """Decodes a packet as if it followed the last one that was decoded. Where nothing moves the picture comes out
        like that one; it is a wrong one all the same, so nobody else gets to see it."""
        if self._group.decoded:
            self._numbers.begin(self._group.packets[0].data)
            self._numbers.follow(self._group.packets[self._group.decoded - 1].data)
            self._group.decoded = 0
        self._peeked_s = t_s
        data = self._numbers.renumbered(packet.data)
        pictures = self._decode(replace(packet, data=data), timed=False) if data is not None else []
        if data is not None:
            self._numbers.follow(data)
        self._failed_peeks = 0 if pictures else self._failed_peeks + 1
        self._gate.may_peek = self._failed_peeks <= MOST_FAILED_PEEKS
        if data is None and self._gate.may_peek:
            self._gate.peek_again()
        elif not pictures or watcher.glance(gray(pictures[-1])):
            self._gate.startle(t_s)
            yield from self._catch_up(self._group)

    def _check(self, watcher: Watcher, t_s: float) -> Iterator[Shown]:
        """Decodes up to the newest picture, from its key frame or where the last check ended, and looks at that."""
        self._is_wide = True
        group = self._group
        key = group.starts[-1][0] if group.starts else 0
        if group.decoded > key:
            self._checked = group.decoded
        elif self._checked <= key:
            self._video.flush()
            self._checked = key
        group.decoded = 0  # what was not looked at is decoded once more, if it comes to that
        pictures: list[av.VideoFrame] = []
        for packet in group.packets[self._checked :]:
            pictures = self._decode(packet) or pictures
        self._checked = len(group.packets)  # decoding anything else forgets it
        if self._video.codec == "h264":
            self._numbers.begin(group.packets[key].data)
            self._numbers.follow(group.packets[-1].data)
        if not pictures or watcher.glance(gray(pictures[-1])):
            self._gate.wake(t_s)
            group.begin_at(t_s - BACK_S)
            yield from self._catch_up(group)

    def _alone(self, group: _Group) -> Shown | None:
        """The picture of a group's key frame; None when it cannot be decoded."""
        self._video.flush()
        pictures = self._decode(group.packets[0], timed=False)  # one alone costs more than most of a group
        group.decoded = 1
        if not pictures:  # a stream whose pictures are sent in another order than shown: the decoder waits for more
            pictures = self._video.decode(None)
            self._video.flush()
            group.decoded = 0
            self._gate.may_peek = False
        if not pictures:
            return None
        return Shown(pictures[-1], pictures[-1].pts, gray(pictures[-1]), packet=group.packets[0])

    def _gray_alone(self, packet: Packet) -> Luma | None:
        """Of a key frame; the decoder stands nowhere afterwards."""
        self._video.flush()
        pictures = self._decode(packet, timed=False)
        return gray(pictures[-1]) if pictures else None

    def _catch_up(self, group: _Group) -> Iterator[Shown]:
        self._is_wide = True
        if not group.decoded and len(group.packets) > 1:
            self._video.flush()  # the decoder stands somewhere else
        while group.decoded < len(group.packets):
            packet = group.packets[group.decoded]
            group.decoded += 1
            yield from self._new(self._decode(packet))

    def _decode(self, packet: Packet, *, timed: bool = True) -> list[av.VideoFrame]:
        self._checked = 0
        encoded: av.Packet[Any] = av.Packet(packet.data)
        encoded.pts, encoded.dts, encoded.time_base = packet.pts, packet.dts, packet.track.time_base
        encoded.is_keyframe = packet.is_keyframe
        begun_s = time.thread_time()
        pictures = self._video.decode(encoded)
        if timed and self._timed:
            self._gate.took(time.thread_time() - begun_s)
        return pictures

    def _new(self, pictures: list[av.VideoFrame]) -> Iterator[Shown]:
        for picture in pictures:
            yield from self._once(Shown(picture, picture.pts))

    def _once(self, shown: Shown) -> Iterator[Shown]:
        pts = shown.pts
        if pts is not None and self._shown_pts is not None and pts <= self._shown_pts:
            return
        self._shown_pts = pts if pts is not None else self._shown_pts
        yield shown

    def _forget(self) -> None:
        """A group that is never caught up with need not be kept."""
        del self._group.packets[: self._group.decoded]
        self._group.decoded = 0
        self._group.starts.clear()
