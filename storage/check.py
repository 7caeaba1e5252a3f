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
from storage.database import to_us
from storage.files import HALF_WRITTEN, Files, translated
from storage.model import LocalRow

SNAPSHOT_SPARED_S = 3600.0
"""A snapshot is written before its event's row; a young one without row is no finding."""
CLIP_FILE = re.compile(
    r"(?P<camera>[a-z0-9_][a-z0-9_-]*)/(?P<day>\d{4}-\d\d-\d\d)/(?P<event>[a-z]\d{1,15})-(?P<part>\d{1,6})\.mp4"
)
"""A clip's name below the clip folder."""
_USUAL = re.compile(r"[a-z0-9_]+(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
"""A name as rows have it: nothing in it leads elsewhere."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EARLIEST_US, _LATEST_US = (to_us(datetime(year, 1, 1, tzinfo=UTC)) for year in (1970, 2200))


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
    clips = catalogue.local_rows()
    # Names as text: a Path for each of tens of thousands takes longer than all else.
    known = {_name(clip.path, files): clip for clip in clips}
    with translated(files.clips_dir):
        sizes = files.clip_sizes()
    for name, size_bytes in sizes.items():
        clip = known.get(name)
        if clip is None or size_bytes != clip.size_bytes or not size_bytes:
            found += _of_file(Path(name), size_bytes, clip, files)
    for name, clip in known.items():
        if name not in sizes:
            text = f"{name} of event {clip.event_id} is missing."
            found.append(Finding(Kind.ROW_WITHOUT_FILE, text, Path(name), clip.clip_id))
    return (
        *found,
        *(_impossible(clip, files) for clip in clips if not _is_possible(clip)),
        *_without_job(catalogue),
        *_leftovers(files),
        *lost_snapshots(catalogue, files),
    )


def _name(stored: str, files: Files) -> str:
    """The absolute name of a file, as `Files.absolute` gives it, by the short way where a row is as we write them."""
    if _USUAL.fullmatch(stored):
        return f"{files.data_dir}/{stored}"
    return str(files.absolute(stored))


def _of_file(path: Path, size_bytes: int, clip: LocalRow | None, files: Files) -> Iterator[Finding]:
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


def _is_possible(clip: LocalRow) -> bool:
    sound = _EARLIEST_US <= clip.started_us < _LATEST_US and 0 <= clip.duration_s < 1e6 and clip.size_bytes > 0
    return sound and clip.part > 0 and bool(_SHA256.fullmatch(clip.sha256))


def _impossible(clip: LocalRow, files: Files) -> Finding:
    """Values that no camera can have reported: what is left of a damaged page."""
    text = f"The row of clip {clip.event_id}-{clip.part} holds values that cannot be."
    return Finding(Kind.IMPOSSIBLE_ROW, text, files.absolute(clip.path), clip.clip_id)


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
