"""Takes in what the last run left: recordings that a power cut or a crash interrupted become clips of their events."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from camera.errors import RecordingError
from camera.finish import Finished, Leftover, describe, leftovers, repair
from mocam import check
from mocam.store import Store
from storage.errors import StorageError
from storage.model import ArchiveState, NewClip

log = logging.getLogger(__name__)

EMPTY_BYTES = 4096
"""A recording below this is a header without a picture."""
SLACK = timedelta(minutes=2)
"""A clip begins so far from its event at most."""
LONGEST_EVENT = timedelta(days=1)
"""Its later parts follow within this time."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the start found."""

    saved: int
    """Interrupted recordings that became clips."""
    adopted: tuple[str, ...]
    """Events of clips that had no row."""
    mended: tuple[str, ...]
    """What else was put right, as sentences."""
    left: tuple[str, ...]
    """What could not be mended, as sentences."""
    gone: tuple[str, ...] = ()
    """Events that were in memory alone, and went with it; not those that the archive has."""


def take_in(store: Store, chats: Collection[int], *, archive_on: bool, deep: bool = False) -> Taken:
    """Catalogues every readable leftover of any camera and ends every event that was cut short.

    Call before any camera starts. A leftover that cannot be read is left where it is and named in the log; the next
    start tries again. After a rebuild of the catalogue no alert is written for what is taken in: that would be one
    message for each clip, of events that the owner heard of long ago.
    """
    told = () if store.rebuilt is not None and store.rebuilt.lost_rows else chats
    saved = 0
    left = []
    for folder in store.files.recording_dirs():
        for leftover in leftovers(folder):
            try:
                saved += _take_in(store, folder.name, leftover, chats, archive_on=archive_on)
            except (RecordingError, StorageError, OSError) as exc:
                log.warning("%s is left as it is: %s", leftover.path.name, exc)
                left.append(f"{leftover.path} is left as it is: {exc}")
    gone = _gone_with_memory(store)
    said = check.mend(store, told, archive_on=archive_on, deep=deep)
    _end_events(store)
    store.files.forget_memory()
    left += [one.sentence for one in said if not one.mended]
    mended = tuple(one.sentence for one in said if one.mended)
    return Taken(saved, tuple(dict.fromkeys(one.adopted for one in said if one.adopted)), mended, tuple(left), gone)


def _take_in(store: Store, camera: str, leftover: Leftover, chats: Collection[int], *, archive_on: bool) -> bool:
    ended_utc = datetime.fromtimestamp(leftover.path.stat().st_mtime, UTC)
    if not leftover.whole and leftover.path.stat().st_size < EMPTY_BYTES:
        leftover.path.unlink()
        return False
    found = _readable(leftover)
    event = store.catalogue.event(leftover.event_id)
    written_utc = ended_utc - timedelta(seconds=found.duration_s)
    started_utc = began(found.started_utc or written_utc, leftover.part, event.started_utc if event else None)
    if event is None:
        picture = store.files.snapshot_of(leftover.event_id)
        store.catalogue.open_event(leftover.event_id, camera, started_utc, picture, chats)
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


def began(told_utc: datetime, part: int, event_utc: datetime | None) -> datetime:
    """When a recording began: as its file tells, unless its event's row tells of another time altogether: that was set
    right with the clock, the file was not."""
    if event_utc is None:
        return told_utc
    latest = SLACK if part == 1 else LONGEST_EVENT
    return told_utc if event_utc - SLACK <= told_utc <= event_utc + latest else event_utc


def _readable(leftover: Leftover) -> Finished:
    if leftover.whole:
        return describe(leftover.path)
    return repair(leftover.path, leftover.path.with_suffix(""))


def _gone_with_memory(store: Store) -> tuple[str, ...]:
    """Marks what lay in memory when the machine went off; told once, and not file by file."""
    files, now_utc = store.files, datetime.now(UTC)
    if files.memory_dir is None:
        return ()
    lost = [event.event_id for event in store.catalogue.open_events() if not event.parts]  # cut short in memory
    for clip in store.catalogue.local_clips():
        if clip.path is not None and files.lies_in_memory(clip.path) and not clip.path.exists():
            store.catalogue.local_gone(clip.clip_id, now_utc)
            lost += [] if clip.archive is ArchiveState.VERIFIED else [clip.event_id]
    store.mending.pictures_left()
    return tuple(dict.fromkeys(lost))


def _end_events(store: Store) -> None:
    for event in store.catalogue.open_events():
        ends = [clip.started_utc + timedelta(seconds=clip.duration_s) for clip in event.parts]
        ended_utc = max(ends, default=event.started_utc)
        store.catalogue.close_event(
            event.event_id, ended_utc, max(0.0, (ended_utc - event.started_utc).total_seconds())
        )
