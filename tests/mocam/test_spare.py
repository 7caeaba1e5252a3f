"""What the disk does not take goes out from memory, and lives on once the disk is back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import UTC, datetime

import pytest

from bot.ports import Letter, NotNow
from camera.model import EventEnd, EventStart
from mocam.adapters.clips import Clips
from mocam.adapters.outbox import OutboxPort
from mocam.journal import Journal, Listeners
from mocam.spare import MOST_EVENTS, Spare
from mocam.store import Store
from tests.storage.room import until

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
OWNER = 7
JPEG = b"a picture"


def alert(spare: Spare, number: int = 1) -> int:
    spare.alert(f"e{number}", "front", NOON, None, JPEG, [OWNER])
    return spare.due()[-1].letter_id


def test_an_alert_has_its_picture_without_any_disk() -> None:
    spare = Spare()
    number = alert(spare)
    assert number < 0
    view = spare.event("e1")
    assert view
    assert view.snapshot
    assert view.snapshot.read_bytes() == view.snapshot.read_bytes() == JPEG
    spare.forget("e1")
    assert spare.event("e1") is None
    assert spare.due() == []
    assert not view.snapshot.exists()


def test_a_message_on_its_way_is_waited_for_and_then_known() -> None:
    spare = Spare()
    number = alert(spare)
    spare.sending(number)
    assert spare.hold("e1") is None
    spare.shown(number, 55, 1)
    assert spare.hold("e1") == {OWNER: (55, False)}
    assert spare.hold("e2") == {}


def test_while_it_is_being_written_nothing_sets_out() -> None:
    spare = Spare()
    alert(spare)
    assert spare.hold("e1") == {}
    assert spare.due() == []
    spare.let_go("e1")
    assert len(spare.due()) == 1


async def test_one_that_is_being_written_or_was_is_not_sent_from_memory_too(store: Store) -> None:
    """It may have been chosen before: between that and its way out the disk may have taken the event after all."""
    spare = Spare()
    port = OutboxPort(store.outbox, store.digests, spare=spare)
    number = alert(spare)
    assert spare.hold("e1") == {}
    with pytest.raises(NotNow):
        await port.sending(number, 0)
    spare.let_go("e1")
    assert not await port.sending(number, 0)
    spare.defer(number, 0.0, unknown=False)
    spare.forget("e1")
    with pytest.raises(NotNow):
        await port.sending(number, 0)


def test_one_that_may_have_arrived_is_written_as_such() -> None:
    spare = Spare()
    number = alert(spare)
    spare.sending(number)
    spare.defer(number, 1000.0, unknown=True)
    assert spare.due() == []
    assert (spare.next_due_s() or 0) > 900
    assert spare.hold("e1") == {OWNER: (None, True)}


def test_memory_is_bounded_and_what_is_lost_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    spare = Spare()
    for number in range(MOST_EVENTS + 2):
        alert(spare, number)
    assert spare.dropped == 2
    assert spare.event("e1") is None
    assert "neither written nor sent" in caplog.text


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another program holds the write lock of the database, as a browser of SQLite files does."""
    with store.database.read() as rows:
        rows.execute("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(store.files.database_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def running(store: Store, spare: Spare, troubles: list[str]) -> AsyncIterator[Journal]:
    listeners = Listeners(lambda: None, lambda: None, lambda _status: None, troubles.append)
    journal = Journal(
        ["front"], store.catalogue, store.files, lambda: [OWNER], listeners,
        archive_on=False, retry_s=0.05, spare=spare,
    )  # fmt: skip
    task = asyncio.create_task(journal.run())
    try:
        yield journal
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def set_out(port: OutboxPort) -> Letter:
    """The first letter that leaves, as the chat does it: one that is just changing hands comes again."""
    async with asyncio.timeout(60):
        while True:
            for letter in await port.due():
                with suppress(NotNow):
                    await port.sending(letter.letter_id, 0)
                    return letter
            await asyncio.sleep(0.01)


def started(number: int) -> EventStart:
    return EventStart(f"e{number}", "front", NOON, 0.0, lambda: JPEG)


async def test_a_locked_database_costs_no_alert_and_no_second_message(store: Store) -> None:
    spare, troubles = Spare(), list[str]()
    port = OutboxPort(store.outbox, store.digests, spare=spare)
    async with running(store, spare, troubles) as journal:
        with locked(store):
            journal.event_started(started(1))
            letter = await set_out(port)
            assert (letter.event_id, letter.chat_id) == ("e1", OWNER)
            await port.shown(letter.letter_id, 55, 1, holds_clip=False)
            journal.event_started(started(2))
            await until(lambda: spare.event("e2"))
        await until(lambda: store.catalogue.event("e2"))
        await until(lambda: troubles[-1] == "")
        assert spare.due() == []
        due = {letter.event_id: letter for letter in store.outbox.due(NOON)}
        assert set(due) == {"e2"}, "e1 has its message"
        journal.event_ended(EventEnd("e1", "front", NOON, 3.0))
        await journal.settle()
        again = {letter.event_id: letter for letter in store.outbox.due(NOON)}
        assert again["e1"].message_id == 55
    assert "cannot be used now" in troubles[0]
    assert len(troubles) == 2


async def test_the_chat_finds_an_event_that_only_memory_has(store: Store) -> None:
    spare = Spare()
    alert(spare)
    clips = Clips(store.catalogue, store.files, store.preferences, None, UTC, spare)  # type: ignore[arg-type] # unused
    view = await clips.event("e1")
    assert view
    assert view.snapshot
    assert await clips.event("e2") is None
