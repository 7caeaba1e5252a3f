"""Retention: which clips go, here and on the remote, by age, by size and by free disk; a pure plan, then its work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from storage.archive import Archive
from storage.catalogue import Catalogue
from storage.errors import NotFound, StorageError
from storage.files import Files
from storage.model import ArchiveState, Clip, Rules
from storage.preferences import Preferences
from storage.reading import encrypted_bytes

log = logging.getLogger(__name__)

EARLIEST_BELIEVED = datetime(2025, 1, 1, tzinfo=UTC)
CLOCK_SLACK = timedelta(days=1)
REMOTE_AT_ONCE = 500
"""Remote deletions of one run; the rest waits for the next one."""


class Why(StrEnum):
    """The rule that takes a copy."""

    AGE = "age"
    SIZE = "size"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rules would delete; oldest first, except that the disk floor takes archived ones first."""

    local: tuple[Clip, ...]
    remote: tuple[Clip, ...]
    why_local: Mapping[int, Why]
    """By clip_id."""
    why_remote: Mapping[int, Why]

    @property
    def local_bytes(self) -> int:
        return sum(clip.size_bytes for clip in self.local)

    @property
    def remote_bytes(self) -> int:
        """As the provider counts."""
        return sum(encrypted_bytes(clip.size_bytes) for clip in self.remote)

    @property
    def unarchived(self) -> tuple[Clip, ...]:
        """Clips that the disk floor takes before they could be archived: the owner must hear of these."""
        return tuple(clip for clip in self.local if clip.archive is ArchiveState.WAITING)

    @property
    def events(self) -> frozenset[str]:
        return frozenset(clip.event_id for clip in (*self.local, *self.remote))


@dataclass(frozen=True, slots=True)
class Applied:
    """What was deleted in truth."""

    local: tuple[Clip, ...]
    remote: tuple[Clip, ...]
    unarchived: tuple[Clip, ...]
    """Of `local`, those that had no archived copy yet though one was wanted."""
    remote_left: int
    """Remote copies whose deletion waits for the next run."""
    trouble: str
    """Why something could not be deleted, as a sentence; empty when all went well."""


def plan(now_utc: datetime, clips: Iterable[Clip], rules: Rules, free_bytes: int | None) -> Plan:
    """Pure. `clips`: all that have a copy anywhere; `free_bytes`: room on the local disk, None when unknown.

    Kept clips never go. A local copy goes by age or size only when no archived copy is still to come; below the disk
    floor the oldest archived ones go first, then those that were never to be archived, then those that wait for it. A
    remote copy goes only when it is verified.
    """
    by_age = sorted(clips, key=lambda clip: (clip.started_utc, clip.clip_id))
    local = [clip for clip in by_age if clip.path is not None]
    remote = [clip for clip in by_age if clip.archive is ArchiveState.VERIFIED]
    settled = [clip for clip in local if not clip.kept and clip.archive is not ArchiveState.WAITING]
    why_local = _too_old(now_utc, settled, rules.local_days)
    excess = _sum(local) - _sum(local, why_local) - _limit(rules.local_bytes)
    _take(settled, why_local, excess, Why.SIZE)
    if free_bytes is not None:
        short = rules.least_free_bytes - free_bytes - _sum(local, why_local)
        _take(sorted((clip for clip in local if not clip.kept), key=_last_resort), why_local, short, Why.DISK)
    free_to_go = [clip for clip in remote if not clip.kept]
    why_remote = _too_old(now_utc, free_to_go, rules.remote_days)
    excess = _sum_remote(remote) - _sum_remote(remote, why_remote) - _limit(rules.remote_bytes)
    _take(free_to_go, why_remote, excess, Why.SIZE, remote=True)
    return Plan(_chosen(local, why_local), _chosen(remote, why_remote), why_local, why_remote)


def clock_believed(now_utc: datetime, newest_clip_utc: datetime | None) -> bool:
    """False when the wall clock cannot be right: a board without clock chip that has not heard the time yet. Pure."""
    return now_utc >= EARLIEST_BELIEVED and (newest_clip_utc is None or now_utc >= newest_clip_utc - CLOCK_SLACK)


def floor_only(rules: Rules) -> Rules:
    """The rules that need no clock. Without the floor a wrong clock would fill the disk and end all recording. Pure."""
    return replace(rules, local_days=None, local_bytes=None, remote_days=None, remote_bytes=None)


class Retention:
    """Applies the owner's rules."""

    def __init__(self, catalogue: Catalogue, files: Files, archive: Archive, preferences: Preferences) -> None:
        self._catalogue = catalogue
        self._files = files
        self._archive = archive
        self._preferences = preferences
        self._applying = asyncio.Lock()

    def preview(self, rules: Rules, now_utc: datetime) -> Plan:
        """What `apply` would delete under these rules; changes nothing. Raises StorageError. From any thread."""
        clips = self._catalogue.clips_with_copies()
        if not clock_believed(now_utc, self._catalogue.newest_clip_start()):
            log.warning("the clock says %s, which cannot be right: only the disk floor deletes", now_utc.isoformat())
            rules = floor_only(rules)
        found = plan(now_utc, clips, rules, self._files.free_bytes())
        # Without an archive nothing there can be deleted, whatever earlier rows say.
        return found if self._archive.on else replace(found, remote=(), why_remote={})

    async def apply(self, now_utc: datetime) -> Applied:
        """Deletes what the stored rules say. One at a time. Raises StorageError when the plan cannot be made."""
        async with self._applying:
            rules = await asyncio.to_thread(self._preferences.rules)
            found = await asyncio.to_thread(self.preview, rules, now_utc)
            local, trouble = await asyncio.to_thread(self._delete_local, found, now_utc)
            wanted = found.remote[:REMOTE_AT_ONCE]
            remote, remote_trouble = await self._delete_remote(wanted)
        gone = {clip.clip_id for clip in local}
        unarchived = tuple(clip for clip in found.unarchived if clip.clip_id in gone)
        left = len(found.remote) - len(remote)
        return Applied(local, remote, unarchived, left, trouble or remote_trouble)

    def _delete_local(self, found: Plan, now_utc: datetime) -> tuple[tuple[Clip, ...], str]:
        """The file first, then the row.

        A crash between leaves a row without file, which the next start mends; the other way round it would leave a file
        that is taken in anew.
        """
        done: list[Clip] = []
        trouble = ""
        for clip in found.local:
            try:
                if clip.path is not None:
                    self._files.delete(clip.path)
                self._catalogue.local_gone(clip.clip_id, now_utc)
            except StorageError as error:
                log.error("clip %s-%d could not be deleted: %s", clip.event_id, clip.part, error)
                trouble = str(error)
                continue
            done.append(clip)
            log.info("clip %s-%d deleted here (%s)", clip.event_id, clip.part, found.why_local[clip.clip_id])
        return tuple(done), trouble

    async def _delete_remote(self, wanted: Sequence[Clip]) -> tuple[tuple[Clip, ...], str]:
        done: list[Clip] = []
        for clip in wanted:
            try:
                await self._archive.delete(clip)
            except NotFound:
                continue
            except StorageError as error:
                log.warning("archived clip %s-%d could not be deleted: %s", clip.event_id, clip.part, error)
                return tuple(done), str(error)
            done.append(clip)
            log.info("clip %s-%d deleted from the archive", clip.event_id, clip.part)
        return tuple(done), ""


def _too_old(now_utc: datetime, clips: Iterable[Clip], days: float | None) -> dict[int, Why]:
    # Compared in days: an absurdly long limit must not overflow a timedelta.
    return {
        clip.clip_id: Why.AGE
        for clip in clips
        if days is not None and (now_utc - clip.started_utc) / timedelta(days=1) > days
    }


def _take(clips: Iterable[Clip], why: dict[int, Why], bytes_: float, reason: Why, *, remote: bool = False) -> None:
    """Adds clips in their order until `bytes_` are covered."""
    for clip in clips:
        if bytes_ <= 0:
            return
        if clip.clip_id not in why:
            why[clip.clip_id] = reason
            bytes_ -= encrypted_bytes(clip.size_bytes) if remote else clip.size_bytes


def _last_resort(clip: Clip) -> int:
    order = {ArchiveState.VERIFIED: 0, ArchiveState.DELETED: 1, ArchiveState.OFF: 1, ArchiveState.WAITING: 2}
    return order[clip.archive]


def _limit(limit: int | None) -> float:
    return float("inf") if limit is None else limit


def _sum(clips: Iterable[Clip], among: Mapping[int, Why] | None = None) -> int:
    return sum(clip.size_bytes for clip in clips if among is None or clip.clip_id in among)


def _sum_remote(clips: Iterable[Clip], among: Mapping[int, Why] | None = None) -> int:
    return sum(encrypted_bytes(clip.size_bytes) for clip in clips if among is None or clip.clip_id in among)


def _chosen(clips: Iterable[Clip], why: Mapping[int, Why]) -> tuple[Clip, ...]:
    by_id = {clip.clip_id: clip for clip in clips}
    return tuple(by_id[clip_id] for clip_id in why)
