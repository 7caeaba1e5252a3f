"""Whether a clock is to be trusted with deleting, and what is set right when it is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.clock import AHEAD, BEHIND, MADE_UTC, STEADY, STEP, Known, Reading, judged, stepped
from storage.database import from_us
from storage.kernel_clock import read
from storage.model import Rules
from storage.privacy import Privacy
from storage.quiet import QuietTimes
from storage.retention import Retention
from storage.timekeeping import Timekeeper
from storage.wishes import Wishes
from tests.storage.room import NOON, Room

HOUR = timedelta(hours=1)
NO = timedelta(0)
Y1970 = datetime(1970, 1, 1, 0, 3, tzinfo=UTC)


def reading(wall_utc: datetime, mono_s: float = 100.0, *, synced: bool | None = False) -> Reading:
    return Reading(wall_utc, mono_s, synced)


def suspect(now: Reading, newest_utc: datetime | None = NOON, known: Known | None = None, step: timedelta = NO) -> str:
    return judged(now, known or Known(now.mono_s), newest_utc, step).suspect


def test_an_ordinary_clock_is_trusted() -> None:
    assert suspect(reading(NOON + HOUR)) == ""
    assert suspect(reading(NOON + HOUR), None) == ""


@pytest.mark.parametrize("synced", [True, False, None])
def test_a_time_before_the_program_was_made_is_never_trusted(synced: bool | None) -> None:
    assert suspect(reading(Y1970, synced=synced))
    assert suspect(reading(MADE_UTC - timedelta(seconds=1), synced=synced), None)


@pytest.mark.parametrize("step", [5 * HOUR, -5 * HOUR])
def test_after_a_step_only_the_network_or_a_steady_day_is_trusted(step: timedelta) -> None:
    wall_utc = NOON + 9 * HOUR
    known = judged(reading(wall_utc), Known(0.0), NOON, step)
    assert known.suspect
    soon = reading(wall_utc + HOUR, 100.0 + 3600)
    assert judged(soon, known, NOON, NO).suspect
    assert not judged(reading(wall_utc + HOUR, 3700.0, synced=True), known, NOON, NO).suspect
    later = reading(wall_utc + STEADY, 100.0 + STEADY.total_seconds())
    assert not judged(later, known, NOON, NO).suspect, "a house without internet is not without retention for ever"


def test_far_ahead_or_behind_of_what_was_seen_is_not_trusted_without_the_network() -> None:
    ahead, behind = NOON + AHEAD + HOUR, NOON - BEHIND - HOUR
    assert suspect(reading(ahead))
    assert suspect(reading(behind))
    assert suspect(reading(ahead, synced=True)) == ""
    assert suspect(reading(behind, synced=True)) == "", "then the rows were written by a clock that was wrong"


def test_no_network_for_a_day_changes_nothing_about_a_clock_that_runs_on() -> None:
    known = judged(reading(NOON, 0.0, synced=True), Known(0.0), NOON, NO)
    for hour in range(1, 30):
        now = reading(NOON + hour * HOUR, hour * 3600.0)
        known = judged(now, known, now.wall_utc - HOUR, NO)
        assert known.suspect == ""


@given(st.integers(-(10**6), 10**6), st.floats(0, 10**6))
def test_a_step_is_what_the_other_clock_does_not_know(step_s: int, passed_s: float) -> None:
    before = reading(NOON, 50.0)
    now = reading(NOON + timedelta(seconds=passed_s + step_s), 50.0 + passed_s)
    found = stepped(before, now)
    if abs(step_s) < STEP.total_seconds() - 1:
        assert found == NO
    elif abs(step_s) > STEP.total_seconds() + 1:
        assert abs(found.total_seconds() - step_s) < 0.001


def test_the_machines_own_clocks_can_be_read() -> None:
    found = read()
    assert found.wall_utc.tzinfo is UTC
    assert found.mono_s > 0
    assert found.synced in {True, False, None}


# -- the keeper ------------------------------------------------------------------------------------------------------


@dataclass
class Clocks:
    """Of a machine that a test sets."""

    wall_utc: datetime = NOON
    mono_s: float = 1000.0
    synced: bool | None = False
    boot: str = "first"

    def pass_(self, span: timedelta) -> None:
        self.wall_utc += span
        self.mono_s += span.total_seconds()

    def keeper(self, room: Room) -> Timekeeper:
        return Timekeeper(
            room.db, room.catalogue, lambda: Reading(self.wall_utc, self.mono_s, self.synced), lambda: self.boot
        )


def started(room: Room, number: int) -> datetime:
    event = room.catalogue.event(f"e{number}")
    assert event
    return event.started_utc


def test_events_of_a_boot_in_1970_get_their_times_when_the_clock_is_set(room: Room) -> None:
    room.with_clip(1, NOON)
    clocks = Clocks(Y1970)
    keeper = clocks.keeper(room)
    assert keeper.look().distrust
    clocks.pass_(HOUR)
    clip = room.with_clip(2, clocks.wall_utc)
    clocks.pass_(HOUR)
    clocks.wall_utc = NOON + 10 * HOUR
    clocks.synced = True
    looked = keeper.look()
    assert looked.moved == 1
    assert looked.distrust == ""
    assert started(room, 2) == NOON + 9 * HOUR, "an hour before the clock was set, as the monotonic clock knows"
    assert room.now(clip.clip_id).started_utc == NOON + 9 * HOUR
    assert room.now(clip.clip_id).path is not None
    assert started(room, 1) == NOON, "what an earlier boot recorded stays"


def test_the_chat_shows_the_right_time_then(room: Room) -> None:
    clocks = Clocks(Y1970)
    keeper = clocks.keeper(room)
    keeper.look()
    room.with_clip(1, Y1970)
    (first, _) = room.outbox.due(NOON)
    room.outbox.shown(first.letter_id, 5, first.wanted, holds_clip=False)
    clocks.wall_utc = NOON
    keeper.look()
    again = {letter.letter_id: letter for letter in room.outbox.due(NOON)}[first.letter_id]
    assert again.message_id == 5
    assert again.created_utc == NOON


def test_a_restart_of_the_program_forgets_nothing_and_one_of_the_machine_all(room: Room) -> None:
    clocks = Clocks()
    clocks.keeper(room).look()
    room.with_clip(1, clocks.wall_utc)
    clocks.pass_(HOUR)
    clocks.wall_utc += 5 * HOUR
    assert clocks.keeper(room).look().step == 5 * HOUR
    assert started(room, 1) == NOON + 5 * HOUR
    clocks.boot, clocks.mono_s = "second", 3.0
    clocks.wall_utc -= 5 * HOUR
    assert clocks.keeper(room).look().step == NO
    assert started(room, 1) == NOON + 5 * HOUR


def test_a_step_there_and_back_leaves_everything_as_it_was(room: Room) -> None:
    clocks = Clocks()
    keeper = clocks.keeper(room)
    keeper.look()
    room.with_clip(1, clocks.wall_utc)
    for step in (7 * HOUR, -7 * HOUR):
        clocks.pass_(HOUR)
        clocks.wall_utc += step
        assert keeper.look().step == step
    assert started(room, 1) == NOON


def test_a_letter_that_waits_goes_on_waiting_as_long(room: Room) -> None:
    clocks = Clocks()
    keeper = clocks.keeper(room)
    keeper.look()
    room.outbox.notice([7], "x")
    (letter,) = room.outbox.due(NOON)
    room.outbox.defer(letter.letter_id, NOON + timedelta(minutes=10), "busy", unknown=False)
    clocks.wall_utc -= 5 * HOUR
    keeper.look()
    assert room.outbox.next_due(clocks.wall_utc) == clocks.wall_utc + timedelta(minutes=10)


@pytest.mark.parametrize("step", [5 * HOUR, -5 * HOUR, timedelta(days=20_000)])
def test_what_was_meant_to_last_so_long_lasts_so_long(room: Room, step: timedelta) -> None:
    clocks = Clocks()
    keeper = clocks.keeper(room)
    keeper.look()
    room.with_clip(1, NOON)
    quiet, privacy = QuietTimes(room.db), Privacy(room.db)
    quiet.mute(7, "front", NOON + 2 * HOUR)
    Wishes(room.db, room.catalogue, room.files).delete_at("e1", NOON + timedelta(minutes=1))
    privacy.sent(7, [5], "e1", NOON)
    privacy.sent(7, [4], "", NOON - timedelta(days=1))
    clocks.pass_(timedelta(seconds=30))
    clocks.wall_utc += step
    keeper.look()
    now_utc = clocks.wall_utc
    assert quiet.of(7, now_utc).until_utc["front"] - now_utc == 2 * HOUR - timedelta(seconds=30)
    event = room.catalogue.event("e1")
    assert event
    assert event.delete_utc == now_utc + timedelta(seconds=30)
    with room.db.read() as rows:
        sent = dict(rows.execute("SELECT message_id, sent_utc_us FROM media").fetchall())
    assert from_us(sent[5]) == now_utc - timedelta(seconds=30)
    assert from_us(sent[4]) == NOON - timedelta(days=1), "it came before this boot, by another clock"


async def test_retention_deletes_nothing_by_age_while_the_clock_is_not_trusted(room: Room) -> None:
    """A board whose clock came up three years ahead: every clip would be too old."""
    clocks = Clocks()
    clip = room.with_clip(1, NOON, archive=False)
    room.preferences.set_rules(Rules(local_days=14, local_bytes=1, least_free_bytes=0))
    clocks.wall_utc = NOON + timedelta(days=1000)
    keeper = clocks.keeper(room)
    retention = Retention(room.catalogue, room.files, room.archive(None), room.preferences, keeper.distrust)
    assert (await retention.apply(clocks.wall_utc)).local == ()
    assert room.now(clip.clip_id).path is not None
    clocks.synced = True
    assert [one.event_id for one in (await retention.apply(clocks.wall_utc)).local] == ["e1"]


@pytest.mark.parametrize("step", [3 * HOUR, -3 * HOUR])
def test_what_was_recorded_between_the_step_and_the_look_has_the_right_time_already(
    room: Room, step: timedelta
) -> None:
    clocks = Clocks()
    keeper = clocks.keeper(room)
    keeper.look()
    clocks.pass_(HOUR)
    room.with_clip(1, clocks.wall_utc)
    keeper.look()
    clocks.pass_(timedelta(seconds=1))
    room.with_clip(2, clocks.wall_utc)
    clocks.wall_utc += step
    clocks.pass_(timedelta(seconds=1))
    room.with_clip(3, clocks.wall_utc)
    assert keeper.look().moved == 2
    begun_utc = NOON + HOUR + step
    assert [started(room, number) for number in (1, 2, 3)] == [
        begun_utc,
        begun_utc + timedelta(seconds=1),
        begun_utc + timedelta(seconds=2),
    ]


def test_a_step_that_somebody_else_met_is_told_at_the_next_look(room: Room) -> None:
    clocks = Clocks()
    keeper = clocks.keeper(room)
    keeper.look()
    clocks.wall_utc += 3 * HOUR
    assert keeper.distrust()
    clocks.wall_utc -= HOUR
    assert keeper.distrust()
    assert keeper.look().step == 2 * HOUR
    assert keeper.look().step == timedelta(0)


async def test_a_clip_of_before_the_clock_was_set_is_of_no_age(room: Room) -> None:
    room.with_clip(1, Y1970, archive=False)
    room.with_clip(2, NOON - timedelta(days=30), archive=False)
    room.with_clip(3, NOON, archive=False)
    room.preferences.set_rules(Rules(local_days=14, local_bytes=None, least_free_bytes=0))
    retention = Retention(room.catalogue, room.files, room.archive(None), room.preferences)
    assert [one.event_id for one in (await retention.apply(NOON)).local] == ["e2"]
