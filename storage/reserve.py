"""Room put by for a start on a full disk: SQLite cannot even be opened there, and so nothing could make room."""

from __future__ import annotations

import logging
import os
from contextlib import suppress

from storage.errors import StorageError
from storage.files import Files, translated

log = logging.getLogger(__name__)

RESERVE_BYTES = 8_000_000
"""The catalogue's log of a busy hour, and some pictures; of a small disk at most a hundredth."""
NAME = "reserve"


def let_go(files: Files) -> bool:
    """Gives it up when the disk is all but full; True when that made room. Raises StorageError."""
    path = files.data_dir / NAME
    if files.disk_free_bytes() >= RESERVE_BYTES // 4 or not path.exists():
        return False
    with translated(path):
        path.unlink()
    log.warning("the disk is full: the room that was put by is let go, so that the start can make more")
    return True


def put_by(files: Files) -> None:
    """Puts it by again where there is plenty; where there is not, another time will do."""
    path = files.data_dir / NAME
    size_bytes = min(RESERVE_BYTES, files.disk().total // 100)
    with suppress(StorageError), translated(path):
        if path.exists() or files.disk_free_bytes() < 4 * size_bytes:
            return
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size_bytes)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)
