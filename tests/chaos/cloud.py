"""The cloud behind a bad line: what is deleted there is kept aside first, so that each deletion can be judged."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import struct
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
        self.cut_after_bytes: int | None = None
        """The line breaks once, after so many bytes more of one connection."""
        self.refuses_login = False

    async def _forth(
        self, reader: asyncio.StreamReader, upstream: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        tail = b""
        sent_bytes = 0
        while piece := await reader.read(16384):
            self._note_deletions(tail, piece)
            tail = piece[-_OVERLAP_BYTES:]
            if self.refuses_login and re.match(rb"[A-Z]+ ", piece):
                client.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await client.drain()
                return
            if self.full and piece.startswith(b"PUT "):
                client.write(b"HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await client.drain()
                return
            while self.stalled:  # noqa: ASYNC110 - a flag that a test turns
                await asyncio.sleep(0.05)
            upstream.write(piece)
            await upstream.drain()
            self.uploaded_bytes += len(piece)
            sent_bytes += len(piece)
            if self.cut_after_bytes is not None and sent_bytes > self.cut_after_bytes:
                self.cut_after_bytes = None
                _reset(client)
                return
            if self.bytes_per_s:
                await asyncio.sleep(len(piece) / self.bytes_per_s)

    def _note_deletions(self, tail: bytes, piece: bytes) -> None:
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


def _reset(client: asyncio.StreamWriter) -> None:
    """RST, not an orderly end."""
    connection = client.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.transport.abort()
