"""Polling that comes back by itself from everything that ends it in python-telegram-bot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import common
from demo.botapi import BotApi
from tests.bot.conftest import OWNER, QUICK, TOKEN, Phone, running
from tests.bot.house import TestHouse


@pytest.mark.parametrize("code", [401, 404])
async def test_one_refusal_does_not_end_polling(phone: Phone, code: int) -> None:
    await phone.answered()
    phone.api.faults.status("getUpdates", code)
    await phone.until(lambda: any(call.status == code for call in phone.api.calls))
    assert await phone.says("/status")
    await phone.until(lambda: phone.bot.connected)


async def test_an_update_that_cannot_be_read_is_skipped(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    await phone.answered()
    polls = phone.count("getUpdates")
    phone.api.malformed_update()
    assert await phone.says("/status")
    assert "another shape than it should, and is skipped" in caplog.text
    assert phone.count("getUpdates") - polls < 10, "no hot loop"


async def test_another_poller_is_backed_off_from_and_told_once(phone: Phone) -> None:
    await phone.answered()
    phone.api.faults.status("getUpdates", 409, times=6)
    assert await phone.shows(lambda message: "Another program" in message.text)
    assert await phone.says("/status")
    told = [message for message in phone.of_bot() if message.text == str(common.CONFLICT)]
    assert len(told) == 1


async def test_a_server_in_trouble_is_waited_for(phone: Phone) -> None:
    await phone.answered()
    phone.api.faults.status("getUpdates", 502, times=2)
    assert await phone.says("/status")


async def test_it_comes_up_when_the_network_does(api: BotApi, house: TestHouse) -> None:
    await api.go_down()
    async with running(api, house) as phone:
        await phone.until(lambda: phone.bot.trouble)
        assert not phone.bot.connected
        await api.come_back()
        await phone.until(lambda: phone.bot.connected)
        assert phone.bot.last_contact_utc is not None
        assert phone.bot.trouble == ""
        assert await phone.says("/status")


async def test_silence_is_noticed_and_ended(api: BotApi, house: TestHouse) -> None:
    timing = replace(QUICK, poll_read_timeout_s=0.2)
    async with running(api, house, timing) as phone:
        await phone.answered()
        api.faults.silence("getUpdates", 60, stored=False, times=None)
        await phone.until(lambda: "no successful poll" in phone.bot.trouble)
        api.faults.clear()
        assert await phone.says("/status")


async def test_a_portal_in_the_way_is_no_contact(api: BotApi, house: TestHouse) -> None:
    api.faults.captive_portal("getUpdates", times=None)
    async with running(api, house) as phone:
        await phone.until(lambda: phone.count("getUpdates") > 1)
        assert phone.bot.last_contact_utc is None
        api.faults.clear()
        assert await phone.says("/status")


async def test_commands_sent_while_it_was_away_are_heard(api: BotApi, house: TestHouse) -> None:
    api.say(OWNER, "/status")
    async with running(api, house) as phone:
        assert await phone.shows(lambda message: "armed" in message.text)


async def test_a_rebuilt_application_does_not_obey_twice(phone: Phone) -> None:
    await phone.answered()
    polls = [call for call in phone.api.calls if call.method == "getUpdates"]
    assert all(call.status in (0, 200) for call in polls)
    phone.api.say(OWNER, "/help")
    phone.api.faults.status("getUpdates", 401)
    await phone.until(lambda: any(call.status == 401 for call in phone.api.calls))
    await phone.says("/status")
    helped = [message for message in phone.of_bot() if message.text.startswith("What I can do")]
    assert len(helped) == 2, "one from before, one more"


async def test_a_pause_that_telegram_asks_for_is_kept(phone: Phone) -> None:
    await phone.answered()
    phone.api.faults.status("getUpdates", 429, retry_after=2)
    await phone.until(lambda: any(call.status == 429 for call in phone.api.calls))
    assert await phone.says("/status")
    polls = [call for call in phone.api.calls if call.method == "getUpdates"]
    refused = next(at for at, call in enumerate(polls) if call.status == 429)
    assert polls[refused + 1].mono_s - polls[refused].mono_s >= 2


async def test_only_what_is_needed_is_asked_for(phone: Phone) -> None:
    await phone.answered()
    poll = next(call for call in phone.api.calls if call.method == "getUpdates")
    assert poll.json("allowed_updates") == ["message", "callback_query", "my_chat_member"]
    assert not any(call.flag("drop_pending_updates") for call in phone.api.calls if call.method == "deleteWebhook")


async def test_a_corrected_command_is_not_obeyed_again(phone: Phone) -> None:
    asked = phone.api.say(OWNER, "/help")
    await phone.shows(lambda message: message.text.startswith("What I can do"))
    phone.api.edit_by_user(asked, "/disarm 3h")
    await phone.answered()
    assert not any(str(common.YES_DISARM) in message.labels for message in phone.of_bot())


async def test_the_token_is_in_no_log(api: BotApi, house: TestHouse, caplog: pytest.LogCaptureFixture) -> None:
    for method in ("getMe", "getUpdates", "sendMessage"):
        api.faults.status(method, 401, times=2)
    api.say(OWNER, "/status")
    async with running(api, house) as phone:
        await phone.shows(lambda message: "armed" in message.text)
    own = [record for record in caplog.records if record.name.startswith("bot")]
    assert own
    assert not any(TOKEN in record.getMessage() + str(record.exc_text or "") for record in own)


async def test_two_lives_one_after_the_other_leave_nothing_behind(api: BotApi, house: TestHouse) -> None:
    for _ in range(2):
        async with running(api, house) as phone:
            assert await phone.says("/status")


async def test_an_unreachable_server_is_no_silence_of_polling(api: BotApi, house: TestHouse) -> None:
    await api.go_down()
    async with running(api, house) as phone:
        tries = phone.bot._polling.rebuilds
        await phone.until(lambda: phone.bot._polling.rebuilds >= tries + 3)
        assert phone.bot.silent_s < 60, "each try is a sign of life"


async def test_a_polling_loop_that_ended_grows_silent(phone: Phone) -> None:
    await phone.answered()
    polling = phone.bot._polling
    later_s = 0.0
    clock = polling._clock
    polling._clock = lambda: clock() + later_s
    assert phone.bot.silent_s < 60
    later_s = 1000.0
    assert phone.bot.silent_s > 900
