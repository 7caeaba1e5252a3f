from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from demo.botapi import BotApi
from demo.web import ChatPage
from tests.demo.client import OWNER, Client
from tests.demo.media import jpeg
from tests.demo.panels import FixedPanel

KEY = "a-key-that-nobody-guesses"


@pytest.fixture
def panel() -> FixedPanel:
    return FixedPanel()


@pytest.fixture
async def page(api: BotApi, panel: FixedPanel) -> AsyncIterator[ChatPage]:
    async with ChatPage(api, panel, KEY, user_id=OWNER) as page:
        yield page


@pytest.fixture
async def http(page: ChatPage) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=page.address, timeout=60) as http:
        yield http


@dataclass(slots=True)
class Live:
    """An open stream of server-sent events."""

    lines: AsyncIterator[str]
    last_id: str = ""
    seen: list[Any] = field(default_factory=list)

    async def next(self, kind: str) -> Any:
        """The data of the next event of this kind."""
        name = ""
        async with asyncio.timeout(60):
            async for line in self.lines:
                head, _, value = line.partition(": ")
                if head == "id":
                    self.last_id = value
                elif head == "event":
                    name = value
                elif head == "data" and name == kind:
                    return json.loads(value)
        raise AssertionError("the stream has ended")


@asynccontextmanager
async def live(http: httpx.AsyncClient, last_id: str = "") -> AsyncIterator[Live]:
    async with http.stream("GET", "events", headers={"Last-Event-ID": last_id} if last_id else {}) as answer:
        assert answer.status_code == 200
        yield Live(answer.aiter_lines())


# -- who may ask -----------------------------------------------------------------------------------------------------


async def test_without_the_key_there_is_nothing(page: ChatPage) -> None:
    root = page.address.removesuffix(f"{KEY}/")
    async with httpx.AsyncClient(base_url=root) as http:
        for path in ("", "wrong/", "wrong/events", "index.html"):
            assert (await http.get(path)).status_code == 404
        assert (await http.post("wrong/say", json={"text": "/disarm"})).status_code == 404


async def test_a_name_that_was_rebound_to_this_machine_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.get("", headers={"Host": "evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:1"])
async def test_another_sites_script_cannot_command(http: httpx.AsyncClient, api: BotApi, origin: str) -> None:
    answer = await http.post("say", json={"text": "/disarm"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert api.messages(OWNER) == []


async def test_a_form_cannot_command(http: httpx.AsyncClient, api: BotApi) -> None:
    assert (await http.post("say", data={"text": "/disarm"})).status_code == 415
    assert api.messages(OWNER) == []


async def test_the_page_may_load_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    answer = await http.get("")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["style.css", "app.js", "messages.js", "icon.svg"])
async def test_its_files_are_served(http: httpx.AsyncClient, name: str) -> None:
    assert (await http.get(name)).status_code == 200


@pytest.mark.parametrize("name", ["none.js", "..", "..%2fweb.py", "web.py"])
async def test_and_no_others(http: httpx.AsyncClient, name: str) -> None:
    assert (await http.get(name)).status_code == 404


async def test_the_key_is_random_unless_given(api: BotApi) -> None:
    async with ChatPage(api, user_id=OWNER) as one, ChatPage(api, user_id=OWNER) as other:
        assert one.address.split("/")[3] != other.address.split("/")[3]
        assert len(one.address.split("/")[3]) >= 20


# -- what it does ----------------------------------------------------------------------------------------------------


async def test_what_is_written_reaches_the_bot(http: httpx.AsyncClient, client: Client) -> None:
    answer = await http.post(
        "say", json={"text": " /status "}, headers={"Origin": str(http.base_url).split("/a-key")[0]}
    )
    [update] = await client.call("getUpdates")
    assert update["message"]["message_id"] == answer.json()["id"]
    assert update["message"]["text"] == "/status"


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "x" * 4097}, {"text": 5}, []])
async def test_what_is_no_message_is_refused(http: httpx.AsyncClient, api: BotApi, body: object) -> None:
    assert (await http.post("say", json=body)).status_code == 400
    assert api.messages(OWNER) == []


async def test_a_button_is_pressed_only_while_it_is_there(http: httpx.AsyncClient, client: Client) -> None:
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "v1:y"}]]}
    sent = (await client.call("sendMessage", chat_id=OWNER, text="?", reply_markup=keys))["message_id"]
    answer = await http.post("press", json={"id": sent, "data": "v1:y"})
    [update] = await client.call("getUpdates")
    assert update["callback_query"]["id"] == answer.json()["callback"]
    assert (await http.post("press", json={"id": sent, "data": "v1:n"})).status_code == 409
    assert (await http.post("press", json={"id": "x", "data": "v1:n"})).status_code == 400


async def test_media_can_be_asked_for_in_ranges(http: httpx.AsyncClient, client: Client) -> None:
    data = jpeg()
    sent = await client.call("sendPhoto", {"photo": ("a.jpg", data, "image/jpeg")}, chat_id=OWNER)
    path = f"media/{sent['photo'][-1]['file_id']}"
    whole = await http.get(path)
    assert (whole.status_code, whole.content, whole.headers["Content-Type"]) == (200, data, "image/jpeg")
    part = await http.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, data[10:20])
    assert (await http.get("media/none")).status_code == 404


# -- live ------------------------------------------------------------------------------------------------------------


async def test_a_page_gets_all_at_first_and_then_what_changes(http: httpx.AsyncClient, client: Client) -> None:
    first = (await client.call("sendMessage", chat_id=OWNER, text="one"))["message_id"]
    async with live(http) as stream:
        news = await stream.next("chat")
        assert (news["reset"], [m["text"] for m in news["messages"]]) == (True, ["one"])
        await client.call("editMessageText", chat_id=OWNER, message_id=first, text="two")
        news = await stream.next("chat")
        assert (news["reset"], [m["text"] for m in news["messages"]]) == (False, ["two"])
        await client.call("deleteMessage", chat_id=OWNER, message_id=first)
        assert (await stream.next("chat"))["messages"][0]["deleted"]


async def test_after_a_break_it_gets_exactly_what_it_missed(http: httpx.AsyncClient, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="one")
    async with live(http) as stream:
        await stream.next("chat")
        last_id = stream.last_id
    await client.call("sendMessage", chat_id=OWNER, text="two")
    async with live(http, last_id) as stream:
        news = await stream.next("chat")
    assert (news["reset"], [m["text"] for m in news["messages"]]) == (False, ["two"])


async def test_after_a_restart_it_starts_afresh(http: httpx.AsyncClient, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="one")
    async with live(http, "another-5") as stream:
        news = await stream.next("chat")
    assert (news["reset"], [m["text"] for m in news["messages"]]) == (True, ["one"])


async def test_only_the_owners_chat_is_shown(http: httpx.AsyncClient, api: BotApi, client: Client) -> None:
    api.say(77, "a stranger")
    await client.call("sendMessage", chat_id=77, text="to the stranger")
    async with live(http) as stream:
        assert (await stream.next("chat"))["messages"] == []


async def test_an_answer_to_a_press_is_told_once(http: httpx.AsyncClient, api: BotApi, client: Client) -> None:
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "v1:y"}]]}
    sent = (await client.call("sendMessage", chat_id=OWNER, text="?", reply_markup=keys))["message_id"]
    async with live(http) as stream:
        await stream.next("chat")
        callback_id = api.press(OWNER, sent, "Yes")
        await client.call("answerCallbackQuery", callback_query_id=callback_id, text="done")
        news = await stream.next("chat")
        assert news["answers"] == [{"callback": callback_id, "text": "done", "alert": False}]
        await client.call("sendMessage", chat_id=OWNER, text="next")
        assert (await stream.next("chat"))["answers"] == []


async def test_presence_and_commands_follow_the_bot(http: httpx.AsyncClient, api: BotApi, client: Client) -> None:
    async with live(http) as stream:
        assert (await stream.next("chat"))["bot"]["online"] is False
        await client.call("setMyCommands", commands=[{"command": "status", "description": "how it is"}])
        assert (await stream.next("chat"))["bot"]["commands"] == [{"command": "status", "description": "how it is"}]
        poll = asyncio.create_task(client.raw("getUpdates", timeout=50))
        assert (await stream.next("chat"))["bot"]["online"] is True
        await client.call("sendChatAction", chat_id=OWNER, action="upload_video")
        assert (await stream.next("chat"))["bot"]["doing"] == "sending a clip…"
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)


async def test_the_panel_shows_both_sides_and_goes_on_after_trouble(
    http: httpx.AsyncClient, panel: FixedPanel, caplog: pytest.LogCaptureFixture
) -> None:
    async with live(http) as stream:
        view = await stream.next("panel")
        assert view["provider"]["count"] == 1
        assert view["provider"]["files"][0]["path"] == "k3v9t2q8s1u0/pi18ea8qom883joj2aek"
        assert view["owner"]["clips"][0]["event"] == "e42"
        assert view["now"] == {"cameras": [{"name": "front", "state": "watching"}], "waiting": 2, "detail": ""}
        panel.failures = 2
        panel.files = []
        assert (await stream.next("panel"))["provider"]["count"] == 0
        assert panel.failures == 0
    assert [record.levelname for record in caplog.records if record.name == "demo.web"] == ["WARNING"]


async def test_stopping_ends_open_pages(api: BotApi) -> None:
    page = ChatPage(api, user_id=OWNER)
    await page.start()
    async with httpx.AsyncClient(base_url=page.address, timeout=60) as http, live(http) as stream:
        await stream.next("chat")
        await page.stop()
        with pytest.raises((AssertionError, httpx.TransportError)):
            await stream.next("panel")
    await page.stop()
