"""What survives, opened together: the folder, the rows, and those who work on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage import rescue, reserve, soundness
from storage.alert_times import AlertTimes
from storage.backups import Backups
from storage.catalogue import Catalogue
from storage.daily import Dailies
from storage.database import Database
from storage.digests import STORM_EVENTS, Digests
from storage.dismissals import Dismissals
from storage.errors import DamagedDatabase
from storage.files import Files
from storage.gaps import Gaps
from storage.memory import Memory
from storage.mending import Mending
from storage.outbox import Outbox
from storage.pins import Pins
from storage.preferences import Preferences
from storage.privacy import Privacy
from storage.quiet import QuietTimes
from storage.rescue import Rebuilt
from storage.timekeeping import Timekeeper
from storage.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Store:
    """The open data folder; nobody else has it."""

    files: Files
    database: Database
    catalogue: Catalogue
    outbox: Outbox
    digests: Digests
    dailies: Dailies
    preferences: Preferences
    gaps: Gaps
    dismissals: Dismissals
    wishes: Wishes
    quiet: QuietTimes
    privacy: Privacy
    pins: Pins
    mending: Mending
    timekeeper: Timekeeper
    backups: Backups
    alert_times: AlertTimes
    rebuilt: Rebuilt | None = None
    """How the catalogue had to be made anew just now; None: it was sound."""


@contextmanager
def open_store(
    data_dir: Path,
    storm_events: int = STORM_EVENTS,
    *,
    memory: Memory | None = None,
    rebuild: bool = True,
    thorough: bool = False,
) -> Iterator[Store]:
    """Locks and opens `data_dir`, made when missing. Raises DataDirBusy, or StorageError with what to do.

    `storm_events`: see ALERT_STORM_EVENTS; `memory`: what KEEP_CLIPS wants. A catalogue that is damaged, or gone though
    there are clips, is made anew; without `rebuild` that raises DamagedDatabase and changes nothing. `thorough`: its
    indexes are looked at too. After a clean end the catalogue is looked through once a week (see storage/soundness.py).
    """
    files = Files(data_dir, memory)
    with files.lock():
        files.sweep_scratch()
        if rebuild:  # who only looks takes nothing away
            reserve.let_go(files)
        checked_utc = None if thorough else soundness.checked_utc(files)
        rebuilt = None if checked_utc else _rebuilt(files, allowed=rebuild, thorough=thorough)
        checked_utc = checked_utc or datetime.now(UTC)
        soundness.taken_in_hand(files)
        database = Database(files.database_path)
        try:
            catalogue = Catalogue(database, files, storm_events)
            yield Store(
                files=files,
                database=database,
                catalogue=catalogue,
                outbox=Outbox(database),
                digests=Digests(database),
                dailies=Dailies(database, files),
                preferences=Preferences(database),
                gaps=Gaps(database),
                dismissals=Dismissals(database),
                wishes=Wishes(database, catalogue, files),
                quiet=QuietTimes(database),
                privacy=Privacy(database),
                pins=Pins(database),
                mending=Mending(database, files),
                backups=Backups(files),
                alert_times=AlertTimes(database),
                timekeeper=Timekeeper(database, catalogue),
                rebuilt=rebuilt,
            )
        except BaseException:
            database.close()
            raise
        database.close()
        soundness.left_clean(files, checked_utc)


def _rebuilt(files: Files, *, allowed: bool, thorough: bool) -> Rebuilt | None:
    why = rescue.trouble(files, thorough=thorough)
    if not why:
        return None
    if not allowed:
        raise DamagedDatabase(
            f"The catalogue {files.database_path} {why}. MoCam makes it anew from the clips and its own copies when it "
            "starts; so does `mocam check --repair`."
        )
    return rescue.rebuild(files, why)
