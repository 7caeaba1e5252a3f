"""/mute and its buttons; quiet times silence first messages and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot import parsing
from bot.parsing import NotUnderstood
from bot.quiet import Quiet
from tests.bot.conftest import OWNER, Phone
from tests.bot.house import ZONE

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)  # 13:00 in the owner's zone
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("22:00-7:00", (time(22), time(7))),
        ("22-7", (time(22), time(7))),
        ("from 22:30 to 6.15", (time(22, 30), time(6, 15))),
        ("daily 23 - 5", (time(23), time(5))),
        ("2h", None),
        ("until 7:00", None),
        ("garden 2h", None),
    ],
)
def test_hours(text: str, span: tuple[time, time] | None) -> None:
    assert parsing.hours(text) == span


@pytest.mark.parametrize("text", ["25:00-7:00", "22:60-7:00", "7-7"])
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parsing.hours(text)


def test_the_next_time_is_today_or_tomorrow_also_when_clocks_change() -> None:
    assert parsing.next_time(time(14), NOON, ZONE) == NOON + HOUR
    assert parsing.next_time(time(13), NOON, ZONE) == NOON + 24 * HOUR
    before_change = datetime(2026, 10, 24, 20, tzinfo=UTC)  # 22:00, and 25 hours until 22:00
    assert parsing.next_time(time(22), before_change, ZONE) == before_change + 25 * HOUR


@pytest.mark.parametrize(
    ("hours", "at", "silent"),
    [
        ((time(22), time(7)), time(23), True),
        ((time(22), time(7)), time(6, 59), True),
        ((time(22), time(7)), time(7), False),
        ((time(22), time(7)), time(21, 59), False),
        ((time(9), time(17)), time(12), True),
        ((time(9), time(17)), time(18), False),
    ],
)
def test_quiet_hours(hours: tuple[time, time], at: time, silent: bool) -> None:
    moment = datetime.combine(NOON.astimezone(ZONE).date(), at, ZONE)
    assert Quiet({}, hours).silences("front", moment, ZONE) is silent


def test_a_mute_silences_its_camera_until_its_end() -> None:
    quiet = Quiet({"front": NOON + HOUR}, None)
    assert quiet.silences("front", NOON, ZONE)
    assert not quiet.silences("front", NOON + HOUR, ZONE)
    assert not quiet.silences("garden", NOON, ZONE)
    assert not quiet.silences("", NOON, ZONE)
    assert Quiet({"": NOON + HOUR}, None).silences("garden", NOON, ZONE)


def test_what_is_urgent_sounds_in_quiet_hours_and_not_while_muted() -> None:
    night = datetime(2026, 11, 25, 2, tzinfo=UTC)
    hours = (time(22), time(7))
    assert Quiet({}, hours).silences("", night, ZONE)
    assert not Quiet({}, hours).silences("", night, ZONE, urgent=True)
    assert Quiet({"": night + HOUR}, hours).silences("", night, ZONE, urgent=True)


async def test_mute_by_words(phone: Phone) -> None:
    assert "No sound until" in (await phone.says("/mute 2h")).text
    assert set(phone.house.quiet.now.until_utc) == {""}
    assert "No sound for front until" in (await phone.says("/mute front 30 min")).text
    assert "from 22:00 to 7:00" in (await phone.says("/mute 22:00-7:00")).text
    assert "until" in (await phone.says("/mute until 7:00")).text
    status = (await phone.says("/status")).text
    assert "No sound for front until" in status
    assert "Every day without sound from 22:00 to 7:00" in status
    assert "makes a sound again" in (await phone.says("/mute off")).text
    assert phone.house.quiet.now == Quiet({}, None)
    for nonsense in ("/mute banana", "/mute 25:00-7:00", "/mute 7-7", "/mute until 99", "/mute 900d"):
        assert (await phone.says(nonsense)).text
        assert phone.house.quiet.now == Quiet({}, None), nonsense


async def test_mute_by_buttons(phone: Phone) -> None:
    shown = await phone.says("/mute")
    assert "Alerts make a sound" in shown.text
    assert "No sound until" in (await phone.presses_for_edit(shown, "🔕 1 h")).text
    assert "🔔 Sound on" in shown.labels
    assert "Every day" in (await phone.presses_for_edit(shown, "Every day 22:00 - 7:00")).text
    await phone.presses_for_edit(shown, "🔔 Sound on")
    await phone.presses_for_edit(shown, "No quiet hours")
    assert "Alerts make a sound" in shown.text
    await phone.presses_for_edit(shown, "🔕 until 7:00")
    [end_utc] = phone.house.quiet.now.until_utc.values()
    assert end_utc.astimezone(ZONE).time() == time(7)


@pytest.mark.parametrize("muted", ["", "front", "garden"])
async def test_a_muted_alert_comes_without_a_sound(phone: Phone, snapshot_file: Path, muted: str) -> None:
    phone.house.quiet.now = Quiet({muted: datetime.now(UTC) + HOUR}, None)
    phone.house.event(1, snapshot=snapshot_file, going_on=True)
    phone.house.outbox.put(OWNER, "e1")
    phone.bot.wake()
    alert = await phone.shows(lambda message: message.kind == "photo")
    assert alert.silent is (muted != "garden")


async def test_what_was_asked_for_makes_a_sound_even_so(phone: Phone) -> None:
    phone.house.quiet.now = Quiet({"": datetime.now(UTC) + HOUR}, None)
    assert not (await phone.says("/status")).silent
