"""A camera that sends JPEG: its bytes stay what they are, damage costs one picture, another size is a loss."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import pytest
from av.video.stream import VideoStream

from camera.errors import SourceLost
from camera.model import GrayFrame, Packet, Track
from camera.sources.feed import Feed, Item
from camera.sources.libav import MOST_BROKEN
from camera.sources.timing import FileTime
from tests.camera.test_jpeg import made, without_tables

STEP = 40
TIME_BASE = Fraction(1, 1000)


class Pictures:
    """A video of those JPEGs, 25 a second, as FFmpeg or our own reader would hand it over."""

    codec = "mjpeg"
    fps = 25.0
    passes_through = False

    def __init__(self, pictures: list[bytes], size: tuple[int, int] = (640, 360)) -> None:
        self.track = Track("mjpeg", TIME_BASE, *size)
        self._pictures = pictures
        self.decoded = 0

    def packets(self) -> Iterator[av.Packet[VideoStream]]:
        for number, picture in enumerate(self._pictures):
            packet: av.Packet[Any] = av.Packet(picture)
            packet.pts = packet.dts = 5000 + number * STEP
            packet.time_base, packet.is_keyframe = TIME_BASE, True
            yield packet

    def decode(self, packet: av.Packet[VideoStream] | None) -> list[av.VideoFrame]:
        if packet is None:
            return []
        self.decoded += 1
        frame = av.VideoFrame(self.track.width, self.track.height, "yuv420p")
        frame.pts, frame.time_base = packet.pts, TIME_BASE
        return [frame]

    def flush(self) -> None:
        raise AssertionError("JPEGs stand alone")

    def renew(self) -> None:
        raise AssertionError("JPEGs stand alone")


def fed(pictures: list[bytes], **how: Any) -> tuple[list[Packet], list[GrayFrame], Pictures]:
    video = Pictures(pictures)
    items: list[Item] = list(Feed(FileTime(), **how).run(video))
    packets = [item for item in items if isinstance(item, Packet)]
    return packets, [item for item in items if isinstance(item, GrayFrame)], video


def test_pictures_are_neither_decoded_nor_changed() -> None:
    pictures = [made(640, 360) + bytes([0] * number) for number in range(5)]
    packets, grays, video = fed(pictures)
    assert [packet.data for packet in packets] == pictures
    assert [packet.pts for packet in packets] == [number * STEP for number in range(5)]
    assert all(packet.is_keyframe and packet.track == video.track for packet in packets)
    assert [gray.mono_s for gray in grays] == [packet.mono_s for packet in packets]
    assert [gray.still() for gray in grays] == pictures
    assert {gray.luma.shape for gray in grays} == {(180, 320)}
    assert video.decoded == 0


def test_the_still_is_readable_though_the_camera_leaves_its_tables_out() -> None:
    bare = without_tables(made(640, 360))
    packets, grays, _ = fed([bare])
    assert packets[0].data == bare
    assert grays[0].still() != bare


def test_a_picture_cut_short_is_left_out() -> None:
    whole = made(640, 360)
    packets, grays, _ = fed([whole, whole[: len(whole) // 2], whole, b"\xff\xd8 no picture \xff\xd9", whole])
    assert [packet.pts for packet in packets] == [0, 2 * STEP, 4 * STEP]
    assert len(grays) == 3


def test_a_camera_that_never_sends_the_end_mark_is_believed() -> None:
    endless = made(640, 360)[:-2]
    packets, _, _ = fed([endless] * 3)
    assert len(packets) == 3


def test_nothing_but_damage_is_a_loss() -> None:
    with pytest.raises(SourceLost, match="cannot be decoded"):
        fed([made(640, 360), *[b"\xff\xd8 no picture"] * (MOST_BROKEN + 1)])


def test_another_size_is_a_loss() -> None:
    with pytest.raises(SourceLost, match="picture size"):
        fed([made(640, 360), made(320, 180)])


def test_two_half_pictures_in_one_packet_are_left_to_ffmpeg() -> None:
    packets, _, video = fed([made(640, 180)] * 3)
    assert {packet.track.codec for packet in packets} == {"h264"}
    assert video.decoded == 3


def test_a_camera_that_sends_too_fast_is_thinned_out() -> None:
    packets, grays, _ = fed([made(640, 360)] * 20, most_fps=12.5)
    assert len(packets) == len(grays) == 10


def test_only_looking_gives_no_packets() -> None:
    packets, grays, _ = fed([made(640, 360)] * 3, with_packets=False)
    assert packets == []
    assert len(grays) == 3
