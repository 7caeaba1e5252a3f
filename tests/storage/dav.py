"""A cloud on loopback: rclone's own WebDAV server, behind a TCP line that can be slow, silent, cut or full."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

from storage.rclone import found_binary
from tests.storage.room import obscured, until

USER = "anna"
PASSWORD = "cloud-password-1"
FULL = b"HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Dav:
    """`config` names it `cloud:`; what arrives lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder.with_name("rclone.conf")
        self.bytes_per_s: float | None = None
        self.stalled = False
        self.full = False
        self.uploaded_bytes = 0
        self._password = PASSWORD
        self._process: asyncio.subprocess.Process | None = None
        self._line: asyncio.Server | None = None
        self._log: asyncio.Task[bytes] | None = None
        self._pipes: set[asyncio.Task[object]] = set()
        self._port = 0
        self._upstream = 0

    async def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        await self.serve()
        await self.connect()
        self.write_config(PASSWORD)

    async def serve(self, *flags: str) -> None:
        """Starts the server; it chooses its port and says so."""
        self._process = await asyncio.create_subprocess_exec(
            *(str(found_binary()), "serve", "webdav", str(self.folder), "--addr", "127.0.0.1:0"),
            *("--user", USER, "--pass", PASSWORD, "--vfs-cache-mode", "off", *flags),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"RCLONE_CONFIG": "/dev/null"},
            start_new_session=True,
        )
        assert self._process.stderr is not None
        async with asyncio.timeout(60):
            while b"http://127.0.0.1:" not in (line := await self._process.stderr.readline()):
                assert line, "the WebDAV server did not start"
        self._upstream = int(line.split(b"http://127.0.0.1:")[1].split(b"/")[0])
        # Somebody must read on, or a full pipe would stop the server.
        self._log = asyncio.create_task(self._process.stderr.read())

    async def end_server(self) -> None:
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        if self._log:
            await self._log

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

    def write_config(self, password: str) -> None:
        """The owner's rclone.conf."""
        self.config.write_text(
            f"[cloud]\ntype = webdav\nurl = http://127.0.0.1:{self._port}\nvendor = other\n"
            f"user = {USER}\npass = {obscured(password)}\n"
        )

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

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
            if self.full and piece.startswith(b"PUT "):
                client.write(FULL)
                await client.drain()
                return
            await until(lambda: not self.stalled, timeout_s=600)
            upstream.write(piece)
            await upstream.drain()
            self.uploaded_bytes += len(piece)
            if self.bytes_per_s:
                await asyncio.sleep(len(piece) / self.bytes_per_s)

    @staticmethod
    async def _back(upstream: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await upstream.read(65536):
                client.write(piece)
                await client.drain()
        client.close()
