"""The files of the stand-in: uploads streamed to disk, kept under a file id, bounded in all."""

from __future__ import annotations

import logging
import mimetypes
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart call, as it lies on disk. Over the limit only its size is true: the rest was not kept."""

    path: Path
    size_bytes: int
    filename: str
    content_type: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that can be downloaded and sent again."""

    file_id: str
    unique_id: str
    path: Path
    public_path: str
    """What getFile answers: `photos/file_1.jpg`."""
    size_bytes: int
    filename: str
    mime_type: str


class Files:
    """Files below one folder. The oldest go when all together exceed `keep_bytes`; `dropped` counts them."""

    def __init__(self, folder: Path, *, keep_bytes: int = 1_000_000_000) -> None:
        self.folder = folder
        self._keep_bytes = keep_bytes
        self._stored: dict[str, StoredFile] = {}
        self._held_bytes = 0
        self._made = 0
        self.dropped = 0

    async def receive(self, chunks: AsyncIterator[bytes], filename: str, content_type: str, limit_bytes: int) -> Upload:
        """Streams an upload to disk; bytes past the limit are counted and thrown away."""
        path = self.fresh_path("uploads", Path(filename).suffix)
        size_bytes = 0
        try:
            with path.open("wb") as file:
                async for chunk in chunks:
                    size_bytes += len(chunk)
                    if size_bytes <= limit_bytes:
                        file.write(chunk)
        except BaseException:
            path.unlink()
            raise
        return Upload(path, size_bytes, filename, content_type)

    def fresh_path(self, kind: str, suffix: str) -> Path:
        """A path nobody has, in the folder of its kind (`photos`, `videos`, ..)."""
        self._made += 1
        folder = self.folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        clean = suffix if suffix[1:].isalnum() else ""
        return folder / f"file_{self._made}{clean.lower()}"

    def keep(self, path: Path, kind: str, filename: str, suffix: str) -> StoredFile:
        """Takes a file over under a new file id."""
        target = self.fresh_path(kind, suffix)
        path.rename(target)
        stored = StoredFile(
            file_id="AgAC" + secrets.token_urlsafe(36),
            unique_id="AQAD" + secrets.token_urlsafe(9),
            path=target,
            public_path=f"{kind}/{target.name}",
            size_bytes=target.stat().st_size,
            filename=filename,
            mime_type=mimetypes.guess_type(target.name)[0] or "application/octet-stream",
        )
        self._stored[stored.file_id] = stored
        self._held_bytes += stored.size_bytes
        self._drop_oldest()
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        return self._stored.get(file_id)

    def by_public_path(self, public_path: str) -> StoredFile | None:
        return next((file for file in self._stored.values() if file.public_path == public_path), None)

    def _drop_oldest(self) -> None:
        while self._held_bytes > self._keep_bytes and len(self._stored) > 1:
            oldest = self._stored.pop(next(iter(self._stored)))
            self._held_bytes -= oldest.size_bytes
            oldest.path.unlink(missing_ok=True)
            self.dropped += 1
            log.info(
                "stand-in: dropped its oldest file to stay under %d bytes (%d so far)", self._keep_bytes, self.dropped
            )
