"""Content against rows: every clip here is read to its end, and is what its row says, byte for byte.

A disk that dies slowly, or a card that lies, keeps names and sizes and changes what is in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.catalogue import Catalogue, digest
from storage.check import Finding, Kind
from storage.errors import StorageError

SAMPLE_BYTES = 48_000_000
"""Read to learn how fast it goes; less than a second of most disks, two of a slow card."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What there is to be read."""

    files: int
    bytes: int
    seconds: float
    """At the speed of what was read of it already."""


def forecast(catalogue: Catalogue, clock: Callable[[], float] = time.monotonic) -> Forecast:
    """Reads a little, to tell how long all of it takes. Raises StorageError."""
    there = [(path, clip.size_bytes) for clip in catalogue.local_clips() if (path := clip.path) and path.is_file()]
    all_bytes = sum(size for _, size in there)
    begun_s, read_bytes = clock(), 0
    for path, size_bytes in there:
        if read_bytes >= SAMPLE_BYTES:
            break
        _content_of(path)
        read_bytes += size_bytes
    spent_s = clock() - begun_s
    return Forecast(len(there), all_bytes, spent_s * all_bytes / read_bytes if read_bytes else 0.0)


def findings(catalogue: Catalogue) -> Iterator[Finding]:
    """Each clip that is not what its row says; one of another size is found without reading it. Changes nothing."""
    for clip in catalogue.local_clips():
        path = clip.path
        if path is None or not path.is_file() or path.stat().st_size != clip.size_bytes:
            continue
        found = _content_of(path)
        if found == clip.sha256:
            continue
        text = f"{path} cannot be read to its end." if not found else f"{path} is not what it was: its content changed."
        yield Finding(Kind.WRONG_CONTENT, text, path, clip.clip_id)


def _content_of(path: Path) -> str:
    """Its sha256; empty: the disk does not give it."""
    try:
        return digest(path)[0]
    except (StorageError, OSError):
        return ""
