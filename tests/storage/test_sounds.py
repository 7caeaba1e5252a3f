"""One buzz for one thing: the rule by itself, and in the outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sounds import LONGEST, PAUSE, STEP, Sound, Span, was_told
from tests.storage.room import Room

CHAT = 1
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
S = 1_000_000
"""Microseconds."""


def span(start_s: float, end_s: float | None = None) -> Span:
    return Span(round(start_s * S), None if end_s is None else round(end_s * S))


def sound(at_s: float, camera: str = "front") -> Sound:
    return Sound(round(at_s * S), camera)


def test_the_first_thing_of_all_is_news() -> None:
    assert not was_told([], [], "front", 0)


def test_what_goes_on_is_told_once() -> None:
    assert was_told([sound(0)], [span(0, 9), span(20, 29), span(40, 49)], "front", 60 * S)


def test_after_a_pause_it_is_news_again() -> None:
    assert was_told([sound(0)], [span(0, 9)], "front", 69 * S)
    assert not was_told([sound(0)], [span(0, 9)], "front", 70 * S)


def test_a_long_event_counts_to_its_end() -> None:
    assert was_told([sound(0)], [span(0, 200)], "front", 230 * S)
    assert was_told([sound(0)], [span(0)], "front", 230 * S)


def test_what_goes_on_for_long_sounds_again() -> None:
    events = [span(at, at + 9) for at in range(0, 300, 20)]
    assert was_told([sound(0)], events, "front", 299 * S)
    assert not was_told([sound(0)], events, "front", 300 * S)


def test_a_walk_from_camera_to_camera_is_one_buzz() -> None:
    assert was_told([sound(0)], [], "garden", 12 * S)
    assert not was_told([sound(0)], [], "garden", 16 * S)
    assert was_told([sound(0)], [span(12, 21)], "garden", 40 * S)
    assert not was_told([sound(30)], [span(12, 21)], "garden", 60 * S)


TIMES = st.integers(-400, 0)


@given(st.lists(st.tuples(TIMES, st.integers(0, 60))), st.lists(st.tuples(TIMES, st.sampled_from(["front", "garden"]))))
def test_silence_always_has_a_sound_close_before_it(
    events: list[tuple[int, int]], sounds: list[tuple[int, str]]
) -> None:
    spans = [span(start, start + length) for start, length in events]
    told = was_told([sound(at, camera) for at, camera in sounds], spans, "front", 0)
    recent = [(at, camera) for at, camera in sounds if -at < LONGEST.total_seconds()]
    assert not told or recent
    if told and not any(camera == "front" or at >= -STEP.total_seconds() for at, camera in recent):
        assert events
    if not events:
        assert told == any(at >= -STEP.total_seconds() for at, _ in sounds)
    calm = all(start + length < -PAUSE.total_seconds() for start, length in events)
    if calm and not any(at >= -STEP.total_seconds() for at, _ in sounds):
        assert not told


def sees(room: Room, number: int, begun_utc: datetime, *, ended: bool = True) -> None:
    """An event of nine seconds."""
    room.catalogue.open_event(f"e{number}", "front", begun_utc, None, [CHAT])
    if ended:
        room.catalogue.close_event(f"e{number}", begun_utc + timedelta(seconds=9), 9.0)


@pytest.mark.parametrize(("after_s", "silent"), [(20, True), (69, True), (75, False)])
def test_the_outbox_follows_it(room: Room, after_s: int, silent: bool) -> None:
    sees(room, 1, NOON)
    sees(room, 2, NOON + timedelta(seconds=after_s))
    assert [letter.silent for letter in room.outbox.due(NOON)] == [False, silent]


def test_what_came_without_a_sound_silences_nothing(room: Room) -> None:
    sees(room, 1, NOON)
    [first] = room.outbox.due(NOON)
    room.outbox.hushed(first.letter_id)
    room.outbox.shown(first.letter_id, 7, first.wanted, holds_clip=False)
    sees(room, 2, NOON + timedelta(seconds=20))
    assert [letter.silent for letter in room.outbox.due(NOON) if letter.event_id == "e2"] == [False]


def test_a_storm_that_was_heard_begins_without_another_sound(room: Room) -> None:
    for number in range(7):
        sees(room, number + 1, NOON + timedelta(seconds=20 * number))
    letters = room.outbox.due(NOON)
    assert [letter.silent for letter in letters] == [False, *[True] * 6]
    assert [letter.cause is not None for letter in letters] == [*[False] * 6, True]


def test_a_recording_by_hand_is_no_news_and_silences_none(room: Room) -> None:
    room.catalogue.open_event("e1", "front", NOON, None, [CHAT], by_hand_until_utc=NOON + timedelta(seconds=30))
    sees(room, 2, NOON + timedelta(seconds=5))
    assert [letter.silent for letter in room.outbox.due(NOON)] == [False, False]
