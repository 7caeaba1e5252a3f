"""An event's message from its photo to its last caption, with everything that a network can do to it on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.letters import MOST_CLIP_TRIES
from bot.ports import ArchiveState
from bot.texts import alerts as texts
from demo.botapi import BotApi
from demo.faults import Fault
from tests.bot.conftest import OWNER, QUICK, Phone, running
from tests.bot.house import TestHouse

SILENCE_S = 12.0
"""Longer than the read timeouts of `QUICK`."""


def begin(phone: Phone, snapshot: Path, *, camera: str = "front") -> int:
    """Motion: the event and its letter."""
    phone.house.event(1, camera=camera, snapshot=snapshot, going_on=True)
    letter_id = phone.house.outbox.put(OWNER, "e1")
    phone.bot.wake()
    return letter_id


def finish(phone: Phone, snapshot: Path, *, parts: int = 1, archive: ArchiveState = ArchiveState.WAITING) -> None:
    """The clip is there, or its state has changed."""
    phone.house.event(1, snapshot=snapshot, parts=parts, archive=archive)
    phone.house.outbox.touch("e1")
    phone.bot.wake()


async def test_one_message_lives_from_photo_to_clip_to_archived(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file)
    alert = await phone.shows(lambda message: message.kind == "photo")
    assert alert.text.startswith("Motion · front\n")
    assert "#e1" in alert.text
    assert "recording…" in alert.text
    assert alert.media is not None
    assert alert.media.read_bytes() == phone.house.cameras.picture

    finish(phone, snapshot_file)
    await phone.api.wait_for(lambda: alert.kind == "video")
    assert alert.media.read_bytes() == phone.house.clips.small.read_bytes()
    assert "2 s · #e1" in alert.text
    assert "recorded · archiving" in alert.text

    finish(phone, snapshot_file, archive=ArchiveState.VERIFIED)
    await phone.api.wait_for(lambda: "verified" in alert.text)
    assert "encrypted and archived" in alert.text
    assert "will be deleted here on" in alert.text
    await phone.settled()
    assert len(phone.of_bot()) == 1
    assert (phone.count("sendPhoto"), phone.count("editMessageMedia"), phone.count("editMessageCaption")) == (1, 1, 1)


async def test_the_clip_carries_what_a_phone_needs(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file)
    finish(phone, snapshot_file)
    await phone.settled()
    media = next(call for call in phone.api.calls if call.method == "editMessageMedia").json("media")
    assert isinstance(media, dict)
    assert (media["type"], media["width"], media["height"], media["duration"]) == ("video", 640, 360, 2)
    assert media["supports_streaming"] is True
    assert media["thumbnail"].startswith("attach://")


async def test_an_alert_that_was_held_up_still_begins_as_a_photo(
    api: BotApi, house: TestHouse, snapshot_file: Path
) -> None:
    house.event(1, snapshot=snapshot_file, parts=1)
    house.outbox.put(OWNER, "e1")
    house.outbox.touch("e1")
    async with running(api, house) as phone:
        alert = await phone.shows(lambda message: message.kind == "video")
        await phone.settled()
        assert [content.media.kind for content in alert.history if content.media] == ["photo"]


async def test_later_parts_have_buttons(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file)
    finish(phone, snapshot_file, parts=3)
    alert = await phone.shows(lambda message: message.kind == "video")
    assert alert.labels[-2:] == ["▶ Part 2", "▶ Part 3"]
    assert "part 3 of 3" in (await phone.presses(alert, "▶ Part 3")).text


async def test_while_it_goes_on_one_tap_shows_now(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file)
    alert = await phone.shows(lambda message: message.kind == "photo")
    now = await phone.presses(alert, str(texts.SNAPSHOT_NOW))
    assert now.kind == "photo"
    assert "#e1" not in now.text


async def test_html_in_a_camera_name_stays_text(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file, camera="<i>&front")
    assert "Motion · <i>&front" in (await phone.shows(lambda message: message.kind == "photo")).text


@pytest.mark.parametrize("missing", [True, False])
async def test_without_a_picture_it_is_a_text_that_still_becomes_the_clip(
    phone: Phone, tmp_path: Path, missing: bool
) -> None:
    snapshot = tmp_path / "none.jpg"
    if not missing:
        snapshot.write_bytes(b"no picture")
        phone.api.faults.status("sendPhoto", 400, description="Bad Request: IMAGE_PROCESS_FAILED")
    begin(phone, snapshot)
    alert = await phone.shows(lambda message: "No picture" in message.text)
    assert alert.kind == "text"
    finish(phone, snapshot)
    await phone.api.wait_for(lambda: alert.kind == "video")


async def test_the_clip_comes_when_the_video_is_refused_or_too_large(phone: Phone, snapshot_file: Path) -> None:
    phone.api.faults.status("editMessageMedia", 413)
    begin(phone, snapshot_file)
    finish(phone, snapshot_file)
    assert await phone.shows(lambda message: message.kind == "video")
    limits = [limit for _, limit in phone.house.clips.lent]
    assert limits == [limits[0], limits[0] // 2]


async def test_a_clip_that_never_fits_is_said_so_once(phone: Phone, snapshot_file: Path) -> None:
    phone.api.faults.status("editMessageMedia", 413, times=None)
    begin(phone, snapshot_file)
    finish(phone, snapshot_file)
    alert = await phone.shows(lambda message: str(texts.CLIP_TOO_LARGE) in message.text)
    assert alert.kind == "photo"
    finish(phone, snapshot_file, archive=ArchiveState.VERIFIED)
    await phone.api.wait_for(lambda: "verified" in alert.text)
    assert str(texts.CLIP_TOO_LARGE) in alert.text
    assert phone.count("editMessageMedia") == 2


async def test_an_event_without_clip_says_so(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file)
    finish(phone, snapshot_file, parts=0)
    assert await phone.shows(lambda message: "No clip could be recorded" in message.text)


async def test_a_clip_that_cannot_be_fetched_is_tried_and_then_said(phone: Phone, snapshot_file: Path) -> None:
    phone.house.clips.archive_away = True
    phone.house.event(1, snapshot=snapshot_file, parts=1, local=False, archive=ArchiveState.VERIFIED)
    phone.house.outbox.put(OWNER, "e1")
    phone.house.outbox.touch("e1")
    phone.bot.wake()
    assert await phone.shows(lambda message: "The archive cannot be reached now." in message.text)
    assert len(phone.house.clips.lent) == MOST_CLIP_TRIES


@pytest.mark.parametrize("code", [500, 502, 504, 401])
async def test_a_server_in_trouble_is_waited_for(phone: Phone, snapshot_file: Path, code: int) -> None:
    phone.api.faults.status("sendPhoto", code, times=4)
    begin(phone, snapshot_file)
    await phone.shows(lambda message: message.kind == "photo")
    await phone.settled()
    assert len(phone.of_bot()) == 1


async def test_a_captive_portal_is_waited_for(phone: Phone, snapshot_file: Path) -> None:
    phone.api.faults.captive_portal("sendPhoto", times=3)
    begin(phone, snapshot_file)
    assert await phone.shows(lambda message: message.kind == "photo")


async def test_a_pause_that_telegram_asks_for_holds_everything(phone: Phone, snapshot_file: Path) -> None:
    phone.api.faults.status("sendPhoto", 429, retry_after=2)
    begin(phone, snapshot_file)
    await phone.until(lambda: phone.bot._wire._pacer.held_s)
    answer = await phone.says("/help")
    alert = await phone.shows(lambda message: message.kind == "photo")
    refused = next(call for call in phone.api.calls if call.status == 429)
    assert min(answer.mono_s, alert.mono_s) - refused.mono_s >= 2


async def test_no_network_loses_nothing(phone: Phone, snapshot_file: Path) -> None:
    await phone.answered()
    await phone.api.go_down()
    begin(phone, snapshot_file)
    finish(phone, snapshot_file)
    await phone.until(lambda: phone.house.outbox.rows[1].letter.attempts)
    await phone.api.come_back()
    await phone.shows(lambda message: message.kind == "video")
    assert phone.count("sendPhoto") == 1


@pytest.mark.parametrize("stored", [True, False])
async def test_an_unknown_photo_is_sent_once_more_and_says_so(phone: Phone, snapshot_file: Path, stored: bool) -> None:
    phone.api.faults.reset("sendPhoto", stored=stored)
    begin(phone, snapshot_file)
    again = await phone.shows(lambda message: "Sent again" in message.text)
    await phone.settled()
    assert again.kind == "photo"
    assert len(phone.of_bot()) == 1 + stored
    assert all("#e1" in message.text for message in phone.of_bot())


async def test_silence_after_a_photo_counts_as_unknown(api: BotApi, house: TestHouse, snapshot_file: Path) -> None:
    async with running(api, house, replace(QUICK, upload_read_timeout_s=SILENCE_S / 4)) as phone:
        api.faults.silence("sendPhoto", SILENCE_S, stored=True)
        begin(phone, snapshot_file)
        await phone.shows(lambda message: "Sent again" in message.text)
        await phone.settled()
        assert phone.count("sendPhoto") == 2
        assert "ReadTimeout" in house.outbox.rows[1].reasons


async def test_a_photo_that_stays_unknown_is_never_sent_a_third_time(phone: Phone, snapshot_file: Path) -> None:
    phone.api.faults.reset("sendPhoto", stored=True, times=None)
    begin(phone, snapshot_file)
    note = await phone.shows(lambda message: str(texts.PICTURE_UNSURE).strip("<i>/") in message.text)
    assert phone.count("sendPhoto") == 2
    finish(phone, snapshot_file)
    await phone.api.wait_for(lambda: note.kind == "video")


async def test_an_unknown_edit_is_simply_tried_again(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file)
    alert = await phone.shows(lambda message: message.kind == "photo")
    phone.api.faults.reset("editMessageMedia", stored=True)
    finish(phone, snapshot_file)
    await phone.settled()
    assert alert.kind == "video"
    assert len(phone.of_bot()) == 1


async def test_a_caption_that_is_as_it_should_be_counts_as_done(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file)
    finish(phone, snapshot_file)
    await phone.shows(lambda message: message.kind == "video")
    await phone.settled()
    phone.house.outbox.touch("e1")
    phone.bot.wake()
    await phone.settled()
    refused = [call for call in phone.api.calls if call.method == "editMessageCaption" and call.status == 400]
    assert len(refused) == 1
    assert not phone.house.outbox.rows[1].given_up


async def test_a_message_that_the_owner_deleted_is_let_go(phone: Phone, snapshot_file: Path) -> None:
    begin(phone, snapshot_file)
    alert = await phone.shows(lambda message: message.kind == "photo")
    await phone.settled()
    phone.api.office.conversation.delete(alert)
    finish(phone, snapshot_file)
    await phone.until(lambda: phone.house.outbox.rows[1].given_up)
    finish(phone, snapshot_file, archive=ArchiveState.VERIFIED)
    await phone.settled()
    assert phone.of_bot() == []
    assert phone.count("editMessageMedia") == 1


async def test_a_blocked_bot_keeps_the_alert_until_the_owner_is_back(phone: Phone, snapshot_file: Path) -> None:
    await phone.answered()
    phone.api.block(OWNER)
    begin(phone, snapshot_file)
    await phone.until(lambda: phone.house.outbox.rows[1].letter.attempts >= 2)
    assert phone.count("sendPhoto") <= 1
    phone.api.unblock(OWNER)
    assert await phone.shows(lambda message: message.kind == "photo")


async def test_markup_that_telegram_cannot_read_goes_as_plain_text(phone: Phone, snapshot_file: Path) -> None:
    phone.api.faults.status("sendPhoto", 400, description="Bad Request: can't parse entities: unclosed start tag")
    begin(phone, snapshot_file)
    alert = await phone.shows(lambda message: message.kind == "photo")
    assert alert.text.startswith("Motion · front\n")
    assert "<b>" not in alert.html


async def test_a_notice_reaches_the_chat(phone: Phone) -> None:
    phone.house.outbox.put(OWNER, text="<b>front</b> has been blind for 2 min.")
    phone.bot.wake()
    assert await phone.shows(lambda message: message.text == "front has been blind for 2 min.")


async def test_nobody_but_owners_gets_a_letter(phone: Phone, snapshot_file: Path) -> None:
    phone.api.say(777, "hello", name="Former owner")
    phone.house.event(1, snapshot=snapshot_file)
    letter_id = phone.house.outbox.put(777, "e1")
    phone.bot.wake()
    await phone.until(lambda: phone.house.outbox.rows[letter_id].given_up)
    assert phone.of_bot(777) == []


async def test_an_outbox_that_fails_after_delivery_makes_no_second_copy(phone: Phone, snapshot_file: Path) -> None:
    phone.house.outbox.failing_shown = 3
    begin(phone, snapshot_file)
    await phone.settled()
    assert phone.count("sendPhoto") == 1


async def test_what_was_on_its_way_when_the_program_stopped_is_told_apart(
    api: BotApi, house: TestHouse, snapshot_file: Path
) -> None:
    api.faults.silence("sendPhoto", 60, stored=True)
    async with running(api, house, replace(QUICK, upload_read_timeout_s=60, stop_patience_s=0.2)) as phone:
        begin(phone, snapshot_file)
        await phone.until(lambda: phone.count("sendPhoto"))
        assert house.outbox.rows[1].letter.unknown, "it is told beforehand: a kill leaves no time for it"
    assert house.outbox.rows[1].letter.unknown
    async with running(api, house) as phone:
        assert await phone.shows(lambda message: "Sent again" in message.text)


async def test_a_stop_lets_an_upload_finish(api: BotApi, house: TestHouse, snapshot_file: Path) -> None:
    api.faults.slow("sendPhoto", 0.5)
    async with running(api, house) as phone:
        begin(phone, snapshot_file)
        await phone.until(lambda: phone.count("sendPhoto"))
    assert house.outbox.open() == []
    assert len(phone.of_bot()) == 1


async def test_a_long_upload_does_not_delay_the_next_photo(api: BotApi, house: TestHouse, snapshot_file: Path) -> None:
    patient = replace(QUICK, upload_read_timeout_s=60)
    async with running(api, house, patient) as phone:
        api.faults.plan("editMessageMedia", Fault(wait_s=30))
        begin(phone, snapshot_file)
        finish(phone, snapshot_file)
        await phone.until(lambda: phone.count("editMessageMedia"))
        house.event(2, snapshot=snapshot_file, going_on=True, started_utc=datetime.now(UTC) - timedelta(seconds=1))
        house.outbox.put(OWNER, "e2")
        phone.bot.wake()
        second = await phone.shows(lambda message: "#e2" in message.text)
        assert second.kind == "photo"
        first = next(message for message in phone.of_bot() if "#e1" in message.text)
        assert first.kind == "photo", "the clip's upload was still on its way"
        api.faults.clear()
        await api.go_down()
