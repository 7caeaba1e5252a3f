"""Arming, disarming and looking through one camera of several, over HTTP, as the owner does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import choice
from bot.callback import ALL_CAMERAS, camera_key, pack
from bot.schedule import parse
from bot.texts import clips as clip_texts
from bot.texts import common, notices
from bot.texts import status as status_texts
from demo.conversation import Message
from tests.bot.conftest import OWNER, Phone
from tests.bot.house import ZONE, TestHouse

NAMES = ["front", "garden", "attic"]


@pytest.fixture
def house(house: TestHouse) -> TestHouse:
    house.cameras.names = list(NAMES)
    return house


def paused(house: TestHouse, hours: int, *names: str) -> str:
    """Disarms; the end as the chat shows it."""
    until_utc = datetime.now(UTC) + timedelta(hours=hours)
    house.arming.until_utc |= dict.fromkeys(names, until_utc)
    return f"{until_utc.astimezone(ZONE):%H:%M}"


async def first_line(phone: Phone) -> str:
    return (await phone.says("/status")).text.splitlines()[0]


async def test_status_says_armed_only_of_all_and_else_names_who_is_not(phone: Phone) -> None:
    assert await first_line(phone) == "MoCam is armed."
    until = paused(phone.house, 3, "garden")
    line = await first_line(phone)
    assert line.startswith("MoCam is partly disarmed: garden until ")
    assert line.endswith(f"{until}.")
    paused(phone.house, 3, "front", "attic")
    assert (await first_line(phone)).startswith("MoCam is disarmed (")


async def test_status_tells_one_end_once_and_different_ends_apart(phone: Phone) -> None:
    paused(phone.house, 3, *NAMES)
    assert (await first_line(phone)).startswith("MoCam is disarmed (until ")
    paused(phone.house, 30, "attic")
    line = await first_line(phone)
    assert [name in line for name in NAMES] == [True] * 3
    assert line.count("until") == 3


async def test_status_has_a_button_for_each_disarmed_camera(phone: Phone) -> None:
    paused(phone.house, 3, "garden", "attic")
    shown = await phone.says("/status")
    assert str(status_texts.DISARM) in shown.labels
    assert {"Arm", "Arm garden", "Arm attic"} == {label for label in shown.labels if label.startswith("Arm")}
    await phone.presses_for_edit(shown, "Arm garden")
    assert set(phone.house.arming.until_utc) == {"attic"}
    assert "garden is armed" in shown.text
    assert "Still disarmed: attic until" in shown.text


async def test_a_status_line_tells_when_each_pause_ends(phone: Phone) -> None:
    until = paused(phone.house, 3, "garden")
    phone.house.cameras.closed = {"garden"}
    lines = (await phone.says("/status")).text.splitlines()
    assert any(line.startswith("⚪ garden · disarmed until") and line.endswith(until) for line in lines)
    assert any("front · watching since" in line for line in lines)


@pytest.mark.parametrize("words", ["garden 3h", "3h garden", "Garden for 3 h", "garden 180 min"])
async def test_disarm_of_one_asks_and_leaves_the_others(phone: Phone, words: str) -> None:
    question = await phone.says(f"/disarm {words}")
    assert question.text.startswith("Disarm garden for 3 h, until ")
    assert question.labels == [str(common.YES_DISARM), str(common.NO)]
    assert phone.house.arming.until_utc == {}
    await phone.presses_for_edit(question, str(common.YES_DISARM))
    assert list(phone.house.arming.until_utc) == ["garden"]
    pause = phone.house.arming.until_utc["garden"] - datetime.now(UTC)
    assert timedelta(hours=2, minutes=59) < pause <= timedelta(hours=3)
    assert question.text.startswith("Disarmed garden until ")
    assert question.labels == ["Arm garden"]


async def test_disarm_without_a_name_is_for_all_and_offers_each_alone(phone: Phone) -> None:
    question = await phone.says("/disarm 2h")
    assert question.labels == [str(common.YES_DISARM), str(common.NO), "Only front", "Only garden", "Only attic"]
    await phone.presses_for_edit(question, "Only attic")
    assert question.text.startswith("Disarm attic for 2 h")
    assert phone.house.arming.until_utc == {}
    await phone.presses_for_edit(question, str(common.YES_DISARM))
    assert set(phone.house.arming.until_utc) == {"attic"}
    for words in ("", "all", "all 5h"):
        phone.house.arming.until_utc = {}
        await phone.presses_for_edit(await phone.says(f"/disarm {words}"), str(common.YES_DISARM))
        assert set(phone.house.arming.until_utc) == set(NAMES)


async def test_the_yes_to_one_camera_is_none_to_another(phone: Phone) -> None:
    question = await phone.says("/disarm garden 2h")
    forged = f"v1:disarm-yes:7200.{ALL_CAMERAS}"
    edits = len(question.history)
    phone.api.press(OWNER, question.message_id, forged, force=True)
    await phone.api.wait_for(lambda: len(question.history) > edits)
    assert str(common.QUESTION_EXPIRED) in question.text
    assert phone.house.arming.until_utc == {}


@pytest.mark.parametrize(("typed", "meant"), [("gardn 3h", "garden"), ("3h atic", "attic"), ("fron", "front")])
async def test_a_name_nearly_right_is_offered_and_keeps_its_pause(phone: Phone, typed: str, meant: str) -> None:
    answer = await phone.says(f"/disarm {typed}")
    assert "no camera called" in answer.text
    assert f"Did you mean {meant}?" in answer.text
    assert answer.labels == [meant]
    await phone.presses_for_edit(answer, meant)
    assert answer.text.startswith(f"Disarm {meant} for {'3 h' if '3h' in typed else '12 h'}")


async def test_an_unknown_name_lists_what_there_is(phone: Phone) -> None:
    answer = await phone.says("/disarm <cellar> 3h")
    assert "no camera called <cellar>. There is: front, garden, attic." in answer.text
    assert answer.labels == NAMES
    assert "no camera called <cellar>" in (await phone.says("/arm <cellar>")).text
    assert phone.house.arming.until_utc == {}


@pytest.mark.parametrize(
    "words",
    ["garden banana", "garden -3", "garden 0", "garden 31d", "zzz", "front 2h attic 3h", "front attic banana", "1e9"],
)
async def test_nonsense_beside_a_name_changes_nothing(phone: Phone, words: str) -> None:
    answer = await phone.says(f"/disarm {words}")
    assert answer.labels == []
    assert phone.house.arming.until_utc == {}


@pytest.mark.parametrize(
    "words",
    [
        "front attic 3h",
        "3h attic front",
        "Front, attic 3 h",
        "front and attic for 3h",
        "attic + FRONT 180 min",
        "front 3h attic",
    ],
)
async def test_disarm_of_some_asks_once_and_leaves_the_others(phone: Phone, words: str) -> None:
    question = await phone.says(f"/disarm {words}")
    assert question.text.startswith("Disarm front and attic for 3 h, until ")
    assert question.labels == [str(common.YES_DISARM), str(common.NO)]
    await phone.presses_for_edit(question, str(common.YES_DISARM))
    assert set(phone.house.arming.until_utc) == {"front", "attic"}
    assert "/arm front attic ends their pause" in question.text
    assert question.labels == ["Arm front", "Arm attic"]


async def test_arm_of_some_leaves_the_others(phone: Phone) -> None:
    paused(phone.house, 3, *NAMES)
    done = await phone.says("/arm front, attic")
    assert done.text.startswith("front and attic are armed and watching.\nStill disarmed: garden until")
    assert set(phone.house.arming.until_utc) == {"garden"}
    assert "front and attic are already armed" in (await phone.says("/arm front attic")).text


async def test_one_wrong_name_among_several_changes_nothing(phone: Phone) -> None:
    paused(phone.house, 3, "garden")
    assert "no camera called gardn. Did you mean garden?" in (await phone.says("/arm front gardn")).text
    answer = await phone.says("/disarm front gardn 2h")
    assert "no camera called gardn. Did you mean garden?" in answer.text
    assert set(phone.house.arming.until_utc) == {"garden"}


async def test_a_yes_for_some_cameras_means_nothing_once_there_are_others(phone: Phone) -> None:
    question = await phone.says("/disarm front attic 2h")
    phone.house.cameras.names.append("cellar")
    await phone.presses_for_edit(question, str(common.YES_DISARM))
    assert question.text == "That camera is no longer configured. /status lists what there is."
    assert phone.house.arming.until_utc == {}


async def test_arm_of_one_leaves_the_others_and_says_so(phone: Phone) -> None:
    paused(phone.house, 3, "garden", "attic")
    done = await phone.says("/arm Garden")
    assert set(phone.house.arming.until_utc) == {"attic"}
    assert done.text.startswith("garden is armed and watching.\nStill disarmed: attic until")
    assert "garden is already armed" in (await phone.says("/arm garden")).text
    assert (await phone.says("/arm")).text == "MoCam is armed and watching."
    assert phone.house.arming.until_utc == {}


async def test_arm_of_a_name_nearly_right_is_a_tap_away(phone: Phone) -> None:
    paused(phone.house, 3, "garden")
    answer = await phone.says("/arm gardne")
    assert "Did you mean garden?" in answer.text
    await phone.presses_for_edit(answer, "Arm garden")
    assert phone.house.arming.until_utc == {}


async def test_an_old_arm_of_one_is_asked_about_and_arms_that_one(phone: Phone) -> None:
    paused(phone.house, 3, "garden", "attic")
    before = phone.of_bot()
    phone.api.say(OWNER, "/arm attic", date=datetime.now(UTC) - timedelta(minutes=30))
    question: Message = (await phone.new_since(before))[0]
    assert "Arm attic now?" in question.text
    await phone.presses_for_edit(question, str(common.YES_ARM))
    assert set(phone.house.arming.until_utc) == {"garden"}


async def test_a_button_of_a_camera_that_is_no_more_says_so(phone: Phone) -> None:
    question = await phone.says("/disarm garden 2h")
    phone.house.cameras.names.remove("garden")
    await phone.presses_for_edit(question, str(common.YES_DISARM))
    assert question.text == "That camera is no longer configured. /status lists what there is."
    assert phone.house.arming.until_utc == {}


async def test_a_yes_of_the_first_version_is_for_all(phone: Phone) -> None:
    question = await phone.says("/disarm 3h")
    phone.api.press(OWNER, question.message_id, "v1:disarm-yes:10800", force=True)
    await phone.api.wait_for(lambda: phone.house.arming.until_utc)
    assert set(phone.house.arming.until_utc) == set(NAMES)


async def test_snapshot_of_a_disarmed_camera_says_until_when_and_how_to_open_it(phone: Phone) -> None:
    paused(phone.house, 3, "garden")
    answer = await phone.says("/snapshot garden")
    assert answer.kind == "text"
    assert answer.text.startswith("garden: disarmed until")
    assert answer.labels == ["Arm garden"]
    assert (await phone.says("/snapshot front")).kind == "photo"


async def test_snapshot_of_all_sends_the_armed_ones_and_names_the_others(phone: Phone) -> None:
    paused(phone.house, 3, "garden")
    before = phone.of_bot()
    phone.api.say(OWNER, "/snapshot all")
    shown = await phone.new_since(before, 3)
    assert [message.kind for message in shown] == ["photo", "photo", "text"]
    assert "garden: disarmed until" in shown[2].text


async def test_snapshot_of_a_name_nearly_right(phone: Phone) -> None:
    answer = await phone.says("/snapshot gard")
    assert "Did you mean garden?" in answer.text
    assert answer.labels == ["garden", str(clip_texts.ALL)]


@pytest.mark.parametrize("words", ["front garden 2h", "2h front, garden", "garden and front for 2h", "garden 2h front"])
async def test_mute_of_some_silences_these_and_no_other(phone: Phone, words: str) -> None:
    answer = await phone.says(f"/mute {words}")
    assert answer.text.startswith(("No sound for front and garden until", "🔕 No sound for front and garden until"))
    assert set(phone.house.quiet.now.until_utc) == {"front", "garden"}


async def test_mute_of_a_name_nearly_right_changes_nothing_and_says_which_was_meant(phone: Phone) -> None:
    assert "Did you mean garden?" in (await phone.says("/mute gardn 2h")).text
    assert "Did you mean garden?" in (await phone.says("/mute front gardn 2h")).text
    assert phone.house.quiet.now.until_utc == {}
    await phone.says("/mute all 2h")
    assert set(phone.house.quiet.now.until_utc) == {""}


@pytest.mark.parametrize(
    ("words", "named", "meant"),
    [
        ("front, garden weekdays 8-17, nights", ["front", "garden"], "mon-fri 8-17, daily 22-7"),
        ("garden and front weekdays 8:00 to 17:30, nights", ["front", "garden"], "mon-fri 8-17:30, daily 22-7"),
        ("front garden: nights", None, ""),
        ("nights attic", ["attic"], "daily 22-7"),
        ("all nights", NAMES, "daily 22-7"),
        ("attic off", ["attic"], ""),
    ],
)
async def test_a_schedule_for_some_cameras(phone: Phone, words: str, named: list[str] | None, meant: str) -> None:
    before = parse("sat")
    phone.house.arming.kept = dict.fromkeys(NAMES, before)
    question = await phone.says(f"/schedule {words}")
    if named is None:
        assert "did not understand" in question.text
        return
    await phone.presses_for_edit(question, str(common.YES_CHANGE))
    wanted = parse(meant) if meant else None
    assert {name: phone.house.arming.kept.get(name) for name in NAMES} == {
        name: wanted if name in named else before for name in NAMES
    }
    if len(named) == 2:
        assert question.text.startswith("front and garden are armed")


def test_words_and_buttons_mean_the_same_cameras() -> None:
    for name in NAMES:
        chosen = choice.of_word(name.upper(), NAMES)
        assert chosen == choice.of_key(camera_key(name), NAMES)
        assert chosen is not None
        assert chosen.one == name
    assert choice.of_word("ALL", NAMES) == choice.of_key("", NAMES) == choice.everything(NAMES)
    assert choice.everything(["front"]).one == ""
    assert choice.of_key(camera_key("cellar"), NAMES).names == ()
    assert choice.near("zzz", NAMES) == []
    some, rest = choice.split_several("attic front 3h", NAMES)
    assert some
    assert (some.names, some.named, rest) == (("front", "attic"), ("front", "attic"), "3h")
    assert choice.of_key(some.key, NAMES) == some
    assert choice.of_key(f"{some.key}zz", NAMES).names == ()
    many = [f"camera-{number:02d}" for number in range(64)]
    assert len(pack("disarm-yes", f"2592000.{choice.some(many[:63], many).key}")) <= 64


def test_a_notice_names_whose_pause_is_over() -> None:
    assert notices.armed_again(["front", "attic"]).startswith("The pause of <b>front and attic</b> is over")
