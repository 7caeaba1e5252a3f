"""The picture of a day shows what happened when, and what could not be seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.pictures import MOST_ROWS, ChartRow, DayPicture, Mark
from mocam.contact_sheet import Picture, Tile, decoded
from mocam.day_picture import _COLOURS, WIDTH_PX, draw
from tests.demo.media import jpeg

QUIET = ChartRow("front", "nothing", (0,) * 24, (0,) * 24)


def day(*rows: ChartRow, legend: tuple[tuple[Mark, str], ...] = ()) -> DayPicture:
    hours = [str(hour) if hour % 3 == 0 else "" for hour in range(24)]
    return DayPicture("Wed 25 Nov", "2 events", [], rows, hours, legend)


def seen(sheet: bytes) -> Picture:
    picture = decoded(sheet, WIDTH_PX)
    assert picture is not None
    return picture


def where(picture: Picture, mark: Mark) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Columns in which this colour is."""
    apart = np.abs(picture.astype(int) - np.array(_COLOURS[mark])).max(axis=2)
    return np.flatnonzero((apart < 40).sum(axis=0) > 5)


def test_a_bar_stands_at_its_hour_and_is_as_high_as_it_counts() -> None:
    row = replace(QUIET, events=tuple(4 if hour == 2 else 1 if hour == 22 else 0 for hour in range(24)))
    picture = seen(draw(day(row), []))
    columns = where(picture, Mark.EVENTS)
    left, right = columns[columns < WIDTH_PX / 2], columns[columns > WIDTH_PX / 2]
    assert 0.2 < left.mean() / WIDTH_PX < 0.35
    assert right.mean() / WIDTH_PX > 0.85
    apart = np.abs(picture.astype(int) - np.array(_COLOURS[Mark.EVENTS])).max(axis=2) < 40
    high = [int(apart[:, round(float(group.mean()))].sum()) for group in (left, right)]
    assert high[0] == pytest.approx(4 * high[1], rel=0.15)


def test_false_alarms_and_gaps_have_colours_of_their_own() -> None:
    plain = seen(draw(day(QUIET), []))
    assert not len(where(plain, Mark.EVENTS))
    assert not len(where(plain, Mark.BLIND))
    false = tuple(int(hour == 12) for hour in range(24))
    row = replace(QUIET, events=false, false_alarms=false, blind=((0.1, 0.3),))
    picture = seen(draw(day(row), []))
    assert not len(where(picture, Mark.EVENTS))
    assert len(where(picture, Mark.FALSE_ALARMS))
    blind = where(picture, Mark.BLIND)
    assert blind[-1] - blind[0] == pytest.approx(0.2 * 806, abs=12)


@pytest.mark.parametrize("tiles", [0, 1, 2, 3, 4, 6])
@pytest.mark.parametrize("rows", [1, MOST_ROWS])
def test_every_size_fits_a_phone(tiles: int, rows: int) -> None:
    moments = [Tile(str(number), "12:00 front", jpeg(640, 360) if number else b"") for number in range(tiles)]
    legend = ((Mark.EVENTS, "events"), (Mark.BLIND, "blind"))
    found = draw(day(*[QUIET] * rows, legend=legend), moments)
    height, width = seen(found).shape[:2]
    assert width == WIDTH_PX
    assert 250 < height < 1600
    assert len(found) < 1_000_000


def test_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="cameras"):
        draw(day(), [])
    with pytest.raises(ValueError, match="moments"):
        draw(day(QUIET), [Tile("1", "", b"")] * 7)
