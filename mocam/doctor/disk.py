"""The disk of DATA_DIR: room, speed, what kind of file system it is."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mocam.doctor.finding import Finding, fail, ok, warn
from mocam.doctor.text_files import text

TEST_BYTES = 8_000_000
LEAST_FREE_BYTES = 100_000_000
LEAST_BYTES_PER_S = 2_000_000
"""Four cameras at 1080p write about as much while something moves."""
LEAST_INODES = 1000
_MEMORY = ("tmpfs", "ramfs")
_REMOTE = ("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs")
_FOREIGN = ("vfat", "exfat", "ntfs", "ntfs3", "fuseblk")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a disk says of itself."""

    folder: Path
    kind: str
    """As in /proc/mounts; empty: not known."""
    read_only: bool
    free_bytes: int
    free_inodes: int | None
    """None: this file system does not count them."""
    bytes_per_s: float | None
    """None: nothing could be written; then `refused` says why."""
    refused: str = ""


def probe(data_dir: Path, least_free_bytes: int, root: Path) -> Iterator[Finding]:
    if not data_dir.is_dir():
        yield warn("disk", f"{data_dir} is not there yet", "`mocam run` makes it; is DATA_DIR what you mean?")
        return
    yield from judged(read(data_dir, root), least_free_bytes)


def read(folder: Path, root: Path) -> Reading:
    """Writes a file of TEST_BYTES below the folder and deletes it again."""
    kind, read_only = mounted(text(root / "proc/self/mounts"), folder.resolve())
    room = os.statvfs(folder)
    free_inodes = room.f_favail if room.f_files else None
    try:
        bytes_per_s, refused = _speed(folder), ""
    except OSError as error:
        bytes_per_s, refused = None, _reason(error)
    return Reading(folder, kind, read_only, room.f_bavail * room.f_frsize, free_inodes, bytes_per_s, refused)


def mounted(mounts: str, folder: Path) -> tuple[str, bool]:
    """Kind of the file system below `folder` and whether it is read-only, out of /proc/mounts."""
    best, found = "", ("", False)
    for line in mounts.splitlines():
        words = line.split()
        if len(words) < 4:
            continue
        place = words[1].replace("\\040", " ")
        if folder.is_relative_to(place) and len(place) >= len(best):
            best, found = place, (words[2], "ro" in words[3].split(","))
    return found


def judged(reading: Reading, least_free_bytes: int) -> Iterator[Finding]:
    """Pure."""
    if reading.read_only:
        remedy = "Linux makes a disk read-only when it finds it damaged: see `dmesg`, then check or replace it."
        yield fail("disk", f"{reading.folder} is read-only", remedy)
        return
    yield _room(reading, least_free_bytes)
    if reading.refused:
        yield fail("disk", f"nothing can be written below {reading.folder}: {reading.refused}", _way_out(reading))
    elif reading.bytes_per_s is not None:
        said = f"writes {reading.bytes_per_s / 1e6:.0f} MB a second, {reading.kind or 'file system not known'}"
        remedy = "A better card (A1 or A2) or an SSD on USB; until then fewer or smaller pictures."
        slow = reading.bytes_per_s < LEAST_BYTES_PER_S
        yield warn("disk", f"{said}: too slow for several cameras", remedy) if slow else ok("disk", said)
    yield from _kind(reading)


def _room(reading: Reading, least_free_bytes: int) -> Finding:
    said = f"{reading.free_bytes / 1e9:.1f} GB free below {reading.folder}"
    if reading.free_bytes < LEAST_FREE_BYTES:
        return fail("disk", said, "Nothing can be recorded soon. Free some space, or put DATA_DIR on a larger disk.")
    if reading.free_inodes is not None and reading.free_inodes < LEAST_INODES:
        return fail(
            "disk", f"{said}, but room for only {reading.free_inodes} files", "Delete what has many small files."
        )
    if reading.free_bytes < least_free_bytes:
        remedy = "The oldest clips go until LEAST_FREE_GB is free again. Free some space, or set /retention lower."
        return warn("disk", f"{said}, less than LEAST_FREE_GB", remedy)
    return ok("disk", said)


def _kind(reading: Reading) -> Iterator[Finding]:
    if reading.kind in _MEMORY:
        yield warn("disk", f"{reading.folder} lies in memory", "A restart loses all of it. Put DATA_DIR on a disk.")
    elif reading.kind in _REMOTE:
        remedy = "The catalogue may be damaged when the network fails. Put DATA_DIR on a disk of this machine."
        yield warn("disk", f"{reading.folder} lies on a network drive ({reading.kind})", remedy)
    elif reading.kind in _FOREIGN:
        remedy = "A power cut can damage it, and everybody on this machine can read it. Format the disk as ext4."
        yield warn("disk", f"{reading.folder} is on {reading.kind}", remedy)


def _speed(folder: Path) -> float:
    block = os.urandom(1_000_000)
    with tempfile.TemporaryFile(dir=folder) as file:
        began = time.monotonic()
        for _ in range(TEST_BYTES // len(block)):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
        return TEST_BYTES / max(time.monotonic() - began, 1e-6)


def _reason(error: OSError) -> str:
    return "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error))


def _way_out(reading: Reading) -> str:
    if "full" in reading.refused:
        return "Free some space, or put DATA_DIR on a larger disk."
    return f"Run MoCam as the user that owns it, or: sudo chown -R $USER {reading.folder}"
