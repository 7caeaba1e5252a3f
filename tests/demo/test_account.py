from __future__ import annotations

import pytest

from demo.botapi import BotApi
from demo.office import Command
from tests.demo.client import OWNER, TOKEN, Client

COMMANDS = [{"command": "status", "description": "what every camera is doing"}]


async def test_the_bot_knows_who_it_is(api: BotApi, client: Client) -> None:
    me = await client.call("getMe")
    assert (me["id"], me["is_bot"]) == (int(TOKEN.partition(":")[0]), True)


@pytest.mark.parametrize(("token", "code"), [("99999:" + "x" * 35, 401), ("nonsense", 404), ("99999:short", 404)])
async def test_another_token_is_refused_as_the_real_server_does(api: BotApi, token: str, code: int) -> None:
    async with Client(api, token) as stranger:
        assert (await stranger.refusal("getMe"))[0] == code


async def test_an_unknown_method_is_not_found_and_noted(any_api: BotApi, client: Client) -> None:
    assert await client.refusal("sendNonsense") == (404, "Not Found")
    assert any("sendNonsense" in violation for violation in any_api.violations)


async def test_commands_are_kept_by_scope(api: BotApi, client: Client) -> None:
    chat = {"type": "chat", "chat_id": OWNER}
    await client.call("setMyCommands", commands=COMMANDS, scope=chat)
    assert await client.call("getMyCommands", scope=chat) == COMMANDS
    assert await client.call("getMyCommands") == []
    assert api.office.menu(OWNER) == (Command("status", "what every camera is doing"),)
    assert api.office.menu(1) == ()
    await client.call("deleteMyCommands", scope=chat)
    assert api.office.menu(OWNER) == ()


async def test_a_chat_without_commands_of_its_own_has_those_of_all(api: BotApi, client: Client) -> None:
    await client.call("setMyCommands", commands=COMMANDS)
    assert api.office.menu(OWNER) == (Command("status", "what every camera is doing"),)


@pytest.mark.parametrize(
    "command",
    [
        {"command": "Status", "description": "x"},
        {"command": "a" * 33, "description": "x"},
        {"command": "status", "description": ""},
        {"command": "status", "description": "x" * 257},
    ],
)
async def test_wrong_commands_are_refused(any_api: BotApi, client: Client, command: dict[str, str]) -> None:
    code, _ = await client.refusal("setMyCommands", commands=[command])
    assert code == 400
    assert any_api.violations


async def test_a_press_is_delivered_and_its_answer_kept(api: BotApi, client: Client) -> None:
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "v1:yes"}]]}
    sent = await client.call("sendMessage", chat_id=OWNER, text="?", reply_markup=keys)
    by_label = api.press(OWNER, sent["message_id"], "Yes")
    by_data = api.press(OWNER, sent["message_id"], "v1:yes")
    first, second = await client.call("getUpdates")
    query = first["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (by_label, "v1:yes", OWNER)
    assert query["message"]["message_id"] == sent["message_id"]
    assert second["callback_query"]["id"] == by_data
    await client.call("answerCallbackQuery", callback_query_id=by_label, text="kept", show_alert=True)
    [answer] = api.answers
    assert (answer.callback_id, answer.text, answer.show_alert) == (by_label, "kept", True)


async def test_only_a_button_that_is_there_can_be_pressed(api: BotApi, client: Client) -> None:
    sent = await client.call("sendMessage", chat_id=OWNER, text="?")
    with pytest.raises(LookupError, match="no button 'Yes'"):
        api.press(OWNER, sent["message_id"], "Yes")
    api.press(OWNER, sent["message_id"], "v1:old", force=True)
    [update] = await client.call("getUpdates")
    assert update["callback_query"]["data"] == "v1:old"


async def test_an_unknown_press_cannot_be_answered(api: BotApi, client: Client) -> None:
    answer = await client.refusal("answerCallbackQuery", callback_query_id="1")
    assert answer == (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")


async def test_an_unknown_file_cannot_be_had(api: BotApi, client: Client) -> None:
    assert (await client.refusal("getFile", file_id="x"))[0] == 400
    assert (await client.refusal("sendPhoto", chat_id=OWNER, photo="x"))[0] == 400
