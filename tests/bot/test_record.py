"""/record over HTTP: which camera, how long, one message that lives, a stop button, and what cannot be recorded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import parsing
from bot.parsing import NotUnderstood, Why
from bot.texts import alerts as alert_texts
from bot.texts import clips as clip_texts
from bot.texts import record as texts
from demo.conversation import Message
from tests.bot.conftest import OWNER, Phone


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("2m", 120), ("2 min", 120), ("1m30s", 90), ("45", 45), ("for 10 minutes", 600), ("5 sec", 5)],
)
def test_lengths(text: str, seconds: int) -> None:
    assert parsing.recording_s(text) == seconds


@pytest.mark.parametrize(
    ("text", "why"),
    [("4s", Why.RECORD_LENGTH), ("11m", Why.RECORD_LENGTH), ("2h", Why.RECORD), ("banana", Why.RECORD),
     ("-3", Why.RECORD), ("", Why.RECORD), ("0", Why.RECORD_LENGTH), ("1e9", Why.RECORD)],
)  # fmt: skip
def test_lengths_that_are_none(text: str, why: Why) -> None:
    with pytest.raises(NotUnderstood) as found:
        parsing.recording_s(text)
    assert found.value.why is why


@given(st.text(max_size=20))
def test_no_words_break_it(text: str) -> None:
    with suppress(NotUnderstood):
        assert 5 <= parsing.recording_s(text) <= 600


async def living_message(phone: Phone, event_id: str) -> Message:
    return await phone.shows(lambda message: f"#{event_id}" in message.text and "Recorded by hand" in message.text)


async def test_the_only_camera_records_at_once_and_the_message_is_the_answer(phone: Phone) -> None:
    phone.api.say(OWNER, "/record")
    message = await living_message(phone, "e901")
    assert phone.house.recordings.begun == [("front", 30)]
    assert "recording until" in message.text
    assert message.labels == [str(alert_texts.STOP), str(alert_texts.DELETE), str(alert_texts.MORE)]
    assert len(phone.of_bot()) == 1
    entry = phone.house.audit.entries[-1]
    assert (entry.act, entry.about) == ("recorded", "front #e901")


async def test_it_ends_as_the_clip_and_has_no_buttons_of_an_alarm(phone: Phone) -> None:
    phone.api.say(OWNER, "/record 10s")
    message = await living_message(phone, "e901")
    kept = phone.house.clips.events["e901"]
    ended = phone.house.event(901, parts=1)
    phone.house.clips.events["e901"] = replace(ended, by_hand_until_utc=kept.by_hand_until_utc)
    phone.house.outbox.touch("e901")
    phone.bot.wake()
    await phone.api.wait_for(lambda: message.kind == "video" or None)
    assert "Recorded by hand · front" in message.text
    assert message.labels == [str(alert_texts.KEEP), str(alert_texts.DELETE), str(alert_texts.MORE)]


async def test_stop_is_one_tap_and_says_when_it_is_over_already(phone: Phone) -> None:
    phone.api.say(OWNER, "/record 5m")
    message = await living_message(phone, "e901")
    phone.api.press(OWNER, message.message_id, str(alert_texts.STOP))
    await phone.api.wait_for(lambda: phone.api.answers or None)
    await phone.answered()
    assert (await phone.presses(message, str(alert_texts.STOP))).text == str(texts.OVER)


async def test_several_cameras_by_name_by_button_and_all(phone: Phone) -> None:
    phone.house.cameras.names = ["front", "garden", "attic"]
    question = await phone.says("/record 2m")
    assert question.labels == ["front", "garden", "attic", str(clip_texts.ALL)]
    assert not phone.house.recordings.begun
    await phone.presses(question, "garden")
    phone.api.say(OWNER, "/record front and attic 45s")
    await phone.until(lambda: len(phone.house.recordings.begun) == 3)
    assert set(phone.house.recordings.begun) == {("garden", 120), ("front", 45), ("attic", 45)}


async def test_recorded_already_it_lasts_longer_and_says_so(phone: Phone) -> None:
    phone.api.say(OWNER, "/record 30s")
    await living_message(phone, "e901")
    answer = await phone.says("/record 2m")
    assert answer.text.startswith("front is being recorded already, now until ")
    assert "#e901" in answer.text


async def test_a_camera_that_cannot_says_why_and_the_others_record(phone: Phone) -> None:
    phone.house.cameras.names = ["front", "garden"]
    phone.house.recordings.broken["garden"] = "It is <unplugged>."
    answer = await phone.shows_after("/record all 10s", lambda message: "unplugged" in message.text)
    assert answer.text == "garden: It is <unplugged>."
    assert phone.house.recordings.begun == [("front", 10)]


async def test_closed_for_privacy_it_says_so_and_disarmed_it_records(phone: Phone) -> None:
    phone.house.arming.until_utc = {"front": datetime.now(UTC) + timedelta(hours=2)}
    phone.house.arming.private = True
    answer = await phone.says("/record 30s")
    assert "closed for privacy until" in answer.text
    assert not phone.house.recordings.begun
    phone.house.arming.private = False
    phone.api.say(OWNER, "/record 30s")
    await living_message(phone, "e901")


@pytest.mark.parametrize(("typed", "said"), [
    ("/record banana", "/record 30s"), ("/record 2h", "/record 30s"), ("/record 1s", "5 seconds to 10 minutes"),
    ("/record fron 2m", "Did you mean front?"), ("/record 20 min", "5 seconds to 10 minutes"),
])  # fmt: skip
async def test_what_is_not_understood_is_answered_with_an_example(phone: Phone, typed: str, said: str) -> None:
    assert said in (await phone.says(typed)).text
    assert not phone.house.recordings.begun


async def test_a_name_nearly_right_keeps_its_length(phone: Phone) -> None:
    phone.house.cameras.names = ["front", "garden"]
    answer = await phone.says("/record gardn 2m")
    await phone.presses(answer, "garden")
    assert phone.house.recordings.begun == [("garden", 120)]
