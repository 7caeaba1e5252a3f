"""What the owner may type, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot import parsing
from bot.parsing import NotUnderstood, Why

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3h", timedelta(hours=3)),
        ("3", timedelta(hours=3)),
        ("90 min", timedelta(minutes=90)),
        ("2h30m", timedelta(hours=2, minutes=30)),
        ("1 day", timedelta(days=1)),
        ("for 1.5 hours", timedelta(minutes=90)),
        ("2W", timedelta(weeks=2)),
        ("30d", timedelta(days=30)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert parsing.duration(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.DURATION),
        ("  ", Why.DURATION),
        ("banana", Why.DURATION),
        ("3 bananas", Why.DURATION),
        ("-3h", Why.NEGATIVE),
        ("1e999", Why.DURATION),
        ("inf", Why.DURATION),
        ("٣h", Why.DURATION),
        ("0h", Why.PAUSE_SHORT),
        ("31d", Why.PAUSE_LONG),
        ("999999w", Why.PAUSE_LONG),
    ],
)
def test_durations_that_are_none(text: str, why: Why) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parsing.duration(text)
    assert caught.value.why is why


@pytest.mark.parametrize("text", ["59", "2592001", "-60", "x", "", "6e1", "٦٠٠"])
def test_seconds_of_a_forged_button_are_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parsing.seconds(text)


def test_seconds_of_a_button() -> None:
    assert parsing.seconds("10800") == 10_800


@pytest.mark.parametrize("text", ["42", "e42", "#e42", " E042 ", "#42"])
def test_event_ids(text: str) -> None:
    assert parsing.event_id(text) == "e42"


@pytest.mark.parametrize("text", ["", "e", "forty", "42; drop", "e-1", "4 2", "1" * 30])
def test_event_ids_that_are_none(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parsing.event_id(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", TODAY),
        ("Yesterday", date(2026, 11, 22)),
        ("mon", TODAY),
        ("tuesday", date(2026, 11, 17)),
        ("2026-11-01", date(2026, 11, 1)),
        ("1.11.", date(2026, 11, 1)),
        ("24.12", date(2025, 12, 24)),
        ("24.12.2024", date(2024, 12, 24)),
        ("23 Nov", TODAY),
        ("24 november", date(2025, 11, 24)),
        ("1 jan 2026", date(2026, 1, 1)),
    ],
)
def test_days(text: str, expected: date) -> None:
    assert parsing.day(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [("", Why.DAY), ("31.2.", Why.DAY), ("someday", Why.DAY), ("2026-13-01", Why.DAY), ("2026-11-24", Why.DAY_AHEAD)],
)
def test_days_that_are_none(text: str, why: Why) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parsing.day(text, TODAY)
    assert caught.value.why is why
