"""Whether the catalogue must be looked through when the program starts: SQLite's own check reads all of it, seconds for
a million clips.

Note on power cuts: the mark of a clean end is taken away, on the disk, before the file is opened for writing. So a mark
that is there and fits means that nobody has written since: what was sound then is sound, unless the disk itself
forgets, for which there is the check of each week and of each day's copy.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from storage.errors import StorageError
from storage.files import Files, sync_to_disk, translated

log = logging.getLogger(__name__)

MARK = "catalogue-sound.json"
LONGEST = timedelta(days=7)
"""After so long it is looked through again, however cleanly it ended."""


def checked_utc(files: Files) -> datetime | None:
    """When the catalogue was last looked through, if nobody can have written to it since; None: it must be."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        mark = json.loads((files.data_dir / MARK).read_bytes())
        moment = datetime.fromisoformat(mark["checked_utc"])
        if mark["file"] == _looks(files) and timedelta(0) <= datetime.now(UTC) - moment < LONGEST:
            return moment
    return None


def taken_in_hand(files: Files) -> None:
    """It is about to be written to. Raises StorageError."""
    with translated(files.data_dir):
        if (files.data_dir / MARK).exists():
            (files.data_dir / MARK).unlink()
            sync_to_disk(files.data_dir)


def left_clean(files: Files, checked: datetime) -> None:
    """It was closed in order; `checked`: when it was last looked through. A disk that takes no mark costs a look at the
    next start."""
    with suppress(OSError):
        looks = _looks(files)
        if looks is not None:
            mark = {"checked_utc": checked.isoformat(), "file": looks}
            try:
                files.write_whole(files.data_dir / MARK, json.dumps(mark).encode())
            except StorageError as error:
                log.info("the next start looks through the catalogue: %s", error)


def _looks(files: Files) -> list[int] | None:
    """What a write would change; None: there is a log beside it, so it was not closed in order. Raises OSError."""
    path = files.database_path
    if path.with_name(path.name + "-wal").exists():
        return None
    found = path.stat()
    return [found.st_ino, found.st_size, found.st_mtime_ns]
