"""Whether a clip plays: whole, cut off, and what is no clip at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from camera.errors import RecordingError
from camera.playing import play
from tests.demo.media import mp4


def test_a_whole_clip_plays(tmp_path: Path) -> None:
    assert play(mp4(tmp_path / "clip.mp4", duration_s=2, fps=10)) == 20


def test_a_clip_cut_off_does_not(tmp_path: Path) -> None:
    path = mp4(tmp_path / "clip.mp4", duration_s=4)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(RecordingError):
        play(path)


def test_damaged_pictures_do_not(tmp_path: Path) -> None:
    path = mp4(tmp_path / "clip.mp4", duration_s=4)
    whole = bytearray(path.read_bytes())
    start = whole.index(b"mdat") + 4
    whole[start:] = bytes(len(whole) - start)
    path.write_bytes(whole)
    with pytest.raises(RecordingError):
        play(path)


def test_what_is_no_video_does_not(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"not a clip" * 100)
    with pytest.raises(RecordingError, match="decoded"):
        play(path)
