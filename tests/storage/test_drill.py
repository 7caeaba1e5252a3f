"""The restore drill: when it is due, what it finds, and that its result outlives a restart. Real rclone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage.drill import AFTER_FAILURE, EVERY, FIRST_AFTER, Drilled, Drills, Record, due
from storage.errors import ArchiveUnreachable, NotFound
from tests.storage.dav import Dav
from tests.storage.room import NOON, Room, drained

SOON = timedelta(seconds=1)
PASSED = Drilled(NOON, True, "e1", 1, NOON, "")
FAILED = replace(PASSED, passed=False, sentence="damaged")


@pytest.mark.parametrize(
    ("record", "first", "after", "expected"),
    [
        (Record(), None, EVERY, False),
        (Record(), NOON, FIRST_AFTER - SOON, False),
        (Record(), NOON, FIRST_AFTER, True),
        (Record(PASSED), NOON, EVERY - SOON, False),
        (Record(PASSED), NOON, EVERY, True),
        (Record(FAILED), NOON, AFTER_FAILURE - SOON, False),
        (Record(FAILED), NOON, AFTER_FAILURE, True),
        (Record(PASSED), None, EVERY, False),
        (Record(PASSED), NOON, -timedelta(hours=1), False),
        (Record(PASSED), NOON, -timedelta(days=400), True),
    ],
)
def test_when_it_is_due(record: Record, first: datetime | None, after: timedelta, expected: bool) -> None:
    assert due(NOON + after, record, first) is expected


def plays(_: Path) -> None:
    """Random bytes do, here."""


def drills(room: Room, remote: Path | str, config: Path | None = None, heard: list[Drilled] | None = None) -> Drills:
    told = (lambda _: None) if heard is None else heard.append
    return Drills(room.archive(remote, config), room.catalogue, room.preferences, plays, told)


async def archived(room: Room, remote: Path, count: int = 1) -> None:
    for number in range(1, count + 1):
        room.with_clip(number, size=100_000)
    await drained(room.archive(remote), room)


def verified_long_ago(room: Room) -> None:
    with room.db.transaction() as rows:
        rows.execute("UPDATE clip SET verified_utc_us = 0")


async def test_a_whole_clip_passes_and_that_is_remembered(room: Room, remote: Path) -> None:
    await archived(room, remote, 3)
    done = await drills(room, remote).run()
    assert done.passed
    assert done.event_id in {"e1", "e2", "e3"}
    reopened = drills(room, remote).record()
    assert reopened == Record(done, done.at_utc)
    assert list(room.files.scratch_dir.iterdir()) == []


async def test_a_scheduled_one_tells_and_comes_once(room: Room, remote: Path) -> None:
    heard: list[Drilled] = []
    await archived(room, remote)
    jobs = drills(room, remote, heard=heard)
    await jobs.run_if_due()
    assert heard == []
    verified_long_ago(room)
    await jobs.run_if_due()
    await jobs.run_if_due()
    await drills(room, remote, heard=heard).run_if_due()
    assert [done.passed for done in heard] == [True]


async def test_a_damaged_copy_does_not_pass_and_the_last_success_is_kept(room: Room, remote: Path) -> None:
    await archived(room, remote)
    jobs = drills(room, remote)
    first = await jobs.run()
    clip_file = max(remote.rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    damaged = bytearray(clip_file.read_bytes())
    damaged[-1] ^= 1
    clip_file.write_bytes(damaged)
    second = await jobs.run()
    assert not second.passed
    assert "damaged" in second.sentence
    assert jobs.record() == Record(second, first.at_utc)
    clip_file.unlink()
    third = await jobs.run()
    assert "does not hold this file" in third.sentence


async def test_a_clip_that_does_not_play_does_not_pass(room: Room, remote: Path) -> None:
    await archived(room, remote)

    def refuse(path: Path) -> None:
        assert path.stat().st_size == 100_000
        raise ValueError("its pictures end after 2 of 10 seconds")

    done = await Drills(room.archive(remote), room.catalogue, room.preferences, refuse).run()
    assert not done.passed
    assert "does not play: its pictures end" in done.sentence


async def test_an_archive_out_of_reach_is_no_verdict(room: Room, dav: Dav) -> None:
    room.with_clip(1)
    await drained(room.archive("cloud:x", dav.config), room)
    verified_long_ago(room)
    await dav.disconnect()
    heard: list[Drilled] = []
    jobs = drills(room, "cloud:x", dav.config, heard)
    with pytest.raises(ArchiveUnreachable):
        await jobs.run()
    await jobs.run_if_due()
    assert heard == []
    assert jobs.record() == Record()
    await dav.connect()
    await jobs.run_if_due()
    assert [done.passed for done in heard] == [True]


async def test_without_a_clip_or_an_archive_there_is_nothing_to_try(room: Room, remote: Path) -> None:
    with pytest.raises(NotFound, match="Nothing is archived"):
        await drills(room, remote).run()
    await Drills(room.archive(None), room.catalogue, room.preferences, plays).run_if_due()


@pytest.mark.parametrize(
    "noted", [None, [], {"last": 3}, {"last": {"at_utc": "x"}}, {"last": {"at_utc": NOON.isoformat()}}]
)
async def test_a_record_that_cannot_be_read_counts_as_none(room: Room, remote: Path, noted: object) -> None:
    room.preferences.note("drill", noted)
    assert drills(room, remote).record() == Record()
