from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from camera.errors import SourceLost
from camera.model import Box, EventEnd, EventStart, FinishedPart, State, Status
from mocam.journal import Journal, Listeners
from mocam.store import Store
from storage.errors import StorageError
from storage.shifting import shift_times
from tests.demo.media import mp4

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
OWNER = 7


@asynccontextmanager
async def writing(
    store: Store,
    *,
    queue_length: int = 1000,
    pictured: Callable[[str, str, bytes, Box | None], None] = lambda *_: None,
) -> AsyncIterator[tuple[Journal, list[str]]]:
    told: list[str] = []
    listeners = Listeners(
        lambda: told.append("outbox"),
        lambda: told.append("archive"),
        lambda s: told.append(s.camera),
        pictured=pictured,
    )
    journal = Journal(
        ["front"],
        store.catalogue,
        store.files,
        lambda: {OWNER},
        listeners,
        archive_on=True,
        retry_s=0,
        queue_length=queue_length,
    )
    task = asyncio.create_task(journal.run())
    try:
        yield journal, told
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def start(still: Callable[[], bytes] = lambda: b"jpeg") -> EventStart:
    return EventStart("e1", "front", NOON, 1.0, still)


def part(store: Store, number: int = 1) -> FinishedPart:
    path = mp4(store.files.recording_dir / f"e1.{number}.mp4")
    return FinishedPart("e1", "front", number, path, NOON, 2.0, "h264", 640, 360, path.stat().st_size, 0)


async def test_a_picture_is_handed_on_before_it_is_written(store: Store) -> None:
    there: list[tuple[str, str, bytes, bool]] = []

    def pictured(event_id: str, camera: str, jpeg: bytes, _box: Box | None) -> None:
        there.append((event_id, camera, jpeg, any(store.files.snapshots_dir.iterdir())))

    async with writing(store, pictured=pictured) as (journal, _):
        await asyncio.to_thread(journal.event_started, start())
        await journal.settle()
    assert there == [("e1", "front", b"jpeg", False)]


async def test_reports_become_rows_in_order(store: Store) -> None:
    async with writing(store) as (journal, told):
        await asyncio.to_thread(journal.event_started, start())
        await asyncio.to_thread(journal.part_finished, part(store))
        await asyncio.to_thread(journal.event_ended, EventEnd("e1", "front", NOON, 3.0, b"trace"))
        await journal.settle()
        assert (store.files.traces_dir / "e1.trace").read_bytes() == b"trace"
        event = store.catalogue.event("e1")
        assert event
        assert event.ended_utc == NOON
        assert event.snapshot
        assert event.snapshot.read_bytes() == b"jpeg"
        assert [clip.path for clip in event.parts] == list(store.files.clip_files())
        assert [letter.chat_id for letter in store.outbox.due(datetime.now(UTC))] == [OWNER]
        assert told.count("outbox") == 3


async def test_no_picture_is_no_reason_for_no_alert(store: Store) -> None:
    def gone() -> bytes:
        raise SourceLost("The camera is gone.")

    async with writing(store) as (journal, _):
        journal.event_started(start(gone))
        await journal.settle()
        event = store.catalogue.event("e1")
        assert event
        assert event.snapshot is None
        assert store.outbox.due(datetime.now(UTC))


async def test_a_failure_in_the_middle_is_tried_again_and_ends_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = store.catalogue.add_clip, [StorageError("locked"), StorageError("locked")]

    def failing(*args: object, **named: object) -> object:
        if failures:
            raise failures.pop()
        return real(*args, **named)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(store.catalogue, "add_clip", failing)
    async with writing(store) as (journal, _):
        journal.event_started(start())
        journal.part_finished(part(store))
        await journal.settle()
        event = store.catalogue.event("e1")
        assert event
        assert len(event.parts) == 1
        assert list(store.files.recording_dir.iterdir()) == []


async def test_a_part_whose_event_has_no_row_gets_one(store: Store) -> None:
    async with writing(store) as (journal, _):
        journal.part_finished(part(store))
        await journal.settle()
        event = store.catalogue.event("e1")
        assert event
        assert event.camera == "front"
        assert len(event.parts) == 1


async def test_what_a_full_queue_drops_is_counted(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    async with writing(store, queue_length=1) as (journal, _):
        for _ in range(4):
            journal.event_started(start())
        await journal.settle()
        assert journal.dropped >= 2
        assert "dropped" in caplog.text


async def test_states_are_passed_on_at_once(store: Store) -> None:
    async with writing(store) as (journal, told):
        journal.state_changed(Status("front", State.WATCHING, NOON))
        await journal.settle()
        assert told == ["front"]


async def test_a_report_after_the_end_is_no_error(store: Store, tmp_path: Path) -> None:
    async with writing(store) as (journal, _):
        pass
    await asyncio.to_thread(journal.event_started, start())
    assert store.catalogue.event("e1") is None


async def test_a_clock_that_is_set_during_an_event_sets_its_clip_right_too(store: Store) -> None:
    """The camera goes on by the clock of the event's beginning: a clip of 1970 would never be old enough to go."""
    year_1970 = datetime(1970, 1, 1, 0, 3, tzinfo=UTC)
    async with writing(store) as (journal, _):
        journal.event_started(replace(start(), wall_utc=year_1970))
        await journal.settle()
        shift_times(store.database, 1, 1, NOON, timedelta(0), NOON - year_1970)
        journal.part_finished(replace(part(store), wall_utc=year_1970 - timedelta(seconds=3)))
        journal.event_ended(EventEnd("e1", "front", year_1970 + timedelta(seconds=9), 3.0))
        await journal.settle()
    event = store.catalogue.event("e1")
    assert event
    assert event.started_utc == NOON
    assert event.ended_utc == NOON + timedelta(seconds=9)
    (clip,) = event.parts
    assert clip.started_utc == NOON - timedelta(seconds=3)
    assert clip.path
    assert clip.path.parent.name == "2026-05-01"
    assert journal._begun_utc == {}
