from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camera.unpacking import unpacked


def picture(width: int, height: int) -> NDArray[np.uint8]:
    """Soft colours, so that a JPEG hardly changes them."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([40 + columns % 128, 60 + rows % 128, 90 + (rows + columns) % 100], axis=2).astype(np.uint8)


def jpeg(pixels: NDArray[np.uint8], *options: int) -> bytes:
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 95, *options])
    assert done
    return data.tobytes()


@pytest.mark.parametrize("size", [(1920, 1080), (640, 360), (333, 251), (16, 16)])
@pytest.mark.parametrize(
    "kind",
    [
        (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420),
        (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422),
        (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
        (cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    ],
)
def test_the_same_pixels_as_another_reader_sees(size: tuple[int, int], kind: tuple[int, int]) -> None:
    pixels = picture(*size)
    found = unpacked(jpeg(pixels, *kind), 4000)
    assert found is not None
    assert found.shape == pixels.shape
    assert float(np.abs(found.astype(int) - pixels).mean()) < 6


def test_a_gray_one_too() -> None:
    gray = picture(320, 180)[:, :, 0]
    found = unpacked(jpeg(gray), 4000)
    assert found is not None
    assert found.shape == (180, 320, 3)
    assert float(np.abs(found[:, :, 1].astype(int) - gray).mean()) < 4


def test_what_is_too_wide_becomes_smaller_with_its_shape_kept() -> None:
    pixels = picture(2560, 1440)
    found = unpacked(jpeg(pixels), 1920)
    assert found is not None
    assert found.shape == (1080, 1920, 3)
    small = cv2.resize(pixels, (1920, 1080), interpolation=cv2.INTER_AREA)
    assert float(np.abs(found.astype(int) - small).mean()) < 8


def test_it_can_be_drawn_on() -> None:
    found = unpacked(jpeg(picture(333, 251)), 4000)
    assert found is not None
    cv2.rectangle(found, (10, 10), (60, 60), (0, 0, 255), -1)
    assert found[30, 30].tolist() == [0, 0, 255]
    assert found[100, 100].tolist() != [0, 0, 255]


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff", jpeg(picture(64, 64))[:200]])
def test_what_is_no_whole_jpeg_is_none(data: bytes) -> None:
    assert unpacked(data, 4000) is None
