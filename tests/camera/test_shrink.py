"""Smaller copies that fit a limit."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.errors import RecordingError
from camera.finish import make_plain
from camera.muxing import GrowingFile
from camera.shrink import BITS_PER_PIXEL, LEAST_WIDTH, shape_for, shrink
from tests.camera.footage import packets


def clip(folder: Path, codec: str = "h264", pictures: int = 60) -> Path:
    recorded = packets(pictures, codec=codec, size=(640, 360))
    file = GrowingFile(folder / "source.part", recorded[0])
    for packet in recorded[1:]:
        file.write(packet)
    file.close()
    return make_plain(folder / "source.part", folder / "source.mp4").path


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("share", [0.5, 0.02])
def test_a_copy_fits_plays_and_keeps_its_length(tmp_path: Path, codec: str, share: float) -> None:
    source, target = clip(tmp_path, codec), tmp_path / "small.mp4"
    limit_bytes = int(source.stat().st_size * share)
    shrink(source, target, limit_bytes)
    assert 0 < target.stat().st_size <= limit_bytes
    with av.open(str(target)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.width <= 640
        assert stream.width / stream.height == pytest.approx(640 / 360, rel=0.05)
        assert float((container.duration or 0) / av.time_base) == pytest.approx(4.0, abs=0.15)
        shown = [frame.time for frame in container.decode(video=0)]
        assert len(shown) == 60
        assert shown[0] == 0.0
    head = target.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_the_copy_shows_the_same_picture(tmp_path: Path) -> None:
    source, target = clip(tmp_path, pictures=5), tmp_path / "small.mp4"
    shrink(source, target, source.stat().st_size // 2)
    first = []
    for path in (source, target):
        with av.open(str(path)) as container:
            frame = next(container.decode(video=0))
            first.append(frame.reformat(32, 18, "gray", interpolation="AREA").to_ndarray().astype(float))
    assert np.abs(first[0] - first[1]).mean() < 6


def test_what_cannot_fit_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    source = clip(tmp_path)
    with pytest.raises(RecordingError, match="too long"):
        shrink(source, tmp_path / "small.mp4", 2000)
    assert not (tmp_path / "small.mp4").exists()


def test_what_is_no_clip_is_said(tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    source.write_bytes(b"nothing" * 1000)
    with pytest.raises(RecordingError, match=r"\.$"):
        shrink(source, tmp_path / "small.mp4", 10_000)
    assert not (tmp_path / "small.mp4").exists()


@given(
    st.integers(2, 4000), st.integers(2, 4000), st.floats(0.1, 300), st.floats(1, 60), st.integers(100_000, 50_000_000)
)
def test_the_shape_is_even_never_larger_and_feeds_its_pixels(
    width: int, height: int, duration_s: float, fps: float, wanted_bytes: int
) -> None:
    try:
        shape = shape_for(width, height, duration_s, fps, wanted_bytes)
    except RecordingError:
        assert wanted_bytes * 8 / duration_s < 21_000
        return
    assert shape.width % 2 == shape.height % 2 == 0
    assert 2 <= shape.width <= max(2, width)
    assert 2 <= shape.height <= max(2, height)
    starved = shape.bits_per_s < 0.99 * BITS_PER_PIXEL * fps * (shape.width - 2) * (shape.height - 2)
    assert not starved or shape.width <= LEAST_WIDTH
    assert shape.bits_per_s * duration_s <= wanted_bytes * 8 * max(1.0, duration_s)
