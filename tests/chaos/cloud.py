"""The cloud behind a bad line: what is deleted there is kept aside first, so that each deletion can be judged."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from tests.storage.dav import Dav

_DELETE = re.compile(rb"DELETE (\S+) HTTP/1\.1\r\n")
_OVERLAP_BYTES = 1024
"""A request line may be torn between two reads."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """One DELETE that reached the cloud."""

    name: str
    """Encrypted, below the cloud's root."""
    kept: Path | None
    """A copy of what was deleted; None: nothing was there, or a folder."""


class Cloud(Dav):
    """`graves` holds what was deleted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.graves = folder.with_name("graves")
        self.graves.mkdir()
        self.deletions: list[Deletion] = []
        self.folder_deletions_with_content: list[str] = []
        self.refuses_login = False

    def refusal(self, piece: bytes) -> bytes:
        if self.refuses_login and re.match(rb"[A-Z]+ ", piece):
            return b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        return super().refusal(piece)

    def passing(self, before: bytes, piece: bytes) -> None:
        tail = before[-_OVERLAP_BYTES:]
        for found in _DELETE.finditer(tail + piece):
            if found.end() <= len(tail):
                continue  # told when its end came
            name = unquote(found[1].decode()).strip("/")
            path = self.folder / name
            kept = None
            if path.is_file():
                kept = self.graves / str(len(self.deletions))
                shutil.copyfile(path, kept)
            elif path.is_dir() and any(entry.is_file() for entry in path.rglob("*")):
                self.folder_deletions_with_content.append(name)
            self.deletions.append(Deletion(name, kept))

    def heal(self) -> None:
        """The line is as good as new."""
        self.stalled = self.full = self.refuses_login = False
        self.bytes_per_s = self.cut_after_bytes = None
