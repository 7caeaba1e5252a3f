"""A camera's own JPEG: small luma, whole picture, missing tables, damage."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camera.errors import SourceError
from camera.sources import jpeg
from tests.camera.source_videos import LEFT_RGB, RIGHT_RGB, encoded_frames, picture


def made(width: int, height: int) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(picture(0, width, height), cv2.COLOR_RGB2BGR))
    assert done
    return data.tobytes()


def without_tables(whole: bytes) -> bytes:
    """As Motion JPEG travels: the Huffman tables are left out, since everybody knows them."""
    at, kept = 2, [b"\xff\xd8"]
    while whole[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(whole[at + 2 : at + 4])
        if whole[at + 1] != 0xC4:
            kept.append(whole[at:end])
        at = end
    return b"".join(kept) + whole[at:]


def decoded(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    return bgr.astype(np.int16)


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (320, 180, (180, 320)),
        (640, 360, (180, 320)),
        (800, 600, (240, 320)),
        (1280, 720, (180, 320)),
        (1920, 1080, (180, 320)),
        (2592, 1944, (240, 320)),
        (160, 120, (120, 160)),
    ],
)
def test_luma_is_about_320_wide_and_shows_the_picture(width: int, height: int, shape: tuple[int, int]) -> None:
    data = made(width, height)
    assert jpeg.size(data) == (width, height)
    luma = jpeg.gray(data, width)
    assert luma is not None
    assert luma.shape == shape
    middle = shape[1] // 2
    for part, rgb in (
        (luma[shape[0] // 2 :, : middle - 4], LEFT_RGB),
        (luma[shape[0] // 2 :, middle + 4 :], RIGHT_RGB),
    ):
        assert abs(float(part.mean()) - float(np.dot(rgb, (0.299, 0.587, 0.114)))) < 3


def test_a_picture_with_its_tables_is_given_out_as_it_is() -> None:
    data = made(640, 360)
    assert jpeg.still(data)() is data


def test_missing_tables_are_put_in_and_nothing_else_changes() -> None:
    data = made(640, 360)
    bare = without_tables(data)
    assert jpeg.size(bare) == (640, 360)
    whole = jpeg.still(bare)()
    assert len(whole) > len(bare)
    assert (decoded(whole) == decoded(data)).all()
    luma = jpeg.gray(bare, 640)
    assert luma is not None
    assert (luma == jpeg.gray(data, 640)).all()


def test_ffmpegs_own_motion_jpeg_is_readable() -> None:
    (data,) = encoded_frames("mjpeg", "yuvj422p", 1)
    assert jpeg.size(data) == (640, 360)
    assert jpeg.ends(data)
    assert jpeg.ends(data + b"\0\0\0")
    assert not jpeg.ends(data[:-20])
    assert np.abs(decoded(jpeg.whole(data)) - decoded(made(640, 360))).mean() < 6


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00", b"no picture at all", b"\xff\xd8" + b"\xff" * 99]
)
def test_what_is_no_picture_is_said(data: bytes) -> None:
    assert jpeg.size(data) is None
    assert jpeg.gray(data, 640) is None
    with pytest.raises(SourceError):
        jpeg.whole(data)
