"""/archive over HTTP: what it tells, and the drill on request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.ports import DrillView
from bot.texts import archive as texts
from bot.texts import status as status_texts
from tests.bot.conftest import Phone
from tests.bot.house import ZONE

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


async def test_it_tells_where_how_much_and_what_was_never_tried(phone: Phone) -> None:
    shown = await phone.says("/archive")
    assert "koofr:cameras" in shown.text
    assert "40 clips, 4 GB · everything archived" in shown.text
    assert "not tried yet" in shown.text
    assert "kit is proved" in shown.text
    assert shown.labels == [str(texts.DRILL), str(status_texts.REFRESH)]


async def test_it_tells_of_trouble_and_of_a_missing_kit(phone: Phone) -> None:
    archive = phone.house.archive
    archive.view = replace(archive.view, waiting=3, trouble="The quota is used <up>.", kit_proved=False)
    text = (await phone.says("/archive")).text
    assert "3 waiting" in text
    assert "The quota is used <up>." in text
    assert "mocam setup --kit" in text


async def test_without_an_archive_it_says_what_that_means(phone: Phone) -> None:
    archive = phone.house.archive
    archive.view = replace(archive.view, on=False)
    shown = await phone.says("/archive")
    assert "on this device only" in shown.text
    assert shown.labels == []


async def test_a_drill_on_request(phone: Phone) -> None:
    shown = await phone.says("/archive")
    phone.api.press(4242, shown.message_id, str(texts.DRILL))
    answer = await phone.api.wait_for(
        lambda: next((message for message in phone.of_bot() if "Restore drill passed" in message.text), None)
    )
    assert "#e7" in answer.text
    await phone.api.wait_for(lambda: "drill: passed" in shown.text)
    assert all(message.text != str(texts.DRILLING) for message in phone.of_bot())


async def test_a_drill_that_cannot_be_done_says_why(phone: Phone) -> None:
    phone.house.archive.refusal = "The archive cannot be reached."
    shown = await phone.says("/archive")
    phone.api.press(4242, shown.message_id, str(texts.DRILL))
    await phone.api.wait_for(lambda: any("cannot be reached" in message.text for message in phone.of_bot()))


def test_a_drill_that_did_not_pass_says_so_and_when_one_last_did(phone: Phone) -> None:
    last = DrillView(NOW, False, "e9", NOW - timedelta(days=1), "The archived copy is damaged.", True)
    view = replace(phone.house.archive.view, last_drill=last, passed_utc=NOW - timedelta(days=30))
    line = texts.drill_line(view, NOW, ZONE)
    assert "not passed" in line
    assert "#e9: The archived copy is damaged." in line
    assert "It last passed Mon 26 Oct" in line
    assert "never passed" in texts.drill_line(replace(view, passed_utc=None), NOW, ZONE)
    assert "not passed" in texts.drilled(last, NOW, ZONE)


def test_what_it_cannot_show_is_said(phone: Phone) -> None:
    view = phone.house.archive.view
    assert texts.sealed_line(view) == ""
    assert "then only your kit" in texts.sealed_line(replace(view, sealed=True))
    assert "12 clips cannot be shown here any more" in texts.sealed_line(replace(view, sealed=True, shut=12))
    assert "New clips are not sealed" in texts.sealed_line(replace(view, shut=1))
    sealed = DrillView(NOW, True, "e9", NOW, "", False)
    assert "only your kit opens its seal" in texts.drilled(sealed, NOW, ZONE)
