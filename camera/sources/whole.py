"""Gives every packet of a stream its time and its whole picture, where FFmpeg hands them out without."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from typing import Any, TypeAlias

import av
from av.video.stream import VideoStream

from camera.bitstream import first_slice

log = logging.getLogger(__name__)

VideoPacket: TypeAlias = "av.Packet[VideoStream]"

_MOST_REORDERED = 17
"""H.264 and HEVC show a picture at most 16 places after its packet; by then FFmpeg knows the order."""


def timed(packets: Iterator[VideoPacket], step: int) -> Iterator[VideoPacket]:
    """Packets that have a pts. FFmpeg gives the first one of a live stream none, and the first ones no dts.

    They are held until one has a dts; those before it go back from there by `step`, in units of pts. The first is a
    whole key frame one step before all others; from an RTSP server it may be parameter sets alone, with the key frame
    next, and then it is not needed. After a pause of some seconds FFmpeg begins anew, and again the first one has no
    times: it is held until the next one tells them, since all pictures up to the next key frame need it.
    """
    early: list[VideoPacket] = []
    for packet in packets:
        early.append(packet)
        if packet.dts is not None or len(early) > _MOST_REORDERED:
            break
    yield from _with_times(early, step)
    untimed: list[VideoPacket] = []
    for packet in packets:
        if packet.pts is None:
            untimed = [*untimed[-_MOST_REORDERED:], packet]
            continue
        for before, held in enumerate(reversed(untimed), 1):
            held.pts = packet.pts - before * step
            held.dts = None if packet.dts is None else packet.dts - before * step
        yield from untimed
        untimed = []
        yield packet


def _with_times(early: list[VideoPacket], step: int) -> list[VideoPacket]:
    known = [packet.pts for packet in early if packet.pts is not None]
    if not known:
        return []
    first = early[0]
    if first.pts is None and first.is_keyframe and not early[1].is_keyframe:
        first.pts = min(known) - step
    for before, after in itertools.pairwise(reversed(early)):
        if after.dts is None and before.dts is not None:
            after.dts = before.dts - step
    return [packet for packet in early if packet.pts is not None]


def joined(packets: Iterator[VideoPacket], codec: str) -> Iterator[VideoPacket]:
    """Annex B packets with the slices of one picture in one of them.

    Some cameras repeat SPS and PPS between the slices of a picture; FFmpeg takes them for the start of the next one.
    Whether a picture goes on is seen in the packet after it, so from the first time that it happens each packet is held
    until the next has come, and the stream begins anew at a key frame; healthy streams are not held up.
    """
    for packet in packets:
        if _goes_on(packet, codec):
            log.info("The camera repeats its parameter sets within pictures: they are put together again.")
            break
        yield packet
    held: VideoPacket | None = None
    for packet in packets:
        if _goes_on(packet, codec):
            held = held and _sum(held, packet, codec)
            continue
        if held is not None:
            yield held
            held = packet
        elif packet.is_keyframe:
            held = packet
    if held is not None:
        yield held


def _goes_on(packet: VideoPacket, codec: str) -> bool:
    """Whether the packet begins with a slice that is not the first of its picture.

    first_mb_in_slice (H.264, 7.3.3) is 0 or first_slice_segment_in_pic_flag (HEVC, 7.3.6.1) is 1 at the first: in both
    the first bit after the unit's header is set.
    """
    data = memoryview(packet)
    at = first_slice(data, codec)
    header = 1 if codec == "h264" else 2
    return at is not None and at + header < len(data) and not data[at + header] & 0x80


def _sum(held: VideoPacket, rest: VideoPacket, codec: str) -> VideoPacket:
    """One picture of two packets, without the parameter sets between them."""
    data = memoryview(rest)
    at = first_slice(data, codec) or 0
    whole: av.Packet[Any] = av.Packet(b"".join((held, b"\0\0\0\1", data[at:])))
    whole.pts, whole.dts, whole.time_base, whole.duration = held.pts, held.dts, held.time_base, held.duration
    whole.is_keyframe = held.is_keyframe
    return whole
