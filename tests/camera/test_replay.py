"""The product's own detection over files that the tests make."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.video.stream import VideoStream

from camera.config import CameraConfig
from camera.errors import SourceError
from camera.replay import replay
from tests.camera.footage import FPS, Change, film, light, mover


def video(path: Path, seconds: int, *changes: Change, codec: str = "libx264") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            codec, rate=Fraction(FPS), options={"preset": "ultrafast"} if codec == "libx264" else {}
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.bit_rate = 2_000_000
        for luma, _ in film(seconds, *changes):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(luma, format="gray").reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.avi", "mpeg4")])
def test_events_are_the_spans_of_motion_in_file_time(tmp_path: Path, name: str, codec: str) -> None:
    path = video(tmp_path / name, 16, mover(4, 6), mover(11, 13), codec=codec)
    seen = replay(path)
    assert seen.frames == 16 * FPS
    assert seen.duration_s == pytest.approx(16, abs=0.01)
    assert [start_s for start_s, _ in seen.events] == pytest.approx([4, 11], abs=0.4)
    assert [end_s for _, end_s in seen.events] == pytest.approx([6, 13], abs=0.4)


def test_short_pauses_are_joined(tmp_path: Path) -> None:
    assert len(replay(video(tmp_path / "a.mp4", 12, mover(4, 5.5), mover(7.5, 9))).events) == 1


def test_light_alone_is_nothing_and_motion_up_to_the_end_is_closed(tmp_path: Path) -> None:
    assert replay(video(tmp_path / "a.mp4", 8, light(lambda t: 1.0 if t < 4 else 1.5))).events == []
    ((start_s, end_s),) = replay(video(tmp_path / "b.mp4", 6, mover(4, 9))).events
    assert 4 <= start_s < end_s == pytest.approx(6, abs=0.1)


def test_the_configuration_counts(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", 8, mover(4, 6))
    assert replay(path, CameraConfig("front", "scene", tmp_path, least_area=0.2)).events == []


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    replay(video(tmp_path / "a.mp4", 4), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 10


@pytest.mark.parametrize("content", [b"", b"no video" * 100])
def test_what_is_no_video_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"\.$"):
        replay(path)
    with pytest.raises(SourceError, match=r"\.$"):
        replay(tmp_path / "missing.mp4", progress=lambda _share: None)
