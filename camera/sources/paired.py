"""Two streams of one camera as one source: the main one goes into clips unseen, the small one is looked at.

A main stream that nobody decodes costs next to nothing; detection needs no more than the small one shows.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import av

from camera.bitstream import parameter_sets
from camera.errors import RecordingError, SourceError, SourceLost
from camera.gate import LATEST_S, MOST_HELD, Thrift
from camera.model import GrayFrame, Packet, Still, Track
from camera.muxing import template
from camera.ring import LIMIT_BYTES
from camera.sources.base import Source, Watcher, spare, thrift
from camera.sources.feed import CLOSE_WITHIN_S
from camera.sources.inbox import Inbox
from camera.sources.libav import SILENCE_S
from camera.sources.picture import still

log = logging.getLogger(__name__)

MOST_GRAYS = MOST_HELD + 16
"""Small pictures that may wait: all of a group that is caught up with, 60 kB each, and some that come meanwhile."""


class PairedSource:
    """Packets of `main` and gray frames of `small`, both already open, on the clock that both are timed by.

    Each is read on a thread of its own and closed by it, from the first `read` on; the loss of one is the loss of both.
    Both times come from arrival, so a camera that encodes one stream later than the other shifts them by as much, well
    under a second. Of the small one no more is decoded than who watches needs; he is asked on its thread.

    Note on locking: the inbox has its own; `_newest_mono_s` is written by the main stream's thread alone; the film
    belongs to the reader.
    """

    def __init__(self, name: str, main: Source, small: Source) -> None:
        """`name` begins the sentences of errors."""
        self._name = name
        self._inbox = Inbox(name, SILENCE_S, MOST_GRAYS)
        self._main, self._small = main, small
        self._film = _Film()
        self._main_size = _SizeWatch(name)
        self._newest_mono_s: float | None = None
        self._stopping = threading.Event()
        self._pumps = [
            threading.Thread(target=self._pump, args=(source, put), name=f"{which} {name}", daemon=True)
            for which, source, put in (("main", main, self._put_packet), ("small", small, self._put_gray))
        ]
        self._is_begun = False

    def spare(self, watcher: Watcher) -> None:
        spare(self._small, watcher)

    @property
    def thrift(self) -> Thrift | None:
        return thrift(self._small)

    def read(self) -> Packet | GrayFrame:
        if not self._is_begun:  # not before somebody said who watches
            self._is_begun = True
            for pump in self._pumps:
                pump.start()
        item = self._inbox.take()
        if isinstance(item, Packet):
            self._film.add(item)
            return item
        return replace(item, still=self._film.still(item.mono_s))

    def close(self) -> None:
        if not self._is_begun:
            self._is_begun = True
            self._inbox.close()
            self._main.close()
            self._small.close()
            return
        deadline = time.monotonic() + CLOSE_WITHIN_S - 0.5
        self._stopping.set()
        self._inbox.close()
        for pump in self._pumps:
            pump.join(max(0.0, deadline - time.monotonic()))
        if any(pump.is_alive() for pump in self._pumps):
            log.warning("%s does not answer; it is let go when it does.", self._name)

    def _pump(self, source: Source, put: Callable[[Packet | GrayFrame], None]) -> None:
        try:
            while not self._stopping.is_set():
                put(source.read())
        except SourceError as exc:
            self._inbox.fail(exc)
        except Exception as exc:  # the border of this thread: its reader must hear of it
            log.exception("%s: its thread failed", self._name)
            self._inbox.fail(exc)
        finally:
            source.close()

    def _put_packet(self, item: Packet | GrayFrame) -> None:
        if isinstance(item, Packet):
            self._main_size.check(item)
            self._inbox.put_packet(item)
            self._newest_mono_s = item.mono_s

    def _put_gray(self, item: Packet | GrayFrame) -> None:
        """A small picture that overtakes the main stream, as it does while a big key frame comes, is not held up."""
        newest_mono_s = self._newest_mono_s
        if isinstance(item, GrayFrame) and newest_mono_s is not None:
            self._inbox.put_gray(replace(item, mono_s=min(item.mono_s, newest_mono_s)))


class _Film:
    """The main stream for as long as the small one may be looked at later, out of which a picture of any moment can be
    made when it is wanted."""

    def __init__(self) -> None:
        self._groups: deque[list[Packet]] = deque()
        self._bytes = 0

    def add(self, packet: Packet) -> None:
        if packet.track.is_sound:
            return
        groups = self._groups
        if packet.is_keyframe:
            groups.append([])
        elif not groups or self._bytes > LIMIT_BYTES:  # beyond it the picture of that moment has to do
            return
        groups[-1].append(packet)
        self._bytes += len(packet.data)
        while len(groups) > 1 and (groups[1][0].mono_s <= packet.mono_s - LATEST_S or self._bytes > LIMIT_BYTES):
            self._bytes -= sum(len(old.data) for old in groups.popleft())

    def still(self, mono_s: float) -> Still:
        """The picture of that moment, decoded when called: everything since its key frame, 6 ms a picture of 1080p."""
        groups = list(self._groups)
        packets = next((one for one in reversed(groups) if one[0].mono_s <= mono_s), groups[0])
        count = max(1, bisect_right(packets, mono_s, key=lambda packet: packet.mono_s))

        def jpeg() -> bytes:
            return still(_last_picture(packets, count))()

        return jpeg


def _last_picture(packets: list[Packet], count: int) -> av.VideoFrame:
    """Decodes the first `count` packets, the first of which is a key frame. Raises SourceError."""
    track = packets[0].track
    decoder = av.CodecContext.create(track.codec, "r")
    if not isinstance(decoder, av.VideoCodecContext):
        raise SourceError("The camera's video cannot be decoded.")
    decoder.extradata = track.extradata or None
    decoder.thread_count = 1
    last: av.VideoFrame | None = None
    for data in (*(packet.data for packet in itertools.islice(packets, count)), None):
        try:
            pictures = decoder.decode(None if data is None else av.Packet(data))
        except av.FFmpegError as exc:
            log.debug("a packet could not be decoded: %s", exc.strerror)
            continue
        last = pictures[-1] if pictures else last
    if last is None:
        raise SourceError("No picture of the camera's main stream can be decoded.")
    return last


class _SizeWatch:
    """Notices a new picture size in a stream that nobody decodes: a clip cannot change it midway."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._sets = b""

    def check(self, packet: Packet) -> None:
        """Raises SourceLost. Costs a glance at key frames, and more only when their parameter sets are new."""
        if not packet.is_keyframe:
            return
        sets = parameter_sets(packet.data, packet.track.codec)
        if sets in (b"", self._sets):
            return
        self._sets, track = sets, packet.track
        try:
            coded = template(Track(track.codec, track.time_base), packet).codec_context
        except RecordingError:
            return  # a damaged key frame tells nothing
        if (coded.width, coded.height) != (track.width, track.height):
            raise SourceLost(f"{self._name} changed its picture size; it is being opened again.")
