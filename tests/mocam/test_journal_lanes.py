"""What cameras report is written down in order, each camera in a lane of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camera.errors import SourceError
from camera.model import EventEnd, EventStart, Still
from mocam.journal import QUEUE_LENGTH, Journal, Listeners
from tests.storage.room import Room

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TIMEOUT_S = 60.0


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = Room.at(tmp_path / "data")
    yield opened
    opened.db.close()


@asynccontextmanager
async def running(room: Room) -> AsyncIterator[Journal]:
    listeners = Listeners(lambda: None, lambda: None, lambda _status: None)
    journal = Journal(["front", "back"], room.catalogue, room.files, lambda: [7], listeners, archive_on=False)
    task = asyncio.create_task(journal.run())
    yield journal
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def start(number: int, camera: str, still: Still) -> EventStart:
    return EventStart(f"e{number}", camera, NOW, 1.0, still)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while not condition():  # noqa: ASYNC110 - the journal's threads know no event of this loop
            await asyncio.sleep(0.01)


async def test_a_picture_that_hangs_delays_no_other_camera_and_keeps_its_own_order(room: Room) -> None:
    let_go = threading.Event()

    def hanging() -> bytes:
        assert let_go.wait(TIMEOUT_S)
        return b"late"

    async with running(room) as journal:
        journal.event_started(start(1, "back", hanging))
        journal.event_ended(EventEnd("e1", "back", NOW, 2.0))
        journal.event_started(start(2, "front", lambda: b"jpeg"))
        journal.event_ended(EventEnd("e2", "front", NOW, 2.0))
        await until(lambda: (event := room.catalogue.event("e2")) and event.ended_utc)
        assert room.catalogue.event("e1") is None
        let_go.set()
        await journal.settle()
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.ended_utc is not None
    assert event.snapshot is not None
    assert event.snapshot.read_bytes() == b"late"


async def test_a_still_that_fails_costs_the_picture_and_not_the_alert(room: Room) -> None:
    def broken() -> bytes:
        raise SourceError("No light.")

    async with running(room) as journal:
        journal.event_started(start(1, "front", broken))
        await journal.settle()
    event = room.catalogue.event("e1")
    assert event is not None
    assert event.snapshot is None
    assert len(room.outbox.due(NOW.replace(year=2030))) == 1


async def test_a_camera_that_floods_reports_fills_only_its_own_lane(room: Room) -> None:
    let_go = threading.Event()

    def hanging() -> bytes:
        assert let_go.wait(TIMEOUT_S)
        return b"late"

    async with running(room) as journal:
        journal.event_started(start(1, "back", hanging))
        for _ in range(QUEUE_LENGTH + 5):
            journal.event_ended(EventEnd("e1", "back", NOW, 2.0))
        journal.event_started(start(2, "front", lambda: b"jpeg"))
        await until(lambda: room.catalogue.event("e2"))
        assert journal.dropped > 0
        let_go.set()
        await journal.settle()
