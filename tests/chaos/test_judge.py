"""The judge of `make chaos` finds what is wrong: each kind of loss, made on purpose."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.changes import Changes
from demo.conversation import Chat, Content, Conversation, Message
from demo.entities import plain
from tests.chaos.judge import (
    Archive,
    Clip,
    Event,
    Verdict,
    events_of,
    given_up,
    judge_archive,
    judge_chat,
    judge_deletions,
    judge_playing,
    judge_visits,
    matched,
)
from tests.chaos.truth import Visit
from tests.e2e.video import film
from tests.storage.room import Room
from tests.support_crypt import Reader

WALL_S = 1_000_000.0
PRE_ROLL_S = 2.0
BOT: dict[str, object] = {"id": 1, "is_bot": True}


def visit(comes_s: float, until_s: float, *, cut: bool = False) -> Visit:
    return Visit(1, 90.0, comes_s, until_s, cut)


def event(number: int, mono_s: float, *clips: Clip) -> Event:
    return Event(f"e{number}", "front", WALL_S + mono_s, ended=True, clips=clips)


def clip(number: int, content: bytes, path: Path | None = None, archive: str = "verified", length_s: float = 9) -> Clip:
    sha256 = hashlib.sha256(content).hexdigest()
    return Clip(f"e{number}", 1, length_s, sha256, path, archive, f"2026/05/01/front-e{number}-1.mp4")


def verdict_on(visits: list[Visit], events: list[Event], spared: set[int] | None = None) -> Verdict:
    verdict = Verdict()
    judge_visits(verdict, matched(visits, events, {1: [WALL_S]}, PRE_ROLL_S), spared or set(), PRE_ROLL_S)
    return verdict


def test_each_visitor_has_an_event_of_its_own() -> None:
    visits = [visit(100, 103), visit(108, 111)]
    both = [event(1, 100.3, clip(1, b"a")), event(2, 108.3, clip(2, b"b"))]
    assert verdict_on(visits, both).good
    assert len(verdict_on(visits, both[1:]).lost) == 1
    assert len(verdict_on(visits, []).lost) == 2
    assert len(verdict_on(visits, [event(1, 100.3), both[1]]).lost) == 1, "an event without a clip"


def test_nothing_is_promised_of_a_glimpse_nor_of_a_disk_that_takes_nothing() -> None:
    assert verdict_on([visit(100, 101.5)], []).good
    assert verdict_on([visit(90.5, 93)], []).good, "the camera had just opened"
    assert verdict_on([visit(100, 103)], [], spared={1}).good


def test_a_wrong_clock_finds_its_events_too() -> None:
    sightings = matched([visit(100, 103)], [event(1, 100.3 - 7200)], {1: [WALL_S, WALL_S - 7200]}, PRE_ROLL_S)
    assert sightings[0].event


def test_a_crash_costs_two_seconds_at_most() -> None:
    cut = [visit(100, 103, cut=True)]
    assert verdict_on(cut, [event(1, 100.3, clip(1, b"a", length_s=2.5))]).good
    assert verdict_on(cut, [event(1, 100.3, clip(1, b"a", length_s=2.3))]).too_short


def said(*texts: str) -> list[Message]:
    conversation = Conversation(Changes())
    return [conversation.post(Chat(7, "private", "Owner"), BOT, Content(plain(text))) for text in texts]


@pytest.mark.parametrize(
    ("texts", "lost", "twice", "unsaid"),
    [
        (["Motion · front\n#e1"], 0, 0, 0),
        (["Motion · front\n#e2"], 1, 0, 0),
        ([], 1, 0, 0),
        (["While I could not reach you · 2 events\n1 · front · #e1\n2 · front · #e2"], 0, 0, 0),
        (["Motion · front\n#e1", "Motion · front\n#e1"], 0, 1, 1),
        (["Motion · front\n#e1", "Motion · front\n#e1\nSent again: no answer"], 0, 1, 0),
        (["Motion · front\n#e1", "Motion · front\n#e1\nSent again", "Motion · front\n#e1"], 0, 1, 1),
        (["Motion · front\n#e1\nso this message may come a second time.", "Motion · front\n#e1"], 0, 1, 0),
    ],
)
def test_what_the_chat_shows(texts: list[str], lost: int, twice: int, unsaid: int) -> None:
    verdict = Verdict()
    judge_chat(verdict, [event(1, 100.3)], said(*texts), set())
    assert (len(verdict.lost), len(verdict.duplicated), len(verdict.duplicated_unsaid)) == (lost, twice, unsaid)


def test_a_page_that_was_leafed_to_counts() -> None:
    verdict = Verdict()
    judge_chat(verdict, [event(1, 100.3)], [], {"e1"})
    assert verdict.good


def test_a_message_that_tells_of_no_clip_is_a_loss() -> None:
    verdict = Verdict()
    judge_chat(verdict, [event(1, 100.3, clip(1, b"a"))], said("Motion · front\n#e1\nrecording"), set())
    assert verdict.lost


def test_every_clip_is_in_the_archive_as_it_was(tmp_path: Path) -> None:
    local = tmp_path / "e1-1.mp4"
    local.write_bytes(b"a")
    here = clip(1, b"a", local)
    there = {here.remote_name: here.sha256}
    both: tuple[tuple[dict[str, str], dict[str, str], int, int], ...] = (
        (there, {}, 0, 0),
        ({}, {}, 0, 1),
        ({here.remote_name: "other"}, {}, 0, 1),
    )
    for held, gone, lost, missing in both:
        verdict = Verdict()
        judge_archive(verdict, [event(1, 100, here)], Archive(held, gone, (), {}))
        assert (len(verdict.lost), len(verdict.not_archived)) == (lost, missing)
    local.unlink()
    verdict = Verdict()
    judge_archive(verdict, [event(1, 100, here)], Archive({}, {}, (), {}))
    assert verdict.lost
    deleted = replace(here, archive="deleted")
    verdict = Verdict()
    judge_archive(verdict, [event(1, 100, deleted)], Archive({}, there, (), {}))
    assert verdict.good


def test_a_clip_that_gave_way_to_a_full_disk_is_lost_unless_it_was_told() -> None:
    gone = clip(1, b"a", archive="deleted")
    for texts, lost in (([], 1), (["The disk is full: 1 clip had to be deleted before being archived (e1)."], 0)):
        verdict = Verdict()
        judge_archive(verdict, [event(1, 100, gone)], Archive({}, {}, (), {}), given_up(said(*texts)))
        assert len(verdict.lost) == lost


def test_a_torn_clip_does_not_play(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mp4", 3, (1, 2))
    torn = tmp_path / "torn.mp4"
    content = bytearray(whole.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    torn.write_bytes(content)
    for path, good in ((whole, True), (torn, False)):
        verdict = Verdict()
        judge_playing(verdict, [event(1, 100, clip(1, b"", path))], Archive({}, {}, (), {}), tmp_path / "scratch")
        assert verdict.good is good


def test_only_what_the_catalogue_knows_may_be_deleted(tmp_path: Path) -> None:
    foreign = tmp_path / "holiday.jpg"
    foreign.write_bytes(b"x")
    reader = Named({"aa": "2026/05/01/front-e1-1.mp4", "bb": "2026/05/01/manifest-3.jsonl", "cc": "2026/05/02/x.mp4"})
    events = [event(1, 100, clip(1, b"a"))]
    for names, wrong in ((["aa", "bb"], 0), (["cc"], 1), (["holiday.jpg"], 1)):
        verdict = Verdict()
        judge_deletions(verdict, names, reader, events, {foreign: b"x"})
        assert len(verdict.wrongly_deleted) == wrong, names
    foreign.unlink()
    verdict = Verdict()
    judge_deletions(verdict, [], reader, events, {foreign: b"x"})
    assert verdict.wrongly_deleted


class Named(Reader):
    """Knows some names."""

    def __init__(self, names: dict[str, str]) -> None:
        super().__init__("", "")
        object.__setattr__(self, "names", names)

    def name(self, encrypted: str) -> str:
        names: dict[str, str] = self.__dict__["names"]
        if encrypted not in names:
            raise ValueError("not ours")
        return names[encrypted]


def test_rows_are_read_as_the_program_writes_them(tmp_path: Path) -> None:
    room = Room.at(tmp_path)
    started = datetime(2026, 5, 1, 12, tzinfo=UTC)
    room.with_clip(2, started + timedelta(hours=1))
    room.event(1, started, ended=False)
    room.db.close()
    first, second = events_of(tmp_path)
    assert (first.event_id, first.ended, first.clips) == ("e1", False, ())
    assert second.started_s == (started + timedelta(hours=1)).timestamp()
    assert second.clips[0].path == tmp_path / "clips/front/2026-05-01/e2-1.mp4"
