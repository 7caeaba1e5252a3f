"""Clouds on loopback: rclone's own servers, each at the end of a line."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.rclone import found_binary
from tests.storage.dav import PASSWORD, USER
from tests.storage.line import Line, end_session
from tests.storage.room import obscured, until
from tests.support_ports import KeptPort

BUCKET = "home"
FULL_S3 = (
    b"HTTP/1.1 507 Insufficient Storage\r\nContent-Type: application/xml\r\nContent-Length: 97\r\n"
    b"Connection: close\r\n\r\n"
    b"<Error><Code>QuotaExceeded</Code><Message>Insufficient storage: quota exceeded.</Message></Error>"
)
KINDS = ("webdav", "sftp", "s3", "ftp")


class Cloud(Line):
    """`config` names it `cloud:`; what arrives lies in `folder`, and `place` is what ARCHIVE_REMOTE would be."""

    def __init__(self, kind: str, folder: Path) -> None:
        super().__init__()
        self.kind = kind
        self.root = folder
        self.config = folder.with_name(f"{kind}.conf")
        self._kept = KeptPort()
        self.upstream = self._kept.number
        if kind == "s3":
            self.full_answer = FULL_S3
        self._process: asyncio.subprocess.Process | None = None

    @property
    def place(self) -> str:
        return f"cloud:{BUCKET}"

    @property
    def folder(self) -> Path:
        return self.root / BUCKET

    async def start(self) -> None:
        (self.root / BUCKET).mkdir(parents=True, exist_ok=True)
        await self.serve()
        await self.connect()
        self.write_config()

    async def serve(self, *flags: str) -> None:
        """Starts the server, always on the same port."""
        login = ("--auth-key", f"{USER},{PASSWORD}") if self.kind == "s3" else ("--user", USER, "--pass", PASSWORD)
        self._process = await asyncio.create_subprocess_exec(
            *(str(found_binary()), "serve", self.kind, str(self.root), "--addr", f"127.0.0.1:{self.upstream}"),
            *(*login, "--vfs-cache-mode", "off", "--cache-dir", str(self.root.with_name("cache")), *flags),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | {"RCLONE_CONFIG": "/dev/null"},
            start_new_session=True,
        )
        await until(lambda: _listens(self.upstream), 60)

    async def end_server(self) -> None:
        await end_session(self._process)

    def freeze(self, number: signal.Signals = signal.SIGSTOP) -> None:
        """The server keeps its connections and does nothing; SIGCONT: it goes on."""
        assert self._process
        os.killpg(self._process.pid, number)

    @property
    def halfway(self) -> bool:
        """Something of a clip has arrived."""
        sizes = [path.stat().st_size for path in self.root.rglob("*") if path.is_file()]
        return self.uploaded_bytes > 60_000 or max(sizes, default=0) > 60_000

    async def stop(self) -> None:
        await self.end_server()
        await self.disconnect()

    def write_config(self, password: str = PASSWORD) -> None:
        """The owner's rclone.conf."""
        lines = {
            "webdav": [f"url = http://127.0.0.1:{self.port}", "vendor = other", f"user = {USER}"],
            "sftp": ["host = 127.0.0.1", f"port = {self.port}", f"user = {USER}", "shell_type = none"],
            "ftp": ["host = 127.0.0.1", f"port = {self.port}", f"user = {USER}"],
            "s3": ["provider = Rclone", f"endpoint = http://127.0.0.1:{self.port}", f"access_key_id = {USER}"],
        }[self.kind]
        secret = f"secret_access_key = {password}" if self.kind == "s3" else f"pass = {obscured(password)}"
        self.config.write_text("\n".join(["[cloud]", f"type = {self.kind}", *lines, secret, ""]))


@asynccontextmanager
async def cloud(kind: str, folder: Path) -> AsyncIterator[Cloud]:
    """A running one, ended whatever happens."""
    made = Cloud(kind, folder)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
