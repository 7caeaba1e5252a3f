"""Brings clips to the remote and proves them there: many that wait in one call of rclone or two, a single one as well.

Note on batches: starting rclone and signing in cost more than sending a small clip. A batch is a folder of hard links
to clips of one day, under the names that they will have. Where the provider keeps hashes rclone proves each clip as it
sends it, and the clip is marked while the next ones are on their way; what is left is proved by a second call. When
anything in a batch fails the next one is smaller, down to a single clip, which finds the one that is to blame; what
arrived already is then left as it is.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
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

BATCH_CLIPS = 1000
BATCH_BYTES = 100_000_000
"""What a clip that comes meanwhile waits for; and of sealed clips what lies here twice."""
SMALLER, LARGER = 8, 4
"""A batch after one that failed is so many times smaller, one after another that went well so many times larger."""
MARKED_AT_ONCE = 100
"""The database is held for as long as it takes to mark so many."""

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

    @property
    def leaf(self) -> str:
        """Its name there, within the folder."""
        return PurePosixPath(self.name).name


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
        self._most = BATCH_CLIPS
        """Clips of the next batch."""
        self._send_anew: set[int] = set()

    async def send(self, job: Job) -> None:
        """The job, and with it others that were tried as often. Raises StorageError; then it is tried again later."""
        batch: Sequence[Clip] = ()
        if self._most > 1 and self._has_links and job.clip.clip_id not in self._send_anew:
            found = await asyncio.to_thread(self._queue.next_batch, job.attempts, self._most, BATCH_BYTES)
            batch = [clip for clip in found if clip.clip_id not in self._send_anew]
        with self._scratch() as folder:
            sealed, placed = folder / "sealed", folder / "placed"
            if len(batch) > 1:
                await self._send_batch(batch, sealed, placed)
            else:
                await self._send_one(job.clip, sealed, placed)
        self._most = min(BATCH_CLIPS, self._most * LARGER)

    # -- one -----------------------------------------------------------------------------------------------------

    async def _send_one(self, clip: Clip, sealed: Path, placed: Path) -> None:
        try:
            lying = await asyncio.to_thread(self._prepared, clip, sealed)
            if lying is None:
                return
            # A sealed file is another one at each try: what an earlier try left there is none of it.
            anew = lying.sealed or clip.clip_id in self._send_anew
            proved = await self._rclone.upload(lying.path, lying.name, lying.size_bytes, anew=anew)
            by = "hash" if proved else await self._prove(lying, placed)
        except StorageError as error:
            await asyncio.to_thread(self._queue.failed, clip.clip_id, str(error))
            raise
        self._send_anew.discard(clip.clip_id)
        await self._mark([lying], by)

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
        lying = await asyncio.to_thread(self._placed, clips, sealed, placed)
        try:
            if left := await self._sent_all(lying, placed):
                await asyncio.to_thread(_leave_only, placed, {one.leaf for one in left})
                await self._prove_all(left, placed)
        except StorageError:
            self._most = max(1, len(clips) // SMALLER)
            raise

    def _placed(self, clips: Sequence[Clip], sealed: Path, placed: Path) -> list[Lying]:
        """The files of a batch, linked into `placed`; none where this disk has no links: then they go one by one."""
        lying: list[Lying] = []
        for clip in clips:
            one = self._prepared(clip, sealed)
            if one is None:
                continue
            if not self._place(one, placed):
                return []
            lying.append(one)
        return lying

    async def _sent_all(self, lying: Sequence[Lying], placed: Path) -> list[Lying]:
        """Sends a batch and marks what is proved meanwhile; returns what has still to be proved."""
        if not lying:
            return []
        left = {one.leaf: one for one in lying}
        proved: asyncio.Queue[Lying | None] = asyncio.Queue()

        def on_proved(leaf: str) -> None:
            if one := left.pop(leaf, None):
                proved.put_nowait(one)

        marking = asyncio.create_task(self._mark_as_they_come(proved))
        try:
            sizes_bytes = [one.size_bytes for one in lying]
            await self._rclone.upload_all(
                placed, lying[0].folder, sizes_bytes, on_proved=on_proved, anew=bool(self._seal_to)
            )
        finally:
            proved.put_nowait(None)
            await marking
        return list(left.values())

    async def _mark_as_they_come(self, proved: asyncio.Queue[Lying | None]) -> None:
        """Until None comes. While one transaction is written others gather for the next."""
        going_on = True
        while going_on:
            found = [await proved.get()]
            while not proved.empty() and len(found) < MARKED_AT_ONCE:
                found.append(proved.get_nowait())
            going_on = None not in found
            await self._mark([one for one in found if one is not None], "hash")

    async def _prove_all(self, lying: Sequence[Lying], placed: Path) -> None:
        """By a second call, and marks them. Raises ArchiveCorrupt when the archive changed one."""
        folder, size_bytes = lying[0].folder, sum(one.size_bytes for one in lying)
        same = await self._same_content(placed, folder, size_bytes) if self._has_hashes else None
        if same is not None:
            good = lying if same else []
        else:
            there = await self._rclone.sizes(folder)
            good = [one for one in lying if there.get(one.leaf) == one.size_bytes]
        for first in range(0, len(good), MARKED_AT_ONCE):
            await self._mark(good[first : first + MARKED_AT_ONCE], "size" if same is None else "hash")
        if len(good) < len(lying):
            raise ArchiveCorrupt(CHANGED)

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
            os.link(lying.path, folder / lying.leaf)
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

    async def _mark(self, lying: Sequence[Lying], by: str) -> None:
        if not lying:
            return
        proved = [(one.clip.clip_id, by) for one in lying]
        unwanted = await asyncio.to_thread(self._queue.verified, proved, _now_utc())
        for one in lying:
            clip = one.clip
            if clip.clip_id in unwanted:
                await asyncio.to_thread(self._queue.discard, one.name, _now_utc())
                continue
            sealed = "sealed and " if one.sealed else ""
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


def _leave_only(folder: Path, names: Collection[str]) -> None:
    """Takes all other links out of a folder of links."""
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()
