"""What the owner asked while the bot could not hear is asked about, not obeyed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import ASK_THEMSELVES, BUTTONS, BY_NAME, HARMLESS_BUTTONS, HARMLESS_COMMANDS
from bot.texts import common
from bot.texts import status as status_texts
from demo.botapi import BotApi
from tests.bot.conftest import OWNER, Phone, running
from tests.bot.house import TestHouse


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=30)


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - HARMLESS_COMMANDS - ASK_THEMSELVES))
async def test_every_late_command_is_asked_about(phone: Phone, name: str) -> None:
    phone.api.say(OWNER, f"/{name}", date=long_ago())
    question = await phone.shows(lambda message: f"You sent /{name} at" in message.text)
    assert question.labels == [str(common.YES_NOW), str(common.NO)]
    await phone.answered()
    assert len(phone.of_bot()) == 2


@pytest.mark.parametrize("name", sorted(ASK_THEMSELVES))
async def test_arming_and_disarming_ask_in_their_own_words(phone: Phone, name: str) -> None:
    phone.house.arming.until_utc = {"front": datetime.now(UTC) + timedelta(hours=1)} if name == "arm" else {}
    before = dict(phone.house.arming.until_utc)
    phone.api.say(OWNER, f"/{name}", date=long_ago())
    question = await phone.shows(lambda message: message.text.startswith("You sent "))
    assert str(common.NO) in question.labels
    assert phone.house.arming.until_utc == before


async def test_a_late_command_is_obeyed_on_yes_and_forgotten_on_no(phone: Phone) -> None:
    phone.api.say(OWNER, "/snapshot front", date=long_ago())
    question = await phone.shows(lambda message: "You sent /snapshot front at" in message.text)
    picture = await phone.presses(question, str(common.YES_NOW))
    assert picture.kind == "photo"
    assert "now" in question.text
    phone.api.say(OWNER, "/clips", date=long_ago())
    question = await phone.shows(lambda message: "You sent /clips at" in message.text)
    await phone.presses_for_edit(question, str(common.NO))
    assert question.text == str(common.LEFT_AS_IT_WAS)


async def test_the_same_late_command_is_asked_about_once(phone: Phone) -> None:
    for _ in range(3):
        phone.api.say(OWNER, "/snapshot", date=long_ago())
    await phone.shows(lambda message: "You sent /snapshot at" in message.text)
    await phone.answered()
    assert sum("You sent /snapshot at" in message.text for message in phone.of_bot()) == 1


async def test_a_late_command_that_fits_no_button_must_be_sent_again(phone: Phone) -> None:
    phone.api.say(OWNER, f"/retention {'here 14d ' * 9}", date=long_ago())
    said = await phone.shows(lambda message: "Send it again" in message.text)
    assert said.labels == []


async def test_presses_from_before_the_start_are_asked_about(api: BotApi, house: TestHouse) -> None:
    house.arming.until_utc = {"front": datetime.now(UTC) + timedelta(hours=1)}
    async with running(api, house) as phone:
        status = await phone.says("/status")
    status.date = long_ago()
    for label in (status_texts.ARM, status_texts.SNAPSHOT):
        api.press(OWNER, status.message_id, str(label))
    async with running(api, house) as phone:
        arm = await phone.shows(lambda message: f"{status_texts.ARM} was pressed" in message.text)
        await phone.shows(lambda message: f"{status_texts.SNAPSHOT} was pressed" in message.text)
        await phone.answered()
        assert house.arming.until_utc
        assert not [message for message in phone.of_bot() if message.kind == "photo"]
        await phone.presses(arm, str(status_texts.ARM))
        assert not house.arming.until_utc


async def test_presses_during_an_outage_are_asked_about(api: BotApi, house: TestHouse) -> None:
    async with running(api, house) as phone:
        status = await phone.says("/status")
        status.date = long_ago()
        api.faults.status("getUpdates", 502, times=2)
        await phone.until(lambda: sum(call.status == 502 for call in api.calls) == 2)
        phone.bot._lateness._emptied_s -= 1000  # as if it had lasted so long
        api.press(OWNER, status.message_id, str(status_texts.SNAPSHOT))
        api.press(OWNER, status.message_id, str(status_texts.REFRESH))
        assert await phone.shows(lambda message: "was pressed while I could not hear you" in message.text)
        await api.wait_for(lambda: phone.count("editMessageText"))


async def test_nobody_can_have_pressed_a_message_before_it_came(api: BotApi, house: TestHouse) -> None:
    async with running(api, house) as phone:
        status = await phone.says("/status")
    api.press(OWNER, status.message_id, str(status_texts.SNAPSHOT))
    async with running(api, house) as phone:
        assert await phone.shows(lambda message: message.kind == "photo")


async def test_a_press_that_telegram_calls_old_is_asked_about(phone: Phone) -> None:
    status = await phone.says("/status")
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    phone.api.faults.status("answerCallbackQuery", 400, description=old)
    question = await phone.presses(status, str(status_texts.SNAPSHOT))
    assert "was pressed" in question.text
    assert (await phone.presses(question, str(status_texts.SNAPSHOT))).kind == "photo"


def test_every_button_that_does_something_is_asked_about() -> None:
    assert {"arm", "arm-yes", "snap", "clip", "part", "late"} <= set(BUTTONS) - HARMLESS_BUTTONS
    assert set(BUTTONS) >= HARMLESS_BUTTONS
