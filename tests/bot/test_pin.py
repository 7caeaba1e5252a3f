"""The pinned sign of life: pinned once, edited quietly and seldom, and never against its owner's will."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.ports import Armed, CameraView, Usage
from bot.texts import pin as texts
from demo.botapi import BotApi
from demo.conversation import Message
from tests.bot.conftest import OWNER, QUICK, Phone, running
from tests.bot.house import ZONE, TestHouse

NOW = datetime(2026, 11, 25, 13, 35, tzinfo=UTC)
EAGER = replace(QUICK, pin_look_s=0.02, pin_change_s=0.05, pin_life_s=3600, pin_again_s=3600)


@pytest.fixture
async def phone(api: BotApi, house: TestHouse) -> AsyncIterator[Phone]:
    async with running(api, house, EAGER) as started:
        yield started


async def pinned(phone: Phone) -> Message:
    return await phone.shows(lambda message: message.pinned)


def signs(phone: Phone) -> list[Message]:
    return [message for message in phone.of_bot() if "MoCam is alive" in message.text.splitlines()[0]]


async def test_it_is_pinned_without_a_sound_and_says_how_things_are(phone: Phone) -> None:
    phone.house.event(7, parts=1)
    answer = await phone.says("/pin", 1)
    assert answer.labels == [str(texts.ON)]
    phone.api.press(OWNER, answer.message_id, str(texts.ON))
    sign = await pinned(phone)
    assert sign.silent
    assert sign.text.startswith("🟢 MoCam is alive · ")
    assert "1 camera watching · last event " in sign.text
    await phone.api.wait_for(lambda: answer.labels == [str(texts.OFF)])
    assert phone.house.pins.found == {OWNER: sign.message_id}
    await phone.says("/pin on")
    await phone.answered()
    assert signs(phone) == [sign], "asked for again, it is still one"


async def test_it_changes_when_something_changes_and_not_otherwise(phone: Phone) -> None:
    await phone.says("/pin on")
    sign = await pinned(phone)
    await phone.answered()
    edits = phone.count("editMessageText")
    await phone.answered()
    assert phone.count("editMessageText") == edits
    phone.house.cameras.broken["front"] = "The cable came loose."
    await phone.api.wait_for(lambda: "The cable came loose." in sign.text)
    assert sign.text.startswith("⚠️ MoCam is alive, but · ")
    assert "0 of 1 camera watching" in sign.text
    phone.house.cameras.broken.clear()
    await phone.api.wait_for(lambda: sign.text.startswith("🟢"))
    assert all(message.silent for message in signs(phone))


async def test_its_time_is_the_sign_of_life(api: BotApi, house: TestHouse) -> None:
    now_utc = NOW
    async with running(api, house, replace(EAGER, pin_life_s=0.1), lambda: now_utc) as phone:
        await phone.says("/pin on")
        sign = await pinned(phone)
        assert "14:35" in sign.text.splitlines()[0]
        now_utc = NOW + timedelta(minutes=5)
        await phone.api.wait_for(lambda: "14:40" in sign.text.splitlines()[0])


async def test_a_restart_goes_on_with_the_same_message(api: BotApi, house: TestHouse) -> None:
    async with running(api, house, EAGER) as phone:
        await phone.says("/pin on")
        sign = await pinned(phone)
    house.cameras.broken["front"] = "It does not answer."
    async with running(api, house, EAGER) as phone:
        await phone.api.wait_for(lambda: "It does not answer." in sign.text)
        assert signs(phone) == [sign]


async def test_deleted_once_it_comes_again_deleted_twice_it_stays_away(phone: Phone) -> None:
    await phone.says("/pin on")
    first = await pinned(phone)
    phone.api.office.conversation.delete(first)
    phone.house.cameras.broken["front"] = "Gone."  # so that it has something to change
    second = await phone.shows(lambda message: message.pinned and message is not first)
    assert second.silent
    phone.api.office.conversation.delete(second)
    phone.house.cameras.broken.clear()
    told = await phone.shows(lambda message: message.text.startswith("You deleted the pinned message twice"))
    assert told.silent
    assert phone.house.pins.found == {}
    await phone.answered()
    assert signs(phone) == []


async def test_an_outage_neither_doubles_nor_loses_it(phone: Phone) -> None:
    phone.api.faults.status("sendMessage", 502)
    phone.house.pins.found[OWNER] = None
    sign = await pinned(phone)
    await phone.api.go_down()
    phone.house.cameras.broken["front"] = "While nobody was there."
    await phone.api.come_back()
    await phone.api.wait_for(lambda: "While nobody was there." in sign.text)
    assert signs(phone) == [sign]


async def test_off_takes_it_away_and_one_that_is_too_old_says_so(phone: Phone) -> None:
    await phone.says("/pin on")
    sign = await pinned(phone)
    await phone.says("/pin off")
    await phone.api.wait_for(lambda: sign.deleted)
    await phone.says("/pin on")
    old = await phone.shows(lambda message: message.pinned and message is not sign)
    old.date -= timedelta(hours=50)
    await phone.says("/pin off")
    await phone.api.wait_for(lambda: old.text.startswith("Not renewed any more since "))
    assert not old.deleted
    await phone.api.wait_for(lambda: not old.pinned)


async def test_nonsense_changes_nothing(phone: Phone) -> None:
    assert "/pin on" in (await phone.says("/pin banana")).text
    assert phone.house.pins.found == {}


async def test_a_chat_that_is_no_owners_any_more_is_left_alone(phone: Phone) -> None:
    phone.house.pins.found[OWNER + 1] = None
    await phone.says("/pin on")
    await pinned(phone)
    assert phone.house.pins.found[OWNER + 1] is None


def test_how_many_watch() -> None:
    def said(*states: str, until: datetime | None = None) -> str:
        cameras = [CameraView(f"c{number}", state, NOW, "") for number, state in enumerate(states)]
        off = {camera.name: until for camera in cameras if until and camera.state == "disarmed"}
        armed = tuple(camera.name for camera in cameras if camera.name not in off)
        return texts.body(Armed(armed, off), cameras, None, [], NOW, ZONE)

    assert said("watching", "recording") == "2 cameras watching"
    assert said("watching", "blind", "starting") == "1 of 3 cameras watching"
    assert said("disarmed", "disarmed", until=NOW + timedelta(hours=3)) == "disarmed until 17:35"
    assert said("watching", "disarmed", until=NOW + timedelta(hours=3)) == "1 of 2 cameras watching"


async def test_what_is_stored_is_not_counted_at_every_look(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0
    count = phone.house.retention.usage

    async def usage() -> Usage:
        nonlocal counted
        counted += 1
        return await count()

    monkeypatch.setattr(phone.house.retention, "usage", usage)
    await phone.says("/pin on")
    sign = await pinned(phone)
    phone.house.cameras.broken["front"] = "The first."
    await phone.api.wait_for(lambda: "The first." in sign.text)
    phone.house.cameras.broken["front"] = "The second."
    await phone.api.wait_for(lambda: "The second." in sign.text)
    assert counted == 1
