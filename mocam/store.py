"""What survives, opened together: the folder, the rows, and those who work on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.catalogue import Catalogue
from storage.database import Database
from storage.digests import STORM_EVENTS, Digests
from storage.files import Files
from storage.gaps import Gaps
from storage.outbox import Outbox
from storage.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Store:
    """The open data folder; nobody else has it."""

    files: Files
    database: Database
    catalogue: Catalogue
    outbox: Outbox
    digests: Digests
    preferences: Preferences
    gaps: Gaps


@contextmanager
def open_store(data_dir: Path, storm_events: int = STORM_EVENTS) -> Iterator[Store]:
    """Locks and opens `data_dir`, made when missing. Raises DataDirBusy, or StorageError with what to do.

    `storm_events`: see ALERT_STORM_EVENTS.
    """
    files = Files(data_dir)
    with files.lock():
        files.sweep_scratch()
        database = Database(files.database_path)
        try:
            catalogue = Catalogue(database, files, storm_events)
            outbox, preferences = Outbox(database), Preferences(database)
            yield Store(files, database, catalogue, outbox, Digests(database), preferences, Gaps(database))
        finally:
            database.close()
