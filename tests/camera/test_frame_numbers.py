"""Packets that follow upon others than they were made for: with FFmpeg's own reading of them, and with any bytes."""

from __future__ import annotations

import re
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from camera.bitstream import parameter_set_units, slices
from camera.frame_numbers import FrameNumbers

SIZE = (96, 64)
LENGTH = 40
START = b"\0\0\0\1"

ENCODED = {
    "baseline": {"profile": "baseline"},
    "several slices": {"slices": "4"},
    "scaling lists and more references": {"x264-params": "cqm=jvt:ref=4:bframes=0", "preset": "slow"},
    "lossless, a high profile": {"qp": "0", "preset": "ultrafast"},
    "weighted prediction": {"x264-params": "weightp=2:bframes=0"},
}


def encoded(options: dict[str, str]) -> tuple[list[bytes], bytes]:
    """One group whose number wraps, and the codec set-up, with start codes."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = *SIZE, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.gop_size = Fraction(1, 15), Fraction(15), LENGTH
    encoder.options = {"tune": "zerolatency", "bf": "0", "sc_threshold": "0"} | options
    rng, found = np.random.default_rng(1), []
    still = rng.integers(0, 200, SIZE[::-1], np.uint8)
    for index in range(LENGTH):
        luma = still + rng.integers(0, 9, SIZE[::-1], np.uint8)
        planes = np.concatenate([luma, np.full((SIZE[1] // 2, SIZE[0]), 128, np.uint8)])
        picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        picture.pts, picture.time_base = index, Fraction(1, 15)
        found += encoder.encode(picture)
    found += encoder.encode(None)
    return [bytes(packet) for packet in found], b""


def headers(folder: Path, data: bytes) -> list[tuple[str, int]]:
    """What FFmpeg reads in the parameter sets and slice headers, in order."""
    path = folder / "some.h264"
    path.write_bytes(data)
    command = ["ffmpeg", "-f", "h264", "-i", str(path), "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stderr
    found = re.findall(r"\] \d+ +(\w[\w\[\]]*) +[01]+ = (-?\d+)", told)
    return [(name, int(value)) for name, value in found]


def slice_fields(read: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """Those of each slice."""
    starts = [index for index, (name, _) in enumerate(read) if name == "first_mb_in_slice"]
    return [read[start:end] for start, end in zip(starts, [*starts[1:], len(read)], strict=True)]


@pytest.mark.parametrize("options", ENCODED.values(), ids=ENCODED)
def test_ffmpeg_reads_the_next_number_and_everything_else_as_it_was(tmp_path: Path, options: dict[str, str]) -> None:
    group, extradata = encoded(options)
    numbers = FrameNumbers(extradata)
    numbers.begin(group[0])
    data, kept = group[0], group[0]
    places = (4, 5, 15, 16, 17, 30, 39)
    for at in places:
        changed = numbers.renumbered(group[at])
        assert changed is not None
        assert len(changed) == len(group[at])
        numbers.follow(changed)
        data, kept = data + changed, kept + group[at]
    read, before = slice_fields(headers(tmp_path, data)), slice_fields(headers(tmp_path, kept))
    pictures = len(list(slices(group[0], extradata)))
    counted = [dict(one)["frame_num"] for one in read]
    assert counted == [number for number in range(len(places) + 1) for _ in range(pictures)]
    assert [dict(one)["frame_num"] for one in before][::pictures] == [0, *(at % 16 for at in places)]
    for changed_one, kept_one in zip(read, before, strict=True):
        assert [one for one in changed_one if one[0] != "frame_num"] == [
            one for one in kept_one if one[0] != "frame_num"
        ]


@pytest.mark.parametrize("options", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("step", [1, 4, 19])
def test_a_decoder_shows_each_at_once_and_it_looks_like_the_last_where_nothing_moves(
    options: dict[str, str], step: int
) -> None:
    group, extradata = encoded(options)
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    numbers = FrameNumbers(extradata)
    numbers.begin(group[0])
    (first,) = decoder.decode(av.Packet(group[0]))
    for at in range(step, LENGTH, step):
        changed = numbers.renumbered(group[at])
        assert changed is not None
        numbers.follow(changed)
        (picture,) = decoder.decode(av.Packet(changed))
        difference = picture.to_ndarray(format="gray").astype(int) - first.to_ndarray(format="gray")
        assert abs(difference).mean() < 16


def test_length_prefixed_packets_are_renumbered_as_well() -> None:
    group, _ = encoded(ENCODED["several slices"])
    sps, pps = parameter_set_units(group[0], b"")
    extradata = b"\x01" + sps[1:4] + b"\xff\xe1" + len(sps).to_bytes(2) + sps + b"\1" + len(pps).to_bytes(2) + pps

    def prefixed(data: bytes) -> bytes:
        return b"".join(length.to_bytes(4) + data[at : at + length] for at, length in slices(data, b""))

    started, packed = FrameNumbers(b""), FrameNumbers(extradata)
    started.begin(group[0])
    packed.begin(prefixed(group[0]))
    changed = started.renumbered(group[20])
    assert changed is not None
    assert packed.renumbered(prefixed(group[20])) == prefixed(changed)


def test_what_cannot_follow_is_left() -> None:
    group, extradata = encoded(ENCODED["baseline"])
    numbers = FrameNumbers(extradata)
    assert numbers.renumbered(group[1]) is None  # nobody said what came before
    numbers.follow(group[0])
    assert numbers.renumbered(group[1]) is None  # nor how long numbers are
    numbers.begin(group[0])
    assert numbers.renumbered(group[0]) is None  # a beginning follows nothing
    assert numbers.renumbered(b"") is None
    assert numbers.renumbered(group[1][:6]) is None
    assert numbers.renumbered(group[1]) == group[1]


@pytest.mark.parametrize(
    ("order", "can"),
    [((2,), True), ((0, 2), True), ((0, 1), False), ((1,), False)],
    ids=["none", "6 bits", "5 bits", "the kind nobody uses"],
)
def test_pictures_that_might_be_taken_for_earlier_ones_are_left(order: tuple[int, ...], can: bool) -> None:
    group, _ = encoded(ENCODED["baseline"])
    bits = "".join(f"{number + 1:b}".zfill(2 * (number + 1).bit_length() - 1) for number in (0, 0, *order)) + "1"
    sps = b"\x67\x42\xc0\x1e" + int(bits.ljust(32, "0"), 2).to_bytes(4)
    numbers = FrameNumbers(b"")
    at, _ = next(slices(group[0], b""))
    numbers.begin(START + sps + START + group[0][at:])
    assert (numbers.renumbered(group[1]) is not None) is can


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
@example(b"", START + b"\x67\x42" + b"\0" * 40, START + b"\x41" + b"\0" * 40)
@example(b"", START + b"\x67\x64\0\x1f\xff\xff\xff\xff" + b"\xff" * 60, START + b"\x61" + b"\xff" * 30)
@example(b"\1\x64\0\x1f\xff\xe1\xff\xff", b"\0\0\0\2\x65\x88", b"\xff\xff\xff\xff\x41")
def test_whatever_a_camera_sends_it_is_renumbered_or_left(extradata: bytes, first: bytes, second: bytes) -> None:
    for body in (first, START + b"\x67" + first + START + b"\x65" + second):
        numbers = FrameNumbers(extradata)
        numbers.begin(body)
        for data in (second, START + b"\x41" + second, START + b"\x01\x9a" + second):
            changed = numbers.renumbered(data)
            assert changed is None or len(changed) == len(data)
            numbers.follow(changed or data)


@given(st.data())
def test_a_real_group_with_bytes_changed_is_renumbered_or_left(data: st.DataObject) -> None:
    key, packet = (bytearray(one) for one in _GROUP)
    for one in (key, packet):
        for _ in range(data.draw(st.integers(0, 4))):
            one[data.draw(st.integers(0, min(len(one), 60) - 1))] = data.draw(st.integers(0, 255))
    numbers = FrameNumbers(b"")
    numbers.begin(bytes(key))
    changed = numbers.renumbered(bytes(packet))
    assert changed is None or len(changed) == len(packet)


_GROUP = tuple(encoded(ENCODED["scaling lists and more references"])[0][at] for at in (0, 7))
