"""Strangers get silence, whatever they try; a first owner comes in with the code from the console."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.texts import common
from bot.texts import pairing as pairing_texts
from demo.botapi import BotApi
from tests.bot.conftest import OWNER, QUICK, STRANGER, Phone, running
from tests.bot.house import Owners, TestHouse


async def test_a_stranger_gets_silence_and_the_owner_hears_of_it_once(phone: Phone) -> None:
    for words in ("/start", "/status", "/disarm", "/snapshot", "hello"):
        phone.api.say(STRANGER, words, name="Mallory <script>")
    notice = await phone.shows(lambda message: "tried to use this bot" in message.text)
    assert f"Mallory <script> ({STRANGER})" in notice.text
    await phone.answered()
    assert phone.of_bot(STRANGER) == []
    assert sum("tried to use this bot" in message.text for message in phone.of_bot()) == 1
    assert not phone.house.arming.until_utc


async def test_a_strangers_button_press_does_nothing(phone: Phone) -> None:
    question = await phone.says("/disarm 3h")
    phone.api.say(STRANGER, "hi")
    phone.api.press(STRANGER, question.message_id, str(common.YES_DISARM))
    await phone.answered()
    assert not phone.house.arming.until_utc
    assert phone.api.answers == []


async def test_an_owner_in_a_group_gets_silence_too(phone: Phone) -> None:
    phone.api.say(OWNER, "/status", chat_type="group")
    phone.api.say(OWNER, "/disarm", chat_type="supergroup")
    await phone.answered()
    assert phone.of_bot(-OWNER) == []
    assert not any("tried to use" in message.text for message in phone.of_bot())


async def test_another_owners_yes_does_not_count(api: BotApi, house: TestHouse) -> None:
    house.owners = Owners(OWNER, 777)
    api.say(777, "/help")
    async with running(api, house) as phone:
        question = await phone.says("/disarm 3h")
        api.press(777, question.message_id, str(common.YES_DISARM))
        await phone.answered()
        assert not house.arming.until_utc


def code_of(announced: list[str]) -> str:
    found = re.search(r"/start ([A-Z0-9]+)", announced[-1])
    assert found
    return found[1]


async def test_pairing_with_the_code_from_the_console(api: BotApi, house: TestHouse) -> None:
    house.owners = Owners()
    async with running(api, house) as phone:
        await phone.until(lambda: phone.announced)
        code = code_of(phone.announced)
        assert f"https://t.me/{phone.bot.name}?start={code}" in phone.announced[0]
        assert "█" in phone.announced[0]
        api.say(OWNER, f"/start {code.lower()}")
        await phone.shows(lambda message: message.text.startswith("Welcome, Owner!"))
        assert house.owners.ids() == {OWNER}
        api.say(STRANGER, f"/start {code}")
        await phone.answered()
        assert phone.of_bot(STRANGER) == []
        assert house.owners.ids() == {OWNER}
        assert phone.announced[-1] == pairing_texts.paired_console(OWNER)
        await api.wait_for(lambda: phone.count("setMyCommands"))


async def test_wrong_codes_get_silence_and_use_the_code_up(api: BotApi, house: TestHouse) -> None:
    house.owners = Owners()
    async with running(api, house) as phone:
        await phone.until(lambda: phone.announced)
        first = code_of(phone.announced)
        for number in range(5):
            api.say(STRANGER, f"/start WRONG{number}")
        await phone.until(lambda: len(phone.announced) == 2)
        assert code_of(phone.announced) != first
        api.say(STRANGER, f"/start {first}")
        api.say(OWNER, f"/start {code_of(phone.announced)}")
        await phone.shows(lambda message: "yours now" in message.text)
        assert house.owners.ids() == {OWNER}
        assert phone.of_bot(STRANGER) == []


async def test_a_code_in_a_group_does_not_pair(api: BotApi, house: TestHouse) -> None:
    house.owners = Owners()
    async with running(api, house) as phone:
        await phone.until(lambda: phone.announced)
        code = code_of(phone.announced)
        api.say(STRANGER, f"/start {code}", chat_type="group")
        api.say(OWNER, f"/start {code}")
        await phone.shows(lambda message: "yours now" in message.text)
        assert house.owners.ids() == {OWNER}


async def test_an_expired_code_is_replaced_by_a_new_one(api: BotApi, house: TestHouse) -> None:
    house.owners = Owners()
    async with running(api, house, replace(QUICK, pairing_code_s=0.3)) as phone:
        await phone.until(lambda: len(phone.announced) >= 2)
        assert code_of(phone.announced[:1]) != code_of(phone.announced[1:2])
