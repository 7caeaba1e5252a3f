"""Gray frames and stills of every pixel format that cameras and files deliver."""

from __future__ import annotations

import threading

import av
import cv2
import numpy as np
import pytest

from camera.sources.picture import GRAY_WIDTH, gray, shrink, still
from tests.camera.source_videos import HEIGHT, LEFT_RGB, RIGHT_RGB, WIDTH, picture

FORMATS = [
    "yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "nv12", "nv21", "yuyv422", "rgb24", "bgr24", "yuv420p10le",
    "gray",
]  # fmt: skip


def frame_of(pix_fmt: str, width: int = WIDTH, height: int = HEIGHT) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(picture(0, width, height), format="rgb24").reformat(format=pix_fmt)
    if pix_fmt.startswith("yuvj"):
        frame.color_range = 2
    return frame


@pytest.mark.parametrize("pix_fmt", FORMATS)
def test_gray_shows_the_brightness_of_each_format(pix_fmt: str) -> None:
    luma = gray(frame_of(pix_fmt))
    assert luma.shape == (180, 320)
    assert luma.dtype == np.uint8
    full = np.array([LEFT_RGB, RIGHT_RGB], np.float64) @ (0.299, 0.587, 0.114)
    for part, bright in ((luma[100:, :156], full[0]), (luma[100:, 164:], full[1])):
        limited = 16 + bright * 219 / 255
        assert min(abs(part.mean() - bright), abs(part.mean() - limited)) < 2


@pytest.mark.parametrize(
    ("size", "shape"),
    [((1920, 1080), (180, 320)), ((1280, 960), (240, 320)), ((720, 1280), (569, 320)), ((353, 289), (262, 320))],
)
def test_aspect_is_kept_at_any_size(size: tuple[int, int], shape: tuple[int, int]) -> None:
    assert gray(frame_of("yuv420p", *size)).shape == shape


def test_small_pictures_are_copied_as_they_are() -> None:
    luma = np.arange(160 * 120, dtype=np.uint8).reshape(120, 160)
    small = shrink(luma)
    assert (small == luma).all()
    assert not np.shares_memory(small, luma)


def test_shrinking_averages_noise_away() -> None:
    noise = np.random.default_rng(1).integers(80, 120, (1080, 1920)).astype(np.uint8)
    assert shrink(noise).std() < noise.std() / 3
    assert shrink(noise).shape == (180, GRAY_WIDTH)


@pytest.mark.parametrize("pix_fmt", [name for name in FORMATS if name != "gray"])
def test_still_has_the_true_colours(pix_fmt: str) -> None:
    bgr = cv2.imdecode(np.frombuffer(still(frame_of(pix_fmt))(), np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    assert bgr.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(bgr[300, 100][::-1].astype(int) - LEFT_RGB).max() < 8
    assert np.abs(bgr[300, 500][::-1].astype(int) - RIGHT_RGB).max() < 8


def test_untagged_high_definition_is_taken_as_bt709() -> None:
    rgb = picture(0, 1280, 720)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p", dst_colorspace="ITU709")
    frame.colorspace = 2
    bgr = cv2.imdecode(np.frombuffer(still(frame)(), np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    assert np.abs(bgr[600, 200][::-1].astype(int) - LEFT_RGB).max() < 8


def test_many_threads_may_ask_for_one_still() -> None:
    make = still(frame_of("yuv420p"))
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(make())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1
