"""The data folder: files appear whole, lie where they belong, and are deleted only here."""

from __future__ import annotations

import errno
import fcntl
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from storage import memory as in_memory
from storage.errors import DataDirBusy, DiskFull, DiskRefuses, StorageError
from storage.held import Held
from storage.memory import Memory, Room
from storage.walking import entries_below

NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,39}\Z")
"""What a camera name may be: it stands in file names here and, encrypted, on the remote."""
EVENT_ID = re.compile(r"[a-z][0-9]{1,15}\Z")
MOST_TRACES = 1000
_CLIP = re.compile(r"([a-z][0-9]{1,15})-[0-9]+\.mp4")
_NUMBERED = re.compile(r"e([0-9]{1,15})[-.]")

HALF_WRITTEN = re.compile(r"\..+\.new|.+\.mp4\.new")
"""Temporary names of ours: what is left under one was never whole."""
PASSING = (errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EBUSY, errno.ESTALE, errno.ENXIO)
"""What a disk says that was mounted read-only or is failing, and a system that has run out of descriptors."""

FOLDERS = ("recording", "clips", "snapshots", "scratch", "keys", "backups", "aside", "traces")
"""What MoCam makes below the data folder."""
SHOWING = ("recording", "clips", "snapshots", "scratch", "aside", "traces")
"""Those that hold pictures: with KEEP_CLIPS=memory they lie in memory as well."""
SPARE_BYTES = 100_000_000
"""Room on a disk that a fetch from the archive leaves for recording; of a small one a twentieth of it."""


class Files:
    """The folders below DATA_DIR, all 0700: only the user that runs MoCam may look."""

    def __init__(self, data_dir: Path, memory: Memory | None = None) -> None:
        """Makes the folders. `memory`: pictures are kept there; what lies on the disk from before is known all the
        same, and the other way round. Raises StorageError when that is not possible, DiskFull."""
        self.data_dir = data_dir.absolute()
        self.keys_dir, self.backups_dir, self.aside_dir = self._below("keys", "backups", "aside")
        self.database_path = self.data_dir / "mocam.sqlite3"
        self._most_bytes = memory.most_bytes if memory else 0
        link = self.data_dir / in_memory.LINK
        root = self.data_dir
        with translated(self.data_dir):
            _make_private(self.data_dir, *self._below(*FOLDERS))
            if memory is not None:
                root = in_memory.attach(self.data_dir, memory)
                _make_private(*(root / name for name in SHOWING))
        self.memory_dir = link if link.is_symlink() else None
        """Leads into memory; what it leads to may be gone. None: nothing was ever kept there."""
        self._roots = (self.data_dir, *([link] if self.memory_dir else []))
        self.recording_dir, self.clips_dir, self.snapshots_dir = (root / name for name in SHOWING[:3])
        self.scratch_dir, self.traces_dir = root / "scratch", root / "traces"

    def _below(self, *names: str) -> tuple[Path, ...]:
        return tuple(self.data_dir / name for name in names)

    def _all(self, *names: str) -> tuple[Path, ...]:
        """These folders, on the disk and in memory."""
        return tuple(root / name for root in self._roots for name in names)

    def _there(self, name: str) -> Iterator[Path]:
        """The same of one, as far as they exist."""
        return (folder for folder in self._all(name) if folder.is_dir())

    def lock(self) -> Held:
        """Takes the folder for this program. Raises DataDirBusy when another MoCam has it."""
        with translated(self.data_dir):
            descriptor = os.open(self.data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise StorageError(f"{self.data_dir} cannot be locked: {error.strerror}.") from error
            raise DataDirBusy(
                f"Another MoCam already runs on {self.data_dir}. Stop it first, or give this one its own DATA_DIR."
            ) from error
        return Held(descriptor)

    def sweep_scratch(self) -> int:
        """Empties the scratch folder; returns how many entries went. Only at start, under the lock."""
        entries = [entry for folder in self._there("scratch") for entry in folder.iterdir()]
        for entry in entries:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
        return len(entries)

    # -- names ---------------------------------------------------------------------------------------------------

    def clip_path(self, camera: str, event_id: str, part: int, started_utc: datetime) -> Path:
        """Where a clip belongs: `clips/<camera>/<YYYY-MM-DD>/<event>-<part>.mp4`, the day in UTC."""
        return self._clip_path(self.clips_dir, camera, event_id, part, started_utc)

    def _clip_path(self, clips_dir: Path, camera: str, event_id: str, part: int, started_utc: datetime) -> Path:
        _check_names(camera, event_id)
        return clips_dir / camera / f"{started_utc.astimezone(UTC):%Y-%m-%d}" / f"{event_id}-{part}.mp4"

    def clip_name(self, path: Path) -> str:
        """Of a file in a clip folder: its path from there, as `front/2026-05-01/e1-1.mp4`."""
        folder = next(folder for folder in self._all("clips") if path.is_relative_to(folder))
        return path.relative_to(folder).as_posix()

    def snapshot_of(self, event_id: str) -> Path | None:
        """The picture that an event has here; None: there is none."""
        paths = (folder / f"{event_id}.jpg" for folder in self._all("snapshots"))
        return next((path for path in paths if path.is_file()), None)

    def relative(self, path: Path) -> str:
        """As the database stores it. Raises StorageError for a path outside the data folder."""
        return self._inside(path, self._roots).relative_to(self.data_dir).as_posix()

    def absolute(self, relative: str | None) -> Path | None:
        """The other way; None stays None. What would lead out of the data folder leads to a file that is not there."""
        if relative is None:
            return None
        path = PurePosixPath(relative)
        if path.is_absolute() or ".." in path.parts or "\0" in relative:
            return self.clips_dir / "nowhere" / "nothing"
        return self.data_dir / path

    def highest_event_number(self) -> int:
        """The highest `e<n>` in any file name here: a crash may have left files of an event that has no row."""
        found = (
            int(match[1])
            for name in ("recording", "clips", "snapshots")
            for folder in self._there(name)
            for entry in entries_below(str(folder))
            if (match := _NUMBERED.match(entry.name))
        )
        return max(found, default=0)

    # -- writing -------------------------------------------------------------------------------------------------

    def publish(self, temp: Path, camera: str, event_id: str, part: int, started_utc: datetime) -> Path:
        """Moves a finished clip to its final name, whole or not at all, and returns that.

        A file already there is replaced: it can only be an earlier try at the same part. It stays on the disk or in
        memory, as it is. Raises DiskFull, StorageError; an empty file is never published.
        """
        final = self._clip_path(self._root_of(temp) / "clips", camera, event_id, part, started_utc)
        with translated(final):
            if not temp.stat().st_size:
                raise StorageError(f"{temp} is empty, so it does not become a clip.")
            self._make_folder(final.parent)
            temp.chmod(0o600)
            sync_to_disk(temp)
            temp.replace(final)
            sync_to_disk(final.parent)
        return final

    def write_snapshot(self, event_id: str, jpeg: bytes) -> Path:
        """Stores the picture of an event, whole or not at all. Raises DiskFull, StorageError."""
        _check_names("x", event_id)
        return self.write_whole(self.snapshots_dir / f"{event_id}.jpg", jpeg)

    def write_trace(self, event_id: str, trace: bytes) -> Path:
        """Stores what the detector was shown of an event; it goes with the event's first clip to be deleted. Raises
        DiskFull, StorageError."""
        _check_names("x", event_id)
        path = self.write_whole(self.traces_dir / f"{event_id}.trace", trace)
        with translated(path):
            oldest = sorted(self.traces_dir.glob("*.trace"), key=lambda one: one.stat().st_mtime)[:-MOST_TRACES]
            for surplus in oldest:  # of events that never had a clip, or of a very long archive
                surplus.unlink(missing_ok=True)
        return path

    def read_trace(self, event_id: str) -> bytes:
        """What the detector was shown of an event; empty: nothing is kept (any more). Raises StorageError."""
        _check_names("x", event_id)
        for folder in self._all("traces"):
            path = folder / f"{event_id}.trace"
            with translated(path):
                if path.exists():
                    return path.read_bytes()
        return b""

    def write_whole(self, final: Path, content: bytes) -> Path:
        """Writes a small file, 0600, so that it appears whole. Raises DiskFull, StorageError."""
        temp = final.with_name(f".{final.name}.new")
        with translated(final):
            try:
                with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                temp.replace(final)
                sync_to_disk(final.parent)
            except OSError:
                with suppress(OSError):
                    temp.unlink(missing_ok=True)
                raise
        return final

    def _make_folder(self, folder: Path) -> None:
        """Makes a folder below the clip folder and syncs each new one's parent, or a power cut could lose it."""
        missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        for parent in reversed(missing):
            parent.mkdir(mode=0o700, exist_ok=True)
            sync_to_disk(parent.parent)

    def put_aside(self, path: Path) -> Path:
        """Moves a file that is of no use as it is, and may be somebody's only copy, into `aside/`; returns where.

        Raises StorageError for a file that is not one of ours.
        """
        real = self._inside(path, self._all("recording", "clips", "snapshots"))
        aside_dir = self._root_of(real) / "aside"
        with translated(real):
            target = aside_dir / real.name
            for number in itertools.count(2):
                if not target.exists():
                    break
                target = aside_dir / f"{real.stem}-{number}{real.suffix}"
            real.replace(target)
            sync_to_disk(aside_dir)
            self._remove_emptied(real.parent)
        return target

    # -- deleting ------------------------------------------------------------------------------------------------

    def delete(self, path: Path) -> None:
        """Deletes one file; one that is gone already is no error. Day and camera folders left empty go too.

        Raises StorageError for a path outside our folders, a folder, or a file that cannot be deleted.
        """
        real = self._inside(path, self._all("recording", "clips", "snapshots", "scratch"))
        with translated(real):
            if self._is_in(real, self._all("clips")) and (clip := _CLIP.fullmatch(real.name)):
                for folder in self._all("traces"):
                    (folder / f"{clip[1]}.trace").unlink(missing_ok=True)
            real.unlink(missing_ok=True)
            self._remove_emptied(real.parent)

    def delete_half_written(self, path: Path) -> None:
        """Deletes what a power cut left under a temporary name of ours. Raises StorageError for any other file."""
        if not HALF_WRITTEN.fullmatch(path.name):
            raise StorageError(f"{path} is no half-written file of MoCam's, so it is left alone.")
        real = self._inside(path, self._roots)
        with translated(real):
            real.unlink(missing_ok=True)

    def forget_memory(self) -> None:
        """Takes the link into memory away once nothing is behind it. Only when clips are kept on the disk again."""
        if self.memory_dir is not None and self.clips_dir.parent == self.data_dir:
            with translated(self.memory_dir):
                in_memory.detach(self.memory_dir)

    def _remove_emptied(self, folder: Path) -> None:
        """A day's folder, and the camera's, below a clip folder; any other stays."""
        clips_dirs = self._all("clips")
        while self._is_in(folder, clips_dirs):
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                return
            folder = folder.parent

    @staticmethod
    def _is_in(path: Path, folders: tuple[Path, ...]) -> bool:
        return any(path.is_relative_to(folder) and path != folder for folder in folders)

    def _inside(self, path: Path, folders: tuple[Path, ...]) -> Path:
        """`path` with every link and `..` in its folder resolved, strictly below one of `folders`."""
        absolute = path if path.is_absolute() else self.data_dir / path
        for folder in folders:
            resolved = absolute.parent.resolve() / absolute.name
            root = folder.resolve()
            if absolute.name not in {"", ".", ".."} and resolved.is_relative_to(root) and resolved != root:
                return folder / resolved.relative_to(root)
        raise StorageError(f"{path} is not one of MoCam's own files, so it is left alone.")

    # -- looking -------------------------------------------------------------------------------------------------

    def free_bytes(self) -> int:
        """Room for clips that this user may fill, on the disk or in memory; never below zero."""
        room = self.memory_room()
        return self.disk_free_bytes() if room is None else max(0, room.free_bytes)

    def memory_room(self) -> Room | None:
        """How full the memory for clips is; None: they are kept on the disk."""
        if not self._most_bytes:
            return None
        with translated(self.clips_dir):
            return in_memory.room(self.clips_dir.parent, self._most_bytes)

    def spare_bytes(self) -> int:
        """Room that a fetch from the archive must leave for recording."""
        room = self.memory_room()
        return min(SPARE_BYTES, self.disk().total // 20) if room is None else room.reserve_bytes

    def disk_free_bytes(self) -> int:
        """Room on the disk of the data folder that this user may fill."""
        return self.disk().free

    def disk(self) -> shutil._ntuple_diskusage:
        with translated(self.data_dir):
            return shutil.disk_usage(self.data_dir)

    def free_files(self) -> int | None:
        """How many more files the disk can hold; None: it knows no such limit."""
        with translated(self.data_dir):
            found = os.statvfs(self.data_dir)
        return found.f_favail if found.f_files else None

    def lies_in_memory(self, path: Path) -> bool:
        """Whether a file of ours lies, or lay, there."""
        return self.memory_dir is not None and path.is_relative_to(self.memory_dir)

    def _root_of(self, path: Path) -> Path:
        return self.memory_dir if self.memory_dir and self.lies_in_memory(path) else self.data_dir

    def clip_files(self) -> Iterator[Path]:
        """Every file in the clip folders, in order of name."""
        yield from map(Path, self.clip_sizes())

    def clip_sizes(self) -> dict[str, int]:
        """The same with its size: of a link its own."""
        return {
            entry.path: entry.stat(follow_symlinks=False).st_size
            for folder in self._there("clips")
            for entry in entries_below(str(folder))
            if not entry.is_dir()
        }

    def snapshot_files(self) -> Iterator[Path]:
        """Every file in the snapshot folders, in order of name."""
        for folder in self._there("snapshots"):
            yield from sorted(path for path in folder.iterdir() if not path.is_dir())

    def recording_dirs(self) -> Iterator[Path]:
        """The folder of each camera that ever recorded, in order of name."""
        for folder in self._there("recording"):
            yield from sorted(path for path in folder.iterdir() if path.is_dir())

    def recording_files(self) -> Iterator[Path]:
        """Everything below the recording folders."""
        for folder in self._there("recording"):
            yield from folder.rglob("*")


def _make_private(*folders: Path) -> None:
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


def _check_names(camera: str, event_id: str) -> None:
    if not NAME.match(camera):
        raise StorageError(f"{camera!r} cannot be a camera's name: use a to z, digits, - and _.")
    if not EVENT_ID.match(event_id):
        raise StorageError(f"{event_id!r} cannot be an event's id.")


def sync_to_disk(path: Path) -> None:
    """Brings a folder's names, or a file's content, to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """The border to the file system: its errors become ours, with the path they are about."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(f"The disk with {path} is full. Free some space.") from error
        if error.errno in PASSING:
            raise DiskRefuses(f"{path} cannot be used now: {error.strerror}.") from error
        raise StorageError(f"{path} cannot be used: {error.strerror or error}.") from error
