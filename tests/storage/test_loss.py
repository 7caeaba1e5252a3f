"""The last copy of a clip: what it takes before the disk floor may have it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from storage.files import Files
from storage.model import ArchiveState, Rules
from storage.retention import DIRE_FOR_S, LEAST_FREE_FILES, Applied, Retention
from tests.storage.room import NOON, Room

FLOOR = 1_000_000
SIZE = 50_000


class Owner:
    """Somebody who may have heard."""

    def __init__(self) -> None:
        self.asked = 0
        self.has_heard = False

    def warned(self) -> bool:
        self.asked += 1
        return self.has_heard


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def passed_s() -> list[float]:
    """Steps of the monotonic clock."""
    return []


@pytest.fixture
def retention(room: Room, owner: Owner, passed_s: list[float]) -> Retention:
    room.preferences.set_rules(Rules(local_days=None, local_bytes=None, remote_days=None, least_free_bytes=FLOOR))
    return Retention(
        room.catalogue,
        room.files,
        room.archive(None),
        room.preferences,
        warned=owner.warned,
        mono_s=lambda: sum(passed_s),
    )


def disk(monkeypatch: pytest.MonkeyPatch, free_bytes: int, free_files: int | None = None) -> None:
    monkeypatch.setattr(Files, "disk_free_bytes", lambda _self: free_bytes)
    monkeypatch.setattr(Files, "free_files", lambda _self: free_files)


def gone(applied: Applied) -> list[str]:
    return [clip.event_id for clip in applied.local]


def archived(room: Room, number: int, minute: int) -> None:
    clip = room.with_clip(number, NOON + timedelta(minutes=minute), size=SIZE)
    room.queue.verified([(clip.clip_id, "hash")], NOON)


async def test_archived_ones_give_way_and_nobody_need_be_told(
    room: Room, owner: Owner, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.with_clip(1, NOON, size=SIZE)
    for number in range(2, 40):
        archived(room, number, number)
    disk(monkeypatch, FLOOR - SIZE)
    assert gone(await retention.apply(NOON)) == ["e2"], "the oldest archived one, though e1 is older"
    assert owner.asked == 0


async def test_the_owner_hears_before_the_last_copy_goes(
    room: Room, owner: Owner, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        room.with_clip(number, NOON + timedelta(minutes=number), size=SIZE)
    archived(room, 3, 3)
    disk(monkeypatch, FLOOR - 2 * SIZE)
    assert gone(await retention.apply(NOON)) == ["e3"]
    assert owner.asked == 1
    owner.has_heard = True
    applied = await retention.apply(NOON)
    assert gone(applied) == ["e1", "e2"]
    assert {clip.archive for clip in applied.unarchived} == {ArchiveState.WAITING}


async def test_it_is_told_while_there_is_still_room(
    room: Room, owner: Owner, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.with_clip(1, NOON, size=SIZE)
    disk(monkeypatch, 2 * FLOOR - 1)
    assert gone(await retention.apply(NOON)) == []
    assert owner.asked == 1
    disk(monkeypatch, 2 * FLOOR)
    await retention.apply(NOON)
    assert owner.asked == 1


async def test_in_dire_need_recording_goes_on_all_the_same(
    room: Room,
    retention: Retention,
    passed_s: list[float],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody can be told: the line is cut. What happens now matters more than what happened last month."""
    for number in range(1, 30):
        room.with_clip(number, NOON + timedelta(minutes=number), size=SIZE)
    disk(monkeypatch, FLOOR // 4 - 1)
    assert gone(await retention.apply(NOON)) == [], "archive and owner have their chance"
    passed_s.append(DIRE_FOR_S - 1)
    assert gone(await retention.apply(NOON)) == []
    disk(monkeypatch, FLOOR // 2)
    assert gone(await retention.apply(NOON)) == []
    disk(monkeypatch, FLOOR // 4 - 1)
    passed_s.append(2)
    assert gone(await retention.apply(NOON)) == [], "there was room in between"
    assert "could not be told" not in caplog.text
    passed_s.append(DIRE_FOR_S)
    assert gone(await retention.apply(NOON))[0] == "e1"
    assert "could not be told" in caplog.text


async def test_a_disk_without_inodes_is_full_too(
    room: Room, owner: Owner, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 6):
        archived(room, number, number)
    disk(monkeypatch, 10 * FLOOR, LEAST_FREE_FILES - 2)
    assert gone(await retention.apply(NOON)) == ["e1", "e2"]
    disk(monkeypatch, 10 * FLOOR, LEAST_FREE_FILES)
    assert gone(await retention.apply(NOON)) == []
    assert owner.asked == 0


def test_the_disk_says_how_many_files_it_can_hold(tmp_path: Path) -> None:
    free = Files(tmp_path / "data").free_files()
    assert free is None or free > 0
