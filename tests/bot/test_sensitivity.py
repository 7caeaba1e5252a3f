"""/sensitivity tells how far it is while trying takes long; a later choice is not overwritten by earlier figures."""

from __future__ import annotations

import asyncio

import pytest

from bot.commands import sensitivity
from bot.sensitivity import Level, Progress, Trials
from tests.bot.conftest import OWNER, Phone
from tests.bot.house import TestHouse


async def test_it_tells_how_far_it_is(phone: Phone, house: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity, "PROGRESS_EVERY_S", 0.0)
    message = await phone.says("/sensitivity")
    await phone.shows(lambda one: "tried again" in one.text)
    texts = [content.body.text for content in message.history]
    assert any("of 14 events" in text for text in texts)
    assert "low: 9 alerts, without 2 of your 3 false alarms" in message.text
    assert "normal ✓: 14 alerts" in message.text


async def test_figures_of_an_earlier_level_do_not_take_the_place_of_a_later_one(phone: Phone, house: TestHouse) -> None:
    go_on = asyncio.Event()
    trials = house.levels.trials

    async def slow(camera: str, progress: Progress) -> Trials:
        await go_on.wait()
        return await trials(camera, progress)

    house.levels.trials = slow  # type: ignore[method-assign]
    message = await phone.says("/sensitivity")
    house.levels.trials = trials  # type: ignore[method-assign]
    phone.api.press(OWNER, message.message_id, "low")
    await phone.shows(lambda one: "low ✓: 9 alerts" in one.text)
    go_on.set()
    await phone.answered()
    assert "low ✓: 9 alerts" in message.text
    assert house.levels.views["front"].level is Level.LOW
