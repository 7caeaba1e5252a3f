"""What stands beside the phone: the archive as its provider sees it, the clips as the owner does, and the state."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """One file as it lies at the provider; `path` is relative, with `/`."""

    path: str
    size_bytes: int
    modified_utc: datetime


@dataclass(frozen=True, slots=True)
class OwnerClip:
    """One clip as the owner knows it."""

    event_id: str
    camera: str
    started_utc: datetime
    duration_s: float
    size_bytes: int
    archived: bool
    """Its encrypted copy was verified."""


@dataclass(frozen=True, slots=True)
class CameraNow:
    """One camera and its state in one word: `watching`, `recording`, `disarmed`, .."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Now:
    """What the house is doing."""

    cameras: tuple[CameraNow, ...]
    archive_waiting: int
    """Clips whose encrypted copy is still to come."""
    detail: str = ""
    """A sentence about trouble, empty in health."""


class Panel(Protocol):
    """Given by whoever composes the demo. Asked about once a second while a page is open; may raise OSError."""

    async def provider_listing(self) -> Sequence[ProviderFile]:
        """Every file of the archive, in any order."""

    async def owner_listing(self) -> Sequence[OwnerClip]:
        """The clips, newest first."""

    async def now(self) -> Now: ...


def list_folder(folder: Path) -> list[ProviderFile]:
    """Every file below a folder. Blocking; a file that vanishes meanwhile is left out."""
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                modified_utc = datetime.fromtimestamp(status.st_mtime, UTC)
                found.append(ProviderFile(path.relative_to(folder).as_posix(), status.st_size, modified_utc))
    return found
