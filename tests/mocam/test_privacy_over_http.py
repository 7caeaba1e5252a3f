"""What a chat sees at each level, and what leaves it again: pixels compared, rows and messages looked at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from bot.texts import alerts as texts
from demo.conversation import Message
from mocam.contact_sheet import decoded
from mocam.store import Store
from tests.bot.conftest import OWNER
from tests.mocam.living import Living, living

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BOX = (0.35, 0.3, 0.2, 0.4)


async def says(household: Living, text: str) -> Message:
    before = household.messages()
    household.api.say(OWNER, text)
    return await household.api.wait_for(lambda: next((one for one in household.messages() if one not in before), None))


async def alert(household: Living) -> Message:
    before = household.messages()
    household.moves(box=BOX)
    await household.settled()
    [message] = [one for one in household.messages() if one not in before]
    return message


def detail(path: Path | None) -> float:
    """How much fine structure a picture has, whatever its size."""
    assert path
    picture = decoded(path.read_bytes(), 100_000)
    assert picture is not None
    small = cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA)
    return float(np.abs(small.astype(np.int16) - cv2.GaussianBlur(small, (0, 0), 6)).mean())


async def test_text_only_brings_no_picture_and_show_reveals_one(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        assert "no picture at all" in (await says(household, "/privacy text")).text
        message = await alert(household)
        assert message.kind == "text"
        assert "#e1" in message.text
        assert "recorded" in message.text
        assert message.labels[:2] == [str(texts.SHOW), str(texts.SEND_CLIP)]
        picture = await household.press(message, str(texts.SHOW))
        assert (picture.kind, picture.labels) == ("photo", [str(texts.HIDE)])
        household.api.press(OWNER, picture.message_id, str(texts.HIDE))
        await household.api.wait_for(lambda: picture.deleted or None)
        assert (await household.press(message, str(texts.SEND_CLIP))).kind == "video"
        calls = [call.method for call in household.api.calls]
        assert calls.count("sendPhoto") == 1
        assert "editMessageMedia" not in calls


@pytest.mark.parametrize("level", ["pixelated", "crop"])
async def test_a_veiled_alert_stays_a_picture_and_shows_less(store: Store, tmp_path: Path, level: str) -> None:
    async with living(store, tmp_path) as household:
        full = household.moves(box=BOX, with_clip=False)
        await household.settled()
        clear = household.messages()[-1].media
        household.passes(2 * MINUTE)
        await says(household, f"/privacy {level}")
        message = await alert(household)
        assert message.kind == "photo", "it does not become the clip"
        assert not message.history or all(
            content.media and content.media.kind == "photo" for content in message.history
        )
        shown = decoded(message.media.read_bytes(), 100_000) if message.media else None
        assert shown is not None
        if level == "pixelated":
            # Inside a block nothing differs: 960 pixels hold 32 of them.
            block = shown[300:328, 62:88].astype(int)
            assert int(block.max(axis=(0, 1)).max() - block.min(axis=(0, 1)).max()) < 30
        else:
            assert shown.shape[1] < 640 * 0.7
        assert full
        assert clear
        assert str(texts.SHOW) in message.labels


async def test_the_level_of_the_moment_holds_and_the_stricter_one_wins(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await says(household, "/privacy text")
        household.moves(with_clip=False)
        await household.settled()
        await says(household, "/privacy full")
        household.records("e1")
        await household.settled()
        [first] = [one for one in household.messages() if "#e1" in one.text]
        assert first.kind == "text", "what came as text never becomes a clip"
        household.passes(2 * MINUTE)
        household.moves(with_clip=False)
        await household.settled()
        await says(household, "/privacy pixelated")
        household.records("e2")
        await household.settled()
        [second] = [one for one in household.messages() if "#e2" in one.text]
        assert second.kind == "photo"


async def test_a_digest_keeps_to_the_level(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await says(household, "/privacy text")
        await household.api.go_down()
        for _ in range(5):
            household.moves(box=BOX)
            household.passes(10 * MINUTE)
        household.passes(HOUR)
        await household.api.come_back()
        await household.settled()
        digest = next(one for one in household.messages() if "While I could not" in one.text)
        assert digest.kind == "text"
        await says(household, "/privacy pixelated")
        for _ in range(9):
            household.moves(box=BOX)
            household.passes(timedelta(seconds=20))
            await household.first_messages()
        await household.settled()
        storm = next(one for one in household.messages() if "again and again" in one.text)
        assert storm.kind == "photo"


async def test_pictures_leave_the_chat_in_time_also_after_a_restart(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        assert "24 hours" in (await says(household, "/privacy remove 24h")).text
        message = await alert(household)
        clip = await says(household, "/clip e1")
        await household.noted(clip)
        household.passes(23 * HOUR)
        late = await alert(household)
        assert not message.deleted
        await household.bot.stop()
        household.passes(2 * HOUR)
        async with household.running():
            await household.api.wait_for(lambda: (message.deleted and clip.deleted) or None)
            assert not late.deleted
            store.catalogue.touch_event("e1")
            await household.settled()
            event = store.catalogue.event("e1")
            assert event is not None
            assert event.parts[0].path, "the clip itself stays"
            assert [one.text for one in household.messages() if "#e1" in one.text] == []
            assert "#e1" in (await says(household, "/clip e1")).text


async def test_removal_waits_for_the_network_and_says_what_it_could_not_do(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await says(household, "/privacy remove 48h")
        message = await alert(household)
        await household.api.go_down()
        household.passes(47 * HOUR + 45 * MINUTE)
        await household.api.come_back()
        await household.api.wait_for(lambda: message.deleted or None)
        await alert(household)
        await household.bot.stop()
        household.passes(49 * HOUR)
        async with household.running():
            await household.api.wait_for(
                lambda: next((one for one in household.messages() if "delete what is older yourself" in one.text), None)
            )


async def test_a_deleted_event_leaves_every_message_that_shows_it(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        message = await alert(household)
        clip = await says(household, "/clip e1")
        await household.noted(clip)
        other = household.moves()
        household.api.press(OWNER, message.message_id, str(texts.DELETE))
        await household.api.wait_for(lambda: "undo until then" in message.text or None)
        household.passes(MINUTE)
        await household.wishes.fulfil()
        await household.api.wait_for(lambda: (message.deleted and clip.deleted) or None)
        await household.settled()
        assert [one.deleted for one in household.messages() if f"#{other}" in one.text] == [False]


async def test_privacy_by_buttons(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        shown = await says(household, "/privacy")
        assert "Alerts show: full" in shown.text
        assert "48 hours at most" in shown.text
        await household.press(shown, "Pixelated")
        assert "Alerts show: pixelated" in shown.text
        await household.press(shown, "12 h")
        assert "after 12 hours" in shown.text
        await household.press(shown, "They stay")
        assert "stay in this chat" in shown.text
        await household.press(shown, "Full")
        assert store.privacy.of(OWNER).look == "full"
        question = await household.press(shown, "Close the cameras for 2 h…")
        assert "No frame is read" in question.text
        await household.press(question, "Yes, close")
        assert "closed until 15:00" in question.text
        for nonsense in ("/privacy banana", "/privacy remove 99h", "/privacy remove", "/privacy 900d"):
            answer = await says(household, nonsense)
            assert answer.kind == "text"
            assert "went wrong" not in answer.text
        assert store.privacy.of(OWNER).remove_after_h is None
