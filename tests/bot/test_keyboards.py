"""Buttons fit Telegram's limits and still mean something after a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from telegram import InlineKeyboardMarkup

from bot import choice, clip_keys, event_keys, keyboards, proposal_keys, zone_keys
from bot.callback import ALL_CAMERAS, MOST_BYTES, camera_key, pack, unpack
from bot.commands import BUTTONS, BY_NAME
from bot.ports import Armed, Around, Cause, EventPage, Gathered
from bot.privacy import ChatPrivacy, Look
from bot.quiet import Quiet
from bot.search import Kind, Search
from bot.sensitivity import Level, LevelView
from bot.when import When
from bot.zones import ZonesView
from tests.bot.house import ZONE, TestHouse

EMPTY = InlineKeyboardMarkup([])


def data_of(markup: InlineKeyboardMarkup | None) -> list[str]:
    assert markup is not None
    return [str(button.callback_data) for row in markup.inline_keyboard for button in row]


def test_every_button_is_known_and_fits(house: TestHouse) -> None:
    event = house.event(123_456_789_012, camera="x" * 200, parts=40, going_on=True)
    day = event.started_utc.date()
    page = EventPage(Search(When(day=day)), (event,) * 8, 1, 3, day, day)
    begin_utc = event.started_utc
    many = [f"camera-{number:02d}" for number in range(64)]
    longest = Search(When(span_utc=(begin_utc, begin_utc)), choice.some(many[:63], many), Kind.BY_HAND)
    counts = {"ü" * 100: 300}
    gathered = Gathered(1, Cause.STORM, event.started_utc, event.started_utc, counts, 24, 25, 289, ("e1",) * 12)
    found = [
        *data_of(keyboards.status(Armed(("front",), {}))),
        *data_of(keyboards.status(Armed((), {"front": event.started_utc, "ü" * 100: event.started_utc}))),
        *data_of(keyboards.disarm_question(2_592_000, ALL_CAMERAS, ["ü" * 100, "front"])),
        *data_of(keyboards.disarm_question(2_592_000, camera_key("front"), [])),
        *data_of(keyboards.to_disarm(["ü" * 100], 2_592_000)),
        *data_of(keyboards.to_arm(["ü" * 100])),
        *data_of(keyboards.cameras(["ü" * 100, "front"])),
        *data_of(clip_keys.page(page, day, ZONE)),
        *data_of(clip_keys.index(page, 13, day)),
        *data_of(clip_keys.card(event, Around("e999999", "e999997", 2, 9), longest.token, is_owner=True)),
        *data_of(clip_keys.index(replace(page, search=longest), 13, day)),
        *data_of(event_keys.alert(event)),
        *data_of(event_keys.alert(replace(event, delete_utc=event.started_utc))),
        *data_of(event_keys.alert(event, Look.TEXT)),
        *data_of(event_keys.shown(event)),
        *data_of(keyboards.privacy(ChatPrivacy(Look.CROP, 24))),
        *data_of(event_keys.more(event, ZONE)),
        *data_of(event_keys.mutes(event, several=True)),
        *data_of(event_keys.clip(event)),
        *data_of(keyboards.mute(Quiet({"": event.started_utc}, None))),
        *data_of(keyboards.mute(Quiet({}, (time(22), time(7))))),
        *data_of(keyboards.digest(999_999, gathered, [event] * 12, 12)),
        *data_of(keyboards.retention(archive_on=True)),
        *data_of(keyboards.question("Yes", "disarm-yes", "2592000")),
        *data_of(keyboards.run("snapshot")),
        *data_of(keyboards.arm()),
        *data_of(proposal_keys.of_notice(proposal_keys.notice_key("ü" * 100, 999_999_999))),
        *data_of(zone_keys.cameras(["ü" * 100], "why-of")),
        *data_of(zone_keys.why(camera_key("ü" * 100), 3, 5)),
        *data_of(zone_keys.cameras(["ü" * 100], "level-of")),
        *data_of(zone_keys.levels(LevelView("ü" * 100, Level.NORMAL, 999_999_999, can_undo=True))),
        *data_of(zone_keys.cameras(["ü" * 100, "front"])),
        *data_of(zone_keys.grid(ZonesView("ü" * 100, revision=999_999_999, can_undo=True), 6, "m")),
    ]
    for data in found:
        assert len(data.encode()) <= MOST_BYTES
        verb, argument = unpack(data) or ("", "")
        assert verb in BUTTONS or (verb == "run" and argument in BY_NAME)


def test_data_that_would_not_fit_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="64"):
        pack("verb", "x" * 64)


@pytest.mark.parametrize("data", ["", "v1", "v1:", "v1::", "v0:clip:e1", "clip:e1", "v1:clip"])
def test_foreign_data_is_not_read(data: str) -> None:
    assert unpack(data) is None


def test_what_is_packed_is_unpacked() -> None:
    assert unpack(pack("clip", "e42:7")) == ("clip", "e42:7")
    assert camera_key("front") != camera_key("garden") != ALL_CAMERAS


def test_one_part_needs_no_buttons(house: TestHouse) -> None:
    labels = [
        button.text for row in (event_keys.alert(house.event(1, parts=1)) or EMPTY).inline_keyboard for button in row
    ]
    assert not [label for label in labels if "Part" in label]
    assert keyboards.parts(house.event(1, parts=1), 2) is None
