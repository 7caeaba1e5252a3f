"""Words for a time, in English and German, in the owner's zone."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import spoken
from bot.parsing import NotUnderstood, Why
from bot.when import When, understood
from tests.bot.house import ZONE

NOW = datetime(2026, 11, 25, 14, 30, tzinfo=ZONE).astimezone(UTC)
"""A Wednesday."""


def span(first: str, last: str) -> When:
    """`24 17:00` in November of that year."""
    ends = [datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE) for text in (first, last)]
    return When(span_utc=(ends[0].astimezone(UTC), ends[1].astimezone(UTC)))


def day(text: str) -> When:
    return When(day=date.fromisoformat(text))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("", When()),
        ("today", day("2026-11-25")),
        ("yesterday", day("2026-11-24")),
        ("day before yesterday", day("2026-11-23")),
        ("friday", day("2026-11-20")),
        ("wednesday", day("2026-11-25")),
        ("last wednesday", day("2026-11-18")),
        ("on fri", day("2026-11-20")),
        ("24.12.", day("2025-12-24")),
        ("24 dec", day("2025-12-24")),
        ("dec 24", day("2025-12-24")),
        ("2026-11-23", day("2026-11-23")),
        ("yesterday evening", span("24 17:00", "25 00:00")),
        ("evening", span("24 17:00", "25 00:00")),
        ("this morning", span("25 05:00", "25 12:00")),
        ("afternoon", span("25 12:00", "25 18:00")),
        ("last night", span("24 21:00", "25 07:00")),
        ("friday night", span("20 21:00", "21 07:00")),
        ("18:00-20:00", span("24 18:00", "24 20:00")),
        ("8-10", span("25 08:00", "25 10:00")),
        ("between 18:00 and 20:00", span("24 18:00", "24 20:00")),
        ("from 6pm to 8pm", span("24 18:00", "24 20:00")),
        ("6-8pm", span("24 18:00", "24 20:00")),
        ("11-1pm", span("25 11:00", "25 13:00")),
        ("yesterday 22-2", span("24 22:00", "25 02:00")),
        ("2026-11-23 18:00 - 20:00", span("23 18:00", "23 20:00")),
        ("23.11. 18:00-20:00", span("23 18:00", "23 20:00")),
        ("since 8:00", span("25 08:00", "25 14:30")),
        ("since monday", span("23 00:00", "25 14:30")),
        ("friday after 20:00", span("20 20:00", "21 00:00")),
        ("before 8:00", span("25 00:00", "25 08:00")),
        ("around 13:15", span("25 12:45", "25 13:45")),
        ("at 6pm yesterday", span("24 17:30", "24 18:30")),
        ("3h", span("25 11:30", "25 14:30")),
        ("last 2 hours", span("25 12:30", "25 14:30")),
        ("last hour", span("25 13:30", "25 14:30")),
        ("this week", span("23 00:00", "30 00:00")),
        ("last week", span("16 00:00", "23 00:00")),
        ("weekend", span("21 00:00", "23 00:00")),
        ("friday to sunday", span("20 00:00", "23 00:00")),
        ("20.11. - 22.11.", span("20 00:00", "23 00:00")),
        ("fri-sun", span("20 00:00", "23 00:00")),
    ],
)
def test_english(words: str, meant: When) -> None:
    assert understood(words, NOW, ZONE) == meant
    assert understood(words.upper(), NOW, ZONE) == meant


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("gestern abend", "yesterday evening"),
        ("freitag", "friday"),
        ("letzte nacht", "last night"),
        ("heute nacht", "last night"),
        ("vorgestern", "day before yesterday"),
        ("heute morgen", "this morning"),
        ("gestern 18 bis 20 uhr", "yesterday 18-20"),
        ("zwischen 18 und 20 uhr", "18-20"),
        ("letzten freitag", "last friday"),
        ("letzte woche", "last week"),
        ("letzten 3 stunden", "last 3 hours"),
        ("freitag bis sonntag", "friday to sunday"),
        ("am wochenende", "weekend"),
        ("24. dezember", "24 dec"),
        ("gegen 13:15", "around 13:15"),
        ("seit 8 uhr", "since 8"),
    ],
)
def test_german(german: str, english: str) -> None:
    assert understood(spoken.plain(german, ["front"]), NOW, ZONE) == understood(english, NOW, ZONE)


@pytest.mark.parametrize("hour", [0, 3, 6, 9, 16])
def test_last_night_is_the_one_that_goes_on_or_ended_last(hour: int) -> None:
    now_utc = datetime(2026, 11, 25, hour, 30, tzinfo=ZONE).astimezone(UTC)
    for words in ("last night", "tonight" if hour < 7 else "last night"):
        found = understood(words, now_utc, ZONE).span_utc
        assert found is not None
        assert found[1] == datetime(2026, 11, 25, 7, tzinfo=ZONE).astimezone(UTC)
    at_eleven = understood("tonight", datetime(2026, 11, 25, 23, tzinfo=ZONE), ZONE).span_utc
    assert at_eleven is not None
    assert at_eleven[0] == datetime(2026, 11, 25, 17, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("banana", Why.WHEN), ("yesterday banana", Why.WHEN), ("25:00-26:00", Why.WHEN), ("31.2.", Why.WHEN),
        ("18:00-18:00", Why.WHEN), ("13pm", Why.WHEN), ("2999-01-01", Why.DAY_AHEAD),
        ("today 23:00-23:30", Why.DAY_AHEAD),
        ("evening 18:00-20:00", Why.WHEN), ("morning evening", Why.WHEN), ("yesterdya", Why.WHEN), ("-", Why.WHEN),
    ],
)  # fmt: skip
def test_what_is_not_understood(words: str, why: Why) -> None:
    with pytest.raises(NotUnderstood) as found:
        understood(words, NOW, ZONE)
    assert found.value.why is why


def test_when_the_clocks_change_wall_time_counts() -> None:
    spring = datetime(2026, 3, 29, 12, tzinfo=ZONE).astimezone(UTC)
    found = understood("last night", spring, ZONE).span_utc
    assert found is not None
    assert found[1] - found[0] == timedelta(hours=9)


WORDS = st.lists(
    st.sampled_from(
        ["yesterday", "today", "friday", "last", "night", "evening", "morning", "18:00", "18:00-20:00", "8-10",
         "since", "before", "24.12.", "3h", "week", "to", "-", "and", "9pm"]
    ),
    max_size=5,
)  # fmt: skip


@given(st.one_of(WORDS.map(" ".join), st.text(max_size=30)), st.integers(0, 366 * 24 * 60))
def test_whatever_is_said_it_is_a_time_that_has_begun(words: str, minute: int) -> None:
    now_utc = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    with suppress(NotUnderstood):
        found = understood(words, now_utc, ZONE)
        if found.span_utc is not None:
            assert found.span_utc[0] < found.span_utc[1]
            assert found.span_utc[0] <= now_utc
        elif found.day is not None:
            assert found.day <= now_utc.astimezone(ZONE).date()
