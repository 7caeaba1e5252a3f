"""Uploads are streamed, and a leaked connection pool is mended."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from telegram.error import TimedOut

from bot.delivery import Undelivered
from bot.pacing import Pacer, Rank
from bot.uploads import upload
from bot.wire import Address, Wire
from demo.botapi import BotApi
from tests.bot.conftest import OWNER, QUICK, TOKEN


def test_a_file_is_handed_over_unread(clip_file: Path) -> None:
    with upload(clip_file, "front-e1.mp4") as file:
        assert not isinstance(file.input_file_content, bytes)
        assert file.input_file_content.tell() == 0
        assert (file.filename, file.mimetype) == ("front-e1.mp4", "video/mp4")


async def test_a_leaked_pool_is_made_anew(api: BotApi) -> None:
    wire = Wire(TOKEN, api.base_url, QUICK, Pacer(0.01, 10))
    to = Address(OWNER, Rank.ANSWER)
    try:
        await wire.text(to, "before")
        leaked = wire._request._client

        async def full() -> None:
            raise TimedOut from httpx.PoolTimeout("every connection is taken")

        with pytest.raises(Undelivered, match="PoolTimeout"):
            await wire._translated(OWNER, full)
        assert leaked.is_closed
        await wire.text(to, "after")
    finally:
        await wire.close()
    assert [message.text for message in api.messages(OWNER)] == ["before", "after"]
