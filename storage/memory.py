"""Clips in memory instead of on the card (KEEP_CLIPS=memory): where that is, and how much of it they may take.

The data folder holds a link that leads there, so that rows, chat and `mocam check` find a clip by the same path until
the memory is gone, with a power cut or a new start of the machine.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from storage.errors import StorageError

LINK = "memory"
"""Below the data folder. A clip whose path begins with it lies, or lay, in memory."""
SHARED = Path("/dev/shm")  # noqa: S108 - in memory on purpose, in a folder of our own with mode 0700
LARGEST_SHARE = 0.75
"""Of the file system there; what else lies in it must go on working."""
RESERVED_SHARE = 0.2
"""Of the bound: kept free for what is being recorded."""
ROOMY_SHARE = 0.5
"""Of the bound: above it archived clips stay, for the chat; below it they give way."""
_IN_MEMORY = ("tmpfs", "ramfs")


@dataclass(frozen=True, slots=True)
class Memory:
    """The owner's wish."""

    most_bytes: int
    """Clips, pictures and what is being recorded, together."""
    runtime_dir: Path | None = None
    """What the service manager keeps for the service in memory; None: nothing, then it is /dev/shm."""


@dataclass(frozen=True, slots=True)
class Room:
    """How full it is."""

    bound_bytes: int
    free_bytes: int
    """Below the bound; less than zero when it is exceeded."""

    @property
    def reserve_bytes(self) -> int:
        """Below it clips must go, at last those that are nowhere else."""
        return round(self.bound_bytes * RESERVED_SHARE)

    @property
    def roomy_bytes(self) -> int:
        """Below it archived clips go."""
        return round(self.bound_bytes * ROOMY_SHARE)


def attach(data_dir: Path, memory: Memory) -> Path:
    """The link, leading to a folder of ours in memory. What an earlier place still holds moves along.

    Raises OSError, and StorageError for a place that is not in memory or not ours alone.
    """
    link = data_dir / LINK
    if link.exists() and not link.is_symlink():
        raise StorageError(f"{link} must be MoCam's link into memory. Move that folder away.")
    before = link.resolve() if link.is_dir() else None
    base = memory.runtime_dir or (before.parent if before else SHARED)
    folder = base.resolve() / f"mocam-clips-{os.getuid()}-{_short(data_dir)}"
    _make(folder)
    if before is not None and before != folder:
        shutil.copytree(before, folder, dirs_exist_ok=True)
        shutil.rmtree(before)
    if before != folder:
        growing = link.with_name(f".{LINK}.new")
        growing.unlink(missing_ok=True)
        growing.symlink_to(folder)
        growing.replace(link)
    return link


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    # In a place that all may write to somebody else may have made it before us, to read along.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StorageError(f"{folder} is not MoCam's alone, so no clip is put there. Remove it.")
    if not is_in_memory(folder):
        folder.rmdir()
        raise StorageError(f"KEEP_CLIPS=memory, but {folder.parent} does not lie in memory here. Set KEEP_CLIPS=disk.")


def is_in_memory(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether what is written there reaches no disk (but for swapping). Raises OSError."""
    device = folder.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts.read_text(errors="replace").splitlines():
        place, _, kind = line.partition(" - ")
        words = place.split()
        if len(words) > 2 and words[2] == wanted:
            return kind.split()[0] in _IN_MEMORY
    return False


def room(link: Path, most_bytes: int) -> Room:
    """Raises OSError."""
    disk = shutil.disk_usage(link)
    bound_bytes = min(most_bytes, round(disk.total * LARGEST_SHARE))
    return Room(bound_bytes, min(bound_bytes - _used_bytes(link), disk.free))


def _used_bytes(link: Path) -> int:
    used = 0
    for folder, _, names in os.walk(link):
        for name in names:
            try:
                used += os.lstat(os.path.join(folder, name)).st_blocks * 512  # noqa: PTH118 - called often
            except FileNotFoundError:  # it went meanwhile
                continue
    return used


def detach(link: Path) -> bool:
    """Takes the link away when it leads to nothing any more, or to no file; False: there is still something."""
    if not link.is_symlink():
        return True
    folder = link.resolve()
    if any(names for _, _, names in os.walk(folder)):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    link.unlink(missing_ok=True)
    return True


def _short(data_dir: Path) -> str:
    return hashlib.blake2s(os.fsencode(data_dir.absolute()), digest_size=8).hexdigest()
