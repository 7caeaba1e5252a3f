"""What moved is marked, and enlarged when it is small; the snapshot itself is never touched."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mocam.contact_sheet import Picture, decoded
from mocam.marking import Box, cut_out, marked

GREEN, RED = (40, 160, 40), (30, 30, 230)


def scene(width: int, height: int, box: Box) -> bytes:
    """Green, with something red where it moves."""
    picture = np.full((height, width, 3), GREEN, np.uint8)
    left, top = round(box[0] * width), round(box[1] * height)
    right, bottom = round((box[0] + box[2]) * width), round((box[1] + box[3]) * height)
    picture[top:bottom, left:right] = RED
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


def seen(jpeg: bytes) -> Picture:
    picture = decoded(jpeg, 100_000)
    assert picture is not None
    return picture


def share_of(picture: Picture, colour: tuple[int, int, int]) -> float:
    near = np.abs(picture.astype(int) - colour).max(axis=2) < 40
    return float(near.mean())


def test_a_frame_stands_around_what_moves_and_nothing_else_changes() -> None:
    box = (0.3, 0.2, 0.4, 0.6)
    picture = seen(marked(scene(1280, 720, box), box))
    assert picture.shape == (720, 1280, 3)
    assert share_of(picture, RED) == pytest.approx(0.24, abs=0.01)
    changed = 1 - share_of(picture, RED) - share_of(picture, GREEN)
    assert 0.002 < changed < 0.03, "a thin frame"


@pytest.mark.parametrize("corner", [(0.05, 0.05), (0.9, 0.05), (0.05, 0.85), (0.9, 0.85), (0.48, 0.5)])
def test_something_small_is_shown_enlarged_without_covering_it(corner: tuple[float, float]) -> None:
    box = (*corner, 0.04, 0.08)
    original = scene(1280, 720, box)
    picture = seen(marked(original, box))
    assert share_of(picture, RED) > 3 * share_of(seen(original), RED)
    x, y = round((box[0] + box[2] / 2) * 1280), round((box[1] + box[3] / 2) * 720)
    assert picture[y, x] == pytest.approx(RED, abs=25), "the thing itself is still seen in its place"


def test_without_a_box_or_a_picture_it_comes_back_as_it_was() -> None:
    jpeg = scene(640, 360, (0.4, 0.4, 0.1, 0.1))
    assert marked(jpeg, None) == jpeg
    assert marked(b"no picture", (0.1, 0.1, 0.2, 0.2)) == b"no picture"


def test_a_huge_picture_is_made_fit_for_a_phone() -> None:
    assert seen(marked(scene(3840, 2160, (0.2, 0.2, 0.4, 0.4)), (0.2, 0.2, 0.4, 0.4))).shape == (1080, 1920, 3)


@pytest.mark.parametrize(
    "box", [(0.0, 0.0, 1.0, 1.0), (0.99, 0.99, 0.2, 0.2), (0.5, 0.5, 0.0, 0.0), (-0.2, 0.1, 0.3, 0.1)]
)
def test_a_cut_out_stays_inside_whatever_the_box_says(box: Box) -> None:
    part = cut_out(np.zeros((360, 640, 3), np.uint8), box, 0.35)
    assert 1 <= part.shape[0] <= 360
    assert 1 <= part.shape[1] <= 640
    assert seen(marked(scene(640, 360, (0.4, 0.4, 0.1, 0.1)), box)).shape == (360, 640, 3)
