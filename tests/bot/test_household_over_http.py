"""Guests, the audit log and schedules, over HTTP as the phone sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands import BUTTONS, BY_NAME
from bot.people import GuestView
from bot.privacy import ChatPrivacy, Look
from bot.roles import GUEST_BUTTONS, GUEST_COMMANDS
from bot.schedule import parse
from bot.texts import alerts as texts_of_alerts
from bot.texts import audit, common
from bot.texts import clips as clip_texts
from bot.texts import guests as texts
from demo.conversation import Message
from tests.bot.conftest import OWNER, STRANGER, Phone

GUEST = 777


def code_in(message: Message) -> str:
    return message.text.split("?start=")[1].split()[0]


def be_guest(phone: Phone, **ends: float) -> None:
    until_utc = datetime.now(UTC) + timedelta(hours=ends.get("hours", 24))
    phone.house.guests.found[GUEST] = GuestView(GUEST, "Ann", until_utc)


async def guest_says(phone: Phone, text: str) -> Message:
    before = len(phone.of_bot(GUEST))
    phone.api.say(GUEST, text)
    await phone.api.wait_for(lambda: len(phone.of_bot(GUEST)) > before)
    return phone.of_bot(GUEST)[-1]


async def test_a_link_lets_one_guest_in_once(phone: Phone) -> None:
    link = await phone.says("/guest 24h")
    assert f"https://t.me/{phone.bot.name}?start=" in link.text
    phone.api.say(GUEST, f"/start {code_in(link)}")
    await phone.api.wait_for(lambda: phone.of_bot(GUEST))
    assert "you may look" in phone.of_bot(GUEST)[0].text
    await phone.shows(lambda message: "opened your link" in message.text)
    phone.api.say(STRANGER, f"/start {code_in(link)}")
    await phone.answered()
    assert phone.of_bot(STRANGER) == []
    await phone.shows(lambda message: f"({STRANGER})" in message.text)
    acts = [entry.act for entry in phone.house.audit.entries]
    assert acts[:2] == ["invited", "joined"]


async def test_wrong_codes_get_silence_and_run_out(phone: Phone) -> None:
    for number in range(15):
        phone.api.say(STRANGER, f"/start GUESS{number}")
    await phone.shows(lambda message: f"({STRANGER})" in message.text)
    await phone.answered()
    phone.api.say(OWNER, "/guest 24h")
    link = await phone.shows(lambda message: "?start=" in message.text)
    phone.api.say(STRANGER, f"/start {code_in(link)}")
    await phone.answered()
    assert phone.of_bot(STRANGER) == []
    assert phone.house.guests.found == {}


async def test_a_guest_looks(phone: Phone) -> None:
    be_guest(phone)
    phone.house.event(1, parts=1)
    assert "as a guest" in (await guest_says(phone, "/help")).text
    status = await guest_says(phone, "/status")
    assert "armed" in status.text
    assert not any("arm" in label.lower() for label in status.labels)
    assert (await guest_says(phone, "/snapshot")).kind == "photo"
    assert (await guest_says(phone, "/clip e1")).kind == "video"
    await phone.until(lambda: len(phone.house.audit.entries) == 2)
    fetched = [(entry.act, entry.about) for entry in phone.house.audit.entries]
    assert fetched == [("snapshot", "front"), ("clip", "#e1 · front")]
    phone.house.arming.until_utc = {"front": datetime.now(UTC) + timedelta(hours=3)}
    phone.api.press(GUEST, status.message_id, "v1:status:", force=True)
    await phone.api.wait_for(lambda: "disarmed" in status.text)
    assert not any("arm" in label.lower() for label in status.labels)


async def test_whatever_a_guest_sees_is_noted(phone: Phone, snapshot_file: Path) -> None:
    be_guest(phone)
    for number in (1, 2):
        phone.house.event(number, parts=1, snapshot=snapshot_file)
    listed = await guest_says(phone, "/clips")
    phone.api.press(GUEST, listed.message_id, str(clip_texts.PICTURES))
    sheet = await phone.api.wait_for(lambda: phone.of_bot(GUEST)[-1] if len(phone.of_bot(GUEST)) > 1 else None)
    phone.api.press(GUEST, sheet.message_id, "1")
    await phone.api.wait_for(lambda: sheet.kind == "video")
    await phone.until(lambda: len(phone.house.audit.entries) > 1)
    seen = [(entry.act, entry.about) for entry in phone.house.audit.entries]
    assert seen == [("looked", "#e1 … #e2"), ("clip", "#e2 · front")]


async def test_keeping_and_deleting_are_noted(phone: Phone) -> None:
    phone.house.event(1, parts=1)
    clip = await phone.says("/clip e1")
    for label in (texts_of_alerts.KEEP, texts_of_alerts.KEPT, texts_of_alerts.DELETE, texts_of_alerts.UNDO_DELETE):
        await phone.presses_for_edit(clip, str(label))
    await phone.until(lambda: len(phone.house.audit.entries) > 4)
    acts = [entry.act for entry in phone.house.audit.entries]
    assert acts == ["clip", "kept", "unkept", "deleted", "spared"]


async def test_a_guest_is_not_promised_a_clip_that_comes_by_itself(phone: Phone) -> None:
    be_guest(phone)
    phone.house.event(1, going_on=True)
    assert (await guest_says(phone, "/clip")).text == str(clip_texts.NOT_FINISHED_ASK)
    assert (await phone.says("/clip")).text == str(clip_texts.NOT_FINISHED)
    phone.house.privacy.now = ChatPrivacy(Look.TEXT)
    assert (await phone.says("/clip")).text == str(clip_texts.NOT_FINISHED_ASK)


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - GUEST_COMMANDS))
async def test_no_other_command_is_a_guests(phone: Phone, name: str) -> None:
    be_guest(phone)
    assert (await guest_says(phone, f"/{name} 3h")).text == str(texts.OWNERS_ONLY)
    assert phone.house.arming.until_utc == {}
    assert phone.house.audit.entries == []


async def test_no_other_button_is_a_guests(phone: Phone) -> None:
    be_guest(phone)
    status = await guest_says(phone, "/status")
    shown = len(phone.of_bot(GUEST))
    verbs = [*sorted(set(BUTTONS) - GUEST_BUTTONS), "run"]
    for at in range(0, len(verbs), 16):  # more at once than are in work at once would be dropped
        for verb in verbs[at : at + 16]:
            data = f"v1:{verb}:{'disarm' if verb == 'run' else '86400'}"
            phone.api.press(GUEST, status.message_id, data, force=True)
        await guest_says(phone, "/help")
        shown += 1
    assert len(phone.of_bot(GUEST)) == shown
    assert phone.house.guests.out == {}
    assert phone.house.arming.until_utc == {}


async def test_a_guests_time_ends_in_silence(phone: Phone) -> None:
    be_guest(phone, hours=-1)
    phone.api.say(GUEST, "/status")
    await phone.answered()
    assert phone.of_bot(GUEST) == []


async def test_a_guest_whose_time_is_over_has_no_menu_any_more(phone: Phone) -> None:
    be_guest(phone)
    await guest_says(phone, "/help")
    await phone.until(lambda: phone.api.office.menu(GUEST))
    shown = await phone.says("/guest")
    await phone.presses_for_edit(shown, "✕ Ann")
    await phone.says("/help")
    await phone.until(lambda: not phone.api.office.menu(GUEST))
    assert phone.api.office.menu(OWNER)


async def test_guests_are_listed_and_ended(phone: Phone) -> None:
    assert "no guests" in (await phone.says("/guest")).text
    be_guest(phone)
    shown = await phone.says("/guest")
    assert "Ann" in shown.text
    await phone.presses(shown, str(texts.DAY))
    await phone.presses_for_edit(shown, "✕ Ann")
    assert phone.house.guests.found == {}
    await phone.presses_for_edit(shown, str(texts.WITHDRAW))
    assert phone.house.guests.out == {}
    assert "no guests" in shown.text


async def test_the_log_is_paged(phone: Phone) -> None:
    assert (await phone.says("/log")).text == str(audit.EMPTY)
    for _ in range(9):
        await phone.says("/snapshot")
        await phone.says("/arm")
    shown = await phone.says("/log")
    assert shown.text.count("\n") == 15
    assert "armed front" in shown.text
    await phone.presses_for_edit(shown, str(audit.OLDER))
    assert shown.text.count("\n") == 3


async def test_a_schedule_is_asked_about_and_kept(phone: Phone) -> None:
    assert "No schedule" in (await phone.says("/schedule")).text
    question = await phone.says("/schedule weekdays 8:00 to 17:30, nights")
    assert "Mon\u2013Fri 08:00\u201317:30" in question.text
    assert phone.house.arming.kept == {}
    await phone.presses_for_edit(question, str(common.YES_CHANGE))
    assert phone.house.arming.kept == {"front": parse("weekdays 8-17:30, nights")}
    assert "front" in (await phone.says("/schedule")).text
    off = await phone.says("/schedule front off")
    await phone.presses_for_edit(off, str(common.YES_CHANGE))
    assert phone.house.arming.kept == {}
    assert [entry.about for entry in phone.house.audit.entries] == [
        "all: mon-fri 08:00-17:30, daily 22:00-07:00",
        "front: off",
    ]


@pytest.mark.parametrize("words", ["banana", "weekdays 25:00-26:00", "8-12 mon", "back nights"])
async def test_a_schedule_that_is_not_understood_changes_nothing(phone: Phone, words: str) -> None:
    answer = await phone.says(f"/schedule {words}")
    assert "did not understand" in answer.text
    assert answer.labels == []
