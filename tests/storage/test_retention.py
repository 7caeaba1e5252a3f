"""Retention: the plan as a pure function with its laws, then its work on real files and a real remote."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import retention
from storage.clock import clock_believed
from storage.database import to_us
from storage.model import ArchiveState, Clip, Copy, Heap, Place, Rules, Stock
from storage.reading import encrypted_bytes
from storage.retention import REMOTE_AT_ONCE, Plan, Retention, Why, floor_only
from tests.storage.dav import Dav
from tests.storage.room import Room, drained
from tests.support_crypt import Reader

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NONE = Rules(local_days=None, local_bytes=None, remote_days=None, remote_bytes=None, least_free_bytes=0)
PLENTY = 10**15


def clip(
    number: int,
    *,
    days: float = 0,
    size: int = 100,
    archive: ArchiveState = ArchiveState.VERIFIED,
    local: bool = True,
    kept: bool = False,
) -> Clip:
    return Clip(
        clip_id=number,
        event_id=f"e{number}",
        camera="front",
        part=1,
        started_utc=NOW - timedelta(days=days),
        duration_s=10,
        codec="h264",
        width=640,
        height=360,
        size_bytes=size,
        sha256="",
        path=Path(f"/{number}.mp4") if local else None,
        archive=archive,
        remote_name=f"{number}.mp4",
        verified_utc=None,
        kept=kept,
    )


def ids(found: Iterable[Clip | Copy]) -> list[int]:
    return [each.clip_id for each in found]


def stock(clips: Iterable[Clip]) -> Stock:
    oldest_first = sorted(clips, key=lambda each: (each.started_utc, each.clip_id))
    here = [copy_of(each) for each in oldest_first if each.path]
    there = [copy_of(each) for each in oldest_first if each.archive is ArchiveState.VERIFIED]
    remote_bytes = sum(encrypted_bytes(each.size_bytes) for each in there)

    def behind(place: Place) -> list[Copy]:
        return [copy for copy in there if (copy.started_us, copy.clip_id) > place]

    def heaps(place: Place) -> Iterator[Heap]:
        """Of two hours each, by nobody's sums but Python's."""
        for _, group in groupby(behind(place), key=lambda copy: copy.started_us // 7_200_000_000):
            each = list(group)
            going = [encrypted_bytes(copy.size_bytes) for copy in each if not copy.kept]
            kept_us = [copy.started_us for copy in each if copy.kept]
            ends_us = (each[0].started_us, each[-1].started_us)
            yield Heap(*ends_us, len(going), sum(going), kept_us[0] if kept_us else None)

    return Stock(sum(each.size_bytes for each in here), remote_bytes, lambda: here, behind, heaps)


def copy_of(each: Clip) -> Copy:
    return Copy(each.clip_id, to_us(each.started_utc), each.size_bytes, each.kept, each.archive.value)


def plan(now_utc: datetime, clips: Iterable[Clip], rules: Rules, free_bytes: int | None) -> Plan:
    return retention.plan(now_utc, stock(clips), rules, free_bytes)


def test_no_rule_deletes_nothing() -> None:
    found = plan(NOW, [clip(1, days=10_000, size=10**12)], NONE, PLENTY)
    assert (found.local, found.remote) == ((), ())


def test_by_age_here_and_there_apart() -> None:
    clips = [clip(1, days=20), clip(2, days=10), clip(3, days=1)]
    found = plan(NOW, clips, replace(NONE, local_days=5, remote_days=15), PLENTY)
    assert (ids(found.local), ids(found.remote)) == ([1, 2], [1])
    assert found.why_local == {1: Why.AGE, 2: Why.AGE}


def test_exactly_as_old_as_allowed_stays() -> None:
    assert plan(NOW, [clip(1, days=5)], replace(NONE, local_days=5), PLENTY).local == ()


def test_by_size_the_oldest_first_and_no_more_than_needed() -> None:
    clips = [clip(number, days=10 - number, size=100) for number in range(1, 6)]
    found = plan(NOW, clips, replace(NONE, local_bytes=299), PLENTY)
    assert ids(found.local) == [1, 2, 3]
    assert set(found.why_local.values()) == {Why.SIZE}
    remote = plan(NOW, clips, replace(NONE, remote_bytes=3 * encrypted_bytes(100)), PLENTY)
    assert (ids(remote.local), ids(remote.remote)) == ([], [1, 2])
    assert remote.remote_bytes == 2 * encrypted_bytes(100)


def test_what_age_takes_counts_for_size() -> None:
    clips = [clip(1, days=30), clip(2, days=2), clip(3, days=1)]
    assert ids(plan(NOW, clips, replace(NONE, local_days=10, local_bytes=200), PLENTY).local) == [1]


def test_a_clip_that_waits_for_the_archive_outlives_age_and_size() -> None:
    clips = [clip(1, days=99, archive=ArchiveState.WAITING), clip(2, days=1)]
    found = plan(NOW, clips, replace(NONE, local_days=5, local_bytes=0, remote_days=0, remote_bytes=0), PLENTY)
    assert ids(found.local) == [2]
    assert ids(found.remote) == [2]


def test_the_disk_floor_takes_archived_first_and_waiting_last() -> None:
    clips = [
        clip(1, days=9, archive=ArchiveState.WAITING),
        clip(2, days=8, archive=ArchiveState.OFF),
        clip(3, days=7),
        clip(4, days=6),
    ]
    rules = replace(NONE, least_free_bytes=1000)
    assert ids(plan(NOW, clips, rules, 1000).local) == []
    assert ids(plan(NOW, clips, rules, 950).local) == [3]
    assert ids(plan(NOW, clips, rules, 850).local) == [3, 4]
    assert ids(plan(NOW, clips, rules, 750).local) == [3, 4, 2]
    everything = plan(NOW, clips, rules, 0)
    assert ids(everything.local) == [3, 4, 2, 1]
    assert everything.why_local[1] is Why.DISK


def test_kept_clips_count_but_never_go() -> None:
    clips = [clip(1, days=99, kept=True), clip(2, days=1)]
    rules = Rules(local_days=0.5, local_bytes=0, remote_days=0.5, remote_bytes=0, least_free_bytes=10**12)
    found = plan(NOW, clips, rules, 0)
    assert (ids(found.local), ids(found.remote)) == ([2], [2])


def test_one_run_takes_a_bounded_number_from_the_remote_and_counts_the_rest() -> None:
    clips = [clip(number, days=9, local=False) for number in range(1, REMOTE_AT_ONCE + 11)]
    found = plan(NOW, clips, replace(NONE, remote_days=1), PLENTY)
    assert (len(found.remote), found.remote_count) == (REMOTE_AT_ONCE, REMOTE_AT_ONCE + 10)
    assert found.remote_bytes == (REMOTE_AT_ONCE + 10) * encrypted_bytes(100)


def test_what_a_later_run_takes_is_counted_without_a_look_at_each() -> None:
    clips = [clip(number, days=400 - number / 10, local=False) for number in range(1, REMOTE_AT_ONCE + 2000)]
    clips[REMOTE_AT_ONCE + 700] = replace(clips[REMOTE_AT_ONCE + 700], kept=True)
    whole = stock(clips)
    seen: list[int] = []

    def looked_at(place: Place) -> Iterator[Copy]:
        for copy in whole.remote_copies(place):
            seen.append(copy.clip_id)
            yield copy

    rules = replace(NONE, remote_bytes=whole.remote_bytes - 2000 * encrypted_bytes(100))
    found = retention.plan(NOW, replace(whole, remote_copies=looked_at), rules, PLENTY)
    assert (found.remote_count, len(found.remote)) == (2000, REMOTE_AT_ONCE)
    assert found.oldest_left_utc == clips[REMOTE_AT_ONCE + 700].started_utc, "the kept one"
    assert len(seen) < REMOTE_AT_ONCE + 10


def test_a_plan_looks_no_further_than_it_must() -> None:
    seen = []

    def from_oldest() -> Iterable[Copy]:
        for number in range(1, 100):
            seen.append(number)
            yield copy_of(clip(number, days=100 - number))

    retention.plan(NOW, Stock(9900, 0, from_oldest, lambda _: (), lambda _: ()), replace(NONE, local_days=97), PLENTY)
    assert seen == [1, 2, 3]


def test_an_absurd_limit_is_no_crash() -> None:
    assert plan(NOW, [clip(1, days=1)], replace(NONE, local_days=1e15), PLENTY).local == ()


clips_of_any_kind = st.lists(
    st.builds(
        clip,
        st.integers(1, 10**6),
        days=st.floats(-10, 400),
        size=st.integers(0, 10**6),
        archive=st.sampled_from(ArchiveState),
        local=st.booleans(),
        kept=st.booleans(),
    ),
    unique_by=lambda each: each.clip_id,
    max_size=30,
)
any_rules = st.builds(
    Rules,
    local_days=st.none() | st.floats(0, 400),
    local_bytes=st.none() | st.integers(0, 10**7),
    remote_days=st.none() | st.floats(0, 400),
    remote_bytes=st.none() | st.integers(0, 10**7),
    least_free_bytes=st.integers(0, 10**7),
)


@given(clips_of_any_kind, any_rules, st.integers(1, 30))
def test_heaps_make_the_plan_that_looking_at_each_makes(clips: list[Clip], rules: Rules, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(retention, "REMOTE_AT_ONCE", 10**9)
        looking_at_each = plan(NOW, clips, rules, None)
        patched.setattr(retention, "REMOTE_AT_ONCE", at_once)
        found = plan(NOW, clips, rules, None)
    assert found.remote == looking_at_each.remote[:at_once]
    assert replace(found, remote=()) == replace(looking_at_each, remote=())


@given(clips_of_any_kind, any_rules, st.none() | st.integers(0, 10**7))
def test_laws_of_every_plan(clips: list[Clip], rules: Rules, free_bytes: int | None) -> None:
    found = plan(NOW, clips, rules, free_bytes)
    assert len({each.clip_id for each in found.local}) == len(found.local)
    by_id = {each.clip_id: each for each in clips}
    assert all(by_id[each.clip_id].path is not None and not each.kept for each in found.local)
    assert all(each.archive == ArchiveState.VERIFIED and not each.kept for each in found.remote)
    assert found.local_bytes == sum(each.size_bytes for each in found.local)
    gone_here, gone_there = set(ids(found.local)), set(ids(found.remote))
    left = [
        each.started_utc
        for each in clips
        if (each.path and each.clip_id not in gone_here)
        or (each.archive is ArchiveState.VERIFIED and each.clip_id not in gone_there)
    ]
    assert found.oldest_left_utc == min(left, default=None)
    for each in found.local:
        if each.archive == ArchiveState.WAITING:
            assert found.why_local[each.clip_id] is Why.DISK
            others = {o.clip_id for o in clips if o.path and not o.kept and o.archive is not ArchiveState.WAITING}
            assert others <= set(ids(found.local)), "one that waits is the last resort"


@given(clips_of_any_kind, any_rules, st.none() | st.integers(0, 10**7))
def test_after_a_plan_the_same_rules_find_nothing_more(clips: list[Clip], rules: Rules, free: int | None) -> None:
    first = plan(NOW, clips, rules, free)
    gone_here, gone_there = set(ids(first.local)), set(ids(first.remote))
    left = [
        replace(
            each,
            path=None if each.clip_id in gone_here else each.path,
            archive=ArchiveState.DELETED if each.clip_id in gone_there else each.archive,
        )
        for each in clips
    ]
    second = plan(NOW, left, rules, None if free is None else free + first.local_bytes)
    assert (second.local, second.remote) == ((), ())


@given(clips_of_any_kind, any_rules, st.integers(0, 10**7))
def test_limits_hold_as_far_as_they_can(clips: list[Clip], rules: Rules, free_bytes: int) -> None:
    found = plan(NOW, clips, rules, free_bytes)
    gone = set(ids(found.local))
    left = [each for each in clips if each.path and each.clip_id not in gone]
    settled = [each for each in left if not each.kept and each.archive is not ArchiveState.WAITING]
    if rules.local_bytes is not None and settled:
        assert sum(each.size_bytes for each in left) <= rules.local_bytes
    if any(not each.kept for each in left):
        assert free_bytes + found.local_bytes >= rules.least_free_bytes


def test_a_clock_that_cannot_be_right() -> None:
    assert clock_believed(NOW, None)
    assert clock_believed(NOW, NOW + timedelta(hours=2))
    assert not clock_believed(NOW, NOW + timedelta(days=30))
    assert not clock_believed(datetime(1970, 1, 1, tzinfo=UTC), None)
    assert not clock_believed(datetime(2024, 12, 31, tzinfo=UTC), None)


def test_the_floor_needs_no_clock() -> None:
    rules = floor_only(Rules(local_days=0, local_bytes=0, remote_days=0, remote_bytes=0, least_free_bytes=5))
    assert rules == replace(NONE, least_free_bytes=5)


# -- applied -------------------------------------------------------------------------------------------------------


def old(room: Room, number: int, days: float, **kind: bool) -> Clip:
    return room.with_clip(number, NOW - timedelta(days=days), size=10_000, **kind)


async def test_applied_here_and_on_the_remote(room: Room, remote: Path) -> None:
    ancient, aged, young = old(room, 1, 40), old(room, 2, 20), old(room, 3, 1)
    archive = room.archive(remote)
    await drained(archive, room)
    stranger = remote / "not-ours"
    stranger.write_bytes(b"x")
    ruler = Retention(room.catalogue, room.files, archive, room.preferences)
    room.preferences.set_rules(Rules(local_days=10, remote_days=30, least_free_bytes=0))

    shown = ruler.preview(room.preferences.rules(), NOW)
    applied = await ruler.apply(NOW)
    await drained(archive, room)

    assert (ids(applied.local), ids(applied.remote)) == (ids(shown.local), ids(shown.remote))
    assert (ids(applied.local), ids(applied.remote)) == ([ancient.clip_id, aged.clip_id], [ancient.clip_id])
    assert (applied.trouble, applied.remote_left, applied.unarchived) == ("", 0, ())
    assert [path.name for path in room.files.clip_files()] == ["e3-1.mp4"]
    stranger.unlink()
    clips = {name for name in plain_names(room, remote) if "manifest" not in name}
    assert clips == {aged.remote_name, young.remote_name}
    nothing = await ruler.apply(NOW)
    assert (nothing.local, nothing.remote) == ((), ())


def plain_names(room: Room, remote: Path) -> set[str]:
    reader = Reader.from_file(room.files.keys_dir / "archive-passwords.txt")
    return {name for name, _ in reader.paths(remote)}


async def test_messages_of_what_was_deleted_become_due(room: Room) -> None:
    old(room, 1, 40, archive=False)
    for letter in room.outbox.due(NOW):
        room.outbox.shown(letter.letter_id, 1, letter.wanted, holds_clip=True)
    await Retention(room.catalogue, room.files, room.archive(None), room.preferences).apply(NOW)
    assert {letter.event_id for letter in room.outbox.due(NOW)} == {"e1"}


async def test_an_archive_that_cannot_be_reached_stops_only_its_own_part(room: Room, dav: Dav) -> None:
    archive = room.archive("cloud:home", dav.config)
    both = [old(room, number, 400) for number in (1, 2)]
    await drained(archive, room)
    await dav.disconnect()
    applied = await Retention(room.catalogue, room.files, archive, room.preferences).apply(NOW)
    assert (len(applied.local), applied.remote, applied.remote_left) == (2, (), 2)
    assert "cannot be reached" in applied.trouble
    assert {room.now(each.clip_id).archive for each in both} == {ArchiveState.VERIFIED}


async def test_the_floor_names_what_was_never_archived(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = old(room, 1, 1)
    monkeypatch.setattr(room.files, "disk_free_bytes", lambda: 0)  # a disk cannot be filled in a test
    applied = await Retention(room.catalogue, room.files, room.archive(None), room.preferences).apply(NOW)
    assert ids(applied.unarchived) == [waiting.clip_id]
    assert not list(room.files.clip_files())


async def test_a_wrong_clock_deletes_nothing(room: Room) -> None:
    old(room, 1, 400, archive=False)
    old(room, 2, -30, archive=False)
    ruler = Retention(room.catalogue, room.files, room.archive(None), room.preferences)
    room.preferences.set_rules(Rules(local_days=1, local_bytes=0))
    for wrong in (NOW, datetime(1970, 1, 1, tzinfo=UTC)):
        assert (await ruler.apply(wrong)).local == ()
    assert len(list(room.files.clip_files())) == 2


async def test_one_file_that_cannot_be_deleted_does_not_save_the_others(room: Room) -> None:
    stuck, *_ = [old(room, number, 400 - number, archive=False) for number in (1, 2, 3)]
    assert stuck.path is not None
    stuck.path.unlink()
    stuck.path.mkdir()
    applied = await Retention(room.catalogue, room.files, room.archive(None), room.preferences).apply(NOW)
    assert len(applied.local) == 2
    assert str(stuck.path) in applied.trouble


async def test_two_runs_at_once_delete_each_clip_once(room: Room) -> None:
    for number in range(1, 6):
        old(room, number, 400, archive=False)
    ruler = Retention(room.catalogue, room.files, room.archive(None), room.preferences)
    one, other = await asyncio.gather(ruler.apply(NOW), ruler.apply(NOW))
    assert sorted((len(one.local), len(other.local))) == [0, 5]
