"""A contact sheet shows every picture, whole, with its number."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bot.pictures import Still
from bot.privacy import Look
from mocam import lettering
from mocam.adapters.pictures import Pictures
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


async def test_stills_say_what_is_missing_and_are_as_clear_as_the_chat_sees() -> None:
    striped = np.zeros((360, 640, 3), np.uint8)
    striped[:, ::2] = 255
    _, data = cv2.imencode(".jpg", striped)
    here, closed = Still("front", data.tobytes(), ""), Still("attic", b"", "closed until 18:00")
    contrast = {}
    for look in (Look.FULL, Look.PIXELATED, Look.CROP):
        picture = seen(await Pictures().stills([here, closed], look))
        contrast[look] = float(picture[60:200, 40:440].std())
        assert picture[:, WIDTH_PX // 2 + 60 : -60].max() > 150, "the reason stands where the picture would be"
    assert contrast[Look.FULL] > 3 * max(contrast[Look.PIXELATED], contrast[Look.CROP])


def test_letters_are_drawn_with_an_older_opencv_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for smooth in (True, False):
        monkeypatch.setattr(lettering, "_SMOOTH", smooth)
        ground = np.zeros((60, 400, 3), np.uint8)
        lettering.write(ground, "Größe · 14:32", 10, 40, 24, (255, 255, 255), lettering.SEMIBOLD)
        across = np.flatnonzero(ground.max(axis=(0, 2)))
        assert across[0] >= 9
        assert across[-1] - 10 == pytest.approx(lettering.width("Größe · 14:32", 24, lettering.SEMIBOLD), abs=8)
        short = lettering.fitting("a very long name of a camera", 120, 24)
        assert short.endswith("…")
        assert lettering.width(short, 24) <= 120
        assert lettering.fitting("front", 400, 24) == "front"
