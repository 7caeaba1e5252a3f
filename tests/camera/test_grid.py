"""The lettered grid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.grid import COLUMNS, ROWS, Zone, ZoneError, Zones


def test_squares_and_rectangles_are_read_and_written() -> None:
    zones = Zones.parse("b2-c4, J1")
    assert zones.squares == {(x, y) for x in (1, 2) for y in (1, 2, 3)} | {(9, 0)}
    assert str(zones) == "J1, B2-C4"
    assert Zones.parse("C4-B2") == Zones.parse("B2-C4")
    assert not Zones.parse(" ")
    assert str(Zones()) == ""


@pytest.mark.parametrize("text", ["K1", "A7", "A0", "2B", "B2-", "B2-K9", "hello"])
def test_what_is_no_zone_is_said(text: str) -> None:
    with pytest.raises(ZoneError, match=r"write B2 for a square|from A1 to J6"):
        Zones.parse(text)


def test_the_mask_covers_the_squares_whatever_the_size_of_the_picture() -> None:
    mask = Zones.parse("A1-E3").mask((45, 80))
    assert mask[:22, :40].all()
    assert not mask[23:].any()
    assert not mask[:, 40:].any()
    assert Zones.parse("A1-J6").mask((4, 4)).all()
    assert not Zones().mask((45, 80)).any()


@given(st.frozensets(st.tuples(st.integers(0, COLUMNS - 1), st.integers(0, ROWS - 1))))
def test_any_squares_survive_being_written_and_read(squares: frozenset[tuple[int, int]]) -> None:
    zones = Zones(squares)
    assert Zones.parse(str(zones)) == zones
    assert sum(len(Zones.of([zone]).squares) for zone in zones.rectangles()) == len(squares)
    assert Zone(0, 0, 0, 0) not in zones.rectangles() or (0, 0) in squares
