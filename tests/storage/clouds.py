"""Clouds on loopback: rclone's own servers, each behind a TCP line that can be cut or lose its answers."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from storage.rclone import found_binary
from tests.storage.room import obscured, until

USER = "anna"
PASSWORD = "cloud-password-1"
BUCKET = "home"
FULL = {
    "webdav": b"HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "s3": b"HTTP/1.1 507 Insufficient Storage\r\nContent-Type: application/xml\r\nContent-Length: 97\r\n"
    b"Connection: close\r\n\r\n"
    b"<Error><Code>QuotaExceeded</Code><Message>Insufficient storage: quota exceeded.</Message></Error>",
}
KINDS = ("webdav", "sftp", "s3", "ftp")


@dataclass(slots=True)
class Weather:
    """What the line does."""

    mute_after: int | None = None
    """Nothing comes back once so many bytes have gone up in all: a stall at the end of an upload."""
    full: bool = False
    """Uploads are answered with 507 (WebDAV, S3)."""


class Cloud:
    """`config` names it `cloud:`; what arrives lies in `folder`, and `place` is what ARCHIVE_REMOTE would be."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.root = folder
        self.config = folder.with_name(f"{kind}.conf")
        self.weather = Weather()
        self.sent_bytes = 0
        self._upstream = _free_port()
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None
        self._line: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[object]] = set()

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
            *(str(found_binary()), "serve", self.kind, str(self.root), "--addr", f"127.0.0.1:{self._upstream}"),
            *(*login, "--vfs-cache-mode", "off", "--cache-dir", str(self.root.with_name("cache")), *flags),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | {"RCLONE_CONFIG": "/dev/null"},
            start_new_session=True,
        )
        await until(lambda: _listens(self._upstream), 60)

    async def end_server(self) -> None:
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    def freeze(self, number: signal.Signals = signal.SIGSTOP) -> None:
        """The server keeps its connections and does nothing; SIGCONT: it goes on."""
        assert self._process
        os.killpg(self._process.pid, number)

    @property
    def halfway(self) -> bool:
        """Something of a clip has arrived."""
        sizes = [path.stat().st_size for path in self.root.rglob("*") if path.is_file()]
        return self.sent_bytes > 60_000 or max(sizes, default=0) > 60_000

    async def connect(self) -> None:
        """Opens the line (again, at the same address)."""
        self._line = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._line.sockets[0].getsockname()[1]

    async def disconnect(self) -> None:
        """Closes the line; connections in use break."""
        if self._line:
            self._line.close()
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)
        self._pipes.clear()

    async def stop(self) -> None:
        await self.end_server()
        await self.disconnect()

    def write_config(self, password: str = PASSWORD) -> None:
        """The owner's rclone.conf."""
        lines = {
            "webdav": [f"url = http://127.0.0.1:{self._port}", "vendor = other", f"user = {USER}"],
            "sftp": ["host = 127.0.0.1", f"port = {self._port}", f"user = {USER}", "shell_type = none"],
            "ftp": ["host = 127.0.0.1", f"port = {self._port}", f"user = {USER}"],
            "s3": ["provider = Rclone", f"endpoint = http://127.0.0.1:{self._port}", f"access_key_id = {USER}"],
        }[self.kind]
        secret = f"secret_access_key = {password}" if self.kind == "s3" else f"pass = {obscured(password)}"
        self.config.write_text("\n".join(["[cloud]", f"type = {self.kind}", *lines, secret, ""]))

    # -- the line ------------------------------------------------------------------------------------------------

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pipes.add(task)
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
            back = asyncio.create_task(self._back(up_reader, writer))
            try:
                await self._forth(reader, up_writer, writer)
            finally:
                up_writer.close()
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)
        except OSError:
            pass
        finally:
            self._pipes.discard(task)
            writer.close()

    async def _forth(
        self, reader: asyncio.StreamReader, upstream: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        while piece := await reader.read(16384):
            if self.weather.full and piece.startswith(b"PUT "):
                client.write(FULL[self.kind])
                await client.drain()
                return
            upstream.write(piece)
            await upstream.drain()
            self.sent_bytes += len(piece)

    async def _back(self, upstream: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await upstream.read(65536):
                await until(self._may_speak, 600)
                client.write(piece)
                await client.drain()
        client.close()

    def _may_speak(self) -> bool:
        return self.weather.mute_after is None or self.sent_bytes < self.weather.mute_after


@asynccontextmanager
async def cloud(kind: str, folder: Path) -> AsyncIterator[Cloud]:
    """A running one, ended whatever happens."""
    made = Cloud(kind, folder)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
