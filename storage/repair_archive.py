"""Mends what `check_archive` found: sends again what the archive lost, and learns from it what no row knows.

Nothing in the archive is deleted or changed here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from storage.archive_queue import ArchiveQueue
from storage.catalogue import Catalogue
from storage.check import Finding, Kind
from storage.errors import StorageError
from storage.listing import Contents, Entry, State
from storage.mending import Mending
from storage.model import Clip
from storage.rebuild import Rebuild
from storage.repair import Said

log = logging.getLogger(__name__)


class ArchiveRepair:
    """Under the lock of the data folder."""

    def __init__(self, catalogue: Catalogue, queue: ArchiveQueue, mending: Mending, rebuild: Rebuild) -> None:
        self._catalogue = catalogue
        self._queue = queue
        self._mending = mending
        self._rebuild = rebuild

    def mend(self, findings: Iterable[Finding], found: Contents) -> tuple[Said, ...]:
        """What it did and what it leaves to the owner. One that cannot be mended stops no other."""
        entries = {item.entry.name: item.entry for item in found.items if item.state is State.THERE}
        unknown = [one.remote_name for one in findings if one.kind is Kind.ARCHIVED_WITHOUT_ROW]
        self._rebuild.add([entries[name] for name in unknown if name in entries], {})
        self._mending.lists_there(found.lists)
        said = [self._said(finding, entries) for finding in findings]
        for one in said:
            log.warning("check: %s", one.sentence)
        return tuple(said)

    def _said(self, finding: Finding, entries: Mapping[str, Entry]) -> Said:
        try:
            return self._mended(finding, entries)
        except StorageError as error:
            return Said(f"{finding.sentence} It could not be mended: {error}", mended=False)

    def _mended(self, finding: Finding, entries: Mapping[str, Entry]) -> Said:
        match finding.kind:
            case Kind.ARCHIVED_WITHOUT_ROW:
                return Said(f"{finding.sentence} It is in the catalogue now.", mended=True, adopted=finding.remote_name)
            case Kind.ARCHIVED_ALREADY:
                clip_id = self._clip(finding).clip_id
                self._mending.is_archived_as(clip_id, entries[finding.remote_name])
                self._queue.verified([(clip_id, "size")], datetime.now(UTC))
                return Said(f"{finding.sentence} It does now.", mended=True)
            case Kind.NOT_IN_ARCHIVE | Kind.WRONG_IN_ARCHIVE:
                return self._lost(finding, self._clip(finding))
        return Said(finding.sentence, mended=False)

    def _lost(self, finding: Finding, clip: Clip) -> Said:
        if clip.path is not None and clip.path.is_file() and clip.path.stat().st_size == clip.size_bytes:
            self._mending.send_again(clip.clip_id)
            return Said(f"{finding.sentence} It is sent again.", mended=True)
        if finding.kind is Kind.WRONG_IN_ARCHIVE:
            return Said(f"{finding.sentence} There is no other copy, so it was left alone.", mended=False)
        self._catalogue.remote_gone(clip.clip_id, datetime.now(UTC))
        return Said(f"{finding.sentence} There is no other copy; its row says so now.", mended=True)

    def _clip(self, finding: Finding) -> Clip:
        clip = None if finding.clip_id is None else self._catalogue.clip(finding.clip_id)
        if clip is None:
            raise StorageError("its row is gone.")
        return clip
