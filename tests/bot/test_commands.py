"""Every command and button, over HTTP, as the owner uses them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from bot.commands import COMMANDS
from bot.ports import ArchiveState, Deletions
from bot.questions import Questions
from bot.texts import clips as clip_texts
from bot.texts import common
from bot.texts import status as status_texts
from demo.botapi import BotApi
from tests.bot.conftest import OWNER, QUICK, Phone, running
from tests.bot.house import ZONE, TestHouse


async def test_help_lists_every_command(phone: Phone) -> None:
    text = (await phone.says("/help")).text
    assert [command.name for command in COMMANDS if f"/{command.name}" not in text] == []


async def test_the_menu_is_registered_for_the_owners_chat_only(phone: Phone) -> None:
    await phone.api.wait_for(lambda: phone.count("setMyCommands"))
    call = next(call for call in phone.api.calls if call.method == "setMyCommands")
    assert call.json("scope") == {"type": "chat", "chat_id": OWNER}
    assert [item["command"] for item in call.json_list("commands")] == [command.name for command in COMMANDS]  # type: ignore[index] # plain JSON


async def test_start_says_hello_and_whether_it_watches(phone: Phone) -> None:
    assert "armed" in (await phone.says("/start")).text


async def test_status_tells_everything(phone: Phone) -> None:
    phone.house.event(7, parts=1)
    text = (await phone.says("/status")).text
    assert "MoCam is armed" in text
    assert "front · watching since" in text
    assert "#e7" in text
    assert "12 clips, 1.2 GB · 25 GB free" in text
    assert "everything archived" in text


async def test_status_tells_of_trouble(phone: Phone) -> None:
    phone.house.cameras.broken["front"] = "The cable <came> loose."
    usage = phone.house.retention.state
    phone.house.retention.state = type(usage)(
        1, 1, 1, 1, 10**9, 3, "The quota is used up & nothing fits.", archive_on=True
    )
    phone.house.health.view = replace(phone.house.health.view, trouble="power: too little voltage now", waiting=2)
    text = (await phone.says("/status")).text
    assert "blind since" in text
    assert "48 °C · 2 messages waiting" in text
    assert "too little voltage now" in text
    assert "The cable <came> loose." in text
    assert "3 waiting" in text
    assert "The quota is used up & nothing fits." in text


async def test_status_is_renewed_in_place(phone: Phone) -> None:
    shown = await phone.says("/status")
    phone.house.arming.until_utc = {"front": datetime.now(UTC) + timedelta(hours=3)}
    await phone.presses_for_edit(shown, str(status_texts.REFRESH))
    assert "disarmed (until " in shown.text
    assert str(status_texts.ARM) in shown.labels


async def test_disarm_asks_first_and_ends_by_itself(phone: Phone) -> None:
    question = await phone.says("/disarm")
    assert not phone.house.arming.until_utc
    assert question.labels == [str(common.YES_DISARM), str(common.NO)]
    assert "12 h" in question.text
    await phone.presses_for_edit(question, str(common.YES_DISARM))
    until_utc = phone.house.arming.until_utc.get("front")
    assert phone.house.arming.until_utc
    assert until_utc is not None
    assert abs(until_utc - datetime.now(UTC) - timedelta(hours=12)) < timedelta(minutes=1)
    assert until_utc.astimezone(ZONE).strftime("%H:%M") in question.text
    assert "disarmed" in (await phone.says("/status")).text


@pytest.mark.parametrize(("words", "yes"), [("/disarm 3h", common.YES_DISARM), ("/schedule nights", common.YES_CHANGE)])
async def test_a_yes_that_overtakes_the_answer_to_its_question_counts(phone: Phone, words: str, yes: str) -> None:
    """The owner sees the question before Telegram has told the bot which message it became."""
    await phone.answered()
    phone.api.faults.late("sendMessage", 0.5)
    question = await phone.says(words)
    await phone.presses_for_edit(question, str(yes))
    assert phone.house.arming.until_utc or phone.house.arming.kept


async def test_a_press_does_not_wait_for_ever_for_questions_that_do_not_get_out() -> None:
    questions = Questions(60)
    with patch("bot.questions.OVERTAKEN_S", 0.01), questions.going_out(1):
        await questions.settled(1)
    with questions.going_out(2):
        await questions.settled(1)


async def test_disarm_no_changes_nothing(phone: Phone) -> None:
    question = await phone.says("/disarm 3h")
    await phone.presses_for_edit(question, str(common.NO))
    assert question.text == str(common.LEFT_AS_IT_WAS)
    assert question.labels == []
    phone.api.press(OWNER, question.message_id, "v1:disarm-yes:10800", force=True)
    await phone.api.wait_for(lambda: str(common.YES_DISARM) in question.labels)
    assert not phone.house.arming.until_utc


@pytest.mark.parametrize("words", ["-3", "banana", "1e999", "0", "9999d", "3h banana", "NaN"])
async def test_disarm_takes_no_nonsense(phone: Phone, words: str) -> None:
    answer = await phone.says(f"/disarm {words}")
    assert answer.labels == []
    assert not phone.house.arming.until_utc


async def test_a_yes_after_its_time_asks_again(api: BotApi, house: TestHouse) -> None:
    timing = type(QUICK)(**{name: getattr(QUICK, name) for name in QUICK.__slots__} | {"question_s": -1.0})
    async with running(api, house, timing) as phone:
        question = await phone.says("/disarm 3h")
        await phone.presses_for_edit(question, str(common.YES_DISARM))
        assert str(common.QUESTION_EXPIRED) in question.text
        assert str(common.YES_DISARM) in question.labels
        assert not house.arming.until_utc


async def test_a_yes_from_before_a_restart_asks_again_and_then_counts(api: BotApi, house: TestHouse) -> None:
    async with running(api, house) as phone:
        question = await phone.says("/disarm 3h")
    async with running(api, house) as phone:
        await phone.presses_for_edit(question, str(common.YES_DISARM))
        assert not house.arming.until_utc
        await phone.presses_for_edit(question, str(common.YES_DISARM))
        assert house.arming.until_utc


async def test_arm_obeys_at_once(phone: Phone) -> None:
    phone.house.arming.until_utc = {"front": datetime.now(UTC) + timedelta(hours=3)}
    assert "armed" in (await phone.says("/arm")).text
    assert not phone.house.arming.until_utc
    assert "already" in (await phone.says("/arm")).text


async def test_an_old_command_that_changes_something_is_asked_about(phone: Phone) -> None:
    phone.house.arming.until_utc = {"front": datetime.now(UTC) + timedelta(hours=3)}
    before = phone.of_bot()
    phone.api.say(OWNER, "/arm", date=datetime.now(UTC) - timedelta(minutes=30))
    question = (await phone.new_since(before))[0]
    assert question.labels == [str(common.YES_ARM), str(common.NO)]
    assert phone.house.arming.until_utc
    await phone.presses_for_edit(question, str(common.YES_ARM))
    assert not phone.house.arming.until_utc


async def test_an_old_disarm_says_when_it_was_sent(phone: Phone) -> None:
    sent_utc = datetime.now(UTC) - timedelta(minutes=30)
    before = phone.of_bot()
    phone.api.say(OWNER, "/disarm", date=sent_utc)
    question = (await phone.new_since(before))[0]
    assert "You sent this at" in question.text
    assert f"{sent_utc.astimezone(ZONE):%H:%M}" in question.text


async def test_snapshot_of_the_only_camera_comes_at_once(phone: Phone) -> None:
    shown = await phone.says("/snapshot")
    assert shown.kind == "photo"
    assert shown.media is not None
    assert shown.media.read_bytes() == phone.house.cameras.picture
    assert "front" in shown.text


async def test_snapshot_of_several_asks_which_and_sends_an_album_of_all(phone: Phone) -> None:
    phone.house.cameras.names = ["front", "garden", "attic"]
    choice = await phone.says("/snapshot")
    assert choice.labels == ["front", "garden", "attic", str(clip_texts.ALL)]
    assert "garden" in (await phone.presses(choice, "garden")).text
    before = phone.of_bot()
    phone.api.press(OWNER, choice.message_id, str(clip_texts.ALL))
    album = await phone.new_since(before, 3)
    assert len({message.album_id for message in album}) == 1
    assert [message.kind for message in album] == ["photo"] * 3


async def test_snapshot_by_name_and_by_a_wrong_name(phone: Phone) -> None:
    phone.house.cameras.names = ["front", "garden"]
    assert (await phone.says("/snapshot Garden")).kind == "photo"
    wrong = await phone.says("/snapshot <b>cellar")
    assert "no camera called <b>cellar" in wrong.text
    assert "front, garden" in wrong.text


async def test_snapshot_of_a_blind_camera_says_why(phone: Phone) -> None:
    phone.house.cameras.names = ["front", "garden"]
    phone.house.cameras.broken["garden"] = "It is unplugged."
    before = phone.of_bot()
    phone.api.say(OWNER, "/snapshot all")
    shown = await phone.new_since(before, 2)
    assert [message.kind for message in shown] == ["photo", "text"]
    assert "garden: It is unplugged." in shown[1].text


async def test_snapshot_while_disarmed_says_how_to_arm(phone: Phone) -> None:
    phone.house.arming.until_utc = {"front": datetime.now(UTC) + timedelta(hours=3)}
    answer = await phone.says("/snapshot")
    assert "disarmed until" in answer.text
    assert "armed" in (await phone.presses(answer, str(status_texts.ARM))).text
    assert not phone.house.arming.until_utc


async def test_clips_by_day_and_page_in_place(phone: Phone) -> None:
    today = datetime.now(UTC).astimezone(ZONE).replace(hour=12, minute=0, second=0)
    for number in range(1, 11):
        phone.house.event(number, parts=1, started_utc=(today + timedelta(minutes=number)).astimezone(UTC))
    phone.house.event(
        99, parts=1, started_utc=(today - timedelta(days=1)).astimezone(UTC), archive=ArchiveState.VERIFIED
    )
    listed = await phone.says("/clips")
    assert "page 1 of 2" in listed.text
    assert listed.text.index("#e10") < listed.text.index("#e3")
    assert "12:10 · front · 2 s · #e10 ⏳" in listed.text
    await phone.presses_for_edit(listed, str(clip_texts.OLDER_PAGE))
    assert "#e1 " in listed.text
    assert "#e10" not in listed.text
    await phone.presses_for_edit(listed, clip_texts.older_label(today.date() - timedelta(days=1), today.date()))
    assert "#e99 ☁️" in listed.text
    sent = await phone.presses(listed, "▶ 12:00 front")
    assert sent.kind == "video"
    assert "#e99" in sent.text


async def test_clips_of_a_named_day(phone: Phone) -> None:
    assert (await phone.says("/clips")).text == str(clip_texts.NONE_YET)
    phone.house.event(1, parts=1, started_utc=datetime.now(UTC))  # and not before midnight
    assert "#e1" in (await phone.says("/clips today")).text
    assert "No clips" in (await phone.says("/clips 2020-02-29")).text
    assert "did not understand" in (await phone.says("/clips 2021-02-29")).text
    assert "still to come" in (await phone.says("/clips 2999-01-01")).text


@pytest.mark.parametrize("words", ["e42", "42", "#e42", "E42", ""])
async def test_clip_in_any_spelling(phone: Phone, words: str) -> None:
    phone.house.event(42, parts=1)
    sent = await phone.says(f"/clip {words}")
    assert sent.kind == "video"
    assert sent.media is not None
    assert sent.media.read_bytes() == phone.house.clips.small.read_bytes()
    call = next(call for call in phone.api.calls if call.method == "sendVideo")
    assert (call.integer("width"), call.integer("height"), call.integer("duration")) == (640, 360, 2)
    assert call.flag("supports_streaming")
    assert call.upload("thumbnail")


async def test_clip_that_is_not_there(phone: Phone) -> None:
    assert (await phone.says("/clip")).text == str(clip_texts.NONE_YET)
    assert "no clip #e7" in (await phone.says("/clip 7")).text
    assert "did not understand" in (await phone.says("/clip ../../etc/passwd")).text
    phone.house.event(8, parts=0, going_on=True)
    assert (await phone.says("/clip 8")).text == str(clip_texts.NOT_FINISHED)
    phone.house.event(9, parts=1, local=False, archive=ArchiveState.DELETED)
    assert (await phone.says("/clip 9")).text == "Both copies were deleted by your rules."


async def test_clip_from_the_archive_has_a_progress_message_that_goes_away(phone: Phone) -> None:
    phone.house.event(5, parts=1, local=False, archive=ArchiveState.VERIFIED)
    sent = await phone.says("/clip 5", 2)
    assert sent.kind == "video"
    await phone.api.wait_for(lambda: all("Fetching" not in message.text for message in phone.of_bot()))
    assert "Fetching #e5 from the archive (50 kB)…" in {
        message.text for message in phone.api.messages(OWNER, deleted=True)
    }
    assert phone.house.clips.returned == 1


async def test_clip_over_the_limit_comes_as_a_smaller_copy(phone: Phone) -> None:
    phone.house.event(5, parts=1, size_bytes=80_000_000)
    assert "Smaller copy" in (await phone.says("/clip 5")).text
    assert phone.house.clips.lent[0][1] < 50_000_000


async def test_clip_that_is_refused_as_too_large_is_made_smaller_once_more(phone: Phone) -> None:
    phone.house.event(5, parts=1)
    phone.api.faults.status("sendVideo", 413)
    assert (await phone.says("/clip 5")).kind == "video"
    limits = [limit for _, limit in phone.house.clips.lent]
    assert limits[1] == limits[0] // 2
    phone.api.faults.status("sendVideo", 413, times=2)
    assert (await phone.says("/clip 5")).text == str(clip_texts.TOO_LARGE)


async def test_a_long_event_comes_in_parts_with_buttons_for_the_rest(phone: Phone) -> None:
    phone.house.event(5, parts=6)
    more = await phone.says("/clip 5", 5)
    assert more.labels == ["▶ Part 5", "▶ Part 6"]
    assert "part 6 of 6" in (await phone.presses(more, "▶ Part 6")).text


async def test_retention_shows_and_explains(phone: Phone) -> None:
    text = (await phone.says("/retention")).text
    assert "Here: 14 days, at most 20 GB" in text
    assert "Archive: 90 days, any size" in text
    assert "/retention 30d" in text
    assert "14 days need 6 GB at 430 MB a day; the disk has 26.2 GB. The first deletion comes on " in text
    assert "90 days need 38.7 GB at 430 MB a day; the remote has 15 GB. No deletion within a year." in text


async def test_retention_does_not_foretell_what_nobody_knows(phone: Phone) -> None:
    phone.house.retention.ahead = replace(phone.house.retention.ahead, history_days=2.4, bytes_a_day=None)
    text = (await phone.says("/retention")).text
    assert "too early to say: 2 days of history." in text
    assert "a day;" not in text
    assert "too early to say" in (await phone.says("/retention 7d")).text


async def test_a_question_foretells_what_the_change_comes_to(phone: Phone) -> None:
    one = await phone.says("/retention archive 30d")
    assert "\n30 days need 38.7 GB at 430 MB a day" in one.text
    both = await phone.says("/retention here 30d archive 60d")
    assert "\nHere: 30 days need " in both.text
    assert "\nArchive: 60 days need " in both.text


async def test_retention_tells_the_cost_and_asks(phone: Phone) -> None:
    phone.house.retention.costs = Deletions(3, 120_000_000, 0, 0, None)
    question = await phone.says("/retention 7")
    assert "7 days" in question.text
    assert "3 clips here (120 MB)" in question.text
    assert phone.house.retention.now.local_days == 14
    await phone.presses_for_edit(question, str(common.YES_CHANGE))
    assert phone.house.retention.now.local_days == 7
    assert "Deleted: 3 clips here" in question.text
    assert "7 days" in (await phone.says("/retention")).text


async def test_retention_no_changes_nothing(phone: Phone) -> None:
    before = phone.house.retention.now
    question = await phone.says("/retention remote 30d 50GB")
    await phone.presses_for_edit(question, str(common.NO))
    assert phone.house.retention.now == before


async def test_retention_by_button(phone: Phone) -> None:
    shown = await phone.says("/retention")
    question = await phone.presses(shown, "Archive 50 GB")
    await phone.presses_for_edit(question, str(common.YES_CHANGE))
    assert phone.house.retention.now.remote_bytes == 50 * 10**9


async def test_retention_yes_from_before_a_restart_asks_again(api: BotApi, house: TestHouse) -> None:
    async with running(api, house) as phone:
        question = await phone.says("/retention here 7d 5GB archive off")
    async with running(api, house) as phone:
        await phone.presses_for_edit(question, str(common.YES_CHANGE))
        assert house.retention.now.local_days == 14
        await phone.presses_for_edit(question, str(common.YES_CHANGE))
        now = house.retention.now
        assert (now.local_days, now.local_bytes, now.remote_days, now.remote_bytes) == (7, 5 * 10**9, None, None)


@pytest.mark.parametrize("words", ["-3", "1e999", "banana", "0", "30d banana", "nan GB", "99999999999d", "30d 20d"])
async def test_retention_takes_no_nonsense(phone: Phone, words: str) -> None:
    before = phone.house.retention.now
    answer = await phone.says(f"/retention {words}")
    assert "Nothing changed" in answer.text
    assert answer.labels == []
    assert phone.house.retention.now == before


async def test_retention_of_an_archive_that_is_not_there(phone: Phone) -> None:
    usage = phone.house.retention.state
    phone.house.retention.state = type(usage)(1, 1, 0, 0, 10**9, 0, "", archive_on=False)
    assert "no archive" in (await phone.says("/retention archive 30d")).text
    assert "Archive: off" in (await phone.says("/retention")).text


@pytest.mark.parametrize(("typed", "meant"), [("/snapshoot", "snapshot"), ("/stauts", "status"), ("status", "status")])
async def test_a_near_miss_is_offered(phone: Phone, typed: str, meant: str) -> None:
    answer = await phone.says(typed)
    assert answer.labels == [f"/{meant}"]
    assert await phone.presses(answer, f"/{meant}")


async def test_a_near_miss_keeps_what_stands_behind_it(phone: Phone) -> None:
    phone.house.cameras.names = ["front", "garden"]
    for typed in ("/snapshoot garden", "snapshot garden"):
        answer = await phone.says(typed)
        assert answer.labels == ["/snapshot garden"]
        before = phone.of_bot()
        phone.api.press(OWNER, answer.message_id, "/snapshot garden")
        shown = await phone.new_since(before)
        assert shown[-1].kind == "photo"
        assert "garden" in shown[-1].text
    long = await phone.says(f"/snapshoot {'x' * 80}")
    assert long.labels == ["/snapshot"]
    assert (await phone.says("/photo front")).kind == "photo"


async def test_an_unknown_command_and_plain_words_get_a_hint(phone: Phone) -> None:
    assert "/help" in (await phone.says("/<b>xyzzy")).text
    assert "/help" in (await phone.says("hello there, house")).text


async def test_every_press_is_acknowledged_even_of_an_unknown_button(phone: Phone) -> None:
    shown = await phone.says("/status")
    for data in ("v0:old:thing", "nonsense", "v1:gone:1", "v1:run:nothing"):
        phone.api.press(OWNER, shown.message_id, data, force=True)
    await phone.api.wait_for(lambda: len(phone.api.answers) == 4)
    assert {answer.text for answer in phone.api.answers} == {str(common.BUTTON_UNKNOWN)}


async def test_a_bug_ends_in_one_plain_sentence(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    phone.house.cameras.crash = True
    answer = await phone.says("/snapshot")
    assert answer.text == str(common.WRONG)
    assert "ZeroDivisionError" in caplog.text


async def test_html_in_a_cameras_name_is_shown_as_it_is(phone: Phone) -> None:
    phone.house.cameras.names = ["<b>a&b"]
    phone.house.event(1, camera="<b>a&b", parts=1)
    assert "<b>a&b · watching" in (await phone.says("/status")).text
    assert "<b>a&b" in (await phone.says("/snapshot")).text
    assert "<b>a&b" in (await phone.says("/clip")).text
    assert "<b>a&b" in (await phone.says("/clips")).text
