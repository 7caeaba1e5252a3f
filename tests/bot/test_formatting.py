"""Times, lengths and sizes as the owner reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot import formatting
from bot.texts import counts
from tests.bot.house import ZONE

NOW = datetime(2026, 7, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 7, 23, 12, 32, tzinfo=UTC), "14:32"),
        (datetime(2026, 7, 24, 0, 32, tzinfo=UTC), "tomorrow 02:32"),
        (datetime(2026, 7, 22, 22, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 7, 22, 12, 0, tzinfo=UTC), "Wed 22 Jul 14:00"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "Thu 1 Jan 00:30"),
        (datetime(2025, 12, 1, 11, 0, tzinfo=UTC), "Mon 1 Dec 2025 12:00"),
    ],
)
def test_moments_in_the_owners_zone(when: datetime, text: str) -> None:
    assert formatting.moment_text(when, NOW, ZONE) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (23.6, "24 s"),
        (59.7, "1 min"),
        (65, "1 min 05 s"),
        (3600, "1 h"),
        (9000, "2 h 30 min"),
        (43_200, "12 h"),
        (86_400, "24 h"),
        (259_200, "3 days"),
    ],
)
def test_lengths(seconds: float, text: str) -> None:
    assert formatting.length_text(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 MB"),
        (10, "1 kB"),
        (12_300, "12.3 kB"),
        (340_000_000, "340 MB"),
        (999_999_999, "1 GB"),
        (1_230_000_000, "1.2 GB"),
        (20 * 10**9, "20 GB"),
        (2 * 10**12, "2 TB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert formatting.size_text(size) == text


def test_small_words() -> None:
    assert formatting.days_text(1) == "1 day"
    assert formatting.days_text(30.0) == "30 days"
    assert formatting.days_text(1.5) == "1.5 days"
    assert formatting.limit_text(500_000_000) == "500 MB"
    assert formatting.limit_text(1_250_000_000) == "1.25 GB"
    assert counts.clips(1) == "1 clip"
    assert counts.clips(0) == "0 clips"
    assert formatting.listed(["a", "b", "c"]) == "a, b and c"
    assert formatting.day_text(date(2026, 7, 22), date(2026, 7, 23)) == "yesterday"


def test_a_time_from_before_the_clock_was_set_is_marked() -> None:
    when = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    assert formatting.moment_text(when, NOW, ZONE) == "Thu 1 Jan 1970 (the clock was not set)"
