"""The stand-in as the library sees it that the bot is built on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram import (
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    InputMediaVideo,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from demo.botapi import BotApi
from tests.demo.client import OWNER, TOKEN
from tests.demo.media import jpeg, mp4

App = Application[Any, Any, Any, Any, Any, Any]


def build(api: BotApi) -> App:
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{api.base_url}/bot").job_queue(None)
    return builder.base_file_url(f"{api.base_url}/file/bot").build()


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Arm", callback_data="v1:arm")]])
    await update.message.reply_html("<b>Hello</b>", reply_markup=keys)


async def pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer("armed")
    await update.callback_query.edit_message_text("armed")


@pytest.fixture
async def app(api: BotApi) -> AsyncIterator[App]:
    async with build(api) as app:
        yield app


@pytest.fixture
async def polling(app: App, api: BotApi) -> AsyncIterator[App]:
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(pressed))
    assert app.updater
    await app.updater.start_polling(timeout=20)
    await app.start()
    yield app
    if app.updater.running:
        await app.updater.stop()
    await app.stop()


async def test_a_command_is_answered_and_a_button_pressed(api: BotApi, polling: App) -> None:
    asked = api.say(OWNER, "/start")
    [answer] = await api.wait_for(lambda: [m for m in api.messages(OWNER) if m.from_bot])
    assert (answer.text, answer.labels) == ("Hello", ["Arm"])
    callback_id = api.press(OWNER, answer.message_id, "Arm")
    await api.wait_for(lambda: answer.text == "armed")
    assert [(a.callback_id, a.text) for a in api.answers] == [(callback_id, "armed")]
    await api.wait_for(lambda: next(m for m in api.messages(OWNER) if m.message_id == asked).read)


async def test_a_second_poller_ends_the_first_ones_request(api: BotApi, polling: App) -> None:
    await api.wait_for(lambda: api.office.updates.polled)
    async with build(api) as second:
        await second.bot.get_updates(timeout=0)
    await api.wait_for(lambda: any(c.method == "getUpdates" and c.status == 409 for c in api.calls))


async def test_polling_goes_on_after_the_network_was_gone(api: BotApi, polling: App) -> None:
    await api.wait_for(lambda: api.office.updates.polled)
    await api.go_down()
    await api.come_back()
    api.say(OWNER, "/start")
    await api.wait_for(lambda: [m for m in api.messages(OWNER) if m.from_bot], timeout_s=40)


async def test_a_streamed_clip_takes_the_place_of_a_photo(api: BotApi, app: App, tmp_path: Path) -> None:
    path = mp4(tmp_path / "clip.mp4")
    sent = await app.bot.send_photo(OWNER, jpeg(), caption="<b>front</b> #e1", parse_mode="HTML")
    assert [(size.width, size.height) for size in sent.photo] == [(320, 180), (1280, 720)]
    with path.open("rb") as file:
        clip = InputFile(file, filename="clip.mp4", read_file_handle=False, attach=True)
        media = InputMediaVideo(clip, caption="2 s", width=640, height=360, duration=2, thumbnail=jpeg(320, 180))
        await app.bot.edit_message_media(media, OWNER, sent.message_id)
    [message] = api.messages(OWNER)
    assert message.media
    assert message.media.read_bytes() == path.read_bytes()
    content = message.content.media
    assert content
    assert (content.kind, content.width, content.height, content.duration_s) == ("video", 640, 360, 2)
    file_id = content.file.file_id
    downloaded = await (await app.bot.get_file(file_id)).download_as_bytearray()
    assert bytes(downloaded) == path.read_bytes()
    again = await app.bot.send_video(OWNER, file_id)
    assert again.video
    assert again.video.file_id == file_id


async def test_an_album_and_a_document_arrive(api: BotApi, app: App, tmp_path: Path) -> None:
    clip = mp4(tmp_path / "clip.mp4").read_bytes()
    sent = await app.bot.send_media_group(OWNER, [InputMediaPhoto(jpeg()), InputMediaVideo(clip)])
    assert [bool(m.photo) for m in sent] == [True, False]
    await app.bot.send_document(OWNER, InputFile(b"manifest", filename="manifest.txt"))
    assert [m.kind for m in api.messages(OWNER)] == ["photo", "video", "document"]


async def test_the_small_methods_work(api: BotApi, app: App) -> None:
    scope = BotCommandScopeChat(OWNER)
    await app.bot.set_my_commands([("status", "how it is")], scope=scope)
    assert [c.command for c in await app.bot.get_my_commands(scope=scope)] == ["status"]
    await app.bot.send_chat_action(OWNER, "upload_video")
    sent = await app.bot.send_message(OWNER, "x", reply_parameters=None, disable_notification=True)
    await app.bot.set_message_reaction(OWNER, sent.message_id, "👍")
    await app.bot.pin_chat_message(OWNER, sent.message_id)
    assert (await app.bot.get_chat(OWNER)).id == OWNER
    await app.bot.delete_messages(OWNER, [sent.message_id])
    await app.bot.delete_my_commands(scope=scope)
    assert api.messages(OWNER) == []


async def test_faults_become_the_librarys_errors(api: BotApi, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the older form of RetryAfter warns
    kinds: list[type[TelegramError]] = [RetryAfter, NetworkError, NetworkError, Forbidden, Conflict, InvalidToken]
    for code in (429, 500, 502, 403, 409, 401):
        api.faults.status("sendMessage", code)
    api.faults.reset("sendMessage", stored=True)
    api.faults.captive_portal("sendMessage")
    for kind in (*kinds, NetworkError, TelegramError):
        with pytest.raises(kind):
            await app.bot.send_message(OWNER, "x")
    assert len(api.messages(OWNER)) == 1


async def test_refusals_become_the_librarys_errors(any_api: BotApi) -> None:
    async with build(any_api) as app:
        with pytest.raises(BadRequest, match="Can't parse entities"):
            await app.bot.send_message(OWNER, "<b>", parse_mode="HTML")
        with pytest.raises(BadRequest, match="Chat not found"):
            await app.bot.send_message(77, "x")
        sent = await app.bot.send_message(OWNER, "x")
        with pytest.raises(BadRequest, match="Message is not modified"):
            await app.bot.edit_message_text("x", OWNER, sent.message_id)
        any_api.block(OWNER)
        with pytest.raises(Forbidden):
            await app.bot.send_message(OWNER, "x")
