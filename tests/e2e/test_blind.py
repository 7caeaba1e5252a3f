"""What the owner hears of a time in which nobody watched, and where it can be read later."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
from pathlib import Path

from demo.botapi import BotApi
from demo.conversation import Message
from tests.e2e.program import QUICK, Phone, Program, running

HOUR_US = 3_600_000_000


async def told(phone: Phone, word: str) -> Message:
    """A message that holds the word, whenever it comes."""
    return await phone.api.wait_for(lambda: next((one for one in phone.messages if word in one.text), None), 180)


def set_back(program: Program, hours: int) -> None:
    """A stopped program's book ends, and begins, so much earlier."""
    with contextlib.closing(sqlite3.connect(program.data_dir / "mocam.sqlite3")) as rows, rows:
        moved = "UPDATE sight SET since_utc_us = since_utc_us - ? * 100, until_utc_us = until_utc_us - ?"
        assert rows.execute(moved, (hours * HOUR_US, hours * HOUR_US)).rowcount == 1


async def test_after_a_crash_the_owner_hears_how_long_nobody_watched_and_what_was_seen_that_week(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    async with running(api, tmp_path, **QUICK) as program:
        await phone.alert()
        assert "Blind" not in (await phone.ask("/status")).text  # which brings the book up to now
        await program.end(signal.SIGKILL)
        set_back(program, 3)
        await program.start()
        notice = await told(phone, "Nobody watched")
        assert "for 3 h" in notice.text
        assert "cut short" in notice.text
        assert "front" in notice.text
        week = await told(phone, "What was seen from")
        assert "front" in week.text
        assert week.silent
        assert not notice.silent
        status = (await phone.ask("/status")).text
        assert "Blind in the last 24 hours:\n· front 3 h" in status
