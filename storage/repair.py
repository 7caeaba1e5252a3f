"""Mends what `check` found: rows are made of files and corrected by them; no clip's only copy is ever deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.catalogue import Catalogue, digest
from storage.check import CLIP_FILE, Finding, Kind, Probe
from storage.errors import StorageError
from storage.files import Files, translated
from storage.mending import Mending
from storage.model import ArchiveState, Clip, NewClip

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one finding."""

    sentence: str
    mended: bool
    adopted: str = ""
    """The event whose clip was taken in; else empty."""


class Repair:
    """Under the lock of the data folder. `probe` gives None for what is no video that plays.

    `chats` get the alert of an event that had no row: nobody told them of it.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        files: Files,
        mending: Mending,
        probe: Callable[[Path], Probe | None],
        chats: Collection[int] = (),
        *,
        archive: bool,
    ) -> None:
        self._catalogue = catalogue
        self._files = files
        self._mending = mending
        self._probe = probe
        self._chats = chats
        self._archive = archive

    def mend(self, found: Iterable[Finding]) -> tuple[Said, ...]:
        """What it did and what it leaves to the owner. One that cannot be mended stops no other."""
        said = []
        for finding in found:
            try:
                said.append(self._mended(finding))
            except StorageError as error:
                said.append(Said(f"{finding.sentence} It could not be mended: {error}", mended=False))
            log.warning("check: %s", said[-1].sentence)
        return tuple(said)

    def _mended(self, finding: Finding) -> Said:
        how = {
            Kind.FILE_WITHOUT_ROW: self._adopt,
            Kind.EMPTY_FILE: self._drop_empty,
            Kind.HALF_WRITTEN: self._drop_half_written,
            Kind.ROW_WITHOUT_FILE: self._mark_gone,
            Kind.WRONG_SIZE: self._settle_size,
            Kind.WRONG_CONTENT: self._settle_size,
            Kind.IMPOSSIBLE_ROW: self._believe_file,
            Kind.ROW_WITHOUT_JOB: self._give_job,
            Kind.SNAPSHOT_WITHOUT_ROW: self._drop_snapshot,
        }.get(finding.kind)
        return Said(finding.sentence, mended=False) if how is None else how(finding)

    # -- files without rows --------------------------------------------------------------------------------------

    def _adopt(self, finding: Finding) -> Said:
        """A crash came between the file's rename and its row: the row is made from what name and file tell."""
        path = _path(finding)
        name = CLIP_FILE.fullmatch(self._files.clip_name(path))
        probed = self._probe(path)
        if name is None or probed is None:
            return Said(
                f"{path} is a clip that no row knows, and no video that plays. It was left alone.", mended=False
            )
        event_id, part = name["event"], int(name["part"])
        event = self._catalogue.event(event_id)
        known = None if event is None else next((clip for clip in event.parts if clip.part == part), None)
        if known is not None:
            return self._rejoin(path, known)
        started_utc, written_utc = _times(path, probed)
        if event is None:
            picture = self._files.snapshot_of(event_id)
            self._catalogue.open_event(event_id, name["camera"], started_utc, picture, self._chats)
            self._catalogue.close_event(event_id, written_utc, probed.duration_s)
        new = NewClip(event_id, part, path, started_utc, *_shape(probed))
        self._catalogue.add_clip(new, archive=self._archive)
        return Said(f"{path} was not in the catalogue. It is now.", mended=True, adopted=event_id)

    def _rejoin(self, path: Path, known: Clip) -> Said:
        """The row is there and says that the clip lies elsewhere, or nowhere."""
        if known.path is not None and known.path.exists():
            return Said(f"{path} is a second copy of a clip whose row is elsewhere. It was left alone.", mended=False)
        if digest(path) != (known.sha256, known.size_bytes):
            return Said(f"{path} is not the clip that its row tells of. It was left alone.", mended=False)
        self._mending.lies_here(known.clip_id, path)
        if self._archive and known.archive is ArchiveState.DELETED:
            self._mending.send_again(known.clip_id)
        return Said(f"{path} was not where its row said. The row is right now.", mended=True, adopted=known.event_id)

    def _drop_empty(self, finding: Finding) -> Said:
        self._files.delete(_path(finding))
        if finding.clip_id is not None:
            self._catalogue.local_gone(finding.clip_id, datetime.now(UTC))
        return Said(f"{finding.sentence} There was nothing in it; it was deleted.", mended=True)

    def _drop_half_written(self, finding: Finding) -> Said:
        self._files.delete_half_written(_path(finding))
        return Said(f"{finding.sentence} It was deleted.", mended=True)

    def _drop_snapshot(self, finding: Finding) -> Said:
        self._files.delete(_path(finding))
        return Said(f"{finding.sentence} It was deleted.", mended=True)

    # -- rows that are not true ----------------------------------------------------------------------------------

    def _mark_gone(self, finding: Finding) -> Said:
        clip = self._clip(finding)
        # An earlier finding may have told the row where the file is.
        if clip.path is None or clip.path.exists():
            return Said(f"{finding.sentence} Its row is right by now.", mended=True)
        self._catalogue.local_gone(clip.clip_id, datetime.now(UTC))
        left = "the archive has it" if clip.archive is ArchiveState.VERIFIED else "there is no other copy"
        return Said(f"{finding.sentence} Its row says so now; {left}.", mended=True)

    def _settle_size(self, finding: Finding) -> Said:
        """The file was changed from outside, or the disk lost its end."""
        path, clip = _path(finding), self._clip(finding)
        if clip.archive is ArchiveState.VERIFIED:
            aside = self._files.put_aside(path)
            self._mending.left_here(clip.clip_id)
            return Said(f"{finding.sentence} The archive has it whole; the file here lies in {aside} now.", mended=True)
        if self._probe(path) is None:
            return Said(
                f"{finding.sentence} It does not play, and there is no other copy. It was left alone.", mended=False
            )
        return self._believe_file(finding)

    def _believe_file(self, finding: Finding) -> Said:
        clip = self._clip(finding)
        probed = None if clip.path is None or not clip.path.is_file() else self._probe(clip.path)
        if clip.path is None or probed is None:
            return Said(f"{finding.sentence} There is no file here to put it right. It was left alone.", mended=False)
        started_utc, _ = _times(clip.path, probed)
        sha256, size_bytes = digest(clip.path)
        anew = self._archive and clip.archive is not ArchiveState.VERIFIED
        self._mending.is_as_file(clip.clip_id, started_utc, probed.duration_s, size_bytes, sha256, archive=anew)
        return Said(f"{finding.sentence} The row tells now what the file is.", mended=True)

    def _give_job(self, finding: Finding) -> Said:
        self._mending.send_again(self._clip(finding).clip_id)
        return Said(f"{finding.sentence} It is sent now.", mended=True)

    def _clip(self, finding: Finding) -> Clip:
        clip = None if finding.clip_id is None else self._catalogue.clip(finding.clip_id)
        if clip is None:
            raise StorageError("its row is gone.")
        return clip


def _path(finding: Finding) -> Path:
    if finding.path is None:
        raise StorageError("it names no file.")
    return finding.path


def _times(path: Path, probed: Probe) -> tuple[datetime, datetime]:
    """When the clip began and ended, by what the file says of itself, else by when it was written."""
    length = timedelta(seconds=probed.duration_s)
    if probed.started_utc is not None:
        return probed.started_utc, probed.started_utc + length
    with translated(path):
        written_utc = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return written_utc - length, written_utc


def _shape(probed: Probe) -> tuple[float, str, int, int]:
    return probed.duration_s, probed.codec, probed.width, probed.height
