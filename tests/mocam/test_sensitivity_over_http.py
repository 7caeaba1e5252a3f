"""/sensitivity over HTTP: real traces of real events tried again, set, undone, and how a camera then watches."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.texts import sensitivity as texts
from camera.motion import CellDetector
from camera.trace import Tracer
from demo.conversation import Message
from mocam.store import Store
from tests.bot.conftest import OWNER
from tests.camera.footage import film, mover
from tests.mocam.living import Living, living


def traced(width: int, height: int, speed_px_s: float) -> bytes:
    """Somebody so many gray pixels large walks through, as fast as somebody of that size does."""
    tracer, detector, begun = Tracer(), CellDetector(), False
    for luma, t_s in film(11, mover(7, 9.5, width=width, height=height, speed_px_s=speed_px_s)):
        tracer.see(luma, detector.look(luma, t_s), t_s)
        if not begun and t_s >= 7.4:
            tracer.begin()
            begun = True
    return tracer.end()


@pytest.fixture(scope="module")
def large() -> bytes:
    return traced(12, 26, 60)


@pytest.fixture(scope="module")
def small() -> bytes:
    return traced(6, 8, 30)


async def says(household: Living, text: str) -> Message:
    before = household.messages()
    household.api.say(OWNER, text)
    return await household.api.wait_for(lambda: next((one for one in household.messages() if one not in before), None))


def watched_at(household: Living) -> str:
    return household.supervisors["front"].detection.sensitivity.value


async def figures(household: Living, message: Message) -> str:
    await household.api.wait_for(lambda: "tried again" in message.text or None)
    return message.text


async def test_each_level_is_tried_on_last_week_and_the_false_alarms_are_counted(
    store: Store, tmp_path: Path, large: bytes, small: bytes
) -> None:
    async with living(store, tmp_path) as household:
        for trace in (large, small, small, b""):
            event_id = household.moves()
            if trace:
                store.files.write_trace(event_id, trace)
            household.passes(timedelta(minutes=10))
        await household.wishes.false_alarm("e2", false=True)
        await household.settled()
        message = await says(household, "/sensitivity")
        text = await figures(household, message)
        assert "Last week's 4 events" in text
        assert "low: 2 alerts, without 1 of your 1 false alarms" in text
        assert "normal ✓: 4 alerts" in text
        assert "high: 4 alerts or more" in text
        assert "Of one event nothing is left to try" in text
        assert "nobody knows" in text


async def test_a_level_holds_at_once_survives_a_restart_and_is_undone(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        message = await says(household, "/sensitivity low")
        assert "low ✓" in message.labels
        assert watched_at(household) == "low"
        household.api.press(OWNER, message.message_id, "high")
        await household.api.wait_for(lambda: "high ✓" in message.labels or None)
        assert watched_at(household) == "high"
        assert "front: high" in (await says(household, "/log")).text
    async with living(store, tmp_path) as household:
        assert watched_at(household) == "high"
        message = await says(household, "/sensitivity")
        household.api.press(OWNER, message.message_id, str(texts.UNDO))
        await household.api.wait_for(lambda: "low ✓" in message.labels or None)
        assert watched_at(household) == "low"
        assert "Nothing changed" in (await says(household, "/sensitivity loud")).text


async def test_without_events_it_says_so(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "back") as household:
        message = await says(household, "/sensitivity back")
        await household.api.wait_for(lambda: "Nothing was recorded last week" in message.text or None)
        which = await says(household, "/sensitivity low")
        assert which.labels == ["front", "back"]
        assert "Did you mean" in (await says(household, "/sensitivity bakc low")).text
