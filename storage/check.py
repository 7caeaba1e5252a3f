"""Rows against files: every file in the clip folder has a row, every row's file is there; what differs is named.

`storage/check_archive.py` holds the archive against the rows in the same way, `storage/repair.py` mends both.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from storage.catalogue import Catalogue
from storage.files import HALF_WRITTEN, Files, translated
from storage.model import Clip

SNAPSHOT_SPARED_S = 3600.0
"""A snapshot is written before its event's row; a young one without row is no finding."""
CLIP_FILE = re.compile(
    r"(?P<camera>[a-z0-9_][a-z0-9_-]*)/(?P<day>\d{4}-\d\d-\d\d)/(?P<event>[a-z]\d{1,15})-(?P<part>\d{1,6})\.mp4"
)
"""A clip's name below the clip folder."""
_EARLIEST_UTC, _LATEST_UTC = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """What can differ."""

    FILE_WITHOUT_ROW = "file without row"
    STRANGE_FILE = "strange file"
    EMPTY_FILE = "empty file"
    HALF_WRITTEN = "half-written file"
    UNFINISHED_RECORDING = "unfinished recording"
    ROW_WITHOUT_FILE = "row without file"
    WRONG_SIZE = "wrong size"
    WRONG_CONTENT = "wrong content"
    IMPOSSIBLE_ROW = "impossible row"
    ROW_WITHOUT_JOB = "row without job"
    SNAPSHOT_WITHOUT_ROW = "snapshot without row"
    NOT_IN_ARCHIVE = "not in the archive"
    WRONG_IN_ARCHIVE = "wrong size in the archive"
    ARCHIVED_ALREADY = "archived already"
    ARCHIVED_UNSURE = "archived without row or proof"
    ARCHIVED_WITHOUT_ROW = "archived without row"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; `sentence` is for people."""

    kind: Kind
    sentence: str
    path: Path | None = None
    clip_id: int | None = None
    remote_name: str = ""
    """Plain name in the archive, of a finding there."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a video file is, as far as its row needs it."""

    duration_s: float
    codec: str
    width: int
    height: int
    started_utc: datetime | None = None
    """Of its first picture, if the file tells."""


def findings(catalogue: Catalogue, files: Files) -> tuple[Finding, ...]:
    """Everything that differs here, in one pass over rows and files. Changes nothing. Raises StorageError."""
    found: list[Finding] = []
    clips = catalogue.local_clips()
    known = {clip.path: clip for clip in clips if clip.path is not None}
    with translated(files.clips_dir):
        sizes = {path: path.lstat().st_size for path in files.clip_files()}
    for path, size_bytes in sizes.items():
        found += _of_file(path, size_bytes, known.get(path), files)
    for path, clip in known.items():
        if path not in sizes:
            text = f"{path} of event {clip.event_id} is missing."
            found.append(Finding(Kind.ROW_WITHOUT_FILE, text, path, clip.clip_id))
    return (
        *found,
        *filter(None, map(_impossible, clips)),
        *_without_job(catalogue),
        *_leftovers(files),
        *lost_snapshots(catalogue, files),
    )


def _of_file(path: Path, size_bytes: int, clip: Clip | None, files: Files) -> Iterator[Finding]:
    if not size_bytes and CLIP_FILE.fullmatch(files.clip_name(path)):
        yield Finding(Kind.EMPTY_FILE, f"{path} is empty.", path, clip.clip_id if clip else None)
    elif clip is None:
        yield _unknown(path, files)
    elif size_bytes != clip.size_bytes:
        text = f"{path} has {size_bytes} bytes and should have {clip.size_bytes}."
        yield Finding(Kind.WRONG_SIZE, text, path, clip.clip_id)


def _unknown(path: Path, files: Files) -> Finding:
    if CLIP_FILE.fullmatch(files.clip_name(path)) and not path.is_symlink():
        return Finding(Kind.FILE_WITHOUT_ROW, f"{path} is a clip that no row knows.", path)
    if HALF_WRITTEN.fullmatch(path.name):
        return Finding(Kind.HALF_WRITTEN, f"{path} was never written to its end.", path)
    return Finding(Kind.STRANGE_FILE, f"{path} is not one of MoCam's files.", path)


def _impossible(clip: Clip) -> Finding | None:
    """Values that no camera can have reported: what is left of a damaged page."""
    sound = _EARLIEST_UTC <= clip.started_utc < _LATEST_UTC and 0 <= clip.duration_s < 1e6 and clip.size_bytes > 0
    if sound and clip.part > 0 and re.fullmatch(r"[0-9a-f]{64}", clip.sha256):
        return None
    text = f"The row of clip {clip.event_id}-{clip.part} holds values that cannot be."
    return Finding(Kind.IMPOSSIBLE_ROW, text, clip.path, clip.clip_id)


def _without_job(catalogue: Catalogue) -> Iterator[Finding]:
    for clip in catalogue.waiting_without_job():
        text = f"Clip {clip.event_id}-{clip.part} waits for the archive, and nothing would send it."
        yield Finding(Kind.ROW_WITHOUT_JOB, text, clip.path, clip.clip_id)


def _leftovers(files: Files) -> Iterator[Finding]:
    """What a power cut left outside the clip folder. Holds nothing that is being written: the folder is locked."""
    with translated(files.data_dir):
        folders = (files.data_dir, files.keys_dir, files.backups_dir)
        entries = [path for folder in folders for path in sorted(folder.iterdir())] + list(files.snapshot_files())
        recordings = sorted(path for path in files.recording_files() if not path.is_dir())
    for path in entries:
        if HALF_WRITTEN.fullmatch(path.name) and path.is_file():
            yield Finding(Kind.HALF_WRITTEN, f"{path} was never written to its end.", path)
    for path in recordings:
        yield Finding(
            Kind.UNFINISHED_RECORDING, f"{path} was being recorded when MoCam ended; its next start takes it in.", path
        )


def lost_snapshots(catalogue: Catalogue, files: Files) -> Iterable[Finding]:
    """Pictures of events that were forgotten, or of which no row was ever written."""
    with translated(files.snapshots_dir):
        oldest_spared_s = time.time() - SNAPSHOT_SPARED_S
        old = [path for path in files.snapshot_files() if path.stat().st_mtime < oldest_spared_s]
    known = catalogue.snapshots()
    for path in old:
        if path not in known and not HALF_WRITTEN.fullmatch(path.name):
            yield Finding(Kind.SNAPSHOT_WITHOUT_ROW, f"{path} belongs to no event any more.", path)
