"""The scheduled jobs: they run, they tell, and one that fails comes again."""

from __future__ import annotations

import logging
import os
from datetime import timedelta

import pytest

from storage.catalogue import GONE_REMEMBERED
from storage.errors import StorageError
from storage.maintenance import Maintenance
from storage.model import Rules
from storage.retention import Applied, Retention
from tests.storage.room import NOON, Room, until


def maintenance(room: Room, heard: list[Applied]) -> Maintenance:
    retention = Retention(room.catalogue, room.files, room.archive(None), room.preferences)
    return Maintenance(
        retention, room.catalogue, room.outbox, room.db, room.files, room.backups, room.timekeeper, heard.append
    )


async def test_retention_runs_at_once_and_tells(room: Room) -> None:
    room.with_clip(1, NOON - timedelta(days=365), archive=False)
    room.preferences.set_rules(Rules(local_days=1, least_free_bytes=0))
    heard: list[Applied] = []
    jobs = maintenance(room, heard)
    jobs.start()
    await until(lambda: heard)
    jobs.stop()
    jobs.stop()
    assert [clip.event_id for clip in heard[0].local] == ["e1"]


async def test_a_full_disk_does_not_wait_for_the_next_run(room: Room) -> None:
    room.preferences.set_rules(Rules(local_days=1, least_free_bytes=0))
    heard: list[Applied] = []
    jobs = maintenance(room, heard)
    jobs.retention_soon()  # not started yet: nothing happens
    jobs.start()
    room.with_clip(1, NOON - timedelta(days=365), archive=False)
    await until(lambda: heard)
    room.with_clip(2, NOON - timedelta(days=364), archive=False)
    jobs.retention_soon()
    await until(lambda: len(heard) > 1)
    jobs.stop()
    assert [clip.event_id for applied in heard for clip in applied.local] == ["e1", "e2"]


async def test_a_run_that_deletes_nothing_is_not_told(room: Room) -> None:
    heard: list[Applied] = []
    await maintenance(room, heard).apply_retention()
    assert heard == []


async def test_a_failed_job_is_logged_and_the_scheduler_goes_on(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    with room.db.transaction() as rows:
        rows.execute("INSERT INTO preference VALUES ('rules', '[]')")
    jobs = maintenance(room, [])
    with pytest.raises(StorageError):
        await jobs.apply_retention()
    with caplog.at_level(logging.INFO):
        jobs.start()
        await until(lambda: "apply_retention could not be done" in caplog.text and "housekeeping:" in caplog.text)
    jobs.stop()
    assert "Traceback" not in caplog.text, "a disk that refuses is worth a line"


async def test_housekeeping_forgets_what_is_long_gone(room: Room) -> None:
    clip = room.with_clip(1, archive=False)
    assert clip.path is not None
    room.files.delete(clip.path)
    room.catalogue.local_gone(clip.clip_id, NOON - 2 * GONE_REMEMBERED)
    lost = room.files.write_snapshot("e9", b"jpeg")
    os.utime(lost, (0, 0))
    await maintenance(room, []).keep_house()
    assert room.catalogue.event("e1") is None
    assert not lost.exists()
