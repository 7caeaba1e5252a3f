"""Captions and lists that tell the truth, and fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot import alerts
from bot.alerts import Step
from bot.parsing import Why
from bot.ports import ArchiveState, Letter
from bot.texts import alerts as texts
from bot.texts import clips, common, notices
from bot.texts.common import copy_note
from bot.wire import plain, shortened
from tests.bot.house import ZONE, TestHouse

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
START = datetime(2026, 11, 23, 12, 30, 5, tzinfo=UTC)


def letter(*, message_id: int | None = 5, holds_clip: bool = False, event_id: str = "e1") -> Letter:
    return Letter(1, 4242, event_id, "", False, message_id, holds_clip, 1, 0, START, False)


def test_steps(house: TestHouse) -> None:
    begun = house.event(1, going_on=True)
    done = house.event(1, parts=2)
    gone = house.event(1, parts=1, local=False, archive=ArchiveState.DELETED)
    assert alerts.step(letter(event_id=""), None, ()) is Step.NOTICE
    assert alerts.step(letter(message_id=None), done, ()) is Step.PHOTO
    assert alerts.step(letter(), begun, ()) is Step.CAPTION
    assert alerts.step(letter(), done, ()) is Step.CLIP
    assert alerts.step(letter(), done, {101}) is Step.CAPTION
    assert alerts.step(letter(holds_clip=True), done, ()) is Step.CAPTION
    assert alerts.step(letter(), gone, ()) is Step.CAPTION


def test_a_caption_tells_camera_local_time_length_and_id(house: TestHouse) -> None:
    event = house.event(42, started_utc=START, parts=1)
    assert texts.head(event, NOW, ZONE) == "<b>Motion · front</b>\n13:30:05 · 2 s · #e42"
    assert "Mon 23 Nov 13:30:05" in texts.head(event, NOW + timedelta(days=1), ZONE)


@pytest.mark.parametrize(
    ("archive", "local", "words"),
    [
        (ArchiveState.OFF, True, ["✓ recorded", "will be deleted here on Mon 7 Dec"]),
        (ArchiveState.WAITING, True, ["✓ recorded · archiving…", "here on Mon 7 Dec"]),
        (
            ArchiveState.VERIFIED,
            True,
            ["archived ✓ verified", "here on Mon 7 Dec and in the archive on Sun 21 Feb 2027"],
        ),
        (ArchiveState.VERIFIED, False, ["only in the archive now", "in the archive on Sun 21 Feb 2027"]),
        (ArchiveState.DELETED, False, [texts.DELETED]),
    ],
)
def test_a_caption_tells_what_became_of_the_clip(
    house: TestHouse, archive: ArchiveState, local: bool, words: list[str]
) -> None:
    event = house.event(42, started_utc=START, parts=1, archive=archive, local=local)
    caption = alerts.clip_caption(event, NOW, ZONE)
    assert [word for word in words if word not in caption] == []


def test_a_caption_counts_archived_parts(house: TestHouse) -> None:
    event = house.event(42, started_utc=START, parts=3)
    first = replace(event.parts[0], archive=ArchiveState.VERIFIED)
    assert "1 of 3 parts archived" in texts.recorded(replace(event, parts=(first, *event.parts[1:])), NOW, ZONE)


def test_a_page_explains_only_the_marks_it_shows(house: TestHouse) -> None:
    event = house.event(1, started_utc=START, parts=1, archive=ArchiveState.VERIFIED)
    assert clips.mark(event) == "☁️"
    assert clips.mark(house.event(2, parts=1, going_on=True)) == "🔴"
    assert clips.mark(house.event(3, parts=1, archive=ArchiveState.OFF)) == ""
    assert clips.mark(house.event(4, parts=1, archive=ArchiveState.DELETED, local=False)) == "🗑"


def test_every_reason_has_a_sentence() -> None:
    assert all(common.not_understood(why).endswith((".", "</code>.")) for why in Why)
    assert not get_args(Why)


def test_notices_escape_what_comes_from_outside() -> None:
    assert "&lt;b&gt;" in notices.blind("<b>", START, "a & b", ZONE)
    assert "a &amp; b" in notices.blind("<b>", START, "a & b", ZONE)
    assert "for 2 min (13:30 to 13:32)" in notices.sees_again("x", START, START + timedelta(minutes=2), ZONE)
    assert "3 more" in notices.unarchived_deleted([f"e{number}" for number in range(13)])


def test_long_texts_are_cut_without_tearing_a_tag() -> None:
    text = "\n".join(f"<b>line {number}</b> &amp; more" for number in range(200))
    cut = shortened(text, 1024)
    assert len(plain(cut)) <= 1024
    assert cut.count("<b>") == cut.count("</b>") > 0
    assert cut.endswith("…")
    assert shortened("short", 1024) == "short"
    assert len(shortened("<b>" + "x" * 5000 + "</b>", 1024)) == 1024


def test_a_copy_says_what_it_is_and_nothing_else() -> None:
    assert copy_note("h264", smaller=False) == ""
    assert "Smaller copy" in copy_note("h264", smaller=True)
    assert "Smaller copy" in copy_note("hevc", smaller=True)
    other_codec = copy_note("hevc", smaller=False)
    assert "H.265" in other_codec
    assert "maller" not in other_codec
