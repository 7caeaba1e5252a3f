"""Rows against files: every file in the clip folder has a row, every row's file is there; what differs is named."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from storage.catalogue import Catalogue
from storage.database import Database
from storage.errors import StorageError
from storage.files import Files, translated
from storage.model import NewClip

log = logging.getLogger(__name__)

SNAPSHOT_SPARED_S = 3600.0
"""A snapshot is written before its event's row; a young one without row is no finding."""
_CLIP = re.compile(r"(?P<camera>[a-z0-9_-]+)/\d{4}-\d\d-\d\d/(?P<event>[a-z]\d+)-(?P<part>\d+)\.mp4")


class Kind(StrEnum):
    """What can differ."""

    DAMAGED_DATABASE = "damaged database"
    FILE_WITHOUT_ROW = "file without row"
    STRANGE_FILE = "strange file"
    ROW_WITHOUT_FILE = "row without file"
    WRONG_SIZE = "wrong size"
    SNAPSHOT_WITHOUT_ROW = "snapshot without row"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; `sentence` is for people."""

    kind: Kind
    sentence: str
    path: Path | None = None
    clip_id: int | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """What a video file is, as far as its row needs it."""

    duration_s: float
    codec: str
    width: int
    height: int


def findings(db: Database, catalogue: Catalogue, files: Files) -> tuple[Finding, ...]:
    """Everything that differs, in one pass over rows and files. Changes nothing. Raises StorageError."""
    damage = db.damage()
    found = [Finding(Kind.DAMAGED_DATABASE, f"The database is damaged: {damage}.")] if damage else []
    known = {clip.path: clip for clip in catalogue.local_clips() if clip.path is not None}
    with translated(files.clips_dir):
        sizes = {path: path.stat().st_size for path in files.clip_files()}
    for path, size_bytes in sizes.items():
        clip = known.get(path)
        if clip is None:
            found.append(_unknown(path, files))
        elif size_bytes != clip.size_bytes:
            text = f"{path} has {size_bytes} bytes and should have {clip.size_bytes}."
            found.append(Finding(Kind.WRONG_SIZE, text, path, clip.clip_id))
    for path, clip in known.items():
        if path not in sizes:
            text = f"{path} of event {clip.event_id} is missing."
            found.append(Finding(Kind.ROW_WITHOUT_FILE, text, path, clip.clip_id))
    return (*found, *lost_snapshots(catalogue, files))


def _unknown(path: Path, files: Files) -> Finding:
    if _CLIP.fullmatch(path.relative_to(files.clips_dir).as_posix()):
        return Finding(Kind.FILE_WITHOUT_ROW, f"{path} is a clip that no row knows.", path)
    return Finding(Kind.STRANGE_FILE, f"{path} is not one of MoCam's files.", path)


def lost_snapshots(catalogue: Catalogue, files: Files) -> Iterable[Finding]:
    """Pictures of events that were forgotten, or of which no row was ever written."""
    with translated(files.snapshots_dir):
        oldest_spared_s = time.time() - SNAPSHOT_SPARED_S
        old = [path for path in files.snapshot_files() if path.stat().st_mtime < oldest_spared_s]
    known = catalogue.snapshots()
    for path in old:
        if path not in known:
            yield Finding(Kind.SNAPSHOT_WITHOUT_ROW, f"{path} belongs to no event any more.", path)


def mend(
    found: Iterable[Finding],
    catalogue: Catalogue,
    files: Files,
    probe: Callable[[Path], Probe | None],
    *,
    archive: bool,
) -> tuple[str, ...]:
    """Takes in clips without row, marks rows without file, deletes pictures of forgotten events.

    Returns what it did and what it leaves to the owner, as sentences. At start-up, under the lock. `probe` gives None
    for what is no video.
    """
    said = []
    for finding in found:
        try:
            said.append(_mended(finding, catalogue, files, probe, archive=archive))
        except StorageError as error:
            said.append(f"{finding.sentence} It could not be mended: {error}")
    for sentence in said:
        log.warning("check: %s", sentence)
    return tuple(said)


def _mended(
    finding: Finding, catalogue: Catalogue, files: Files, probe: Callable[[Path], Probe | None], *, archive: bool
) -> str:
    if finding.kind is Kind.FILE_WITHOUT_ROW and finding.path is not None:
        return _adopt(finding.path, catalogue, files, probe(finding.path), archive=archive)
    if finding.kind is Kind.ROW_WITHOUT_FILE and finding.clip_id is not None:
        catalogue.local_gone(finding.clip_id, datetime.now(UTC))
        return f"{finding.sentence} Its row says so now."
    if finding.kind is Kind.SNAPSHOT_WITHOUT_ROW and finding.path is not None:
        files.delete(finding.path)
        return f"{finding.sentence} It was deleted."
    return finding.sentence


def _adopt(path: Path, catalogue: Catalogue, files: Files, probed: Probe | None, *, archive: bool) -> str:
    """A crash came between the file's rename and its row: the row is made from what name and file tell."""
    name = _CLIP.fullmatch(path.relative_to(files.clips_dir).as_posix())
    if name is None or probed is None:
        return f"{path} is a clip that no row knows, and no video that can be played. It was left alone."
    with translated(path):
        written_utc = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    started_utc = written_utc - timedelta(seconds=probed.duration_s)
    event = catalogue.event(name["event"])
    if event is None:
        catalogue.open_event(name["event"], name["camera"], started_utc, None, ())
        catalogue.close_event(name["event"], written_utc, probed.duration_s)
    elif any(clip.part == int(name["part"]) for clip in event.parts):
        return f"{path} is a second copy of a clip whose row is elsewhere. It was left alone."
    new = NewClip(name["event"], int(name["part"]), path, started_utc, *_shape(probed))
    catalogue.add_clip(new, archive=archive)
    return f"{path} was not in the catalogue. It is now."


def _shape(probed: Probe) -> tuple[float, str, int, int]:
    return probed.duration_s, probed.codec, probed.width, probed.height
