"""/why over HTTP: alerts, what was none, and when nobody looked, each with its reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.texts import why as texts
from camera.model import Stirred
from demo.conversation import Message
from mocam.store import Store
from storage.gaps import Gap, GapKind, Known
from tests.bot.conftest import OWNER
from tests.mocam.living import NOON, Living, living

MINUTE = timedelta(minutes=1)


async def says(household: Living, text: str) -> Message:
    before = household.messages()
    household.api.say(OWNER, text)
    return await household.api.wait_for(lambda: next((one for one in household.messages() if one not in before), None))


def stirs(household: Living, cause: str, camera: str = "front", times: int = 1) -> None:
    household.ledger.stirred(Stirred(camera, cause, household.now_utc, household.now_utc, times))
    household.passes(MINUTE)


async def test_every_reason_is_told_newest_first(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        assert (await says(household, "/why")).text == str(texts.EMPTY)
        household.moves()
        await household.settled()
        household.passes(3 * MINUTE)
        for cause in ("small", "doubt", "light", "zone"):
            stirs(household, cause, times=4 if cause == "zone" else 1)
        await says(household, "/mute 1h")
        household.moves()
        await household.settled()
        gap = Gap("front", GapKind.DISARMED, NOON - 30 * MINUTE, NOON - 10 * MINUTE, "")
        store.gaps.write([gap], {"front": Known(NOON - 60 * MINUTE, NOON, disarmed=False, ended=False)})
        lines = (await says(household, "/why")).text.splitlines()[1:-1]
        assert [line.split(" · ", 2)[2].removesuffix(" · #e1").removesuffix(" · #e2") for line in lines] == [
            "alert without a sound: muted",
            "none: in a place that is not watched, 4 times",
            "none: the light changed",
            "none: did not stay or move as a thing does",
            "none: too small",
            "alert",
            "disarmed or closed: nobody looked",
        ]
        assert "12:30 to 12:50" in lines[-1]


async def test_a_storm_a_veil_and_an_outage_have_their_words(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await says(household, "/privacy text")
        household.moves()
        await household.settled()
        await says(household, "/privacy full")
        household.passes(10 * MINUTE)
        for _ in range(8):
            household.moves(with_clip=False)
            household.passes(timedelta(seconds=20))
        await household.first_messages()
        text = (await says(household, "/why")).text
        assert "in the message of a storm" in text
        assert "alert without the whole picture: privacy" in text


async def test_pages_and_one_camera(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "back") as household:
        for number in range(60):
            stirs(household, "small", "front" if number % 3 else "back")
        message = await says(household, "/why")
        assert "page 1 of 5" in message.text
        for _ in range(4):
            await household.press(message, str(texts.OLDER))
        assert "page 5 of 5" in message.text
        assert message.labels == [str(texts.NEWER)]
        only = await says(household, "/why back")
        assert "front" not in only.text
        assert "Did you mean" in (await says(household, "/why bakc")).text


async def test_reasons_survive_a_restart(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        stirs(household, "light")
        await household.ledger.write()
    async with living(store, tmp_path) as household:
        assert "the light changed" in (await says(household, "/why")).text
