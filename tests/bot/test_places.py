"""What is said of places in the picture, understood or refused with the reason."""

from __future__ import annotations

from datetime import time

import pytest

from bot.parsing import NotUnderstood, Why
from bot.places import parse, spelled
from bot.zones import Change, Verb

EVENING = (time(17), time(19))


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("ignore B2-C4", Change(Verb.IGNORE, "B2-C4")),
        ("ignore B2, C4", Change(Verb.IGNORE, "B2 C4")),
        ("ignore D4 17:00-19:00", Change(Verb.IGNORE, "D4", hours=EVENING)),
        ("ignore D4 from 17 to 19", Change(Verb.IGNORE, "D4", hours=EVENING)),
        ("ignore D4 between 17:00 and 19:00", Change(Verb.IGNORE, "D4", hours=EVENING)),
        ("Ignore the porch daily 22-6", Change(Verb.IGNORE, "porch", hours=(time(22), time(6)))),
        ("ignore D4 always", Change(Verb.IGNORE, "D4")),
        ("watch b2", Change(Verb.WATCH, "b2")),
        ("name porch B2-C4", Change(Verb.NAME, "B2-C4", "porch")),
        ("name B2-C4 as front door", Change(Verb.NAME, "B2-C4", "front door")),
        ("forget front door", Change(Verb.UNNAME, name="front door")),
        ("clear", Change(Verb.CLEAR)),
    ],
)
def test_understood(text: str, change: Change) -> None:
    assert parse(text) == change


@pytest.mark.parametrize("text", ["", "B2", "ignore", "watch", "name porch", "name B2", "clear B2", "blur B2"])
def test_refused(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse(text)
    assert refused.value.why is Why.ZONES


def test_an_hour_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotUnderstood):
        parse("ignore D4 25:00-26:00")


def test_the_audit_log_says_what_was_meant() -> None:
    assert spelled(parse("ignore D4 17-19")) == "ignore D4 17:00-19:00"
    assert spelled(parse("name porch B2")) == "name porch B2"
