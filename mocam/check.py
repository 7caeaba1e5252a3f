"""Holds rows and files of a data folder against each other, for `mocam check` and for the start."""

from __future__ import annotations

from pathlib import Path

from camera.errors import RecordingError
from camera.finish import describe
from mocam.store import Store, open_store
from storage import check


def sentences(data_dir: Path) -> list[str]:
    """What differs, for people; empty: all is well. Changes nothing. Raises StorageError (also while MoCam runs)."""
    with open_store(data_dir) as store:
        return sentences_of(store)


def sentences_of(store: Store) -> list[str]:
    """The same of a folder that is open."""
    return [found.sentence for found in check.findings(store.database, store.catalogue, store.files)]


def mend(store: Store, *, archive_on: bool) -> None:
    """At start-up: takes in what has no row, marks what has no file; says in the log what it did."""
    found = check.findings(store.database, store.catalogue, store.files)
    check.mend(found, store.catalogue, store.files, _probe, archive=archive_on)


def _probe(path: Path) -> check.Probe | None:
    try:
        found = describe(path)
    except RecordingError:
        return None
    return check.Probe(found.duration_s, found.codec, found.width, found.height)
