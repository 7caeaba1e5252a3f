"""The digest of a day: which moments it shows, how its chart counts, what it says, and /digest in the chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import activity, moments, parsing
from bot.daily import DayCamera, DayEvent, DayView, day_before
from bot.parsing import NotUnderstood
from bot.pictures import MOST_MOMENTS, MOST_ROWS, Mark
from bot.ports import Usage
from bot.privacy import ChatPrivacy, Look
from bot.texts import common
from bot.texts import daily as texts
from tests.bot.conftest import Phone
from tests.bot.house import ZONE

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # 21:00 in Berlin
HOUR = timedelta(hours=1)
WELL = Usage(12, 1_200_000_000, 40, 4_000_000_000, 25 * 10**9, 0, "", archive_on=True)
SHOT = Path("there.jpg")


def event(number: int, hours_ago: float = 1, camera: str = "front", **more: object) -> DayEvent:
    one = DayEvent(f"e{number}", camera, NOW - hours_ago * HOUR, 5.0, SHOT, (0.4, 0.4, 0.1, 0.2), "", False, False)
    return replace(one, **more)  # type: ignore[arg-type] # of any field


def camera(name: str, lost_s: float = 0, armed_s: float = 86_400, **spans: object) -> DayCamera:
    return replace(DayCamera(name, armed_s, lost_s, (), ()), **spans)  # type: ignore[arg-type] # of any field


def day(*events: DayEvent, cameras: tuple[DayCamera, ...] = (camera("front"), camera("garden"))) -> DayView:
    return DayView(day_before(NOW, ZONE), NOW, sorted(events, key=lambda one: one.started_utc), cameras)


def shown(*events: DayEvent) -> list[str]:
    return [one.event_id for one in moments.best(events)]


# -- moments -----------------------------------------------------------------------------------------------------------


def test_who_was_named_or_kept_comes_before_what_is_only_large() -> None:
    leaves = [event(number, number, box=(0.0, 0.0, 1.0, 1.0), motion_s=60.0) for number in range(1, 8)]
    person, kept = event(20, 3.2, seen="person"), event(21, 9, kept=True, box=None)
    assert {"e20", "e21"} <= set(shown(*leaves, person, kept))


def test_six_of_one_minute_leave_room_for_the_rest_of_the_day() -> None:
    crowd = [event(number, 1 + number / 100, seen="person") for number in range(12)]
    rest = [event(50, 8, "garden"), event(51, 14), event(52, 20, "garden")]
    assert {"e50", "e51", "e52"} <= set(shown(*crowd, *rest))


events = st.builds(
    event,
    st.integers(1, 40),
    st.floats(0, 23),
    st.sampled_from(["front", "garden", "attic"]),
    seen=st.sampled_from(["", "person", "animal", "vehicle", "ufo"]),
    false_alarm=st.booleans(),
    kept=st.booleans(),
    snapshot=st.sampled_from([SHOT, None]),
    motion_s=st.floats(0, 600),
)


@given(st.lists(events, max_size=40, unique_by=lambda one: one.event_id))
def test_moments_are_real_in_order_and_fill_their_grid(happened: list[DayEvent]) -> None:
    found = moments.best(happened)
    assert len(found) in (0, 1, 2, 3, 4, 6)
    assert all(one in happened and one.snapshot and not one.false_alarm for one in found)
    assert found == sorted(found, key=lambda one: one.started_utc)
    real = [one for one in happened if one.snapshot and not one.false_alarm]
    assert len(found) >= min(len(real), MOST_MOMENTS) - 1
    assert len({one.event_id for one in found}) == len(found)


# -- the chart ---------------------------------------------------------------------------------------------------------


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    seen = [event(1, 0.5), event(2, 0.6, false_alarm=True), event(3, 23.9), event(4, 2, "garden")]
    gap = (NOW - 30 * HOUR, NOW - 12 * HOUR)
    cameras = (camera("front", blind=[gap]), camera("garden", closed=[(NOW - HOUR, NOW + HOUR)]))
    drawn = activity.picture(day(*seen, cameras=cameras), [], NOW, ZONE)
    front, garden = drawn.rows
    assert len(drawn.hours) == 24
    assert (drawn.hours[0], drawn.hours[1], drawn.hours[3], drawn.hours[6]) == ("21", "", "Wed", "3")
    assert (front.events[-1], front.false_alarms[-1], front.events[0], sum(front.events)) == (2, 1, 1, 3)
    assert garden.events[-3:] == (0, 1, 0) or garden.events[-2] == 1
    assert front.blind == ((0, 0.5),)
    assert garden.closed == ((23 / 24, 1),)
    assert [mark for mark, _ in drawn.legend] == [Mark.EVENTS, Mark.FALSE_ALARMS, Mark.BLIND, Mark.CLOSED]


def test_a_day_that_ends_at_half_past_begins_in_the_middle_of_an_hour() -> None:
    until = NOW + HOUR / 2
    late = DayView(day_before(until, ZONE), until, [event(1, -0.4), event(2, 23.4)], [camera("front")])
    drawn = activity.picture(late, [], NOW, ZONE)
    assert len(drawn.hours) == 25
    assert (drawn.rows[0].events[0], drawn.rows[0].events[24]) == (1, 1)


@pytest.mark.parametrize(("until", "hours"), [((2026, 10, 25, 20), 25), ((2027, 3, 28, 19), 23)])
def test_a_day_on_which_the_clocks_change_has_another_number_of_hours(
    until: tuple[int, int, int, int], hours: int
) -> None:
    until_utc = datetime(*until, tzinfo=UTC)
    view = DayView(day_before(until_utc, ZONE), until_utc, (), [camera("front")])
    assert len(activity.picture(view, [], until_utc, ZONE).hours) == hours


def test_of_many_cameras_those_in_which_something_happened_are_shown() -> None:
    cameras = tuple(camera(f"c{number}") for number in range(12))
    seen = [event(number, number, f"c{number}") for number in range(6, 12)] + [event(99, 3, "gone since")]
    drawn = activity.picture(day(*seen, cameras=cameras), [], NOW, ZONE)
    assert len(drawn.rows) == MOST_ROWS
    assert {f"c{number}" for number in range(6, 12)} | {"gone since"} <= {row.name for row in drawn.rows}


@given(st.lists(events, max_size=30, unique_by=lambda one: one.event_id))
def test_no_event_is_lost_in_the_chart(happened: list[DayEvent]) -> None:
    drawn = activity.picture(day(*happened), [], NOW, ZONE)
    assert sum(sum(row.events) for row in drawn.rows) == len(happened)
    assert sum(sum(row.false_alarms) for row in drawn.rows) == sum(one.false_alarm for one in happened)
    assert all(len(row.events) == len(row.false_alarms) == len(drawn.hours) for row in drawn.rows)


# -- words -------------------------------------------------------------------------------------------------------------


def test_a_quiet_day_is_one_line() -> None:
    assert texts.caption(day(), WELL, 48.0, NOW, ZONE) == (
        "<b>Wed 25 Nov</b>: nothing moved. No blind time. Everything archived."
    )


def test_a_day_is_told_in_four_lines() -> None:
    seen = [event(1, seen="person"), event(2), event(3, false_alarm=True), event(4, 3, "<g>")]
    cameras = (camera("front", 3600), camera("<g>"))
    usage = replace(WELL, archive_waiting=2, archive_trouble="Quota & full.")
    assert texts.caption(day(*seen, cameras=cameras), usage, 48.2, NOW, ZONE).splitlines() == [
        "<b>Wed 25 Nov</b> · 24 hours until 21:00",
        "<b>4 events</b>: front 3, &lt;g&gt; 1 · 1 person · 1 false alarm",
        "⚠️ Seen 97.9 %, blind: front 1 h · ⚠️ 2 clips waiting for the archive: Quota &amp; full.",
        "25 GB free · 48 °C",
    ]
    one = texts.caption(day(event(1)), replace(WELL, archive_on=False), None, NOW, ZONE).splitlines()
    assert one[1:] == ["<b>1 event</b>: front 1", "No blind time · No archive", "25 GB free"]
    off = day(cameras=(camera("a", armed_s=0, closed=[(NOW - HOUR, NOW)]),))
    assert "Disarmed all the time" in texts.caption(off, WELL, None, NOW, ZONE)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("21:00", time(21)),
        ("8", time(8)),
        ("at 9pm", time(21)),
        ("0730", time(7, 30)),
        ("12 am", time(0)),
        ("0", time(0)),
    ],
)
def test_times_of_day(words: str, at: time) -> None:
    assert parsing.daily_time(words) == at


@pytest.mark.parametrize("words", ["25:00", "21:60", "noonish", "13 pm", "-3", "", "21:00 22:00"])
def test_no_times_of_day(words: str) -> None:
    with pytest.raises(NotUnderstood):
        parsing.daily_time(words)


# -- in the chat -------------------------------------------------------------------------------------------------------


async def test_digest_is_chosen_by_words_and_by_buttons(phone: Phone) -> None:
    shown = await phone.says("/digest")
    assert "no digest" in shown.text
    assert shown.labels == ["08:00", "18:00", "21:00", str(texts.NOW)]
    await phone.presses_for_edit(shown, "21:00")
    assert phone.house.days.at == time(21)
    assert "every day at 21:00" in shown.text
    assert shown.labels == ["08:00", "18:00", str(texts.OFF), str(texts.NOW)]
    assert "every day at 07:30" in (await phone.says("/digest 7:30")).text
    assert (await phone.says("/digest banana")).text.startswith("I did not understand that time.")
    assert phone.house.days.at == time(7, 30)
    await phone.presses_for_edit(shown, str(texts.OFF))
    assert phone.house.days.at is None


async def test_the_day_so_far_is_shown_at_once(phone: Phone) -> None:
    now = datetime.now(UTC)
    seen = [event(number, camera="front", started_utc=now - number * HOUR) for number in (1, 2)]
    phone.house.days.view = replace(day(), events=seen)
    for number in (1, 2):
        phone.house.event(number, parts=1)
    sent = await phone.presses(await phone.says("/digest"), str(texts.NOW))
    assert sent.kind == "photo"
    assert "2 events" in sent.text
    assert sent.labels[:2] == ["1", "2"]
    assert sent.labels[2].startswith("Clips of ")
    assert (await phone.presses(sent, "1")).text.endswith("#e2")
    assert (await phone.presses(sent, sent.labels[2])).kind == "text"
    (drawn, look), *_ = phone.house.pictures.days
    assert look is Look.FULL
    assert [tile.camera for tile in drawn.tiles] == ["front", "front"]


async def test_a_chat_that_sees_no_pictures_gets_words(phone: Phone) -> None:
    phone.house.privacy.now = ChatPrivacy(Look.TEXT)
    phone.house.days.view = replace(day(), events=[event(1, started_utc=datetime.now(UTC) - HOUR)])
    sent = await phone.says("/digest now")
    assert sent.kind == "text"
    assert "1 event" in sent.text
    assert phone.house.pictures.days == []
    assert common.not_understood(parsing.Why.DIGEST)
