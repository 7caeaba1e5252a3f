from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import gaps as module
from storage.coverage import coverage, is_due, last_moment
from storage.gaps import GAPS_KEPT, Gap, GapKind, Gaps, Known
from tests.storage.room import NOON, Room

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def gap(from_h: float, to_h: float, kind: GapKind = GapKind.BLIND, camera: str = "front") -> Gap:
    return Gap(camera, kind, NOON + from_h * HOUR, NOON + to_h * HOUR, "Gone.")


def test_gaps_and_what_is_known_survive(room: Room) -> None:
    gaps = Gaps(room.db)
    known = Known(NOON, NOON + HOUR, disarmed=False, ended=True)
    (first, other) = gaps.write([gap(0, 1), gap(0, 1, camera="back")], {"front": known})
    assert first.gap_id
    gaps.write([replace(first, to_utc=NOON + 2 * HOUR)], {"front": known})
    assert gaps.between(NOON, NOON + 9 * HOUR, ["front"]) == [replace(first, to_utc=NOON + 2 * HOUR)]
    assert gaps.between(NOON + 2 * HOUR, NOON + 9 * HOUR, ["front", "back"]) == []
    assert gaps.between(NOON - HOUR, NOON + HOUR / 2, ["back"]) == [other]
    assert gaps.known() == {"front": known}


def test_the_table_is_bounded(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_GAPS", 3)
    gaps = Gaps(room.db)
    gaps.write([gap(hour, hour + 1) for hour in range(5)], {})
    assert gaps.prune(NOON + 5 * HOUR) == 2
    assert [one.from_utc for one in gaps.between(NOON, NOON + 9 * HOUR, ["front"])] == [
        NOON + hour * HOUR for hour in (2, 3, 4)
    ]
    assert gaps.prune(NOON + GAPS_KEPT + 4.5 * HOUR) == 2


def test_gaps_of_this_life_move_with_the_clock_and_no_other(room: Room) -> None:
    gaps = Gaps(room.db)
    gaps.write([gap(0, 1)], {})
    before = gaps.newest()
    gaps.write([gap(2, 3)], {})
    gaps.move(before, 5 * HOUR)
    assert [(one.from_utc - NOON) / HOUR for one in gaps.between(NOON, NOON + 9 * HOUR, ["front"])] == [0, 7]


def test_what_was_told_is_remembered(room: Room) -> None:
    gaps = Gaps(room.db)
    assert gaps.told_utc() is None
    for told_utc in (NOON, NOON - HOUR):
        gaps.set_told_utc(told_utc)
        assert gaps.told_utc() == told_utc


def test_a_wished_gap_is_no_loss() -> None:
    found = coverage(
        "front",
        [gap(0, 2, GapKind.DISARMED), gap(2, 3, GapKind.OFF), gap(5, 5.5), gap(0, 9, camera="back")],
        NOON,
        NOON + 10 * HOUR,
    )
    assert found.armed_s == 8 * 3600
    assert found.lost_s == 1.5 * 3600
    assert found.share == pytest.approx(6.5 / 8)
    assert found.longest == gap(2, 3, GapKind.OFF)


def test_gaps_are_cut_to_the_span() -> None:
    found = coverage("front", [gap(-5, 1), gap(9, 20)], NOON, NOON + 10 * HOUR)
    assert found.lost_s == 2 * 3600
    assert found.longest == gap(0, 1)


def test_disarmed_all_the_time_is_no_loss_either() -> None:
    found = coverage("front", [gap(-1, 11, GapKind.DISARMED)], NOON, NOON + 10 * HOUR)
    assert (found.armed_s, found.lost_s, found.share, found.longest) == (0, 0, 1, None)


_SPANS = st.lists(
    st.tuples(st.floats(-5, 15), st.floats(0, 10), st.sampled_from(GapKind)).map(
        lambda s: gap(s[0], s[0] + s[1], s[2])
    ),
    max_size=8,
)


@given(_SPANS)
def test_no_gaps_make_less_than_nothing_or_more_than_all(gaps: list[Gap]) -> None:
    found = coverage("front", gaps, NOON, NOON + 10 * HOUR)
    assert 0 <= found.seen_s <= found.armed_s <= 36_000
    assert 0 <= found.share <= 1


def test_the_week_is_told_on_sunday_at_ten_where_the_owner_lives() -> None:
    sunday = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert last_moment(sunday, BERLIN) == sunday
    assert last_moment(sunday - timedelta(seconds=1), BERLIN) == sunday - timedelta(days=7)
    summer = datetime(2026, 10, 25, 9, tzinfo=UTC)  # the clock was set back this very morning
    assert last_moment(summer, BERLIN) == summer
    assert last_moment(summer - timedelta(hours=1), BERLIN) == datetime(2026, 10, 18, 8, tzinfo=UTC)


def test_the_week_is_told_once_and_later_when_the_program_was_off() -> None:
    sunday = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert is_due(sunday, sunday - timedelta(days=7), BERLIN)
    assert not is_due(sunday + HOUR, sunday, BERLIN)
    assert not is_due(sunday - HOUR, sunday - timedelta(days=6.9), BERLIN)
    assert is_due(sunday + timedelta(days=3), sunday - timedelta(days=7), BERLIN)
    assert not is_due(sunday, sunday - timedelta(days=1), BERLIN), "a camera of yesterday"
