"""What a lying server may send as an update."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import callback, parsing, rules, shapes
from bot.parsing import NotUnderstood

USER = {"id": 1, "first_name": "x"}
CHAT = {"id": 1, "type": "private"}
MESSAGE = {"message_id": 1, "date": 1, "chat": CHAT, "from": USER, "text": "/status"}
GOOD: list[dict[str, Any]] = [
    {"update_id": 1, "message": MESSAGE},
    {"update_id": 1, "callback_query": {"id": "1", "from": USER, "data": "x", "message": MESSAGE}},
    {"update_id": 1},
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("update", GOOD, ids=["message", "press", "empty"])
def test_what_the_bot_api_promises_fits(update: dict[str, Any]) -> None:
    assert shapes.fits(update)
    assert shapes.fits(json.loads(json.dumps(update)))


@pytest.mark.parametrize("field", ["message_id", "date", "chat", "text", "from"])
@given(value=ANYTHING)
def test_a_field_of_another_kind_does_not(field: str, value: object) -> None:
    update = {"update_id": 1, "message": MESSAGE | {field: value}}
    if shapes.fits(update):
        message = update["message"]
        assert isinstance(message, dict)
        assert type(message[field]) is type(MESSAGE[field])


@given(value=ANYTHING)
def test_nothing_at_all_makes_it_stumble(value: object) -> None:
    assert not shapes.fits(value) or isinstance(value, dict)


@given(data=st.text(max_size=80))
def test_no_button_data_makes_it_stumble(data: str) -> None:
    found = callback.unpack(data)
    assert found is None or callback.pack(*found) == data


@given(text=st.text(max_size=60))
def test_nothing_typed_is_more_than_not_understood(text: str) -> None:
    for understand in (parsing.duration, parsing.event_id, parsing.seconds, rules.parse):
        with suppress(NotUnderstood):
            understand(text)
    with suppress(NotUnderstood):
        assert parsing.day(text, date(2026, 11, 23)) <= date(2026, 11, 23)
