"""Clips in memory: how much of it there is, and what could carry them to the card all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mocam.doctor.finding import Finding, ok, warn
from mocam.doctor.text_files import text
from storage.files import Files
from storage.memory import Memory, Room

SUBJECT = "clips in memory"


@dataclass(frozen=True, slots=True)
class Reading:
    """Of KEEP_CLIPS=memory."""

    wanted_bytes: int
    room: Room | None
    """None: MoCam has not begun with it."""
    archive_on: bool
    swaps: tuple[str, ...]
    """Places on a disk that memory may be written to."""


def probe(data_dir: Path, memory: Memory | None, root: Path, *, archive_on: bool) -> Iterator[Finding]:
    """Nothing while clips are kept on the disk. Raises StorageError."""
    if memory is None:
        return
    # Looks only: where there is no place yet, the service makes it.
    begun = (data_dir / "memory").is_dir()
    room = Files(data_dir, memory).memory_room() if begun else None
    yield from judged(Reading(memory.most_bytes, room, archive_on, swaps(text(root / "proc/swaps"))))


def swaps(listed: str) -> tuple[str, ...]:
    """Out of /proc/swaps, without those that are compressed memory themselves."""
    names = (line.split()[0] for line in listed.splitlines()[1:] if line.strip())
    return tuple(name for name in names if not name.startswith("/dev/zram"))


def judged(reading: Reading) -> Iterator[Finding]:
    """Pure."""
    room = reading.room
    if room is None:
        yield ok(SUBJECT, "begins at the next start of MoCam")
    elif room.bound_bytes < reading.wanted_bytes:
        said = f"only {_mb(room.bound_bytes)} of KEEP_CLIPS_MEMORY_MB={_mb(reading.wanted_bytes, '')}"
        yield warn(SUBJECT, said, "The place in memory is not larger. Set it lower, or use KEEP_CLIPS=disk.")
    else:
        yield ok(SUBJECT, f"{_mb(max(0, room.free_bytes))} of {_mb(room.bound_bytes)} free")
    if not reading.archive_on:
        yield warn(SUBJECT, "there is no archive, so a power cut takes every clip", "Give it one: `mocam setup`.")
    if reading.swaps:
        said = f"memory may be written to {', '.join(reading.swaps)}, where a thief can read it"
        remedy = "`sudo swapoff -a`, and for good: remove that swap (a Pi: `sudo apt remove dphys-swapfile`)."
        yield warn(SUBJECT, said, remedy)


def _mb(size_bytes: int, unit: str = " MB") -> str:
    return f"{size_bytes / 1e6:.0f}{unit}"
