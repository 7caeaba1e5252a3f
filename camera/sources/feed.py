"""Turns opened videos into packets and gray frames on one unbroken line of time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from threading import Lock

import av

from camera.bitstream import is_annex_b
from camera.encoder import TIME_BASE, Encoder
from camera.errors import SourceError, SourceLost
from camera.gate import Decode, Gate, Thrift
from camera.mask import Mask
from camera.model import GrayFrame, Luma, Packet
from camera.sources import jpeg
from camera.sources.base import EndOfFile, Watcher
from camera.sources.batches import Arrived, Gathered, together
from camera.sources.hearing import Hearing
from camera.sources.libav import MOST_BROKEN, SoundPacket, VideoInput
from camera.sources.looker import Looker, Shown
from camera.sources.picture import gray, still, still_of
from camera.sources.timing import FileTime, Timekeeper, Timeline
from camera.sources.video import Video
from camera.sources.whole import VideoPacket, joined, timed

log = logging.getLogger(__name__)

Item = Packet | GrayFrame

CLOSE_WITHIN_S = 5.0

LONGEST_GAP_S = 10.0
"""A camera silent for longer is lost; a looped file's longer pause is cut out, so that `read` comes back in time."""


class Feed:
    """The way of every picture that FFmpeg reads. H.264, HEVC and JPEG pass untouched; anything else is encoded.

    One feed may take several videos one after the other (a looped file); its pts and seconds go on over the joints.
    """

    def __init__(
        self,
        keeper: Timekeeper,
        *,
        with_packets: bool = True,
        with_grays: bool = True,
        most_fps: float = 0,
        mask: Mask | None = None,
        decode: Decode = Decode.AUTO,
    ) -> None:
        """`with_packets=False` only looks, `with_grays=False` never does, which takes a video that passes through.

        `most_fps` thins out what is not H.264 or HEVC; 0: all of it. `mask` is black in what is encoded here. `decode`
        says how H.264 and HEVC are looked at once somebody watches.
        """
        self._keeper = keeper
        self._mask = mask
        self._gate = Gate(decode)
        self._watcher: Watcher | None = None
        self.with_grays = with_grays
        self._hearing = Hearing(keeper)
        self._jpegs_end = False
        self._broken = 0
        self._with_packets = with_packets
        self._least_distance_s = 0.75 / most_fps if most_fps else 0.0
        self._timeline: Timeline | None = None
        self._encoder: Encoder | None = None
        self._packet_mono_s = self._gray_mono_s = float("-inf")
        self._last_taken_s: float | None = None

    def spare(self, watcher: Watcher) -> None:
        """H.264 and HEVC are decoded only as far as the watcher needs; call before `run`."""
        self._watcher = watcher

    def thrift(self) -> Thrift | None:
        """Why so much is decoded; None: nothing to say."""
        return None if self._watcher is None else self._gate.thrift

    def run(self, video: Video) -> Iterator[Item]:
        """Everything of one video, beginning with a key frame. Raises SourceLost or SourceRefused."""
        if self._timeline is None:
            self._timeline = Timeline(
                video.track.time_base,
                longest_gap_s=LONGEST_GAP_S if self._with_packets else float("inf"),
                step=max(1, round(1 / (video.fps * video.track.time_base))),
            )
        if video.passes_through and (self._with_packets or self._watcher is not None):
            return self._passed(video, self._timeline)
        packets = video.packets()
        first = next(packets, None)
        if first is None:
            return iter(())
        packets = (packet for packet in chain([first], packets) if not self._is_surplus(packet))
        if video.codec == "mjpeg" and jpeg.size(bytes(first)) == (video.track.width, video.track.height):
            return self._kept(video, packets, self._timeline)
        return self._decoded(video, packets, self._timeline)  # also two half pictures in one packet, as TV cards send

    def _passed(self, video: Video, timeline: Timeline) -> Iterator[Item]:
        looker = Looker(video, self._gate, self._watcher, timed=not isinstance(self._keeper, FileTime))
        joins = True
        gathered = Gathered(video.packets(), video.fps, looker.may_wait, lambda: _sounds(video))
        for batch in together(gathered, self._timed(gathered, video, timeline)):
            if joins:
                joins = False
                timeline.join(batch[0].pts)
            for one, pts, dts, media_s in self._placed(batch, timeline):
                item = Packet(one.data, pts, dts, one.is_keyframe, self._packet_time(media_s), video.track)
                yield item
                yield from self._heard(one.sounds, video, timeline, media_s)
                if not self.with_grays:
                    continue
                yield from self._grays(looker.take(item, media_s), timeline, pts)
        if self.with_grays:
            yield from self._grays(looker.rest(), timeline, None)

    def _grays(self, looked: Iterator[Shown], timeline: Timeline, pts: int | None) -> Iterator[GrayFrame]:
        """`pts` is that of a picture without its own; None: leave it out."""
        for shown in looked:  # a loop of its own, so that no picture is held until the next one comes
            stamp = pts if shown.pts is None else shown.pts
            if stamp is not None:
                yield self._gray(shown.picture, stamp, timeline, shown)

    def _placed(self, batch: list[Arrived], timeline: Timeline) -> list[tuple[Arrived, int, int, float]]:
        """Each with its pts, dts and second on the stream's clock, once the moment of the last has come."""
        placed = []
        for one in batch:
            pts, dts = timeline.place(one.pts, one.dts, one.duration, self._keeper.elapsed_s(one.mono_s))
            media_s = timeline.seconds(pts)
            release = self._keeper.release if one is batch[-1] else self._keeper.arrived
            release(media_s, one.mono_s)
            placed.append((one, pts, dts, media_s))
        return placed

    @staticmethod
    def _timed(packets: Iterable[VideoPacket], video: Video, timeline: Timeline) -> Iterator[VideoPacket]:
        packets = timed(iter(packets), timeline.step)
        return joined(packets, video.codec) if is_annex_b(video.track.extradata) else packets

    def _kept(self, video: Video, packets: Iterator[VideoPacket], timeline: Timeline) -> Iterator[Item]:
        """JPEG pictures stay what they are; they become H.264 only while an event is recorded."""
        started, size = False, (video.track.width, video.track.height)
        for packet in packets:
            data = bytes(packet)
            luma = self._luma(data, size)
            if luma is None:
                self._count_broken()
                continue
            self._broken = 0
            if not started:
                started = True
                timeline.join((packet.dts if packet.pts is None else packet.pts) or 0)
            pts, _ = timeline.place(packet.pts, packet.dts, packet.duration)
            media_s = timeline.seconds(pts)
            self._keeper.release(media_s)
            mono_s = self._packet_time(media_s)
            if self._with_packets:
                yield Packet(data, pts, pts, True, mono_s, video.track)
                yield from self._heard(_sounds(video), video, timeline, media_s)
            yield GrayFrame(luma, mono_s, jpeg.still(data))

    def _luma(self, data: bytes, size: tuple[int, int]) -> Luma | None:
        """The small picture; None for a broken one, which libjpeg would complete with gray. Raises SourceLost."""
        ends = jpeg.ends(data)
        if self._jpegs_end and not ends:  # some cameras never send the end marker: then it tells nothing
            return None
        self._jpegs_end = ends
        if jpeg.size(data) not in (size, None):
            raise SourceLost("The camera changed its picture size; it is being opened again.")
        return jpeg.gray(data, size[0])

    def _count_broken(self) -> None:
        self._broken += 1
        if self._broken > MOST_BROKEN:
            raise SourceLost("The camera's pictures cannot be decoded.")

    def _heard(
        self, sounds: Iterable[SoundPacket], video: Video, timeline: Timeline, media_s: float
    ) -> Iterator[Packet]:
        if isinstance(video, VideoInput) and video.sound_track is not None:
            yield from self._hearing.placed(sounds, video.sound_track, timeline, media_s)

    def _decoded(self, video: Video, packets: Iterator[VideoPacket], timeline: Timeline) -> Iterator[Item]:
        started = False
        for picture in self._pictures(video, packets):
            stamp = picture.dts if picture.pts is None else picture.pts
            if not started:
                started = True
                timeline.join(stamp or 0)
            pts, _ = timeline.place(stamp, None, picture.duration)
            media_s = timeline.seconds(pts)
            self._keeper.release(media_s)
            if self._with_packets:
                yield from self._encoded(picture, media_s, video.fps)
                yield from self._heard(_sounds(video), video, timeline, media_s)
            yield self._gray(picture, pts, timeline)

    @staticmethod
    def _pictures(video: Video, packets: Iterator[VideoPacket]) -> Iterator[av.VideoFrame]:
        for packet in packets:
            yield from video.decode(packet)
        yield from video.decode(None)

    def _is_surplus(self, packet: VideoPacket) -> bool:
        """Whether a camera that sends faster than asked (each picture whole) need not be decoded this time."""
        if not self._least_distance_s or packet.pts is None:
            return False
        now_s = float(packet.pts * packet.time_base)
        last_s, distance_s = self._last_taken_s, self._least_distance_s
        if last_s is not None and 0 <= now_s - last_s < distance_s:
            return True
        self._last_taken_s = now_s
        return False

    def _encoded(self, picture: av.VideoFrame, media_s: float, fps: float) -> list[Packet]:
        if self._encoder is None:
            self._encoder = Encoder(picture.width, picture.height, fps, mask=self._mask)
        return self._encoder.encode(picture, round(media_s / TIME_BASE), self._packet_time(media_s))

    def _gray(self, picture: av.VideoFrame, pts: int, timeline: Timeline, shown: Shown | None = None) -> GrayFrame:
        mono_s = self._keeper.mono_s(timeline.seconds(pts))
        self._gray_mono_s = max(self._gray_mono_s, mono_s)
        luma = None if shown is None else shown.luma
        made = still(picture) if shown is None or shown.packet is None else still_of(shown.packet)
        alone = shown is not None and shown.alone
        return GrayFrame(gray(picture) if luma is None else luma, self._gray_mono_s, made, alone)

    def _packet_time(self, media_s: float) -> float:
        """Never falling, though B-frames come after the picture that follows them."""
        self._packet_mono_s = max(self._packet_mono_s, self._keeper.mono_s(media_s))
        return self._packet_mono_s


def _sounds(video: Video) -> Iterable[SoundPacket]:
    """What was heard since it was last asked for."""
    return video.sounds() if isinstance(video, VideoInput) else ()


class StreamSource:
    """A Source over an iterator of items; every kind but the Pi's camera is one of these.

    Note on locking: `read` holds the lock while it waits, so that `close` from another thread never pulls the device
    from under FFmpeg. A `close` that cannot get it in time gives up; the reader then closes when it comes back.
    """

    def __init__(
        self,
        items: Iterator[Item],
        close: Callable[[], None],
        spare: Callable[[Watcher], None] = lambda _watcher: None,
        thrift: Callable[[], Thrift | None] = lambda: None,
    ) -> None:
        """`spare` is told who watches, `thrift` says why so much is decoded."""
        self._thrift = thrift
        self._items = items
        self._close = close
        self.spare = spare
        self._lock = Lock()
        self._closing = False
        self._failure: SourceError | None = None

    @property
    def thrift(self) -> Thrift | None:
        return self._thrift()

    def read(self) -> Item:
        with self._lock:
            try:
                return self._next()
            finally:
                if self._closing:
                    self._close()

    def close(self) -> None:
        self._closing = True
        if not self._lock.acquire(timeout=CLOSE_WITHIN_S):
            log.warning("A camera is still being read; it is let go when that returns.")
            return
        try:
            self._close()
        finally:
            self._lock.release()

    def _next(self) -> Item:
        if self._failure is not None:
            raise self._failure
        if self._closing:
            raise SourceLost("The camera is closed.")
        try:
            return next(self._items)
        except StopIteration:
            raise EndOfFile from None
        except SourceError as exc:
            self._failure = exc  # the generator is spent; asking again must not look like the end of a file
            raise
