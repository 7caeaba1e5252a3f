"""Whole JPEGs out of streams that are not as they should be."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.sources import jpeg_cutter
from camera.sources.jpeg_cutter import JpegCutter
from tests.camera.http_server import jpegs


def noise(seed: int, *options: int) -> bytes:
    """A JPEG whose coded data holds many 0xFF."""
    rgb = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), np.uint8)
    return cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, 100, *options])[1].tobytes()


def with_thumbnail(jpeg: bytes) -> bytes:
    """The picture with a whole JPEG inside its header, as EXIF has it."""
    inner = b"Exif\0\0" + noise(99)
    return jpeg[:2] + b"\xff\xe1" + (len(inner) + 2).to_bytes(2, "big") + inner + jpeg[2:]


PICTURES = [
    noise(1),
    noise(2, cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    noise(3, cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
    with_thumbnail(noise(4)),
    jpegs(1)[0],
]


def cut(data: bytes, step: int) -> tuple[list[bytes], int]:
    cutter = JpegCutter()
    found = [picture for at in range(0, len(data), step) for picture in cutter.feed(data[at : at + step])]
    cutter.end()
    return found, cutter.broken


@pytest.mark.parametrize("step", [1, 7, 1460, 1_000_000])
@pytest.mark.parametrize("between", [b"", b"\r\n--x\r\nContent-Length: 5\r\n\r\n", b"\0\0\xff\xff", b"--\xff"])
def test_pictures_come_out_as_they_were(step: int, between: bytes) -> None:
    assert cut(between.join([b"", *PICTURES, b""]), step) == (PICTURES, 0)


@pytest.mark.parametrize("step", [1, 1460])
@pytest.mark.parametrize("picture", PICTURES, ids=["plain", "progressive", "restarts", "thumbnail", "mjpeg"])
def test_a_picture_cut_short_costs_itself_alone(step: int, picture: bytes) -> None:
    for length in random.Random(5).sample(range(3, len(picture) - 1), 25):
        found, broken = cut(picture[:length] + b"\r\n--x\r\n\r\n" + b"\r\n--x\r\n\r\n".join([PICTURES[0]] * 4), step)
        assert found.count(PICTURES[0]) >= 3, "a header cut short may reach into the next picture, never further"
        assert broken >= 1 or picture[:length] in found[0]


def test_fill_bytes_before_a_marker_mean_nothing() -> None:
    picture = PICTURES[0][:-2] + b"\xff\xff\xff\xd9"
    assert cut(picture, 3) == ([picture], 0)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_junk_never_hides_what_follows(junk: bytes, step: int) -> None:
    found, _ = cut(junk + b"\0" * 65_600 + 2 * PICTURES[0], max(step, 1000))
    assert found[-1] == PICTURES[0]


def test_endless_junk_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpeg_cutter, "LARGEST_PICTURE_BYTES", 10_000)
    cutter = JpegCutter()
    for junk in (b"\xff\xd8\xff\xda\0\2", b"a" * 100, b"\xff\xd8\xff\xe0\xff\xff"):
        for _ in range(400):
            assert cutter.feed(junk) == []
            assert len(vars(cutter)["_held"]) <= 10_000 + len(junk)
    assert cutter.broken
