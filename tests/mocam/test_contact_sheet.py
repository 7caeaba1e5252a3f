"""A contact sheet shows every picture, whole, with its number."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mocam.contact_sheet import MOST_TILES, WIDTH_PX, Picture, Tile, decoded, draw
from tests.demo.media import jpeg


def plain(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    _, data = cv2.imencode(".jpg", np.full((height, width, 3), colour, np.uint8))
    return data.tobytes()


def seen(sheet: bytes) -> Picture:
    picture = decoded(sheet, WIDTH_PX)
    assert picture is not None
    return picture


def colour_at(picture: Picture, across: float, down: float) -> list[int]:
    return [int(value) for value in picture[int(picture.shape[0] * down), int(picture.shape[1] * across)]]


@pytest.mark.parametrize(("tiles", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (4, 2, 2), (5, 3, 2), (12, 3, 4)])
def test_rows_and_columns(tiles: int, columns: int, rows: int) -> None:
    picture = seen(draw([Tile(str(n), "12:00 front", jpeg(320, 180)) for n in range(tiles)]))
    assert picture.shape[1] == WIDTH_PX
    assert picture.shape[0] / picture.shape[1] == pytest.approx(rows / columns * 9 / 16, rel=0.03)


def test_each_picture_is_in_its_place() -> None:
    red, green, blue = (30, 30, 220), (30, 220, 30), (220, 30, 30)
    picture = seen(draw([Tile("1", "", plain(640, 360, c)) for c in (red, green, blue)] + [Tile("4", "", b"")]))
    assert colour_at(picture, 0.25, 0.25) == pytest.approx(red, abs=12)
    assert colour_at(picture, 0.75, 0.25) == pytest.approx(green, abs=12)
    assert colour_at(picture, 0.25, 0.75) == pytest.approx(blue, abs=12)


def test_an_upright_picture_is_shown_whole() -> None:
    upright = np.full((640, 360, 3), (40, 200, 40), np.uint8)
    upright[:40] = (40, 40, 230)
    _, data = cv2.imencode(".jpg", upright)
    picture = seen(draw([Tile("1", "", data.tobytes())]))
    assert colour_at(picture, 0.5, 0.03) == pytest.approx([40, 40, 230], abs=30)
    assert max(colour_at(picture, 0.1, 0.5)) < 90, "bars beside it"


@pytest.mark.parametrize("content", [b"", b"no picture", jpeg(64, 36)[:200]])
def test_what_cannot_be_read_leaves_its_tile_empty(content: bytes) -> None:
    picture = seen(draw([Tile("1", "12:00 käse", content), Tile("2", "12:01 front", jpeg(320, 180))]))
    assert picture.shape[1] == WIDTH_PX


@pytest.mark.parametrize("tiles", [0, MOST_TILES + 1])
def test_its_size_is_bounded(tiles: int) -> None:
    with pytest.raises(ValueError, match="tiles"):
        draw([Tile("1", "", b"")] * tiles)


def test_it_fits_well_into_a_message() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1080, 1920, 3), np.uint8)
    _, data = cv2.imencode(".jpg", noise)
    assert len(draw([Tile(str(n), "12:00 front", data.tobytes()) for n in range(12)])) < 1_500_000
