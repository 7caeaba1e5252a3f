"""Hundreds of letters through hours without a network: bounded work, kept order, and answers that wait for none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.botapi import BotApi
from tests.bot.conftest import OWNER, QUICK, running
from tests.bot.house import TestHouse

LETTERS = 120
SLOW = replace(QUICK, message_every_s=0.04, message_burst=1, backlog_s=0.0)
"""As after hours: everything has waited, and the chat takes one message at a time."""


def seen(house: TestHouse, count: int, snapshot: Path) -> None:
    for number in range(1, count + 1):
        started_utc = datetime.now(UTC) - timedelta(hours=3) + timedelta(minutes=number)
        house.event(number, started_utc=started_utc, snapshot=snapshot)
        house.outbox.put(OWNER, f"e{number}")


async def test_an_outage_costs_one_try_at_a_time_however_many_wait(
    api: BotApi, house: TestHouse, snapshot_file: Path
) -> None:
    async with running(api, house) as phone:
        await phone.answered()
        await api.go_down()
        seen(house, LETTERS, snapshot_file)
        phone.bot.wake()
        first = house.outbox.rows[1]
        await phone.until(lambda: first.letter.attempts >= 10)
        tried = [number for number, row in house.outbox.rows.items() if row.letter.attempts]
        assert tried == [1], "the others wait for the first to get through"


async def test_they_arrive_in_their_order_and_answers_do_not_wait_for_them(
    api: BotApi, house: TestHouse, snapshot_file: Path
) -> None:
    async with running(api, house, SLOW) as phone:
        await phone.answered()
        await api.go_down()
        seen(house, LETTERS, snapshot_file)
        phone.bot.wake()
        await phone.until(lambda: house.outbox.rows[1].letter.attempts)
        await api.come_back()
        await phone.shows(lambda message: "#e10" in message.text.split())
        asked = api.say(OWNER, "/status")
        answer = await phone.shows(lambda message: "armed" in message.text)
        between = [message for message in phone.of_bot() if asked < message.message_id < answer.message_id]
        assert len(between) < LETTERS / 4
        assert len(house.outbox.open()) > LETTERS / 3, "the answer came while most of them still waited"
        await phone.settled()
        photos = [message for message in phone.of_bot() if message.kind == "photo"]
        numbers = [int(message.text.split("#e")[1].split()[0]) for message in photos]
        assert numbers == list(range(1, LETTERS + 1))
