"""/status at a glance: trouble first, short when all is well; and a still of each camera as clear as the chat sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.people import Act
from bot.ports import BlindView, CameraView, Unavailable, Usage
from bot.privacy import ChatPrivacy, Look
from bot.texts import status as texts
from demo.botapi import BotApi
from tests.bot.conftest import Phone, running
from tests.bot.house import ZONE, TestHouse

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
WELL = Usage(12, 1_200_000_000, 40, 4_000_000_000, 25 * 10**9, 0, "", archive_on=True)


def camera(name: str, state: str = "watching", detail: str = "") -> CameraView:
    return CameraView(name, state, NOW - timedelta(hours=2), detail)


@pytest.fixture
async def phone(api: BotApi, house: TestHouse) -> AsyncIterator[Phone]:
    house.cameras.names = ["front", "garden", "attic"]
    async with running(api, house) as started:
        yield started


def test_when_all_is_well_nothing_is_said_of_trouble() -> None:
    assert texts.trouble_lines([camera("front")], WELL, "", 0, NOW, ZONE) == []
    four = [camera(name) for name in ("front", "garden", "attic", "hall")]
    assert texts.camera_lines(four, {}, NOW, ZONE) == (
        "🟢 <b>front</b>, <b>garden</b>, <b>attic</b> and <b>hall</b> · watching"
    )


def test_of_many_cameras_the_one_that_is_different_has_its_line() -> None:
    cameras = [camera("front"), camera("garden", "recording"), camera("attic", "disarmed"), camera("hall")]
    end = NOW + timedelta(hours=1)
    assert texts.camera_lines(cameras, {"attic": end}, NOW, ZONE).splitlines() == [
        "🔴 <b>garden</b> · recording since 19:00",
        "⚪ <b>attic</b> · disarmed until 22:00",
        "🟢 <b>front</b> and <b>hall</b> · watching",
    ]


def test_each_trouble_has_its_line() -> None:
    cameras = [camera("front", "blind", "No <power>."), camera("garden", detail="The disk is full."), camera("attic")]
    usage = Usage(1, 1, 1, 1, 1, 3, "The quota is used up & full.", archive_on=True)
    assert texts.trouble_lines(cameras, usage, "power: too little", 2, NOW, ZONE) == [
        "⚠️ <b>front</b> is blind since 19:00: No &lt;power&gt;.",
        "⚠️ <b>garden</b>: The disk is full.",
        "⚠️ Archive: The quota is used up &amp; full.",
        "⚠️ power: too little",
        "⚠️ 2 messages could not be delivered since the start.",
    ]


async def test_a_good_day_fits_on_a_small_screen(phone: Phone) -> None:
    phone.house.event(7, parts=1)
    lines = (await phone.says("/status")).text.splitlines()
    assert lines[0] == "MoCam is armed."
    assert str(texts.NO_BLIND_TIME) in lines
    assert len([line for line in lines if line]) <= 9
    assert not any("⚠️" in line for line in lines)


async def test_trouble_comes_first(phone: Phone) -> None:
    phone.house.cameras.broken["garden"] = "The cable came loose."
    phone.house.cameras.blind_views = [
        BlindView("garden", 600, (datetime.now(UTC) - timedelta(minutes=10), datetime.now(UTC)), "")
    ]
    lines = (await phone.says("/status")).text.splitlines()
    assert lines[0].startswith("⚠️ garden is blind since ")
    assert lines[0].endswith(": The cable came loose.")
    assert lines[2] == "MoCam is armed."
    assert "Blind in the last 24 hours:" in lines


async def test_stills_show_each_camera_once_below_the_status(phone: Phone) -> None:
    phone.house.arming.until_utc = {"attic": datetime.now(UTC) + timedelta(hours=3)}
    phone.house.cameras.broken["garden"] = "It does not answer."
    shown = await phone.says("/status")
    sheet = await phone.presses(shown, str(texts.STILLS))
    assert sheet.kind == "photo"
    assert sheet.text.startswith("1 camera at ")
    assert phone.house.pictures.shown is not None
    stills, look = phone.house.pictures.shown
    assert look is Look.FULL
    assert [bool(still.jpeg) for still in stills] == [True, False, False]
    assert stills[1].missing == str(texts.STILL_FAILED)
    assert stills[2].missing.startswith("closed until ")
    assert [(entry.act, entry.about) for entry in phone.house.audit.entries] == [(Act.SNAPSHOT, "front")]


async def test_closed_cameras_are_not_even_asked(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked(camera: str) -> bytes:
        raise Unavailable(f"{camera} was asked")

    monkeypatch.setattr(phone.house.cameras, "snapshot", asked)
    phone.house.arming.until_utc = dict.fromkeys(phone.house.cameras.names, datetime.now(UTC) + timedelta(hours=2))
    sheet = await phone.presses(await phone.says("/status"), str(texts.STILLS))
    assert sheet.text == "No picture now."
    assert phone.house.pictures.shown is not None
    assert all(still.missing.startswith("closed until ") for still in phone.house.pictures.shown[0])


async def test_the_chats_privacy_holds_for_stills(phone: Phone) -> None:
    shown = await phone.says("/status")
    phone.house.privacy.now = ChatPrivacy(Look.PIXELATED)
    await phone.presses(shown, str(texts.STILLS))
    assert phone.house.pictures.shown is not None
    assert phone.house.pictures.shown[1] is Look.PIXELATED
    phone.house.privacy.now = ChatPrivacy(Look.TEXT)
    answer = await phone.presses(shown, str(texts.STILLS))
    assert answer.kind == "text"
    assert "/privacy" in answer.text
