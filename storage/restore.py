"""Brings clips back from the archive into a data folder that MoCam can go on with, each compared with its sha256.

Every verdict is about one clip; one bad clip stops no other. Nothing at the remote is changed.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path, PurePosixPath

from storage.catalogue import digest
from storage.check import Probe
from storage.errors import ArchiveCorrupt, DiskFull, NotFound
from storage.files import Files, translated
from storage.listing import Contents, Entry, Item, State
from storage.rclone import Rclone
from storage.rebuild import Rebuild
from storage.seal import SUFFIX

log = logging.getLogger(__name__)

SPARE_BYTES = 200_000_000
"""Room that a restore leaves on the disk."""


class Verdict(StrEnum):
    """What became of one clip."""

    RESTORED = "restored"
    """Fetched, and its sha256 is that of its day's list."""
    HERE = "here"
    """It was here already, and is what the list says."""
    UNPROVED = "unproved"
    """Fetched and plays, but no list names it."""
    MISSING = "missing"
    CUT = "cut"
    TAMPERED = "tampered"
    SWAPPED = "swapped"
    SEALED = "sealed"
    """Sealed, and this kit has no key of the seal, or another one."""


_FOREIGN = "decrypts, but is not what was recorded: another file was put in its place"
GOOD = frozenset({Verdict.RESTORED, Verdict.HERE})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict about one clip, with a sentence when it is not good."""

    entry: Entry
    verdict: Verdict
    sentence: str = ""


class Restore:
    """One restore into `files`, whose folder is locked by the caller. `probe` gives None for what does not play.

    `unseal(source, target)` opens a sealed file and raises ArchiveCorrupt; None: the kit has no key of the seal.
    """

    def __init__(
        self,
        rclone: Rclone,
        files: Files,
        rebuild: Rebuild,
        found: Contents,
        probe: Callable[[Path], Probe | None],
        unseal: Callable[[Path, Path], None] | None = None,
    ) -> None:
        self._rclone = rclone
        self._files = files
        self._rebuild = rebuild
        self._found = found
        self._probe = probe
        self._unseal = unseal
        entries = [item.entry for item in found.items]
        self._by_sealed_sha256 = {entry.sealed_sha256: entry for entry in entries if entry.sealed_sha256}
        self._by_sha256 = {item.entry.sha256: item.entry for item in found.items if item.entry.sha256}

    def catalogue(self) -> int:
        """Rows for all that is in the archive, also for what is not fetched; returns how many events."""
        there = [item.entry for item in self._found.items if item.state is State.THERE]
        return self._rebuild.add(there, self._found.lists)

    def needed_bytes(self, items: Iterable[Item]) -> int:
        """Room that these need. Raises DiskFull when there is less."""
        needed = sum(item.entry.size_bytes for item in items if item.state is not State.MISSING)
        free = self._files.free_bytes()
        if free < needed + SPARE_BYTES:
            raise DiskFull(
                f"{self._files.data_dir} has {free / 1e9:.1f} GB free, and {needed / 1e9:.1f} GB are to come. "
                "Choose fewer days, or another disk."
            )
        return needed

    async def bring(self, item: Item) -> Outcome:
        """One clip. Raises ArchiveUnreachable and ArchiveRefused, DiskFull, StorageError: then none of the others
        would come either."""
        entry = item.entry
        if item.state is State.MISSING:
            return Outcome(entry, Verdict.MISSING, "is in the list of its day but not in the archive any more")
        path = self._files.clip_path(entry.camera, entry.event_id, entry.part, entry.started_utc)
        if entry.sha256 and path.exists() and digest(path) == (entry.sha256, path.stat().st_size):
            self._rebuild.holds(entry, path, self._probe(path))
            return Outcome(entry, Verdict.HERE)
        with translated(self._files.scratch_dir):
            folder = Path(tempfile.mkdtemp(prefix="restore-", dir=self._files.scratch_dir))
        try:
            return await self._fetched(item, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _fetched(self, item: Item, folder: Path) -> Outcome:
        entry = item.entry
        fetched = folder / PurePosixPath(entry.name).name
        try:
            await self._rclone.fetch(entry.name, fetched, max(entry.size_bytes, 0))
        except ArchiveCorrupt:
            if item.state is State.CUT:
                return _cut(entry)
            return Outcome(entry, Verdict.TAMPERED, "does not decrypt: it was changed in the archive")
        except NotFound:
            return Outcome(entry, Verdict.MISSING, "vanished from the archive while it was being fetched")
        return self._judged(item, fetched) if fetched.suffix != SUFFIX else self._unsealed(item, fetched)

    def _unsealed(self, item: Item, fetched: Path) -> Outcome:
        """Whether it is what was sent is known before it is opened: so a key that does not fit is told from harm."""
        entry = item.entry
        sha256, size_bytes = digest(fetched)
        if item.state is State.UNLISTED:
            item = Item(replace(entry, sealed_bytes=size_bytes, sealed_sha256=sha256), item.state)
        elif sha256 != entry.sealed_sha256:
            other = self._by_sealed_sha256.get(sha256)
            if other is not None:
                return _swapped(entry, other)
            return _cut(entry) if size_bytes < entry.archived_bytes else Outcome(entry, Verdict.SWAPPED, _FOREIGN)
        if self._unseal is None:
            return Outcome(entry, Verdict.SEALED, "is sealed, and this kit has no key of the seal")
        plain = fetched.with_suffix("")
        try:
            self._unseal(fetched, plain)
        except ArchiveCorrupt:
            return Outcome(entry, Verdict.SEALED, "is sealed to another key than that of this kit")
        return self._judged(item, plain)

    def _judged(self, item: Item, plain: Path) -> Outcome:
        entry = item.entry
        sha256, size_bytes = digest(plain)
        if item.state is State.UNLISTED:
            return self._unlisted(entry, plain, sha256)
        if sha256 == entry.sha256:
            self._take(entry, plain)
            return Outcome(entry, Verdict.RESTORED)
        other = self._by_sha256.get(sha256)
        if other is not None:
            return _swapped(entry, other)
        return _cut(entry) if size_bytes < entry.size_bytes else Outcome(entry, Verdict.SWAPPED, _FOREIGN)

    def _unlisted(self, entry: Entry, plain: Path, sha256: str) -> Outcome:
        """A clip that came after the last list, or whose list is gone; or somebody's copy of another one."""
        other = self._by_sha256.get(sha256)
        probed = self._probe(plain)
        if other is not None:
            return Outcome(entry, Verdict.SWAPPED, f"is a copy of #{other.event_id} under another name")
        if probed is None:
            return Outcome(entry, Verdict.TAMPERED, "is in no list and does not play")
        # The name tells the day only; the file's time there, which rclone keeps, is that of its end.
        ended_utc = datetime.fromtimestamp(plain.stat().st_mtime, UTC)
        by_time = ended_utc - timedelta(seconds=probed.duration_s)
        started_utc = by_time if f"{by_time:%Y/%m/%d}" == entry.day else entry.started_utc
        size_bytes = plain.stat().st_size
        known = replace(
            entry, started_utc=started_utc, duration_s=probed.duration_s, sha256=sha256, size_bytes=size_bytes
        )
        self._rebuild.add([known], {})
        self._take(known, plain)
        return Outcome(entry, Verdict.UNPROVED, "is in no list, so there was nothing to compare it with; it plays")

    def _take(self, entry: Entry, plain: Path) -> None:
        probed = self._probe(plain)
        path = self._files.publish(plain, entry.camera, entry.event_id, entry.part, entry.started_utc)
        self._rebuild.holds(entry, path, probed)


def _swapped(entry: Entry, other: Entry) -> Outcome:
    what = f"holds the clip of #{other.event_id} of {other.started_utc:%Y-%m-%d %H:%M} UTC: files were swapped"
    return Outcome(entry, Verdict.SWAPPED, what)


def _cut(entry: Entry) -> Outcome:
    return Outcome(entry, Verdict.CUT, "is cut short: the archive holds only a part of it")


def by_verdict(outcomes: Iterable[Outcome]) -> Mapping[Verdict, int]:
    """How many of each, in the order of Verdict. Pure."""
    counts = dict.fromkeys(Verdict, 0)
    for outcome in outcomes:
        counts[outcome.verdict] += 1
    return {verdict: count for verdict, count in counts.items() if count}
