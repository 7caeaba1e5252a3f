"""Small pictures for the chat."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from camera.errors import RecordingError
from camera.finish import make_plain
from camera.muxing import GrowingFile
from camera.thumbnail import MOST_BYTES, thumbnail_of_clip, thumbnail_of_jpeg
from tests.camera.footage import packets


def jpeg(width: int, height: int) -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    done, data = cv2.imencode(".jpg", noise, [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert done
    return data.tobytes()


def size(data: bytes) -> tuple[int, int]:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.shape[1], picture.shape[0]


@pytest.mark.parametrize(
    ("width", "height", "wanted"),
    [(1920, 1080, (320, 180)), (1080, 1920, (180, 320)), (100, 50, (100, 50)), (4000, 2, (320, 1))],
)
def test_no_side_is_longer_than_the_limit_and_none_is_enlarged(
    width: int, height: int, wanted: tuple[int, int]
) -> None:
    small = thumbnail_of_jpeg(jpeg(width, height))
    assert size(small) == wanted
    assert len(small) <= MOST_BYTES


def test_a_clip_gives_its_first_picture(tmp_path: Path) -> None:
    recorded = packets(3, size=(640, 360))
    file = GrowingFile(tmp_path / "a.part", recorded[0])
    file.close()
    clip = make_plain(tmp_path / "a.part", tmp_path / "a.mp4").path
    assert size(thumbnail_of_clip(clip)) == (320, 180)


@pytest.mark.parametrize("content", [b"", b"not a picture"])
def test_what_is_no_picture_is_said(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RecordingError):
        thumbnail_of_jpeg(content)
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(RecordingError):
        thumbnail_of_clip(tmp_path / "a.mp4")
