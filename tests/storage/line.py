"""A TCP line to a server on loopback: it can be slow, silent, mute, cut, or say that the server is full."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
from contextlib import suppress

from tests.storage.room import until
from tests.support_ports import KeptPort

HELD_S = 600
"""A line that is held up lets go at last, so that no test hangs."""


class Line:
    """Listens on a port of its own, the same for its whole life; what it is told to do holds at once."""

    def __init__(self) -> None:
        self.upstream = 0
        """The server's port."""
        self._kept_port = KeptPort()
        self.port = self._kept_port.number
        """Where the line listens while it is connected."""
        self.bytes_per_s: float | None = None
        self.stalled = False
        """Nothing goes up."""
        self.mute_after: int | None = None
        """Nothing comes back once so many bytes have gone up in all: a stall at the end of an upload."""
        self.cut_after_bytes: int | None = None
        """The line breaks once, after so many bytes more of one connection."""
        self.full = False
        """Uploads by HTTP are answered with `full_answer`."""
        self.full_answer = b"HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        self.uploaded_bytes = 0
        self._listener: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[object]] = set()

    async def connect(self) -> None:
        """Opens the line (again, at the same address)."""
        self._listener = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def disconnect(self) -> None:
        """Closes the line; connections in use break."""
        if self._listener:
            self._listener.close()
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)
        self._pipes.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pipes.add(task)
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
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
        before = b""
        sent_bytes = 0
        while piece := await reader.read(16384):
            self.passing(before, piece)
            before = piece
            if refusal := self.refusal(piece):
                client.write(refusal)
                await client.drain()
                return
            await until(lambda: not self.stalled, HELD_S)
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

    def passing(self, before: bytes, piece: bytes) -> None:
        """What goes up; `before` is the piece before it on the same connection."""

    def refusal(self, piece: bytes) -> bytes:
        """An answer instead of the server's; empty: the piece goes on to it."""
        return self.full_answer if self.full and piece.startswith(b"PUT ") else b""

    async def _back(self, upstream: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await upstream.read(65536):
                await until(self._may_speak, HELD_S)
                client.write(piece)
                await client.drain()
        client.close()

    def _may_speak(self) -> bool:
        return self.mute_after is None or self.uploaded_bytes < self.mute_after


async def end_session(process: asyncio.subprocess.Process | None) -> None:
    """Kills a server that was started in a session of its own, with all it started."""
    if process and process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _reset(client: asyncio.StreamWriter) -> None:
    """RST, not an orderly end."""
    connection = client.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.transport.abort()
