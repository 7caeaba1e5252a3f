from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.botapi import BotApi
from tests.demo.client import OWNER, Client, File
from tests.demo.media import jpeg, mp4

PHOTO: File = ("a.jpg", jpeg(640, 360), "image/jpeg")
KEYS = {"inline_keyboard": [[{"text": "Keep", "callback_data": "v1:keep"}]]}


async def photo(client: Client) -> dict[str, Any]:
    message: dict[str, Any] = await client.call(
        "sendPhoto", {"photo": PHOTO}, chat_id=OWNER, caption="moving", reply_markup=KEYS
    )
    return message


async def test_a_photo_becomes_a_clip_in_place(api: BotApi, client: Client, tmp_path: Path) -> None:
    alert = await photo(client)
    clip = mp4(tmp_path / "c.mp4").read_bytes()
    media = {"type": "video", "media": "attach://c", "caption": "<b>0:02</b>", "parse_mode": "HTML", "duration": 2}
    files = {"c": ("c.mp4", clip, "video/mp4")}
    message_id = alert["message_id"]
    answer = await client.call("editMessageMedia", files, chat_id=OWNER, message_id=message_id, media=media)
    assert answer["message_id"] == message_id
    assert answer["video"]["duration"] == 2
    assert answer["edit_date"] >= answer["date"]
    [message] = api.messages(OWNER)
    assert (message.kind, message.caption) == ("video", "0:02")
    assert [content.media.kind for content in message.history if content.media] == ["photo"]
    assert message.buttons == ()  # an edit without a keyboard takes it away, as on the real server


async def test_text_caption_and_keyboard_change(api: BotApi, client: Client) -> None:
    text = (await client.call("sendMessage", chat_id=OWNER, text="one"))["message_id"]
    await client.call("editMessageText", chat_id=OWNER, message_id=text, text="two")
    alert = (await photo(client))["message_id"]
    await client.call("editMessageCaption", chat_id=OWNER, message_id=alert, caption="gone", reply_markup=KEYS)
    await client.call("editMessageReplyMarkup", chat_id=OWNER, message_id=alert)
    assert [(m.text, m.labels) for m in api.messages(OWNER)] == [("two", []), ("gone", [])]
    assert [content.body.text for content in api.messages(OWNER)[1].history] == ["moving", "gone"]


async def test_an_edit_that_changes_nothing_is_refused(api: BotApi, client: Client) -> None:
    alert = (await photo(client))["message_id"]
    code, description = await client.refusal(
        "editMessageCaption", chat_id=OWNER, message_id=alert, caption="moving", reply_markup=KEYS
    )
    assert (code, description.partition(":")[2].strip()[:23]) == (400, "message is not modified")
    assert api.messages(OWNER)[0].edit_date is None


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("editMessageText", {"text": "x"}, "there is no text in the message to edit"),
        ("editMessageText", {"text": "x", "message_id": 999}, "message to edit not found"),
        ("deleteMessage", {"message_id": 999}, "message to delete not found"),
        ("setMessageReaction", {"message_id": 999}, "message to react not found"),
        ("pinChatMessage", {"message_id": 999}, "message to pin not found"),
    ],
)
async def test_what_cannot_be_done_is_said_in_the_words_of_the_server(
    api: BotApi, client: Client, method: str, params: dict[str, object], says: str
) -> None:
    message_id = (await photo(client))["message_id"]
    answer = await client.refusal(method, **({"chat_id": OWNER, "message_id": message_id} | params))
    assert answer == (400, f"Bad Request: {says}")


async def test_a_text_has_no_caption(api: BotApi, client: Client) -> None:
    message_id = (await client.call("sendMessage", chat_id=OWNER, text="x"))["message_id"]
    answer = await client.refusal("editMessageCaption", chat_id=OWNER, message_id=message_id, caption="y")
    assert answer == (400, "Bad Request: there is no caption in the message to edit")


async def test_a_users_message_cannot_be_edited(any_api: BotApi, client: Client) -> None:
    message_id = any_api.say(OWNER, "mine")
    answer = await client.refusal("editMessageText", chat_id=OWNER, message_id=message_id, text="yours")
    assert answer == (400, "Bad Request: message can't be edited")
    assert any_api.violations == []


async def test_deleted_messages_are_gone_but_remembered(api: BotApi, client: Client) -> None:
    ids = [(await client.call("sendMessage", chat_id=OWNER, text=t))["message_id"] for t in "abc"]
    await client.call("deleteMessage", chat_id=OWNER, message_id=ids[0])
    await client.call("deleteMessages", chat_id=OWNER, message_ids=[ids[1], 999])
    assert [m.text for m in api.messages(OWNER)] == ["c"]
    assert [m.text for m in api.messages(OWNER, deleted=True) if m.deleted] == ["a", "b"]


async def test_what_is_older_than_two_days_stays(api: BotApi, client: Client) -> None:
    old = api.say(OWNER, "old", date=datetime.now(UTC) - timedelta(hours=49))
    answer = await client.refusal("deleteMessage", chat_id=OWNER, message_id=old)
    assert answer == (400, "Bad Request: message can't be deleted for everyone")
    await client.call("deleteMessages", chat_id=OWNER, message_ids=[old])
    assert [m.text for m in api.messages(OWNER)] == ["old"]


async def test_at_most_a_hundred_are_deleted_at_once(any_api: BotApi, client: Client) -> None:
    code, _ = await client.refusal("deleteMessages", chat_id=OWNER, message_ids=list(range(101)))
    assert code == 400
    assert any_api.violations


async def test_pins_and_reactions_are_kept(api: BotApi, client: Client) -> None:
    message_id = (await client.call("sendMessage", chat_id=OWNER, text="x"))["message_id"]
    await client.call("pinChatMessage", chat_id=OWNER, message_id=message_id)
    reaction = [{"type": "emoji", "emoji": "👍"}]
    await client.call("setMessageReaction", chat_id=OWNER, message_id=message_id, reaction=reaction)
    [message] = api.messages(OWNER)
    assert (message.pinned, message.reaction) == (True, "👍")
    await client.call("unpinChatMessage", chat_id=OWNER)
    assert not message.pinned
