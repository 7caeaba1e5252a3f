from __future__ import annotations

import asyncio

import pytest

from demo.botapi import BotApi
from demo.changes import Changes
from demo.updates import UpdateQueue
from tests.demo.client import OWNER, Client


async def test_what_was_said_arrives_with_its_command_marked(api: BotApi, client: Client) -> None:
    message_id = api.say(OWNER, "/clip 42")
    [update] = await client.call("getUpdates")
    message = update["message"]
    assert message["message_id"] == message_id
    assert message["text"] == "/clip 42"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 5}]
    assert (message["from"]["id"], message["chat"]) == (OWNER, {"id": OWNER, "type": "private", "first_name": "Owner"})


async def test_an_update_comes_again_until_the_next_one_is_asked_for(api: BotApi, client: Client) -> None:
    first, second = api.say(OWNER, "a"), api.say(OWNER, "b")
    updates = await client.call("getUpdates", limit=1)
    assert [u["message"]["message_id"] for u in updates] == [first]
    assert await client.call("getUpdates", limit=1) == updates
    assert not api.messages(OWNER)[0].read
    [update] = await client.call("getUpdates", offset=updates[0]["update_id"] + 1)
    assert update["message"]["message_id"] == second
    assert api.messages(OWNER)[0].read


async def test_a_negative_offset_forgets_all_but_the_last(api: BotApi, client: Client) -> None:
    for text in "abc":
        api.say(OWNER, text)
    assert [u["message"]["text"] for u in await client.call("getUpdates", offset=-1)] == ["c"]
    assert [u["message"]["text"] for u in await client.call("getUpdates")] == ["c"]


async def test_a_long_poll_answers_when_something_is_said(api: BotApi, client: Client) -> None:
    poll = asyncio.create_task(client.call("getUpdates", timeout=50))
    await api.wait_for(lambda: api.office.updates.polled)
    api.say(OWNER, "hello")
    assert [u["message"]["text"] for u in await poll] == ["hello"]


async def test_a_poll_without_news_ends_empty(client: Client) -> None:
    assert await client.call("getUpdates", timeout=1) == []


async def test_the_older_of_two_pollers_is_refused(api: BotApi, client: Client) -> None:
    older = asyncio.create_task(client.refusal("getUpdates", timeout=50))
    await api.wait_for(lambda: [c for c in api.calls if c.method == "getUpdates"])
    newer = asyncio.create_task(client.call("getUpdates", timeout=50))
    code, description = await older
    assert code == 409
    assert description == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    api.say(OWNER, "hello")
    assert len(await newer) == 1


async def test_only_the_kinds_asked_for_come(api: BotApi, client: Client) -> None:
    await client.call("getUpdates", allowed_updates=["message"])
    message_id = api.say(OWNER, "a")
    api.edit_by_user(message_id, "b")
    api.block(OWNER)
    assert [set(u) - {"update_id"} for u in await client.call("getUpdates")] == [{"message"}]


async def test_an_edit_a_block_and_a_group_arrive_as_such(api: BotApi, client: Client) -> None:
    api.edit_by_user(api.say(OWNER, "a"), "b")
    api.block(OWNER)
    api.say(OWNER, "in a group", chat_type="group")
    _, edited, member, group = await client.call("getUpdates")
    assert edited["edited_message"]["text"] == "b"
    assert member["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert group["message"]["chat"]["type"] == "group"
    assert group["message"]["chat"]["id"] < 0


async def test_pending_updates_are_dropped_only_when_asked(api: BotApi, client: Client) -> None:
    api.say(OWNER, "a")
    await client.call("deleteWebhook")
    assert (await client.call("getWebhookInfo"))["pending_update_count"] == 1
    await client.call("deleteWebhook", drop_pending_updates=True)
    assert await client.call("getUpdates") == []


async def test_the_queue_is_bounded_and_counts_what_it_drops() -> None:
    queue = UpdateQueue(Changes(), keep=2)
    for number in range(5):
        queue.push("message", {"n": number})
    assert [u["message"] for u in await queue.poll(0, 100, 0, None)] == [{"n": 3}, {"n": 4}]
    assert queue.dropped == 3


async def test_wait_for_tells_what_was_there_instead(api: BotApi) -> None:
    api.say(OWNER, "the last words")
    with pytest.raises(AssertionError, match="the last words"):
        await api.wait_for(lambda: False, timeout_s=0.01)
