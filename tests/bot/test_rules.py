"""Retention in the owner's words, and back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.callback import pack
from bot.parsing import NotUnderstood, Why
from bot.ports import RulesView
from bot.rules import LEAST_BYTES, Change, Kind, Place, applied, parse, spelled

HERE_30 = Change(Place.HERE, Kind.DAYS, 30.0)
THERE_90 = Change(Place.ARCHIVE, Kind.DAYS, 90.0)
THERE_50GB = Change(Place.ARCHIVE, Kind.BYTES, 50 * 10**9)
RULES = RulesView(14.0, 20 * 10**9, 90.0, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30d", (HERE_30,)),
        ("30 days", (HERE_30,)),
        ("30", (HERE_30,)),
        ("+30", (HERE_30,)),
        ("HERE 30D", (HERE_30,)),
        ("local 30", (HERE_30,)),
        ("1 month", (HERE_30,)),
        ("keep for 30 days", (HERE_30,)),
        ("20GB", (Change(Place.HERE, Kind.BYTES, 20 * 10**9),)),
        ("500 MB", (Change(Place.HERE, Kind.BYTES, 500 * 10**6),)),
        ("0.5 TB", (Change(Place.HERE, Kind.BYTES, 500 * 10**9),)),
        ("remote 90d", (THERE_90,)),
        ("archive 90", (THERE_90,)),
        ("remote 90d 50GB", (THERE_90, THERE_50GB)),
        ("30 remote 90 50 gb", (HERE_30, THERE_90, THERE_50GB)),
        ("archive 90d, 50GB and here 30d", (THERE_90, THERE_50GB, HERE_30)),
        ("off", (Change(Place.HERE, Kind.DAYS, None), Change(Place.HERE, Kind.BYTES, None))),
        ("remote forever 50GB", (Change(Place.ARCHIVE, Kind.DAYS, None), THERE_50GB)),
    ],
)
def test_what_is_understood(text: str, expected: tuple[Change, ...]) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.RETENTION),
        ("here", Why.RETENTION),
        ("banana", Why.RETENTION),
        ("30 bananas", Why.RETENTION),
        ("30dd", Why.RETENTION),
        ("30xyz", Why.RETENTION),
        ("1e999", Why.RETENTION),
        ("30 d 20 gigs", Why.RETENTION),
        ("inf", Why.RETENTION),
        ("30;20", Why.RETENTION),
        ("-3", Why.NEGATIVE),
        ("\u22123 days", Why.NEGATIVE),
        ("0", Why.TOO_LITTLE),
        ("0.5d", Why.TOO_LITTLE),
        ("1kb", Why.RETENTION),
        ("0.1 MB", Why.TOO_LITTLE),
        ("9" * 40, Why.TOO_MUCH),
        ("9" * 400 + "d", Why.TOO_MUCH),
        ("9999999TB", Why.TOO_MUCH),
        ("30d 20d", Why.TWICE),
        ("off 20GB", Why.TWICE),
    ],
)
def test_what_is_refused(text: str, why: Why) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parse(text)
    assert caught.value.why is why


def test_only_what_was_named_changes() -> None:
    assert applied(RULES, (HERE_30, THERE_50GB)) == RulesView(30.0, 20 * 10**9, 90.0, 50 * 10**9)
    assert applied(RULES, parse("off archive off")) == RulesView(None, None, None, None)


limits = st.one_of(
    st.none(),
    st.floats(1, 36_500).map(lambda days: round(days, 2)),
)
sizes = st.one_of(st.none(), st.integers(LEAST_BYTES // 10_000, 10**11).map(lambda units: units * 10_000))


@given(st.lists(st.tuples(st.sampled_from(Place), st.sampled_from(Kind)), min_size=1, unique=True), limits, sizes)
@example([(place, kind) for place in Place for kind in Kind], 36499.75, 999_999_999_990_000)
def test_a_button_says_exactly_what_was_asked(
    where: list[tuple[Place, Kind]], days: float | None, size_bytes: float | None
) -> None:
    changes = tuple(Change(place, kind, days if kind is Kind.DAYS else size_bytes) for place, kind in where)
    assert pack("rules", spelled(changes))
    assert applied(RULES, parse(spelled(changes))) == applied(RULES, changes)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        changes = parse(text)
    except NotUnderstood:
        return
    assert changes
