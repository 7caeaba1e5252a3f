from __future__ import annotations

from pathlib import Path

import pytest

from demo.botapi import BotApi
from demo.keyboard import Button
from demo.media import UPLOAD_BYTES
from tests.demo.client import OWNER, Client, File
from tests.demo.media import jpeg, mp4

PHOTO: File = ("a.jpg", jpeg(1280, 720), "image/jpeg")


@pytest.fixture
def clip(tmp_path: Path) -> bytes:
    return mp4(tmp_path / "clip.mp4", width=320, height=180).read_bytes()


async def test_text_is_stored_and_answered(api: BotApi, client: Client) -> None:
    answer = await client.call("sendMessage", chat_id=OWNER, text="<b>armed</b> /status", parse_mode="HTML")
    assert answer["text"] == "armed /status"
    assert answer["entities"] == [
        {"type": "bold", "offset": 0, "length": 5},
        {"type": "bot_command", "offset": 6, "length": 7},
    ]
    [message] = api.messages(OWNER)
    assert (message.kind, message.text, message.html) == ("text", "armed /status", "<b>armed</b> /status")
    assert message.from_bot
    assert not message.silent


async def test_parameters_may_come_as_json_and_names_in_any_case(api: BotApi, client: Client) -> None:
    answer = await client.post_json("SENDMESSAGE", {"chat_id": OWNER, "text": "x", "disable_notification": True})
    assert answer["ok"]
    assert api.messages(OWNER)[0].silent


async def test_a_photo_comes_in_two_sizes_with_its_real_measures(api: BotApi, client: Client) -> None:
    answer = await client.call("sendPhoto", {"photo": PHOTO}, chat_id=OWNER, caption="front")
    assert [(s["width"], s["height"]) for s in answer["photo"]] == [(320, 180), (1280, 720)]
    assert answer["caption"] == "front"
    [message] = api.messages(OWNER)
    assert message.media
    assert message.media.read_bytes() == PHOTO[1]


async def test_a_video_keeps_the_measures_that_were_given(api: BotApi, client: Client, clip: bytes) -> None:
    files = {"video": ("c.mp4", clip, "video/mp4"), "thumb": ("t.jpg", jpeg(320, 180), "image/jpeg")}
    answer = await client.call(
        "sendVideo", files, chat_id=OWNER, width=640, height=360, duration=7, thumbnail="attach://thumb"
    )
    video = answer["video"]
    assert (video["width"], video["height"], video["duration"]) == (640, 360, 7)
    assert (video["file_size"], video["file_name"], video["mime_type"]) == (len(clip), "c.mp4", "video/mp4")
    assert (video["thumbnail"]["width"], video["thumbnail"]["height"]) == (320, 180)
    assert api.messages(OWNER)[0].kind == "video"


async def test_a_small_video_is_measured_when_nothing_was_given(client: Client, clip: bytes) -> None:
    video = (await client.call("sendVideo", {"video": ("c.mp4", clip, "video/mp4")}, chat_id=OWNER))["video"]
    assert (video["width"], video["height"], video["duration"]) == (320, 180, 2)


async def test_what_is_no_video_becomes_a_document_and_is_noted(any_api: BotApi, client: Client) -> None:
    answer = await client.call("sendVideo", {"video": ("c.mp4", b"not a video", "video/mp4")}, chat_id=OWNER)
    assert "document" in answer
    assert any_api.violations == ["the file sent as video is not one: it became a document"]


async def test_a_document_keeps_its_bytes_and_name(api: BotApi, client: Client) -> None:
    await client.call("sendDocument", {"document": ("log.txt", b"lines", "text/plain")}, chat_id=OWNER)
    [message] = api.messages(OWNER)
    assert message.media
    assert (message.kind, message.media.read_bytes()) == ("document", b"lines")


async def test_a_file_id_sends_again_without_upload(api: BotApi, client: Client) -> None:
    first = await client.call("sendPhoto", {"photo": PHOTO}, chat_id=OWNER)
    again = await client.call("sendPhoto", chat_id=OWNER, photo=first["photo"][-1]["file_id"])
    assert again["photo"] == first["photo"]
    assert api.calls[-1].uploads == {}


async def test_a_file_is_downloaded_as_it_was_sent(api: BotApi, client: Client, clip: bytes) -> None:
    sent = await client.call("sendVideo", {"video": ("c.mp4", clip, "video/mp4")}, chat_id=OWNER)
    file = await client.call("getFile", file_id=sent["video"]["file_id"])
    assert file["file_size"] == len(clip)
    assert await client.download(file["file_path"]) == clip


async def test_an_album_shares_an_id(api: BotApi, client: Client, clip: bytes) -> None:
    media = [{"type": "photo", "media": "attach://p", "caption": "one"}, {"type": "video", "media": "attach://v"}]
    files = {"p": PHOTO, "v": ("c.mp4", clip, "video/mp4")}
    answer = await client.call("sendMediaGroup", files, chat_id=OWNER, media=media)
    assert len({message["media_group_id"] for message in answer}) == 1
    assert [(m.kind, m.caption) for m in api.messages(OWNER)] == [("photo", "one"), ("video", "")]


async def test_buttons_are_kept_in_rows(api: BotApi, client: Client) -> None:
    rows = [[{"text": "Yes", "callback_data": "v1:y"}, {"text": "Site", "url": "https://e.org"}], []]
    answer = await client.call("sendMessage", chat_id=OWNER, text="?", reply_markup={"inline_keyboard": rows})
    assert answer["reply_markup"]["inline_keyboard"] == [rows[0]]
    assert api.messages(OWNER)[0].buttons == ((Button("Yes", "v1:y"), Button("Site", url="https://e.org")),)
    assert api.messages(OWNER)[0].labels == ["Yes", "Site"]


async def test_an_answer_quotes_what_it_answers(api: BotApi, client: Client) -> None:
    asked = api.say(OWNER, "who?")
    answer = await client.call("sendMessage", chat_id=OWNER, text="me", reply_parameters={"message_id": asked})
    assert answer["reply_to_message"]["text"] == "who?"
    gone = {"message_id": 999, "allow_sending_without_reply": True}
    await client.call("sendMessage", chat_id=OWNER, text="me", reply_parameters=gone)
    code, description = await client.refusal(
        "sendMessage", chat_id=OWNER, text="me", reply_parameters={"message_id": 999}
    )
    assert (code, description) == (400, "Bad Request: message to be replied not found")


async def test_whoever_never_wrote_cannot_be_written_to(api: BotApi, client: Client) -> None:
    assert await client.refusal("sendMessage", chat_id=77, text="x") == (400, "Bad Request: chat not found")
    api.say(77, "hello")
    await client.call("sendMessage", chat_id=77, text="x")


async def test_a_user_who_blocked_the_bot_gets_nothing(api: BotApi, client: Client) -> None:
    api.block(OWNER)
    refusal = await client.refusal("sendMessage", chat_id=OWNER, text="x")
    assert refusal == (403, "Forbidden: bot was blocked by the user")
    api.unblock(OWNER)
    await client.call("sendMessage", chat_id=OWNER, text="x")


async def test_a_chat_action_shows_until_a_message_comes(api: BotApi, client: Client) -> None:
    await client.call("sendChatAction", chat_id=OWNER, action="upload_photo")
    assert api.office.actions[OWNER][0] == "upload_photo"
    await client.call("sendMessage", chat_id=OWNER, text="x")
    assert OWNER not in api.office.actions


LONG_BUTTON = {"inline_keyboard": [[{"text": "a", "callback_data": "ä" * 33}]]}
BARE_BUTTON = {"inline_keyboard": [[{"text": "a"}]]}


@pytest.mark.parametrize(
    ("method", "files", "params", "says"),
    [
        ("sendMessage", None, {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", None, {"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ("sendMessage", None, {"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        ("sendMessage", None, {"text": "x", "reply_markup": LONG_BUTTON}, "BUTTON_DATA_INVALID"),
        ("sendMessage", None, {"text": "x", "reply_markup": BARE_BUTTON}, "text buttons are unallowed"),
        ("sendMessage", None, {"text": "x", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ("sendPhoto", {"photo": PHOTO}, {"caption": "x" * 1025}, "message caption is too long"),
        ("sendPhoto", {"photo": ("a.jpg", b"not a picture", "image/jpeg")}, {}, "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", {"photo": ("a.jpg", b"", "image/jpeg")}, {}, "file must be non-empty"),
        ("sendPhoto", {"photo": ("a.jpg", bytes(10 * 2**20 + 1), "image/jpeg")}, {}, "is too big for a photo"),
        ("sendPhoto", None, {}, "there is no photo in the request"),
        ("sendVideo", None, {"video": "attach://v"}, 'there is no part "v"'),
        ("sendMediaGroup", {"p": PHOTO}, {"media": [{"type": "photo", "media": "attach://p"}]}, "album of 1 items"),
        ("sendChatAction", None, {"action": "dance"}, "wrong parameter action"),
    ],
)
async def test_limits_are_held_and_noted(
    any_api: BotApi, client: Client, method: str, files: dict[str, File] | None, params: dict[str, object], says: str
) -> None:
    code, description = await client.refusal(method, files, chat_id=OWNER, **params)
    assert code == 400
    assert says in description
    assert any_api.violations
    assert any_api.messages(OWNER) == []


async def test_the_limits_count_after_parsing(api: BotApi, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    await client.call("sendPhoto", {"photo": PHOTO}, chat_id=OWNER, caption="&amp;" * 1024, parse_mode="HTML")


async def test_an_upload_over_the_limit_is_refused_whole(any_api: BotApi, client: Client) -> None:
    files = {"video": ("c.mp4", bytes(UPLOAD_BYTES + 1), "video/mp4")}
    assert await client.refusal("sendVideo", files, chat_id=OWNER) == (413, "Request Entity Too Large")
    assert any_api.violations == ["sendVideo: Request Entity Too Large"]
    assert any_api.calls[-1].uploads["video"].size_bytes == UPLOAD_BYTES + 1
    assert not any_api.calls[-1].uploads["video"].path.exists()


@pytest.mark.parametrize(
    ("thumbnail", "says"),
    [(jpeg(640, 360), "at most 320 px"), (b"GIF89a", "not a JPEG")],
)
async def test_a_wrong_thumbnail_is_passed_over_and_noted(
    any_api: BotApi, client: Client, clip: bytes, thumbnail: bytes, says: str
) -> None:
    files = {"video": ("c.mp4", clip, "video/mp4"), "thumbnail": ("t.jpg", thumbnail, "image/jpeg")}
    answer = await client.call("sendVideo", files, chat_id=OWNER)
    assert "thumbnail" not in answer["video"]
    assert says in any_api.violations[0]


async def test_no_upload_is_left_behind(any_api: BotApi, client: Client) -> None:
    await client.call("sendPhoto", {"photo": PHOTO}, chat_id=OWNER)
    await client.refusal("sendPhoto", {"photo": PHOTO}, chat_id=OWNER, caption="x" * 1025)
    await client.refusal("sendPhoto", {"photo": PHOTO}, chat_id=77)
    assert list((any_api.office.files.folder / "uploads").iterdir()) == []
