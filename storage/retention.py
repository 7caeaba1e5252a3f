"""Retention: which clips go, here and on the remote, by age, by size and by free disk; a pure plan, then its work."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from storage.archive import Archive
from storage.catalogue import Catalogue
from storage.clock import MADE_UTC, clock_believed
from storage.database import from_us, to_us
from storage.errors import NotFound, StorageError
from storage.files import Files
from storage.memory import Room
from storage.model import BEFORE_ALL, LAST_ID, ArchiveState, Clip, Copy, Heap, Rules, Stock
from storage.preferences import Preferences
from storage.reading import encrypted_bytes

log = logging.getLogger(__name__)

LEAST_FREE_FILES = 1_000
"""Inodes that are kept free; an event needs half a dozen on its way."""
DIRE = 0.25
"""Share of the disk floor below which a clip that is nowhere else goes even if the owner could not be told."""
DIRE_FOR_S = 120.0
"""So long it must have been so: a program that has just begun may reach the archive and the owner in a moment."""
REMOTE_AT_ONCE = 500
"""Remote deletions of one run; the rest waits for the next one."""


_MADE_US = to_us(MADE_UTC)


class Why(StrEnum):
    """The rule that takes a copy."""

    AGE = "age"
    SIZE = "size"
    DISK = "disk"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rules would delete; oldest first, except that the disk floor takes archived ones first."""

    local: tuple[Copy, ...]
    local_bytes: int
    why_local: Mapping[int, Why]
    """By clip_id."""
    remote: tuple[Copy, ...]
    """The oldest REMOTE_AT_ONCE: more are not deleted in one run."""
    remote_count: int
    """All that would go, in this run and the next ones."""
    remote_bytes: int
    """Of all these, as the provider counts."""
    oldest_left_utc: datetime | None
    """Start of the oldest copy that would be left, here or there; None: none would be."""

    def without_remote(self) -> Plan:
        """The part of it that is about this machine."""
        return replace(self, remote=(), remote_count=0, remote_bytes=0)


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


def plan(
    now_utc: datetime,
    stock: Stock,
    rules: Rules,
    free_bytes: int | None,
    short_files: int = 0,
    *,
    may_lose: bool = True,
    memory: Room | None = None,
) -> Plan:
    """Pure. `free_bytes`: room on the local disk, None when unknown; `short_files`: so many files must go in any case.

    Not `may_lose`: the disk floor stops at clips that still wait for the archive. `memory`: how full the memory is that
    clips are kept in; it gives archived ones up by and by, kept ones too, and others only when it must.

    Kept clips never go otherwise. A local copy goes by age or size only when no archived copy is still to come; below
    the disk floor the oldest archived ones go first, then those that were never to be archived, then those that wait
    for it. A remote copy goes only when it is verified. Copies are looked at from the oldest on, and only as far as
    they go; what a later run takes of the archive, in heaps.
    """
    here = _Taking(now_utc, rules.local_days, stock.local_bytes - _limit(rules.local_bytes))
    for copy in stock.local_copies():
        if not here.look(copy, copy.size_bytes, may_go=not copy.kept and copy.archive != ArchiveState.WAITING):
            break
    short = 0 if free_bytes is None else rules.least_free_bytes - free_bytes - here.taken_bytes
    if short > 0 or short_files > here.count:
        on_disk = (copy for copy in stock.local_copies() if not copy.in_memory)
        _take_for_floor(here, on_disk, short, short_files, may_lose=may_lose)
    if memory is not None:
        _take_for_memory(here, stock, memory, may_lose=may_lose)
    if Why.DISK in here.why.values() or Why.MEMORY in here.why.values():
        here.left_us = min(
            (copy.started_us for copy in stock.local_copies() if copy.clip_id not in here.why), default=None
        )
    there = _Taking(now_utc, rules.remote_days, stock.remote_bytes - _limit(rules.remote_bytes), REMOTE_AT_ONCE)
    _take_remote(there, stock)
    left = [first.left_us for first in (here, there) if first.left_us is not None]
    return Plan(
        local=tuple(here.taken),
        local_bytes=here.taken_bytes,
        why_local=here.why,
        remote=tuple(there.taken),
        remote_count=there.count,
        remote_bytes=there.taken_bytes,
        oldest_left_utc=from_us(min(left)) if left else None,
    )


class _Taking:
    """Goes through copies from the oldest on and takes those that an age and a size limit do not allow."""

    def __init__(self, now_utc: datetime, days: float | None, excess_bytes: float, most: int | None = None) -> None:
        # In floats: an absurdly long limit must not overflow a timedelta.
        self._old_us = -math.inf if days is None else to_us(now_utc) - days * 86_400_000_000
        self._excess_bytes = excess_bytes
        self._most = most
        self.taken: list[Copy] = []
        self.why: dict[int, Why] = {}
        self.count = 0
        self.taken_bytes = 0
        self.left_us: int | None = None
        """Start of the oldest one that stays."""

    def look(self, copy: Copy, bytes_: int, *, may_go: bool) -> bool:
        """False: neither this one nor a younger one has to go."""
        # What was recorded before the clock was set is of an age that nobody knows.
        dated = copy.started_us >= _MADE_US
        why = Why.AGE if dated and copy.started_us < self._old_us else Why.SIZE if self._excess_bytes > 0 else None
        if why is None or not may_go:
            self.left_us = copy.started_us if self.left_us is None else self.left_us
            return why is not None or not dated
        self._excess_bytes -= bytes_
        self.take(copy, bytes_, why)
        return True

    def take_heap(self, heap: Heap) -> bool:
        """Counts all of a heap that may go; False: some of it may have to stay, look at each.

        What it does is what `look` would do with each of its copies in turn.
        """
        too_old = heap.first_us >= _MADE_US and heap.last_us < self._old_us
        if not too_old and self._excess_bytes <= heap.size_bytes:
            return False
        self.left_us = heap.first_kept_us if self.left_us is None else self.left_us
        self._excess_bytes -= heap.size_bytes
        self.count += heap.copies
        self.taken_bytes += heap.size_bytes
        return True

    @property
    def is_full(self) -> bool:
        """Further copies are only counted."""
        return self._most is not None and self.count >= self._most

    def take(self, copy: Copy, bytes_: int, why: Why) -> None:
        self.count += 1
        self.taken_bytes += bytes_
        if self._most is None or self.count <= self._most:
            self.taken.append(copy)
            self.why[copy.clip_id] = why


def _take_remote(there: _Taking, stock: Stock) -> None:
    """Copy by copy as many as one run takes, then in heaps, and the heap in which it ends copy by copy again."""
    place = BEFORE_ALL
    for copy in stock.remote_copies(place):
        if not there.look(copy, encrypted_bytes(copy.size_bytes), may_go=not copy.kept):
            return
        place = (copy.started_us, copy.clip_id)
        if there.is_full:
            break
    for heap in stock.remote_heaps(place):
        if not there.take_heap(heap):
            break
        place = (heap.last_us, LAST_ID)
    for copy in stock.remote_copies(place):
        if not there.look(copy, encrypted_bytes(copy.size_bytes), may_go=not copy.kept):
            return


def _take_for_floor(
    here: _Taking, copies: Iterable[Copy], short: int, short_files: int = 0, *, may_lose: bool = True
) -> None:
    """Adds copies until `short` bytes more and `short_files` in all are covered; archived ones first."""
    for copy in sorted(copies, key=_last_resort):
        if copy.clip_id in here.why:
            continue
        may_go = not copy.kept and (may_lose or copy.archive != ArchiveState.WAITING)
        if may_go and (short > 0 or here.count < short_files):
            here.take(copy, copy.size_bytes, Why.DISK)
            short -= copy.size_bytes


def _take_for_memory(here: _Taking, stock: Stock, memory: Room, *, may_lose: bool) -> None:
    """Adds archived copies until it is roomy, and only until there is room to record those that are nowhere else."""
    copies = [copy for copy in stock.local_copies() if copy.in_memory]
    free_bytes = memory.free_bytes + sum(copy.size_bytes for copy in copies if copy.clip_id in here.why)
    for copy in sorted(copies, key=_last_resort):
        if copy.clip_id in here.why:
            continue
        archived = copy.archive == ArchiveState.VERIFIED
        may_go = archived or (not copy.kept and (may_lose or copy.archive != ArchiveState.WAITING))
        if may_go and free_bytes < (memory.roomy_bytes if archived else memory.reserve_bytes):
            here.take(copy, copy.size_bytes, Why.MEMORY)
            free_bytes += copy.size_bytes


def floor_only(rules: Rules) -> Rules:
    """The rules that need no clock. Without the floor a wrong clock would fill the disk and end all recording. Pure."""
    return replace(rules, local_days=None, local_bytes=None, remote_days=None, remote_bytes=None)


class Retention:
    """Applies the owner's rules."""

    def __init__(
        self,
        catalogue: Catalogue,
        files: Files,
        archive: Archive,
        preferences: Preferences,
        distrust: Callable[[], str] | None = None,
        warned: Callable[[], bool] = lambda: True,
        mono_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`distrust`: why the wall clock is not to be trusted, as half a sentence; empty: it is; None: the newest clip
        decides. `warned`: whether the owner has heard that clips which are nowhere else are about to go; asked, it
        tells them. Both from any thread.
        """
        self._distrust = distrust
        self._warned = warned
        self._catalogue = catalogue
        self._files = files
        self._archive = archive
        self._preferences = preferences
        self._mono_s = mono_s
        self._dire_since_s: float | None = None
        self._applying = asyncio.Lock()

    def preview(self, rules: Rules, now_utc: datetime, *, may_lose: bool = True) -> Plan:
        """What `apply` would delete under these rules; deletes nothing. Raises StorageError. From any thread."""
        if why := self._clock_trouble(now_utc):
            log.warning("the clock %s (%s): only the disk floor deletes", why, now_utc.isoformat())
            rules = floor_only(rules)
        free_files = self._files.free_files()
        short_files = 0 if free_files is None else max(0, LEAST_FREE_FILES - free_files)
        stock, free_bytes = self._catalogue.stock(), self._files.disk_free_bytes()
        room = self._files.memory_room()
        found = plan(now_utc, stock, rules, free_bytes, short_files, may_lose=may_lose, memory=room)
        # Without an archive nothing there can be deleted, whatever earlier rows say.
        return found if self._archive.on else found.without_remote()

    async def apply(self, now_utc: datetime) -> Applied:
        """Deletes what the stored rules say. One at a time. Raises StorageError when the plan cannot be made."""
        async with self._applying:
            rules = await asyncio.to_thread(self._preferences.rules)
            found = await asyncio.to_thread(self._allowed, rules, now_utc)
            local, trouble = await asyncio.to_thread(self._delete_local, found, now_utc)
            remote, remote_trouble = await self._delete_remote(found.remote)
        unarchived = tuple(clip for clip in local if clip.archive is ArchiveState.WAITING)
        left = found.remote_count - len(remote)
        return Applied(local, remote, unarchived, left, trouble or remote_trouble)

    def _clock_trouble(self, now_utc: datetime) -> str:
        if self._distrust is not None:
            return self._distrust()
        return "" if clock_believed(now_utc, self._catalogue.newest_clip_start()) else "cannot be right"

    def _allowed(self, rules: Rules, now_utc: datetime) -> Plan:
        """What may be deleted now: the last copy of a clip only once the owner has heard of it, or in dire need."""
        found = self.preview(rules, now_utc)
        loses = any(copy.archive == ArchiveState.WAITING for copy in found.local)
        if not (loses or self._runs_short(rules)) or self._warned() or not loses:
            return found
        if self._is_dire(rules):
            log.error("there is all but no room and the owner could not be told: clips that are nowhere else go")
            return found
        return self.preview(rules, now_utc, may_lose=False)

    def _is_dire(self, rules: Rules) -> bool:
        """Whether hardly any room has been left for a while."""
        free_bytes, floor_bytes = self._room(rules)
        if free_bytes >= floor_bytes * DIRE:
            self._dire_since_s = None
            return False
        now_s = self._mono_s()
        self._dire_since_s = now_s if self._dire_since_s is None else self._dire_since_s
        return now_s - self._dire_since_s >= DIRE_FOR_S

    def _runs_short(self, rules: Rules) -> bool:
        """Whether the floor is near, and little is left that could go without loss."""
        free_bytes, floor_bytes = self._room(rules)
        if free_bytes >= 2 * floor_bytes:
            return False
        sparable, waiting = self._catalogue.local_sparable()
        return waiting > 0 and free_bytes + sparable < 2 * floor_bytes

    def _room(self, rules: Rules) -> tuple[int, int]:
        """How many bytes are free where clips are kept, and how many should be."""
        room = self._files.memory_room()
        if room is None:
            return self._files.disk_free_bytes(), rules.least_free_bytes
        return room.free_bytes, room.reserve_bytes

    def _delete_local(self, found: Plan, now_utc: datetime) -> tuple[tuple[Clip, ...], str]:
        """The file first, then the row.

        A crash between leaves a row without file, which the next start mends; the other way round it would leave a file
        that is taken in anew.
        """
        done: list[Clip] = []
        trouble = ""
        for clip in self._as_they_are_now(found.local, found.why_local):
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

    def _as_they_are_now(self, copies: Iterable[Copy], why: Mapping[int, Why] = MappingProxyType({})) -> Iterator[Clip]:
        """Read anew just before each goes: the owner may have kept it since the plan was made."""
        for copy in copies:
            clip = self._catalogue.clip(copy.clip_id)
            if clip is None:
                continue
            # A kept clip may leave the memory, since the archive keeps it.
            spared = clip.archive is ArchiveState.VERIFIED and why.get(clip.clip_id) is Why.MEMORY
            if not clip.kept or spared:
                yield clip

    async def _delete_remote(self, wanted: Iterable[Copy]) -> tuple[tuple[Clip, ...], str]:
        done: list[Clip] = []
        clips = self._as_they_are_now(wanted)
        while (clip := await asyncio.to_thread(next, clips, None)) is not None:
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


def _last_resort(copy: Copy) -> int:
    order = {ArchiveState.VERIFIED: 0, ArchiveState.DELETED: 1, ArchiveState.OFF: 1, ArchiveState.WAITING: 2}
    return order[ArchiveState(copy.archive)]


def _limit(limit: int | None) -> float:
    return math.inf if limit is None else limit
