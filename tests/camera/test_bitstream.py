"""Length-prefixed access units become Annex B with their parameter sets in front."""

from __future__ import annotations

import io

import av
import pytest

from camera.bitstream import annex_b, first_slice, is_annex_b, parameter_sets
from tests.camera.footage import nal_units, packets


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_what_an_encoder_sends_either_way_is_the_same(codec: str) -> None:
    prefixed, started = packets(1, codec=codec)[0], packets(1, codec=codec, annex_b=True)[0]
    assert not is_annex_b(prefixed.track.extradata)
    data = annex_b(prefixed.data, codec, prefixed.track.extradata)
    assert set(nal_units(started.data)) <= set(nal_units(data))
    with av.open(io.BytesIO(data), "r", format=codec) as container:
        assert len(list(container.decode(video=0))) == 1


def test_no_set_up_means_start_codes() -> None:
    assert is_annex_b(b"")
    assert is_annex_b(b"\0\0\1\x67")
    assert is_annex_b(b"\0\0\0\1\x67")


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_what_is_cut_short_is_a_value_error(codec: str) -> None:
    packet = packets(1, codec=codec)[0]
    with pytest.raises(ValueError, match="cut short"):
        annex_b(packet.data[:-1], codec, packet.track.extradata)
    with pytest.raises(ValueError, match="cut short"):
        annex_b(packet.data, codec, packet.track.extradata[:12])


@pytest.mark.parametrize(
    ("codec", "units", "sets", "slice_at"),
    [
        ("h264", [b"\x06sei", b"\x67sps", b"\x68pps", b"\x65picture"], b"\x67sps\x68pps", 28),
        ("hevc", [b"\x40\1vps", b"\x42\1sps", b"\x44\1pps", b"\x26\1picture"], b"\x40\1vps\x42\1sps\x44\1pps", 31),
        ("h264", [b"\x41picture", b"\x67late"], b"", 4),
    ],
)
def test_parameter_sets_and_the_first_slice_are_found(
    codec: str, units: list[bytes], sets: bytes, slice_at: int
) -> None:
    data = b"".join(b"\0\0\0\1" + unit for unit in units)
    assert parameter_sets(data, codec) == sets
    assert first_slice(memoryview(data), codec) == slice_at


def test_data_without_a_picture_has_no_slice() -> None:
    assert first_slice(b"\0\0\0\1\x67sps", "h264") is None
