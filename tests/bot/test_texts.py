"""Captions and lists that tell the truth, and fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot import alerts
from bot.alerts import Step
from bot.formatting import share_text
from bot.markup import plain, shortened
from bot.parsing import Why
from bot.ports import ArchiveState, BlindView, Letter
from bot.texts import alerts as texts
from bot.texts import clips, common, notices, status
from bot.texts.common import copy_note
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
        (ArchiveState.DELETED, False, [str(texts.DELETED)]),
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
    assert "&lt;b&gt;" in notices.blind("<b>", START, START, "a & b", ZONE)
    assert "a &amp; b" in notices.blind("<b>", START, START, "a & b", ZONE)
    assert "a &amp; b" in notices.unsteady("<b>", 300, 1800, "a & b")
    assert "&lt;b&gt;" in notices.was_off(["<b>"], (START, START), "", START, ZONE)
    assert "3 more" in notices.unarchived_deleted([f"e{number}" for number in range(13)])


def test_how_a_camera_was_blind() -> None:
    span = (START, START + timedelta(minutes=2))
    assert "blind since 13:30." in notices.blind("x", START, START, "", ZONE)
    assert "since Mon" in notices.blind("x", START, START + timedelta(days=1), "", ZONE)
    assert "for 2 min (13:30 to 13:32)" in notices.sees_again("x", span, 120, START, ZONE)
    assert "for 40 s in all (13:30 to 13:32)" in notices.sees_again("x", span, 40, START, ZONE)
    assert "5 min of the last 30 min." in notices.unsteady("x", 300, 1800, "")
    text = notices.was_off(["a", "b"], span, "No power.", START, ZONE)
    assert "for 2 min (13:30 to 13:32). No power." in text
    assert "a and b" in text


def test_how_much_was_seen_in_a_week() -> None:
    week = (START - timedelta(days=7), START)
    seen = [
        notices.Seen("front", 600_000, 0.0, None, ""),
        notices.Seen("back", 600_000, 30_000, (START - timedelta(hours=2), START - timedelta(hours=1)), "No <power>."),
        notices.Seen("attic", 0.0, 0.0, None, ""),
    ]
    lines = notices.covered(week, seen, ZONE).splitlines()
    assert "front</b> 100 % of" in lines[1]
    assert "back</b> 95 % of" in lines[2]
    assert "1 h, 11:30 to 12:30. No &lt;power&gt;." in lines[2]
    assert "disarmed all the time" in lines[3]


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "100 %"), (0.99996, "100 %"), (0.9999, "99.99 %"), (0.9512, "95.1 %"), (0.0, "0 %")]
)
def test_a_share_is_not_rounded_up_to_all(share: float, text: str) -> None:
    assert share_text(share) == text


def test_what_was_blind_on_the_last_day() -> None:
    span = (START, START + timedelta(minutes=2))
    assert status.blind_lines([], START, ZONE) == str(status.NO_BLIND_TIME)
    text = status.blind_lines([BlindView("a", 120, span, "No <power>."), BlindView("b", 600, span, "")], START, ZONE)
    assert "a</b> 2 min (13:30 to 13:32)\n    No &lt;power&gt;." in text
    assert "b</b> 10 min (longest 2 min, 13:30 to 13:32)" in text


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
