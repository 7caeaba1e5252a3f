"""Encoding here: key frames by the clock, sizes and ranges that every player shows, time stamps untouched."""

from __future__ import annotations

import av
import numpy as np
import pytest

from camera.encoder import KEY_FRAME_EVERY_S, TIME_BASE, Encoder
from camera.model import Packet
from tests.camera.source_contract import decoded
from tests.camera.source_videos import LEFT_LUMA, picture


def encode(
    encoder: Encoder, times_s: list[float], pix_fmt: str = "yuv420p", size: tuple[int, int] = (320, 180)
) -> list[Packet]:
    packets: list[Packet] = []
    for number, time_s in enumerate(times_s):
        frame = av.VideoFrame.from_ndarray(picture(number, *size), format="rgb24").reformat(format=pix_fmt)
        packets += encoder.encode(frame, round(time_s / TIME_BASE), time_s)
    return packets


def test_each_picture_gives_its_packet_at_once() -> None:
    encoder = Encoder(320, 180, 15)
    packets = [packet for number in range(20) for packet in encode(encoder, [number / 15])]
    assert [packet.pts for packet in packets] == [packet.dts for packet in packets] == list(range(0, 120_000, 6000))
    assert {packet.track for packet in packets} == {encoder.track}
    assert [packet.mono_s for packet in packets] == [number / 15 for number in range(20)]


@pytest.mark.parametrize("fps", [2, 15, 60])
def test_a_key_frame_each_second_at_any_rate_even_when_the_camera_slows_down(fps: int) -> None:
    times_s = [number / fps for number in range(2 * fps)]
    times_s += [2 + number / 5 for number in range(20)]
    keys_s = [packet.mono_s for packet in encode(Encoder(320, 180, fps), times_s) if packet.is_keyframe]
    assert keys_s[0] == 0
    assert np.diff(keys_s) == pytest.approx(KEY_FRAME_EVERY_S)


def test_a_cut_makes_no_key_frame() -> None:
    encoder = Encoder(320, 180, 15)
    black, white = (av.VideoFrame.from_ndarray(np.full((180, 320, 3), v, np.uint8), format="rgb24") for v in (0, 255))
    keys = [encoder.encode(frame, number * 6000, 0)[0].is_keyframe for number, frame in enumerate([black, white] * 5)]
    assert keys == [True] + [False] * 9


def test_odd_size_is_made_even() -> None:
    encoder = Encoder(321, 181, 15)
    packets = encode(encoder, [0, 0.1], size=(321, 181), pix_fmt="yuv444p")
    assert (encoder.track.width, encoder.track.height) == (320, 180)
    assert {(frame.width, frame.height) for frame in decoded(packets)} == {(320, 180)}


def test_full_range_becomes_limited() -> None:
    (frame,) = decoded(encode(Encoder(320, 180, 15), [0], pix_fmt="yuvj422p"))
    assert frame.color_range != 2
    assert frame.format.name == "yuv420p"
    luma = frame.to_ndarray()[100:180, :150]
    assert abs(float(luma.mean()) - LEFT_LUMA) < 4
