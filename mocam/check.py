"""Holds rows, files and archive of a data folder against each other, for `mocam check` and for the start."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from camera.errors import RecordingError
from camera.finish import describe
from mocam.store import Store, open_store
from storage import check
from storage.errors import DamagedDatabase
from storage.repair import Repair, Said


def sentences(data_dir: Path) -> list[str]:
    """What differs, for people; empty: all is well. Changes nothing. Raises StorageError (also while MoCam runs)."""
    try:
        with open_store(data_dir, rebuild=False, thorough=True) as store:
            return sentences_of(store)
    except DamagedDatabase as exc:
        return [str(exc)]


def sentences_of(store: Store) -> list[str]:
    """The same of a folder that is open."""
    return [finding.sentence for finding in found(store)]


def found(store: Store) -> tuple[check.Finding, ...]:
    """What differs. Changes nothing. Raises StorageError."""
    return check.findings(store.catalogue, store.files)


def mend(store: Store, chats: Collection[int] = (), *, archive_on: bool) -> tuple[Said, ...]:
    """Takes in what has no row, marks what has no file; says in the log what it did. `chats`: of the owners."""
    repair = Repair(store.catalogue, store.files, store.mending, _probe, chats, archive=archive_on)
    # A file that the row looks for elsewhere is found before the row is told that it is gone.
    order = sorted(found(store), key=lambda finding: finding.kind is not check.Kind.FILE_WITHOUT_ROW)
    return repair.mend(order)


def _probe(path: Path) -> check.Probe | None:
    try:
        found = describe(path)
    except RecordingError:
        return None
    return check.Probe(found.duration_s, found.codec, found.width, found.height)
