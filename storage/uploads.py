"""Brings clips to the remote and proves them there: many that wait in two calls of rclone, a single one in two as well.

Note on batches: starting rclone and signing in cost more than sending a small clip. A batch is a folder of hard links
to clips of one day, under the names that they will have. When anything in it fails, so many clips go one by one, which
finds the one that is to blame; what arrived already is then left as it is.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from storage.archive_queue import ArchiveQueue, Job
from storage.catalogue import Catalogue, digest
from storage.errors import ArchiveCorrupt, StorageError
from storage.files import Files, translated
from storage.model import Clip
from storage.rclone import Rclone
from storage.seal import SUFFIX, seal

log = logging.getLogger(__name__)

BATCH_CLIPS = 50
BATCH_BYTES = 100_000_000
"""What is told as archived, or begun anew after a failure, at once; and of sealed clips what lies here twice."""

CHANGED = "The archive did not take a clip as it was sent. MoCam sends it again."


def _now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Lying:
    """A file on its way into the archive."""

    clip: Clip
    path: Path
    name: str
    size_bytes: int
    sealed: bool

    @property
    def folder(self) -> str:
        """Of the archive: the day."""
        return str(PurePosixPath(self.name).parent)


class Uploads:
    """Used by the archive's one task. Every try can be done again and ends in the same state."""

    def __init__(
        self,
        queue: ArchiveQueue,
        catalogue: Catalogue,
        files: Files,
        rclone: Rclone,
        *,
        seal_to: str,
        on_verified: Callable[[str], None],
    ) -> None:
        self._queue = queue
        self._catalogue = catalogue
        self._files = files
        self._rclone = rclone
        self._seal_to = seal_to
        self._on_verified = on_verified
        self._has_hashes = True
        self._has_links = True
        self._alone = 0
        """So many go one by one, after a batch that failed."""
        self._send_anew: set[int] = set()

    async def send(self, job: Job) -> None:
        """The job, and with it others that were never tried. Raises StorageError; then it is tried again later."""
        batch: Sequence[Clip] = ()
        if not job.attempts and not self._alone and self._has_links:
            batch = await asyncio.to_thread(self._queue.next_batch, BATCH_CLIPS, BATCH_BYTES)
        with self._scratch() as folder:
            sealed, placed = folder / "sealed", folder / "placed"
            if len(batch) > 1:
                await self._send_batch(batch, sealed, placed)
            else:
                self._alone = max(0, self._alone - 1)
                await self._send_one(job.clip, sealed, placed)

    # -- one -----------------------------------------------------------------------------------------------------

    async def _send_one(self, clip: Clip, sealed: Path, placed: Path) -> None:
        try:
            lying = await asyncio.to_thread(self._prepared, clip, sealed)
            if lying is None:
                return
            # A sealed file is another one at each try: what an earlier try left there is none of it.
            anew = lying.sealed or clip.clip_id in self._send_anew
            await self._rclone.upload(lying.path, lying.name, lying.size_bytes, anew=anew)
            by = await self._prove(lying, placed)
        except StorageError as error:
            await asyncio.to_thread(self._queue.failed, clip.clip_id, str(error))
            raise
        self._send_anew.discard(clip.clip_id)
        await self._mark(lying, by)

    async def _prove(self, lying: Lying, placed: Path) -> str:
        """`hash` or `size`, by what the copy was proved. Raises ArchiveCorrupt, and sends it anew next time."""
        same = None
        if self._has_hashes and await asyncio.to_thread(self._place, lying, placed):
            same = await self._same_content(placed, lying.folder, lying.size_bytes)
        by = "size" if same is None else "hash"
        if same is None:
            same = await self._rclone.size_bytes(lying.name) == lying.size_bytes
        if not same:
            self._send_anew.add(lying.clip.clip_id)
            raise ArchiveCorrupt(CHANGED)
        return by

    # -- many ----------------------------------------------------------------------------------------------------

    async def _send_batch(self, clips: Sequence[Clip], sealed: Path, placed: Path) -> None:
        lying: list[Lying] = []
        for clip in clips:
            one = await asyncio.to_thread(self._prepared, clip, sealed)
            if one is None:
                continue
            if not await asyncio.to_thread(self._place, one, placed):
                return  # from now on one by one
            lying.append(one)
        if not lying:
            return
        folder, size_bytes = lying[0].folder, sum(one.size_bytes for one in lying)
        try:
            await self._rclone.upload_all(placed, folder, size_bytes, anew=bool(self._seal_to))
            by = await self._prove_all(lying, placed, size_bytes)
        except StorageError:
            self._alone = len(clips)
            raise
        for one in lying:
            await self._mark(one, by)

    async def _prove_all(self, lying: Sequence[Lying], placed: Path, size_bytes: int) -> str:
        folder = lying[0].folder
        same = await self._same_content(placed, folder, size_bytes) if self._has_hashes else None
        by = "size" if same is None else "hash"
        if same is None:
            there = await self._rclone.sizes(folder)
            same = all(there.get(PurePosixPath(one.name).name) == one.size_bytes for one in lying)
        if not same:
            raise ArchiveCorrupt(CHANGED)
        return by

    # -- each ----------------------------------------------------------------------------------------------------

    def _prepared(self, clip: Clip, folder: Path) -> Lying | None:
        """The file as it is to lie there: the clip itself, or sealed into `folder`; None: it is gone."""
        if clip.path is None or not clip.path.exists():
            log.error("clip %s-%d is missing here and was never archived", clip.event_id, clip.part)
            self._catalogue.local_gone(clip.clip_id, _now_utc())
            return None
        plain_name = clip.remote_name.removesuffix(SUFFIX)
        if not self._seal_to:
            if clip.sealed:
                self._queue.will_lie(clip.clip_id, plain_name, None, _now_utc())
            return Lying(clip, clip.path, plain_name, clip.size_bytes, sealed=False)
        target = folder / (Path(plain_name).name + SUFFIX)
        seal(clip.path, target, self._seal_to)
        times = clip.path.stat()
        os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
        sha256, size_bytes = digest(target)
        self._queue.will_lie(clip.clip_id, plain_name + SUFFIX, (size_bytes, sha256), _now_utc())
        return Lying(clip, target, plain_name + SUFFIX, size_bytes, sealed=True)

    def _place(self, lying: Lying, folder: Path) -> bool:
        """Links the file into `folder` under the name that it has in the archive; False: this disk has no links."""
        try:
            os.link(lying.path, folder / PurePosixPath(lying.name).name)
        except OSError as error:
            log.info("no hard links here (%s): clips go one by one, and are verified by size", error.strerror)
            self._has_links = self._has_hashes = False
        return self._has_links

    async def _same_content(self, placed: Path, folder: str, size_bytes: int) -> bool | None:
        """Whether all in `placed` lie in that folder of the archive as they are here, by the backend's hashes; None: it
        has none."""
        same = await self._rclone.same_content(placed, folder, size_bytes)
        if same is None:
            log.info("this remote keeps no hashes: archived copies are verified by size")
            self._has_hashes = False
        return same

    async def _mark(self, lying: Lying, by: str) -> None:
        clip = lying.clip
        if not await asyncio.to_thread(self._queue.verified, clip.clip_id, _now_utc(), by):
            await asyncio.to_thread(self._queue.discard, lying.name, _now_utc())
            return
        sealed = "sealed and " if lying.sealed else ""
        log.info("clip %s-%d is %sarchived, verified by %s", clip.event_id, clip.part, sealed, by)
        self._on_verified(clip.event_id)

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        with translated(self._files.scratch_dir):
            folder = Path(tempfile.mkdtemp(prefix="send-", dir=self._files.scratch_dir))
            (folder / "sealed").mkdir(mode=0o700)
            (folder / "placed").mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
