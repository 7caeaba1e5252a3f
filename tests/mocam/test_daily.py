"""The digest of a day comes once, silently, at its time, whatever happens to the program and the network."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocam.adapters.daily import DayBookPort
from mocam.daily import LATEST, Daily, due
from mocam.store import Store
from storage.gaps import Gap, GapKind, Known
from tests.bot.conftest import OWNER
from tests.bot.house import ZONE
from tests.mocam.living import NOON, Living, living

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AT = time(21)
EVENING = datetime(2026, 11, 25, 20, tzinfo=UTC)  # 21:00 in Berlin

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - made UTC


@given(moments, times)
def test_due_is_the_last_time_the_clock_said_so(now_utc: datetime, at: time) -> None:
    found = due(now_utc, at, ZONE)
    assert found <= now_utc < found + timedelta(hours=26)
    local = found.astimezone(ZONE).time()
    assert local == at or local.minute == at.minute  # an hour that a spring night does not have
    assert due(found, at, ZONE) == found


class Clock:
    def __init__(self, store: Store, now_utc: datetime, usual: time | None = None) -> None:
        self.now_utc = now_utc
        self.trouble = ""
        self.daily = Daily(
            store.dailies, lambda: {OWNER}, usual, ZONE, lambda: None, lambda: self.trouble, lambda: self.now_utc
        )


def letters(store: Store) -> list[datetime | None]:
    return [letter.until_utc for letter in store.outbox.due(datetime.now(UTC) + timedelta(days=3650))]


def test_it_is_written_once_a_day_and_only_from_now_on(store: Store) -> None:
    clock = Clock(store, EVENING + HOUR, AT)
    assert clock.daily.write() == 0, "the evening that was is not told"
    assert letters(store) == []
    clock.now_utc = EVENING + timedelta(days=1)
    assert clock.daily.write() == 1
    for _ in range(3):  # also after a restart
        assert Clock(store, clock.now_utc + HOUR, AT).daily.write() == 0
    assert letters(store) == [EVENING + timedelta(days=1)]
    (letter,) = store.outbox.due(clock.now_utc)
    assert letter.silent


def test_a_chats_wish_stands_above_the_setting(store: Store) -> None:
    clock = Clock(store, EVENING - HOUR, AT)
    store.dailies.choose(OWNER, -1, clock.now_utc)
    clock.now_utc = EVENING + MINUTE
    assert clock.daily.write() == 0
    store.dailies.choose(OWNER, 22 * 60, clock.now_utc)
    clock.now_utc = EVENING + HOUR + MINUTE
    assert clock.daily.write() == 1
    assert letters(store) == [EVENING + HOUR]


def test_a_program_that_was_off_tells_late_but_not_the_next_day(store: Store) -> None:
    clock = Clock(store, EVENING - HOUR, AT)
    clock.daily.write()
    clock.now_utc = EVENING + LATEST
    assert clock.daily.write() == 1
    clock.now_utc = EVENING + timedelta(days=1) + LATEST + MINUTE
    assert clock.daily.write() == 0
    assert letters(store) == [EVENING]
    clock.now_utc = EVENING + timedelta(days=2)
    assert clock.daily.write() == 1
    assert letters(store) == [EVENING + timedelta(days=2)], "it takes the place of the one that was never sent"


def test_a_clock_that_is_wrong_tells_nothing(store: Store) -> None:
    clock = Clock(store, EVENING - HOUR, AT)
    clock.daily.write()
    clock.now_utc, clock.trouble = datetime(1970, 1, 3, tzinfo=UTC), "was not set"
    assert clock.daily.write() == 0
    clock.now_utc, clock.trouble = EVENING + timedelta(days=400), ""
    clock.daily.write()
    clock.now_utc = EVENING + MINUTE
    assert clock.daily.write() == 0, "told by a clock that has been set back since"
    clock.now_utc = EVENING + timedelta(days=1)
    assert clock.daily.write() == 1


async def test_a_day_of_the_catalogue(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "garden") as household:
        first, second = household.moves(), household.moves("garden")
        store.wishes.false_alarm(first, household.now_utc)
        household.passes(26 * HOUR)
        third = household.moves()
        store.wishes.delete_at(third, household.now_utc + MINUTE)
        book = DayBookPort(store, ["front", "garden"], None, ZONE)
        gap = Gap("front", GapKind.BLIND, NOON + HOUR, NOON + 3 * HOUR, "")
        closed = Gap("garden", GapKind.DISARMED, NOON + HOUR, NOON + 25 * HOUR, "")
        store.gaps.write([gap, closed], dict.fromkeys(("front", "garden"), Known(NOON, NOON + 26 * HOUR, False, False)))
        day = await book.day(NOON + 24 * HOUR)
        assert [(one.event_id, one.false_alarm) for one in day.events] == [(first, True), (second, False)]
        front, garden = day.cameras
        assert (front.armed_s, front.lost_s, len(front.blind), front.closed) == (86_400, 7200, 1, [])
        assert (garden.armed_s, garden.lost_s) == (3600, 0)
        (last,) = (await book.day(household.now_utc + MINUTE)).events
        assert (last.event_id, last.snapshot) == (third, None)


# -- to the phone ------------------------------------------------------------------------------------------------------


async def evening(household: Living) -> None:
    """The digest of now is written, as the program would."""
    household.store.dailies.told(OWNER, household.now_utc, household.now_utc)
    household.bot.wake()
    await household.settled()


async def test_it_arrives_silently_with_its_picture_and_leads_to_the_clips(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "garden") as household:
        seen = []
        for camera in ("front", "garden", "front"):
            seen.append(household.moves(camera))
            household.passes(HOUR)
            await household.settled()
        await evening(household)
        digest = household.messages()[-1]
        assert digest.kind == "photo"
        assert digest.silent
        assert digest.text.startswith("Wed 25 Nov · 24 hours until ")
        assert "3 events: front 2, garden 1" in digest.text
        assert digest.labels[:3] == ["1", "2", "3"]
        clip = await household.press(digest, "2")
        assert clip.kind == "video"
        assert f"#{seen[1]}" in clip.text
        await household.noted(digest)
        before = len(household.messages())
        household.bot.wake()
        await household.settled()
        assert len(household.messages()) == before


async def test_a_day_without_events_is_one_silent_line(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await evening(household)
        (digest,) = household.messages()
        assert digest.kind == "text"
        assert digest.silent
        assert "\n" not in digest.text
        assert "nothing moved" in digest.text


@pytest.mark.parametrize(("look", "kind"), [("text", "text"), ("pixelated", "photo")])
async def test_it_shows_what_the_chat_is_to_see(store: Store, tmp_path: Path, look: str, kind: str) -> None:
    store.privacy.set_look(OWNER, look)
    async with living(store, tmp_path) as household:
        household.moves()
        household.passes(HOUR)
        await household.settled()
        await evening(household)
        assert household.messages()[-1].kind == kind
        assert "1 event" in household.messages()[-1].text


async def test_it_outlasts_an_outage_and_a_restart(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        household.moves()
        await household.settled()
        before = len(household.messages())
        await household.api.go_down()
        store.dailies.told(OWNER, household.now_utc, household.now_utc)
        household.bot.wake()
        await household.bot.stop()
        async with household.running():
            await household.api.come_back()
            await household.settled()
            assert len(household.messages()) == before + 1
            assert household.messages()[-1].silent
