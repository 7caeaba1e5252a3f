"""A cloud on loopback: rclone's own WebDAV server at the end of a line."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from storage.rclone import found_binary
from tests.storage.line import Line, end_session
from tests.storage.room import obscured

USER = "anna"
PASSWORD = "cloud-password-1"


class Dav(Line):
    """`config` names it `cloud:`; what arrives lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.config = folder.with_name("rclone.conf")
        self._process: asyncio.subprocess.Process | None = None
        self._log: asyncio.Task[bytes] | None = None

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
        self.upstream = int(line.split(b"http://127.0.0.1:")[1].split(b"/")[0])
        # Somebody must read on, or a full pipe would stop the server.
        self._log = asyncio.create_task(self._process.stderr.read())

    async def end_server(self) -> None:
        await end_session(self._process)
        if self._log:
            await self._log

    async def stop(self) -> None:
        await self.end_server()
        await self.disconnect()

    def write_config(self, password: str) -> None:
        """The owner's rclone.conf."""
        self.config.write_text(
            f"[cloud]\ntype = webdav\nurl = http://127.0.0.1:{self.port}\nvendor = other\n"
            f"user = {USER}\npass = {obscured(password)}\n"
        )

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())
