"""A proposal from false alarms, whole: real traces tried again, one silent message, and its buttons."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.texts import proposals as texts
from camera.motion import CellDetector
from camera.trace import Tracer
from demo.conversation import Message
from mocam.store import Store
from tests.bot.conftest import OWNER
from tests.camera.footage import Change, Picture, film, mover
from tests.mocam.living import Living, living

MINUTE = timedelta(minutes=1)


def traced(change: Change) -> bytes:
    tracer, detector, begun = Tracer(), CellDetector(), False
    for luma, t_s in film(11, change):
        tracer.see(luma, detector.look(luma, t_s), t_s)
        if not begun and t_s >= 7.4:
            tracer.begin()
            begun = True
    return tracer.end()


def below(picture: Picture, t_s: float) -> Picture:
    """Somebody walks along the lower edge."""
    if 7 <= t_s < 9.5:
        right = int((t_s - 7) * 60) + 1
        picture[150:176, max(0, right - 12) : right] = 20
    return picture


@pytest.fixture(scope="module")
def lamp() -> bytes:
    """Something small that crosses the third and fourth row."""
    return traced(mover(7, 9.5))


@pytest.fixture(scope="module")
def walker() -> bytes:
    return traced(below)


async def evening(household: Living, lamp: bytes, walker: bytes, alarms: int) -> None:
    """From a quarter past five on: false alarms, and two visits that are none."""
    household.passes(4 * 60 * MINUTE + 15 * MINUTE)
    for number in range(alarms + 2):
        event_id = household.moves()
        household.store.files.write_trace(event_id, walker if number in (1, 2) else lamp)
        household.passes(10 * MINUTE)
        if number not in (1, 2):
            await household.wishes.false_alarm(event_id, false=True)
    await household.settled()


def offers(household: Living) -> list[Message]:
    return [one for one in household.messages() if str(texts.ACCEPT) in one.labels or "💡" in one.text]


async def test_it_is_proposed_once_silently_accepted_and_undone(
    store: Store, tmp_path: Path, lamp: bytes, walker: bytes
) -> None:
    async with living(store, tmp_path) as household:
        await evening(household, lamp, walker, alarms=4)
        await household.proposals.look("front")
        await household.settled()
        (offer,) = offers(household)
        assert offer.silent
        assert "would have spared you 4 of 4 false alarms, and kept all 2 other events" in offer.text
        assert "from 17:00 to 19:00" in offer.text
        await household.proposals.look("front")
        await household.settled()
        assert len(offers(household)) == 1, "told once"
        await household.press(offer, str(texts.ACCEPT))
        assert offer.labels == [str(texts.UNDO)]
        assert "Ignored from now on" in offer.text
        household.zones.follow()
        during = str(household.supervisors["front"].detection.ignore)
        assert during, "it is 18:15"
        household.passes(60 * MINUTE)
        household.zones.follow()
        assert str(household.supervisors["front"].detection.ignore) == ""
        await household.press(offer, str(texts.UNDO))
        assert household.zones.zoning("front").ignored == ()
        assert "Watched again" in offer.text
        before = household.messages()
        household.api.say(OWNER, "/log")
        (log,) = await household.api.wait_for(lambda: [one for one in household.messages() if one not in before])
        assert [line.split(" · ", 1)[1] for line in log.text.splitlines()[1:3]] == [
            "Owner changed the zones of front: watched " + str(offer.text.split("what if ")[1].split(" were")[0]),
            "Owner changed the zones of front: not watched " + str(offer.text.split("what if ")[1].split(" were")[0]),
        ]
        assert offer.labels == []


async def test_who_declines_is_left_alone(store: Store, tmp_path: Path, lamp: bytes, walker: bytes) -> None:
    async with living(store, tmp_path) as household:
        await evening(household, lamp, walker, alarms=3)
        await household.proposals.look("front")
        await household.settled()
        (offer,) = offers(household)
        await household.press(offer, str(texts.DECLINE))
        assert household.zones.zoning("front").ignored == ()
    async with living(store, tmp_path) as household:
        household.passes(24 * 60 * MINUTE)
        await household.proposals.look("front")
        await household.settled()
        assert not offers(household), "also after a restart"


async def test_undo_after_another_change_takes_back_only_its_own(
    store: Store, tmp_path: Path, lamp: bytes, walker: bytes
) -> None:
    async with living(store, tmp_path) as household:
        await evening(household, lamp, walker, alarms=3)
        await household.proposals.look("front")
        await household.settled()
        (offer,) = offers(household)
        await household.press(offer, str(texts.ACCEPT))
        before = household.messages()
        household.api.say(OWNER, "/zones ignore J6")
        await household.api.wait_for(lambda: [one for one in household.messages() if one not in before])
        await household.press(offer, str(texts.UNDO))
        assert [str(one.zones) for one in household.zones.zoning("front").ignored] == ["J6"]


async def test_a_visit_that_would_be_lost_is_the_end_of_it(store: Store, tmp_path: Path, lamp: bytes) -> None:
    async with living(store, tmp_path) as household:
        await evening(household, lamp, lamp, alarms=4)  # the same, but twice nobody called it a false alarm
        await household.proposals.look("front")
        await household.settled()
        assert not offers(household)


async def test_the_false_alarm_button_sets_it_off(store: Store, tmp_path: Path, lamp: bytes, walker: bytes) -> None:
    async with living(store, tmp_path) as household:
        working = asyncio.create_task(household.proposals.run())
        await evening(household, lamp, walker, alarms=3)
        await household.api.wait_for(lambda: offers(household))
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def test_what_is_kept_and_cannot_be_read_is_forgotten(store: Store, tmp_path: Path) -> None:
    store.preferences.note("proposals:front", [{"number": "x"}])
    async with living(store, tmp_path) as household:
        await household.proposals.look("front")
        household.moves()
        await household.wishes.false_alarm("e1", false=True)
        await household.proposals.look("front")
        await household.settled()
        assert not offers(household)


async def test_the_end_of_the_program_proposes_nothing_from_what_was_half_tried(
    store: Store, tmp_path: Path, lamp: bytes, walker: bytes
) -> None:
    async with living(store, tmp_path) as household:
        await evening(household, lamp, walker, alarms=3)
        household.trying.end()
        await household.proposals.look("front")
        await household.settled()
        assert not offers(household)
