"""A forecast of retention: held against a model that counts anew at every moment, and against what must hold always."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.forecast import HORIZON_DAYS, STEP_DAYS, Ends, Shelf, forecast
from storage.stock import StockDays
from tests.storage.room import NOON, Room

MB, GB = 10**6, 10**9
EMPTY = Shelf(copies=(), kept_bytes=0, days=None, limit_bytes=None, free_bytes=None)

sizes = st.integers(0, 50 * GB)
shelves = st.builds(
    Shelf,
    copies=st.lists(st.tuples(st.floats(0, 200), st.integers(1, 5 * GB)), max_size=12).map(
        lambda copies: sorted(copies, reverse=True)
    ),
    kept_bytes=st.integers(0, GB),
    days=st.none() | st.floats(1, 500),
    limit_bytes=st.none() | sizes,
    free_bytes=st.none() | st.integers(-GB, 50 * GB),
)
rates = st.floats(0, 5 * GB)


def later(days: float | None) -> float:
    return math.inf if days is None else days


def lies_there(shelf: Shelf, rate: float, steps: int) -> float:
    """Counted anew: what is not older than the rule allows, after so many steps."""
    most = math.inf if shelf.days is None else shelf.days
    old = sum(size for age, size in shelf.copies if age + steps * STEP_DAYS < most)
    young = steps if shelf.days is None else min(steps, math.ceil(most / STEP_DAYS))
    return shelf.kept_bytes + old + young * rate * STEP_DAYS


def counted(shelf: Shelf, rate: float) -> tuple[float, Ends | None]:
    """The first moment at which something does not fit, and what."""
    for steps in range(int(HORIZON_DAYS / STEP_DAYS) + 1):
        lies = lies_there(shelf, rate, steps)
        if shelf.limit_bytes is not None and lies > shelf.limit_bytes + 1:
            return steps * STEP_DAYS, Ends.SIZE
        if shelf.free_bytes is not None and lies - shelf.stock_bytes > max(0, shelf.free_bytes) + 1:
            return steps * STEP_DAYS, Ends.ROOM
    return math.inf, None


@settings(max_examples=60)
@given(shelves, st.integers(0, GB).map(lambda quarter: 4.0 * quarter))
def test_it_says_what_counting_says(shelf: Shelf, rate: float) -> None:
    found = forecast(shelf, rate)
    moment, by = counted(shelf, rate)
    assert later(found.full_days) == (moment if by is Ends.ROOM else math.inf)
    if found.first_by is Ends.AGE:
        assert shelf.days is not None
        assert found.first_days == max(0.0, shelf.days - (shelf.copies[0][0] if shelf.copies else 0.0))
        assert later(found.first_days) < moment
    else:
        assert (later(found.first_days), found.first_by) == (moment, by)


@given(shelves, rates)
def test_it_lies_in_the_future_and_within_the_horizon(shelf: Shelf, rate: float) -> None:
    found = forecast(shelf, rate)
    assert all(0 <= days <= HORIZON_DAYS for days in (found.first_days, found.full_days) if days is not None)
    assert (found.first_days is None) == (found.first_by is None)
    assert later(found.first_days) <= later(found.full_days)


@given(shelves, rates, st.integers(0, 10 * GB))
def test_more_room_is_never_full_sooner(shelf: Shelf, rate: float, more: int) -> None:
    if shelf.free_bytes is not None:
        wider = forecast(replace(shelf, free_bytes=shelf.free_bytes + more), rate)
        assert later(wider.first_days) >= later(forecast(shelf, rate).first_days)


@given(shelves, rates, st.floats(1, 5))
def test_more_recorded_is_full_no_later(shelf: Shelf, rate: float, times: float) -> None:
    endless = replace(shelf, limit_bytes=None)
    assert later(forecast(endless, rate * times).full_days) <= later(forecast(endless, rate).full_days)


@given(st.floats(1, 300), st.floats(1000, 5 * GB))
def test_an_empty_shelf_with_room_deletes_by_age_alone(days: float, rate: float) -> None:
    shelf = replace(EMPTY, days=days, limit_bytes=math.ceil((days + 1) * rate), free_bytes=math.ceil((days + 1) * rate))
    found = forecast(shelf, rate)
    assert (found.first_days, found.first_by, found.full_days) == (days, Ends.AGE, None)
    assert found.needs_bytes == round(days * rate)


def test_the_sentence_of_the_guide() -> None:
    """30 days need 12.9 GB at 430 MB a day; the remote has 15; the first deletion comes in ten days."""
    copies = [(float(age), 430 * MB) for age in range(20, 0, -1)]
    shelf = Shelf(copies, 0, 30, None, 15 * GB - 20 * 430 * MB)
    found = forecast(shelf, 430 * MB)
    assert (found.needs_bytes, found.room_bytes, found.first_days, found.full_days) == (12_900 * MB, 15 * GB, 10, None)


def test_too_little_room_is_full_before_the_rule_helps() -> None:
    found = forecast(replace(EMPTY, days=30, free_bytes=10 * GB), 430 * MB)
    assert found.first_by is Ends.ROOM
    assert found.full_days == 23.5
    nothing_free = forecast(replace(EMPTY, free_bytes=-5), 430 * MB)
    assert (nothing_free.full_days, nothing_free.room_bytes) == (STEP_DAYS, 0)


def test_nothing_recorded_fills_nothing() -> None:
    assert forecast(replace(EMPTY, days=30, limit_bytes=0, free_bytes=0), 0).first_days is None
    assert forecast(replace(EMPTY, days=30, copies=[(29.0, 5)]), 0).first_days == 1
    kept = forecast(replace(EMPTY, kept_bytes=10, limit_bytes=5), 0)
    assert (kept.first_days, kept.first_by) == (0, Ends.SIZE)


def test_what_lies_where_by_the_day_it_was_recorded(room: Room) -> None:
    starts = [NOON - timedelta(days=days) for days in (400, 9, 9, 8, 1, 0)] + [datetime(1970, 1, 1, 0, 5, tzinfo=UTC)]
    for number, started in enumerate(starts, 1):
        room.with_clip(number, started, size=100 * number)
    room.catalogue.keep("e2", kept=True)
    here, there = StockDays(room.db).by_day()
    assert there == []
    assert [(day.first_utc, day.size_bytes, day.kept_bytes) for day in here] == [
        (starts[6], 700, 0),
        (starts[0], 100, 0),
        (starts[1], 300, 200),
        (starts[3], 400, 0),
        (starts[4], 500, 0),
        (starts[5], 600, 0),
    ]
    assert room.catalogue.recorded_since(NOON - timedelta(days=8, hours=1)) == (1500, starts[3])
