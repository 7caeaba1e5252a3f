"""The archive: brings every clip to the remote, proves it, lists it, fetches it back, deletes it there.

Note on tasks: `run` is one task that does the queue's work one by one; `fetch` and `delete` may run beside it. A failed
upload may have arrived in truth: every step can be done again and ends in the same state.
"""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from storage.archive_queue import ArchiveQueue, DayList
from storage.backoff import delay_s
from storage.catalogue import Catalogue, digest
from storage.errors import ArchiveCorrupt, ArchiveRefused, DiskFull, NotFound, StorageError
from storage.files import Files, translated
from storage.model import ArchiveState, Clip
from storage.rclone import Rclone, Space
from storage.uploads import Uploads

log = logging.getLogger(__name__)

TRIES_BEFORE_TOLD = 5
"""A router that restarts is not worth a message; what the owner must mend is told at once."""
FETCHES_AT_ONCE = 2
"""Bounds what lies in the scratch folder."""


def _now_utc() -> datetime:
    return datetime.now(UTC)


class Archive:
    """The encrypted copies. `rclone` None: no archive is configured; then nothing is sent and nothing can be fetched.

    `seal_to`: the public key that clips are sealed to before they are sent; empty: they are not.
    `on_verified(event_id)` and `on_trouble(sentence)` are called on the loop: trouble once when it begins (at once when
    the owner must act, else after some tries), and None once when the archive works again.
    """

    def __init__(
        self,
        queue: ArchiveQueue,
        catalogue: Catalogue,
        files: Files,
        rclone: Rclone | None,
        *,
        seal_to: str = "",
        on_verified: Callable[[str], None] = lambda _: None,
        on_trouble: Callable[[str | None], None] = lambda _: None,
        backoff: Callable[..., float] = delay_s,
        before_work: Callable[[Rclone], Awaitable[None]] | None = None,
    ) -> None:
        """`before_work` is done once, as soon as the remote can be reached, before anything is sent."""
        self._before_work = before_work
        self._queue = queue
        self._catalogue = catalogue
        self._files = files
        self._rclone = rclone
        self._uploads = (
            None
            if rclone is None
            else Uploads(queue, catalogue, files, rclone, seal_to=seal_to, on_verified=on_verified)
        )
        self._on_trouble = on_trouble
        self._backoff = backoff
        self._woken = asyncio.Event()
        self._fetching = asyncio.Semaphore(FETCHES_AT_ONCE)
        self._failures = 0
        self._trouble = ""
        self._told = ""

    @property
    def on(self) -> bool:
        """Whether an archive is configured."""
        return self._rclone is not None

    @property
    def trouble(self) -> str:
        """The last failure as a sentence; empty when the last try went well."""
        return self._trouble

    def wake(self) -> None:
        """There is new work; on the loop. A new clip is tried at once, also while waiting after a failure."""
        self._woken.set()

    # -- the drain -----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Does the queue's work until cancelled, and waits longer and longer while the remote fails."""
        if self._rclone is None:
            await self._stay_off()
        checked = False
        while True:
            self._woken.clear()
            try:
                if not checked:
                    await self._begin()
                    checked = True
                worked = await self._work_once()
            except StorageError as error:
                await self._hold(self._failed(error))
                continue
            if worked:
                self._went_well()
            else:
                await self._woken.wait()

    async def _begin(self) -> None:
        """What can be known before the first clip: the program, the owner's configuration, the folder."""
        version = await self._remote().check()
        totals = await asyncio.to_thread(self._catalogue.totals)
        if not totals.remote_clips:
            self._remote().make_folder()
        if self._before_work is not None:
            await self._before_work(self._remote())
        log.info("archive on, rclone %s", version)
        self._went_well()

    async def _stay_off(self) -> None:
        if waiting := await asyncio.to_thread(self._queue.switch_off):
            log.warning("no archive is configured any more: %d clips that waited for it stay here alone", waiting)
        await asyncio.Event().wait()

    async def _work_once(self) -> bool:
        """One piece of work; False when there is none.

        New clips come first. Clips that failed come last, so that one which never succeeds holds up no list.
        """
        job = await asyncio.to_thread(self._queue.next_job)
        if job is None or job.attempts:
            if day_list := await asyncio.to_thread(self._queue.next_list):
                await self._write_list(day_list)
                return True
            if name := await asyncio.to_thread(self._queue.next_garbage):
                await self._remove(name)
                await asyncio.to_thread(self._queue.vanished, name)
                return True
        if job is None or self._uploads is None:
            return False
        await self._uploads.send(job)
        return True

    def _failed(self, error: StorageError) -> float:
        """Remembers a failure, tells the owner when it is time, and returns how long to wait."""
        self._failures += 1
        self._trouble = str(error)
        refused = isinstance(error, ArchiveRefused)
        delay = self._backoff(self._failures, random.random(), refused=refused)  # noqa: S311 - jitter, not a secret
        log.warning("archive, failure %d in a row, next try in %.0f s: %s", self._failures, delay, error)
        first = not self._told and self._failures >= TRIES_BEFORE_TOLD
        if first or (refused and self._told != self._trouble):
            self._told = self._trouble
            self._on_trouble(self._trouble)
        return delay

    def _went_well(self) -> None:
        self._failures = 0
        self._trouble = ""
        if self._told:
            self._told = ""
            self._on_trouble(None)

    async def _hold(self, seconds: float) -> None:
        """Waits, but not when a clip appears that was never tried: perhaps the remote is back."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            self._woken.clear()
            try:
                async with asyncio.timeout(left):
                    await self._woken.wait()
            except TimeoutError:
                return
            job = await asyncio.to_thread(self._queue.next_job)
            if job is not None and not job.attempts:
                return

    # -- day lists and deleting ----------------------------------------------------------------------------------

    async def _write_list(self, day_list: DayList) -> None:
        """Sends the new list under a name of its own and proves it; only then does the old one become garbage."""
        if day_list.lines:
            with self._scratch("list-") as folder:
                path = folder / "manifest.jsonl"
                await asyncio.to_thread(self._files.write_whole, path, day_list.lines)
                name, size_bytes = day_list.next_name, len(day_list.lines)
                # What an end in mid-transfer leaves goes, too, once a later list stands there under its own name.
                await asyncio.to_thread(self._queue.discard, name, _now_utc())
                proved = await self._remote().upload(path, name, size_bytes, anew=True)
            if not proved and await self._remote().size_bytes(name) != size_bytes:
                raise ArchiveCorrupt("The archive did not take the list of clips whole. MoCam sends it again.")
        await asyncio.to_thread(self._queue.listed, day_list, _now_utc())

    async def delete(self, clip: Clip) -> None:
        """Deletes an archived copy; the row then says so. One that is gone already is no error.

        The name comes from the row as it is now, never from the caller. Raises ArchiveError; NotFound without a row.
        """
        row = await asyncio.to_thread(self._catalogue.clip, clip.clip_id)
        if row is None or row.archive is not ArchiveState.VERIFIED:
            raise NotFound(f"Clip {clip.clip_id} has no archived copy.")
        await self._remote().delete(row.remote_name)
        await asyncio.to_thread(self._catalogue.remote_gone, row.clip_id, _now_utc())
        self.wake()

    async def _remove(self, name: str) -> None:
        """Deletes a name of ours; folders that are empty then go too, from the day up to the year."""
        await self._remote().delete(name)
        if await asyncio.to_thread(self._queue.has_list_beside, name):
            return
        for folder in PurePosixPath(name).parents[:-1]:
            if not await self._remote().remove_empty_folder(str(folder)):
                return

    # -- fetching ------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def fetch(self, clip: Clip) -> AsyncIterator[Path]:
        """The clip's plain file, decrypted and compared with its sha256; gone again after the `async with`.

        Raises ArchiveCorrupt when it is not what was sent, ArchiveUnreachable, ArchiveRefused, NotFound (also for a
        sealed clip), DiskFull.
        """
        if clip.sealed:
            raise NotFound(
                "This clip is sealed: it cannot be shown here any more. Your recovery kit opens it, with "
                "`mocam restore`."
            )
        async with self.fetch_as_it_lies(clip) as path:
            yield path

    @asynccontextmanager
    async def fetch_as_it_lies(self, clip: Clip) -> AsyncIterator[Path]:
        """As `fetch`, but of a sealed clip the sealed file."""
        if clip.archive is not ArchiveState.VERIFIED:
            raise NotFound("This clip is not in the archive.")
        if self._files.free_bytes() < clip.size_bytes + self._files.spare_bytes():
            raise DiskFull("There is no room here to fetch a clip from the archive. Free some space.")
        sent = (clip.sha256, clip.size_bytes) if clip.sealed_bytes is None else (clip.sealed_sha256, clip.sealed_bytes)
        async with self._fetching:
            with self._scratch("fetch-") as folder:
                path = folder / PurePosixPath(clip.remote_name).name
                await self._remote().fetch(clip.remote_name, path, clip.size_bytes)
                if await asyncio.to_thread(digest, path) != sent:
                    raise ArchiveCorrupt("The archived copy is damaged: it is not what was sent.")
                yield path

    async def space(self) -> Space:
        """Room at the provider, as far as it tells. Asks the remote: some seconds. Raises ArchiveError."""
        return await self._remote().space()

    def _remote(self) -> Rclone:
        if self._rclone is None:
            raise ArchiveRefused("No archive is configured. Set ARCHIVE_REMOTE.")
        return self._rclone

    @contextmanager
    def _scratch(self, prefix: str) -> Iterator[Path]:
        with translated(self._files.scratch_dir):
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self._files.scratch_dir))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
