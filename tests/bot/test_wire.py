"""Uploads are streamed, and a leaked connection pool is mended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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
from tests.demo.media import jpeg


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


async def test_a_connection_is_opened_ahead_of_an_alert_and_used_again(api: BotApi) -> None:
    wire = Wire(TOKEN, api.base_url, QUICK, Pacer(0.01, 10))
    connections: list[object] = []

    async def note(event_name: str, _info: object) -> None:
        if event_name == "connection.connect_tcp.complete":
            connections.append(event_name)

    wire._request._client.event_hooks = {"request": [_traced(note)]}
    try:
        await wire.warm()
        await wire.warm()  # used a moment ago
        await wire.photo(Address(OWNER, Rank.ALERT), jpeg(160, 90), "front.jpg", "hello")
    finally:
        await wire.close()
    assert [call.method for call in api.calls] == ["getMe", "sendPhoto"]
    assert len(connections) == 1


async def test_nobody_hears_of_a_connection_that_could_not_be_opened(api: BotApi) -> None:
    wire = Wire(TOKEN, "http://127.0.0.1:9", QUICK, Pacer(0.01, 10))
    try:
        await wire.warm()
    finally:
        await wire.close()


async def test_the_time_of_a_photo_begins_with_its_turn(api: BotApi) -> None:
    wire = Wire(TOKEN, api.base_url, QUICK, Pacer(0.5, 1))
    took: list[tuple[str, float]] = []

    async def note(event_id: str, begun_s: float, ended_s: float) -> None:
        took.append((event_id, ended_s - begun_s))

    wire.took = note
    try:
        for event_id in ("e1", "", "e2"):
            await wire.photo(Address(OWNER, Rank.ALERT, event_id=event_id), jpeg(160, 90), "front.jpg", "hello")
    finally:
        await wire.close()
    assert [event_id for event_id, _ in took] == ["e1", "e2"]


def _traced(note: Callable[[str, object], Awaitable[None]]) -> Callable[[httpx.Request], Awaitable[None]]:
    async def add(request: httpx.Request) -> None:
        request.extensions["trace"] = note

    return add
