"""The buttons below an alert and the owner's choice of quiet and privacy, with the real program and a real camera."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bot.texts import alerts as texts
from demo.botapi import BotApi
from demo.conversation import Message
from tests.e2e.program import OWNER, QUICK, Phone, event_id, running


def _says(message: Message, words: str) -> bool | None:
    return words in message.text or None


async def test_keep_false_alarm_delete_and_undo(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path, **QUICK):
        clip = await phone.clip()
        for button, words in (
            (texts.KEEP, "no rule deletes it"),
            (texts.FALSE_ALARM, "marked as a false alarm"),
            (texts.DELETE, "undo until then"),
        ):
            api.press(OWNER, clip.message_id, str(button))
            await api.wait_for(partial(_says, clip, words))
        api.press(OWNER, clip.message_id, str(texts.UNDO_DELETE))
        await api.wait_for(lambda: str(texts.KEPT) in clip.labels or None)
        assert "will be deleted" not in clip.text


async def test_closed_cameras_read_nothing_and_say_so(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path) as program:
        assert "No sound until" in (await phone.ask("/mute 1h")).text
        assert (await phone.alert()).silent
        question = await phone.ask("/privacy 2h")
        done = await phone.press(question, "yes")
        assert "closed" in done.text
        assert "privacy" in (await phone.ask("/status")).text
        assert await program.stop() == 0
        await program.start()
        assert "privacy" in (await phone.ask("/status")).text
        api.say(OWNER, "/arm")
        told = await api.wait_for(lambda: next((m for m in phone.messages if "No frame was read" in m.text), None))
        assert "front: 0 frames" in told.text
        assert "started anew" in told.text


async def test_text_only_brings_no_picture_until_it_is_asked_for(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path, CAMERAS__FRONT__GAP_S="2", CAMERAS__FRONT__POST_ROLL_S="1"):
        await phone.ask("/privacy text")
        alert = await api.wait_for(
            lambda: next((m for m in phone.alerts if str(texts.SEND_CLIP) in m.labels and m.kind == "text"), None), 60
        )
        assert [m for m in phone.messages if m.media] == []
        api.press(OWNER, alert.message_id, str(texts.SHOW))
        picture = await api.wait_for(lambda: next((m for m in phone.messages if m.kind == "photo"), None))
        assert event_id(alert) in picture.text
