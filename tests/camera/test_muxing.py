"""The growing file: codec set-up, what is on the disk when, what a refusing disk does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import av
import pytest

from camera.errors import RecordingError
from camera.muxing import GrowingFile
from tests.camera.footage import (
    decoded,
    length_prefixed_units,
    nal_units,
    packets,
    stored_units,
)


def full_disk(_path: Path) -> BinaryIO:
    """A file that the kernel refuses to write to, as on a full disk."""
    return Path("/dev/full").open("wb", buffering=0)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_start_codes_become_lengths_and_the_units_stay_the_same(tmp_path: Path, codec: str) -> None:
    recorded = packets(20, codec=codec, annex_b=True)
    path = tmp_path / "a.part"
    file = GrowingFile(path, recorded[0])
    for packet in recorded[1:]:
        file.write(packet)
    file.close()
    sent = [nal_units(packet.data) for packet in recorded]
    if codec == "hevc":  # `hvc1` promises that parameter sets (types 32 to 34) stand in the set-up alone
        sent = [[unit for unit in units if (unit[0] >> 1) not in {32, 33, 34}] for units in sent]
    assert [length_prefixed_units(unit) for unit in stored_units(path)] == sent
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert context.codec_tag == {"h264": "avc1", "hevc": "hvc1"}[codec]
        assert context.extradata is not None
        assert context.extradata[0] == 1  # a configuration record, not start codes
        assert (context.width, context.height) == (160, 96)
    assert decoded(path) == 20


def test_a_given_set_up_is_kept_as_it_is(tmp_path: Path) -> None:
    recorded = packets(5)
    file = GrowingFile(tmp_path / "a.part", recorded[0])
    file.close()
    with av.open(str(tmp_path / "a.part")) as container:
        assert container.streams.video[0].codec_context.extradata == recorded[0].track.extradata


@pytest.mark.parametrize("group", [15, 1000])
def test_at_most_a_good_second_is_not_on_the_disk(tmp_path: Path, group: int) -> None:
    path = tmp_path / "a.part"
    recorded = packets(75, group=group)
    file = GrowingFile(path, recorded[0])
    for count, packet in enumerate(recorded[1:], start=2):
        file.write(packet)
        if count >= 18:
            assert len(stored_units(path)) >= count - 17
    file.close()


def test_a_full_disk_is_a_recording_error(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="No space left"):
        GrowingFile(tmp_path / "a", packets(1)[0], full_disk).close()


def test_an_existing_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    path.write_bytes(b"precious")
    with pytest.raises(RecordingError):
        GrowingFile(path, packets(1)[0])
    assert path.read_bytes() == b"precious"


def test_what_cannot_be_copied_is_refused_with_a_sentence(tmp_path: Path) -> None:
    first = packets(1)[0]
    with pytest.raises(RecordingError, match=r"H\.264"):
        GrowingFile(tmp_path / "a", replace(first, track=replace(first.track, codec="mjpeg")))
    with pytest.raises(RecordingError, match="damaged"):
        GrowingFile(tmp_path / "b", replace(first, track=replace(first.track, extradata=b"\1\2\3")))
