"""The weekly schedule: words in, words out, and when it changes; over both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.parsing import NotUnderstood
from bot.schedule import DAY_MIN, WEEK_MIN, Schedule, parse, spelled

BERLIN = ZoneInfo("Europe/Berlin")


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("words", "canonical"),
    [
        ("weekdays 8:00 to 17:30, nights", "mon-fri 08:00-17:30, daily 22:00-07:00"),
        ("Mon-Fri 9-17", "mon-fri 09:00-17:00"),
        ("mon - fri 9:00 \u2013 17:00", "mon-fri 09:00-17:00"),
        ("monday to friday from 9am to 5pm", "mon-fri 09:00-17:00"),
        ("sat sun", "sat sun"),
        ("saturdays and sundays 10-12", "sat, sun 10:00-12:00"),
        ("every day 22:00 until 6:30", "daily 22:00-06:30"),
        ("weekends; weekdays 8-12 13-17", "mon-fri 08:00-12:00, mon-fri 13:00-17:00, sat sun"),
        ("daily", "daily"),
        ("0-24", "daily"),
        ("fri-mon 8-9", "mon fri-sun 08:00-09:00"),
        ("weekdays 8-12, weekdays 10-14", "mon-fri 08:00-14:00"),
    ],
)
def test_words(words: str, canonical: str) -> None:
    assert spelled(parse(words)) == canonical


@pytest.mark.parametrize(
    "words",
    ["", "  ", ",", "banana", "weekdays 8", "8-12 mon", "25-26", "12:60-13", "mon 13pm-14", "-", "mon 8--9", "x" * 400],
)
def test_nonsense_is_not_guessed(words: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(words)


@given(st.text(max_size=60))
def test_any_text_is_a_schedule_or_not_understood(words: str) -> None:
    try:
        schedule = parse(words)
    except NotUnderstood:
        return
    assert schedule.armed


stretches = st.lists(st.tuples(st.integers(0, WEEK_MIN - 1), st.integers(1, DAY_MIN)), min_size=1, max_size=6)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    minutes = [False] * WEEK_MIN
    for start, length in draw(stretches):
        for minute in range(start, start + length):
            minutes[minute % WEEK_MIN] = True
    found: list[tuple[int, int]] = []
    for minute, on in enumerate(minutes):
        if on and found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + 1)
        elif on:
            found.append((minute, minute + 1))
    return Schedule(tuple(found))


@given(schedules())
@example(Schedule(((0, DAY_MIN + 1), (6 * DAY_MIN + 1, WEEK_MIN))))
def test_what_is_spelled_is_read_back(schedule: Schedule) -> None:
    assert parse(spelled(schedule)) == schedule


@given(schedules(), st.integers(0, 366 * 24 * 60))
def test_the_next_change_is_one_and_the_first(schedule: Schedule, minute: int) -> None:
    now_utc = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    change_utc = schedule.next_change(now_utc, BERLIN)
    now = schedule.armed_at(now_utc, BERLIN)
    if change_utc is None:
        assert schedule.armed == ((0, WEEK_MIN),)
        return
    assert change_utc > now_utc
    assert schedule.armed_at(change_utc, BERLIN) is not now


def test_through_the_night_and_over_the_week() -> None:
    nights = parse("nights")
    assert nights.armed_at(local(23, 23), BERLIN)
    assert nights.armed_at(local(24, 6, 59), BERLIN)
    assert not nights.armed_at(local(24, 7), BERLIN)
    sunday = parse("sun 22:00-6:00")
    assert sunday.armed_at(local(23, 5), BERLIN)
    assert sunday.next_change(local(22, 22), BERLIN) == local(23, 6)


def test_when_the_clocks_change_wall_time_counts() -> None:
    nights = parse("daily 22:00-07:00")
    assert nights.next_change(datetime(2026, 3, 28, 22, tzinfo=UTC), BERLIN) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert nights.next_change(datetime(2026, 10, 24, 22, tzinfo=UTC), BERLIN) == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_always_never_changes() -> None:
    assert parse("daily").next_change(local(23, 12), BERLIN) is None
