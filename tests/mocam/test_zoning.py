"""What the owner set about a picture: changes, hours, names, and the way to the disk and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.config import CameraConfig
from camera.grid import COLUMNS, ROWS, Zones
from camera.sensitivity import Sensitivity
from mocam.zoning import BadNameError, Ignored, TooManyError, Zoning

NORMAL = Sensitivity.NORMAL
EVENING = (17 * 60, 19 * 60)
NIGHT = (22 * 60, 6 * 60)
SQUARES = st.frozensets(st.tuples(st.integers(0, COLUMNS - 1), st.integers(0, ROWS - 1)), min_size=1, max_size=12)
ZONES = st.builds(Zones, SQUARES)
HOURS = st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1])


def at(zoning: Zoning, minute: int) -> str:
    return str(zoning.detection(minute, NORMAL).ignore)


def test_hours_hold_within_them_also_over_midnight() -> None:
    zoning = Zoning().ignore(Zones.parse("D4"), EVENING).ignore(Zones.parse("A1"), NIGHT)
    assert [at(zoning, minute) for minute in (16 * 60 + 59, 17 * 60, 18 * 60 + 59, 19 * 60)] == ["", "D4", "D4", ""]
    assert [at(zoning, minute) for minute in (22 * 60, 0, 5 * 60 + 59, 6 * 60)] == ["A1", "A1", "A1", ""]


def test_always_takes_the_place_of_hours_and_watching_ends_both() -> None:
    zoning = Zoning().ignore(Zones.parse("D4-E4"), EVENING).ignore(Zones.parse("D4"))
    assert zoning.ignored == (Ignored(Zones.parse("D4")), Ignored(Zones.parse("E4"), EVENING))
    assert zoning.watch(Zones.parse("D4-E4")).ignored == ()


def test_a_tap_ignores_and_a_second_tap_watches() -> None:
    row = Zones.parse("A3-J3")
    some = Zoning().ignore(Zones.parse("B3"))
    assert some.toggle(row).always == row
    assert some.toggle(row).toggle(row).always == Zones()
    assert some.toggle(Zones.parse("B3")).always == Zones()


def test_names_are_found_in_any_case_and_move() -> None:
    zoning = Zoning().name("Porch", Zones.parse("B2")).name("porch", Zones.parse("C3"))
    assert zoning.place("PORCH") == Zones.parse("C3")
    assert dict(zoning.names) == {"porch": Zones.parse("C3")}
    assert zoning.unname("Porch").names == {}


@pytest.mark.parametrize("name", ["", "B2", "b2-c4", "x" * 25, "<b>", "3rd", "Z99"])
def test_no_place_is_called_so(name: str) -> None:
    with pytest.raises(BadNameError):
        Zoning().name(name, Zones.parse("B2"))


def test_places_are_bounded() -> None:
    zoning, square = Zoning(), Zones.parse("A1")
    for number in range(16):
        zoning = zoning.ignore(square, (number * 60, number * 60 + 30)).name(f"place {'x' * number}", square)
    with pytest.raises(TooManyError):
        zoning.ignore(square, (17 * 60, 18 * 60))
    with pytest.raises(TooManyError):
        zoning.name("one more", square)


def test_where_it_moves_is_the_place_that_holds_most_of_it() -> None:
    zoning = Zoning().name("porch", Zones.parse("A1-B2")).name("drive", Zones.parse("C1-J6"))
    assert zoning.place_of((0.02, 0.02, 0.1, 0.2)) == "porch"
    assert zoning.place_of((0.5, 0.5, 0.1, 0.2)) == "drive"
    assert zoning.place_of((0.0, 0.8, 0.1, 0.2)) == ""
    assert zoning.place_of(None) == ""


def test_of_two_places_the_smaller_says_more() -> None:
    zoning = Zoning().name("garden", Zones.parse("A1-J6")).name("gate", Zones.parse("B2"))
    assert zoning.place_of((0.11, 0.2, 0.05, 0.1)) == "gate"


def test_the_settings_are_what_it_begins_with(tmp_path: Path) -> None:
    config = CameraConfig(name="front", source="scene", recording_dir=tmp_path, ignore="A1-B2", sensitivity="high")
    zoning = Zoning.of(config)
    assert at(zoning, 0) == "A1-B2"
    assert zoning.sensitivity is None, "the settings may change it later"


@given(ignored=st.lists(st.tuples(ZONES, HOURS), max_size=6), named=ZONES, sensitivity=st.sampled_from(Sensitivity))
def test_what_is_stored_comes_back(
    ignored: list[tuple[Zones, tuple[int, int] | None]], named: Zones, sensitivity: Sensitivity
) -> None:
    zoning = Zoning(sensitivity=sensitivity).name("Höhle", named)
    for zones, hours in ignored:
        zoning = zoning.ignore(zones, hours)
    assert Zoning.read(json.loads(json.dumps(zoning.stored()))) == zoning


@given(zones=ZONES, other=ZONES, hours=HOURS, minute=st.integers(0, 1439))
def test_what_is_watched_again_is_never_ignored(
    zones: Zones, other: Zones, hours: tuple[int, int] | None, minute: int
) -> None:
    zoning = Zoning().ignore(zones, hours).ignore(other).watch(zones)
    assert not zoning.detection(minute, NORMAL).ignore.squares & zones.squares
    assert zoning.always.squares == other.squares - zones.squares


@given(zones=ZONES, box=st.tuples(*[st.floats(0, 1)] * 4))
def test_a_share_is_a_share(zones: Zones, box: tuple[float, float, float, float]) -> None:
    share = zones.share_of(box)
    rest = Zones.parse("A1-J6") - zones
    assert 0 <= share <= 1
    if box[2] > 0.01 and box[3] > 0.01 and box[0] + box[2] <= 1 and box[1] + box[3] <= 1:
        assert share + rest.share_of(box) == pytest.approx(1)
