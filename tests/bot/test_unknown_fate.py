"""First messages of which nobody knows whether they arrived: found again where they can be, else said to be a copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.markup import plain
from bot.texts import alerts as texts
from demo.botapi import BotApi
from tests.bot.conftest import OWNER, QUICK, Phone, running
from tests.bot.house import TestHouse

HASTY = replace(QUICK, upload_read_timeout_s=60, stop_patience_s=0.2)


async def sent(phone: Phone, number: int, snapshot: Path) -> None:
    phone.house.event(number, snapshot=snapshot, going_on=True)
    phone.house.outbox.put(OWNER, f"e{number}")
    phone.bot.wake()


async def seen(phone: Phone, number: int) -> None:
    await phone.shows(lambda message: f"#e{number}" in message.text)
    await phone.settled()


async def test_the_next_life_finds_what_the_last_one_sent(api: BotApi, house: TestHouse, snapshot_file: Path) -> None:
    async with running(api, house, HASTY) as phone:
        await sent(phone, 1, snapshot_file)
        await seen(phone, 1)
        api.faults.silence("sendPhoto", 60, stored=True)
        await sent(phone, 2, snapshot_file)
        await phone.until(lambda: phone.count("sendPhoto") == 2)
    assert house.outbox.rows[2].letter.unknown
    async with running(api, house) as phone:
        await phone.until(lambda: house.outbox.rows[2].letter.message_id)
        assert phone.count("sendPhoto") == 2
        assert [message.text.count("#e2") for message in phone.of_bot()] == [0, 1]


async def test_what_is_not_found_says_that_it_may_be_a_copy(api: BotApi, house: TestHouse, snapshot_file: Path) -> None:
    async with running(api, house, HASTY) as phone:
        await sent(phone, 1, snapshot_file)
        await seen(phone, 1)
        api.faults.silence("sendPhoto", 60, stored=False)
        await sent(phone, 2, snapshot_file)
        await phone.until(lambda: phone.count("sendPhoto") == 2)
    async with running(api, house) as phone:
        assert await phone.shows(lambda message: "#e2" in message.text and plain(str(texts.SENT_AGAIN)) in message.text)


async def test_another_picture_is_never_taken_for_it(api: BotApi, house: TestHouse, snapshot_file: Path) -> None:
    async with running(api, house) as phone:
        await sent(phone, 1, snapshot_file)
        await seen(phone, 1)
        first = house.outbox.rows[1].letter.message_id
        assert first
        house.event(2, snapshot=snapshot_file, going_on=True)
        letter_id = house.outbox.put(OWNER, "e2")
        row = house.outbox.rows[letter_id]
        row.letter = replace(row.letter, unknown=True, sent_after=first - 1)
        phone.bot.wake()
        await seen(phone, 2)
        assert [message.text.count("#e1") for message in phone.of_bot()] == [1, 0]


async def test_the_first_unknown_picture_of_a_life_makes_no_second_copy(
    api: BotApi, house: TestHouse, snapshot_file: Path
) -> None:
    async with running(api, house) as phone:
        await sent(phone, 1, snapshot_file)
        await seen(phone, 1)
    house.outbox.newest = house.outbox.rows[1].letter.message_id or 0
    async with running(api, house) as phone:
        api.faults.reset("sendPhoto", stored=True)
        await sent(phone, 2, snapshot_file)
        await seen(phone, 2)
        assert phone.count("sendPhoto") == 2
        assert len(phone.of_bot()) == 2


async def test_a_disk_that_takes_no_mark_is_said_in_the_message(phone: Phone, snapshot_file: Path) -> None:
    """A program that is killed now would send it again and know nothing of it."""
    phone.house.outbox.failing_sending = True
    await sent(phone, 1, snapshot_file)
    first = await phone.shows(lambda message: plain(str(texts.MAY_COME_TWICE)) in message.text)
    phone.house.outbox.failing_sending = False
    phone.house.outbox.touch("e1")
    phone.bot.wake()
    await phone.api.wait_for(lambda: plain(str(texts.MAY_COME_TWICE)) not in first.text or None)


async def test_a_disk_that_cannot_be_read_holds_up_no_search(phone: Phone, snapshot_file: Path) -> None:
    await sent(phone, 1, snapshot_file)
    await seen(phone, 1)
    phone.house.outbox.failing_sending = True
    phone.api.faults.reset("sendPhoto", stored=True)
    await sent(phone, 2, snapshot_file)
    await phone.until(lambda: phone.house.outbox.rows[2].letter.message_id)
    assert phone.count("sendPhoto") == 2, "this life knows itself whose the numbers are"


async def test_a_5xx_leaves_the_fate_open_for_the_next_life(phone: Phone, snapshot_file: Path) -> None:
    phone.api.faults.status("sendPhoto", 502, times=None)
    await sent(phone, 1, snapshot_file)
    await phone.until(lambda: phone.house.outbox.rows[1].letter.attempts)
    assert phone.house.outbox.rows[1].letter.unknown


async def test_a_refusal_that_telegram_spoke_itself_leaves_none(phone: Phone, snapshot_file: Path) -> None:
    phone.api.faults.status("sendPhoto", 429, retry_after=60, times=None)
    await sent(phone, 1, snapshot_file)
    await phone.until(lambda: phone.house.outbox.rows[1].letter.attempts)
    assert not phone.house.outbox.rows[1].letter.unknown


async def test_an_outbox_that_refuses_is_worth_a_line(
    phone: Phone, snapshot_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    phone.house.outbox.failing_shown = 1
    await sent(phone, 1, snapshot_file)
    await phone.settled()
    records = [record for record in caplog.records if record.name == "bot.sender"]
    assert [record.getMessage() for record in records] == ["letter 1 waits: The database is busy."]
    assert not any(record.exc_info for record in records)
