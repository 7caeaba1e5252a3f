"""/record with the real program and camera: of a disarmed one, stopped by its button, cut by the end of the program."""

from __future__ import annotations

from pathlib import Path

from bot.texts import alerts as texts
from demo.botapi import BotApi
from demo.conversation import Message
from tests.e2e.program import OWNER, Phone, running


async def by_hand(api: BotApi, phone: Phone, words: str) -> Message:
    known = {message.message_id for message in phone.messages}
    api.say(OWNER, words)
    return await api.wait_for(
        lambda: next(
            (m for m in phone.messages if m.message_id not in known and "Recorded by hand · front" in m.text), None
        ),
    )


async def test_a_disarmed_camera_is_recorded_and_closed_again(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path) as program:
        await phone.picture("/snapshot")  # while it is still being opened it cannot be closed in time
        await phone.press(await phone.ask("/disarm 2h"), "yes")
        first = await by_hand(api, phone, "/record 10m")
        assert first.kind == "photo"
        assert "🔴 front · recording" in (await phone.ask("/status")).text
        api.press(OWNER, first.message_id, str(texts.STOP))
        await api.wait_for(lambda: first.kind == "video" or None)
        assert "⚪ front · disarmed" in (await phone.ask("/status")).text
        second = await by_hand(api, phone, "/record 10m")
        assert await program.stop() == 0
        await program.start()
        await api.wait_for(lambda: second.kind == "video" or None)
        assert "2 events" in (await phone.ask("/clips by hand")).text
        assert "⚪ front · disarmed" in (await phone.ask("/status")).text
