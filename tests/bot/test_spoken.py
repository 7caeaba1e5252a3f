"""What people type in German means what it means in English."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot import parsing, places, rules, schedule, spoken
from bot.commands import BY_NAME
from bot.zones import Verb

NAMES = ["front", "Archiv", "garden"]
TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("werktags 8:00 bis 17:30, nachts", "weekdays 8:00 to 17:30, nights"),
        ("Mo-Fr von 8 bis 17 Uhr und am Wochenende", "mon-fri 8-17, weekends"),
        ("täglich 22:00-6:30", "daily 22:00-6:30"),
        ("jeden Tag", "daily"),
        ("Samstag Sonntag 9-12,14-18", "sat sun 9-12,14-18"),
    ],
)
def test_schedules(german: str, english: str) -> None:
    assert schedule.parse(spoken.plain(german, NAMES)) == schedule.parse(english)


@pytest.mark.parametrize(
    ("german", "hours"), [("3 Stunden", 3), ("für 90 Minuten", 1.5), ("1 Tag", 24), ("2 Wochen", 336), ("1,5 h", 1.5)]
)
def test_lengths_of_time(german: str, hours: float) -> None:
    assert parsing.duration(spoken.plain(german, NAMES)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("german", "day"),
    [
        ("heute", TODAY),
        ("gestern", date(2026, 11, 24)),
        ("mo", date(2026, 11, 23)),
        ("Sonntag", date(2026, 11, 22)),
        ("3. März", date(2026, 3, 3)),
        ("23.11.", date(2026, 11, 23)),
    ],
)
def test_days(german: str, day: date) -> None:
    assert parsing.day(spoken.plain(german, NAMES), TODAY) == day


def test_retention() -> None:
    assert rules.parse(spoken.plain("hier 14 Tage 20GB archiv für immer", [])) == rules.parse(
        "here 14d 20GB archive forever"
    )
    assert rules.parse(spoken.plain("höchstens 1,5 GB", [])) == rules.parse("1.5GB")


def test_places_keep_their_names() -> None:
    named = places.parse(spoken.plain("nennen Archiv B2-C4", []))
    assert (named.verb, named.name, named.place) == (Verb.NAME, "Archiv", "B2-C4")
    assert places.parse(spoken.plain("ignorieren D4 von 17 bis 19 Uhr", [])) == places.parse("ignore D4 17-19")
    assert places.parse(spoken.plain("schwärzen A1", [])) == places.parse("mask A1")


def test_the_name_of_a_camera_stays_what_it_is() -> None:
    assert spoken.plain("Archiv 3 Tage", NAMES) == "Archiv 3 d"
    assert spoken.plain("Archiv, front aus", NAMES) == "Archiv, front off"


def test_english_stays_english() -> None:
    for words in ("weekdays 8:00 to 17:30, nights", "until 7:00", "remove 24h", "e42", "front garden 3h", "cut-out"):
        assert spoken.plain(words, NAMES) == words


def test_commands_by_another_name_are_commands() -> None:
    assert set(spoken.COMMANDS.values()) <= set(BY_NAME)
    assert not set(spoken.COMMANDS) & set(BY_NAME)
