"""Holds rows, files and archive of a data folder against each other, for `mocam check` and for the start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path

from camera.errors import RecordingError
from camera.finish import describe
from mocam.store import Store, open_store
from storage import check, check_archive, deep_check, rescue
from storage.archive_queue import ArchiveQueue
from storage.errors import DamagedDatabase, StorageError
from storage.files import Files
from storage.listing import Contents
from storage.rclone import Rclone
from storage.rebuild import Rebuild
from storage.repair import Repair, Said
from storage.repair_archive import ArchiveRepair


def sentences(data_dir: Path, rclone_of: Callable[[Files], Rclone | None] = lambda _files: None) -> list[str]:
    """What differs, for people; empty: all is well. Changes nothing. Raises StorageError (also while MoCam runs).

    `rclone_of` gives the archive's, when there is one: then rows and archive are compared too.
    """
    try:
        with open_store(data_dir, rebuild=False, thorough=True) as store:
            found_here, rclone = sentences_of(store), rclone_of(store.files)
            if rclone is None:
                return found_here
            try:
                return found_here + asyncio.run(archive_sentences(store, rclone))
            except StorageError as exc:
                return [*found_here, f"The archive could not be compared: {exc}"]
    except DamagedDatabase as exc:
        return [str(exc)]


def sentences_of(store: Store) -> list[str]:
    """The same of a folder that is open."""
    return [finding.sentence for finding in found(store)]


def found(store: Store, *, deep: bool = False) -> tuple[check.Finding, ...]:
    """What differs; `deep`: every clip is read to its end. Changes nothing. Raises StorageError."""
    content = deep_check.findings(store.catalogue) if deep else ()
    return (*check.findings(store.catalogue, store.files), *content)


async def archive_sentences(store: Store, rclone: Rclone) -> list[str]:
    """What differs between rows and archive. Changes nothing; asks the remote: some seconds, or minutes. Raises
    StorageError."""
    return [finding.sentence for finding in (await _compared(store, rclone))[0]]


async def mend_archive(store: Store, rclone: Rclone) -> tuple[Said, ...]:
    """Sends again what the archive lost, learns from it what no row knows. Raises StorageError."""
    findings, there = await _compared(store, rclone)
    queue = ArchiveQueue(store.database, store.catalogue)
    repair = ArchiveRepair(store.catalogue, queue, store.mending, Rebuild(store.database, store.files))
    said = await asyncio.to_thread(repair.mend, findings, there)
    await asyncio.to_thread(rescue.compared, store.database)
    return said


async def learn_from_archive(store: Store, rclone: Rclone) -> int:
    """The same after rows were lost; returns how many clips only the archive knew."""
    return sum(bool(one.adopted) for one in await mend_archive(store, rclone))


async def _compared(store: Store, rclone: Rclone) -> tuple[list[check.Finding], Contents]:
    there = await check_archive.look(rclone, store.files)

    def compare() -> list[check.Finding]:
        return list(check_archive.compare(there, store.catalogue.archive_clips(), store.catalogue.garbage()))

    return await asyncio.to_thread(compare), there


def mend(store: Store, chats: Collection[int] = (), *, archive_on: bool, deep: bool = False) -> tuple[Said, ...]:
    """Takes in what has no row, marks what has no file; says in the log what it did. `chats`: of the owners."""
    repair = Repair(store.catalogue, store.files, store.mending, _probe, chats, archive=archive_on)
    # A file that the row looks for elsewhere is found before the row is told that it is gone.
    order = sorted(found(store, deep=deep), key=lambda finding: finding.kind is not check.Kind.FILE_WITHOUT_ROW)
    return repair.mend(order)


def _probe(path: Path) -> check.Probe | None:
    try:
        found = describe(path)
    except RecordingError:
        return None
    return check.Probe(found.duration_s, found.codec, found.width, found.height, found.started_utc)
