"""Real small disks: full, without inodes or descriptors, read-only. No alert is lost, no file is half or empty."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camera.model import EventEnd, EventStart, FinishedPart
from mocam.check import sentences
from mocam.journal import Journal
from mocam.spare import RESERVED, Spare
from mocam.store import Store, open_store
from storage import glimpse, reserve
from storage.errors import StorageError
from tests.demo.media import mp4
from tests.mocam.test_spare import OWNER, running
from tests.storage.room import until
from tests.support_disk import fill, read_only, small_disk, use_up_files

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
JPEG = b"j" * 20_000


def started(number: int) -> EventStart:
    return EventStart(f"e{number}", "front", NOW, 0.0, lambda: JPEG)


def finished(store: Store, film: Path, number: int) -> FinishedPart:
    path = store.files.recording_dir / f"e{number}.1.mp4"
    path.write_bytes(film.read_bytes())
    return FinishedPart(f"e{number}", "front", 1, path, NOW, 2.0, "h264", 320, 240, path.stat().st_size, 0)


def broken_files(store: Store) -> list[Path]:
    """Clips and pictures that are empty or half."""
    files = [*store.files.clip_files(), *store.files.snapshot_files()]
    return [path for path in files if not path.stat().st_size or path.name.endswith(".new")]


async def refused_and_then_taken(
    journal: Journal, store: Store, spare: Spare, part: FinishedPart, relieve: Generator[None], *, readable: bool
) -> None:
    """One event meets a disk that refuses, and is whole once it takes again."""
    next(relieve)
    journal.event_started(started(1))
    await until(spare.due)
    view = spare.event("e1")
    assert view
    assert view.snapshot, "the picture is sent from memory"
    if readable:
        assert view.snapshot.read_bytes() == JPEG
    journal.part_finished(part)
    journal.event_ended(EventEnd("e1", "front", NOW, 2.0))
    next(relieve)
    await journal.settle()
    event = store.catalogue.event("e1")
    assert event
    assert event.ended_utc
    (clip,) = event.parts
    assert clip.path
    assert clip.path.stat().st_size == clip.size_bytes
    assert event.snapshot
    assert event.snapshot.read_bytes() == JPEG
    assert spare.due() == []
    assert broken_files(store) == []


def full(folder: Path) -> Generator[None]:
    path = fill(folder)
    yield
    path.unlink()
    yield


def without_inodes(folder: Path) -> Generator[None]:
    made = use_up_files(folder)
    yield
    for path in made:
        path.unlink()
    yield


def without_descriptors(_folder: Path) -> Generator[None]:
    """Every descriptor that this process may have is taken, but for those that are open already."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_now = max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 60, before[1]))
    taken = []
    try:
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    yield
    for descriptor in taken:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
    yield


@pytest.mark.parametrize("trouble", [full, without_inodes, without_descriptors], ids=lambda one: one.__name__)
async def test_an_event_meets_a_disk_that_refuses(tmp_path: Path, trouble: Callable[[Path], Generator[None]]) -> None:
    film = mp4(tmp_path / "film.mp4")
    with small_disk(tmp_path / "disk", "8m", 200) as disk, open_store(disk / "data") as store:
        spare, troubles = Spare(RESERVED), list[str]()
        async with running(store, spare, troubles) as journal:
            part = finished(store, film, 1)
            await asyncio.to_thread(lambda: None)  # the threads that the test needs are there
            await refused_and_then_taken(
                journal, store, spare, part, trouble(disk), readable=trouble is not without_descriptors
            )
        assert len(troubles) == 2
        assert troubles[-1] == ""
        assert OWNER in {letter.chat_id for letter in store.outbox.due(NOW)}


@contextmanager
def made_read_only(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as disk:
        with open_store(disk / "data") as store:
            store.preferences.add_owner(OWNER, NOW)
        read_only(disk)
        yield disk / "data"


def test_a_read_only_disk_is_a_sentence(tmp_path: Path) -> None:
    with made_read_only(tmp_path) as data_dir:
        with pytest.raises(StorageError, match="Read-only file system"), open_store(data_dir):
            pass
        with pytest.raises(StorageError, match="Read-only file system"):
            sentences(data_dir)
        assert glimpse.owners(data_dir / "mocam.sqlite3") == {OWNER}, "whoever paired can still be told"


def test_an_empty_file_never_becomes_a_clip(store: Store) -> None:
    temp = store.files.recording_dir / "e1.1.mp4"
    temp.touch()
    with pytest.raises(StorageError, match="is empty"):
        store.files.publish(temp, "front", "e1", 1, NOW)
    assert list(store.files.clip_files()) == []


def test_a_start_on_a_full_disk_makes_room(tmp_path: Path) -> None:
    """Without the room that was put by not even the catalogue could be opened."""
    with small_disk(tmp_path / "disk", "64m") as disk:
        with open_store(disk / "data") as store:
            reserve.put_by(store.files)
        fill(disk)
        with pytest.raises(StorageError), open_store(disk / "data", rebuild=False):
            pass
        assert (disk / "data/reserve").exists(), "who only looks takes nothing away"
        with open_store(disk / "data") as store:
            store.preferences.add_owner(OWNER, NOW)
            assert store.files.free_bytes()
            reserve.put_by(store.files)
        assert not (disk / "data/reserve").exists(), "there is no plenty"
