"""Takes in what the last run left: recordings that a power cut or a crash interrupted become clips of their events."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from camera.errors import RecordingError
from camera.finish import Finished, Leftover, describe, leftovers, repair
from mocam import check
from mocam.store import Store
from storage.errors import StorageError
from storage.model import NewClip

log = logging.getLogger(__name__)

EMPTY_BYTES = 4096
"""A recording below this is a header without a picture."""


def take_in(store: Store, recordings: Iterable[tuple[str, Path]], chats: Collection[int], *, archive_on: bool) -> int:
    """Catalogues every readable leftover, ends every event that was cut short; returns how many clips were saved.

    `recordings` are pairs of camera name and recording folder. Call before any camera starts. A leftover that cannot be
    read is left where it is and named in the log; the next start tries again.
    """
    saved = 0
    for camera, folder in recordings:
        for leftover in leftovers(folder) if folder.is_dir() else ():
            try:
                saved += _take_in(store, camera, leftover, chats, archive_on=archive_on)
            except (RecordingError, StorageError, OSError) as exc:
                log.warning("%s is left as it is: %s", leftover.path.name, exc)
    check.mend(store, archive_on=archive_on)
    _end_events(store)
    return saved


def _take_in(store: Store, camera: str, leftover: Leftover, chats: Collection[int], *, archive_on: bool) -> bool:
    ended_utc = datetime.fromtimestamp(leftover.path.stat().st_mtime, UTC)
    if not leftover.whole and leftover.path.stat().st_size < EMPTY_BYTES:
        leftover.path.unlink()
        return False
    found = _readable(leftover)
    started_utc = ended_utc - timedelta(seconds=found.duration_s)
    event = store.catalogue.event(leftover.event_id)
    if event is None:
        store.catalogue.open_event(leftover.event_id, camera, started_utc, None, chats)
    path = store.files.publish(found.path, camera, leftover.event_id, leftover.part, started_utc)
    new = NewClip(
        leftover.event_id, leftover.part, path, started_utc, found.duration_s, found.codec, found.width, found.height
    )
    store.catalogue.add_clip(new, archive=archive_on)
    leftover.path.unlink(missing_ok=True)
    log.info(
        "event %s of %s: %.1f s were saved from an interrupted recording", leftover.event_id, camera, found.duration_s
    )
    return True


def _readable(leftover: Leftover) -> Finished:
    if leftover.whole:
        return describe(leftover.path)
    return repair(leftover.path, leftover.path.with_suffix(""))


def _end_events(store: Store) -> None:
    for event in store.catalogue.open_events():
        ends = [clip.started_utc + timedelta(seconds=clip.duration_s) for clip in event.parts]
        ended_utc = max(ends, default=event.started_utc)
        store.catalogue.close_event(
            event.event_id, ended_utc, max(0.0, (ended_utc - event.started_utc).total_seconds())
        )
