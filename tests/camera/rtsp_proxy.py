"""A bad network between camera and program: an RTSP proxy that loses, changes or adds RTP packets, over TCP and UDP."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

Mangle = Callable[[bytes], list[bytes]]
"""What becomes of one RTP packet that the camera sent: nothing, itself, another, several."""

_PORTS = re.compile(rb"(client|server)_port=(\d+)-(\d+)")


@contextlib.contextmanager
def rtsp_proxy(server_port: int, mangle: Mangle) -> Iterator[int]:
    """Passes RTSP on to 127.0.0.1:`server_port`; yields its own port. `mangle` runs on a thread of the proxy."""
    loop = asyncio.new_event_loop()
    proxy = _Proxy(server_port, mangle)
    server = loop.run_until_complete(asyncio.start_server(proxy.serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, name="rtsp-proxy")
    thread.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(proxy.end(server), loop).result(90)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@dataclass
class _Relay(asyncio.DatagramProtocol):
    """One UDP socket; what it gets goes out of its partner's, to `peer_port`."""

    mangle: Mangle
    peer_port: int = 0
    partner: _Relay | None = None
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    @property
    def port(self) -> int:
        assert self.transport
        return int(self.transport.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, _address: object) -> None:
        assert self.partner
        assert self.partner.transport
        for packet in self.mangle(data):
            self.partner.transport.sendto(packet, ("127.0.0.1", self.partner.peer_port))


@dataclass
class _Proxy:
    server_port: int
    mangle: Mangle
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.tasks.add(task)
        pairs: list[tuple[_Relay, _Relay]] = []
        writers = [to_client]
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
            writers.append(to_server)
            ways = [self._requests(client, to_server, pairs), self._answers(server, to_client, pairs)]
            running = [asyncio.ensure_future(way) for way in ways]
            try:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in running:
                    way.cancel()
                await asyncio.gather(*running, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # nobody there, or the end of the test: the client sees its connection closed
        finally:
            for writer in writers:
                writer.close()
            for relay in (relay for pair in pairs for relay in pair):
                assert relay.transport
                relay.transport.close()
            self.tasks.discard(task)

    async def end(self, server: asyncio.Server) -> None:
        server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _requests(
        self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter, pairs: list[tuple[_Relay, _Relay]]
    ) -> None:
        while message := await _message(client):
            if ports := message.startswith(b"SETUP") and _PORTS.search(message):
                pairs += [await self._pair(int(ports[2]), self.mangle), await self._pair(int(ports[3]), _same)]
                message = _with_ports(message, pairs[-2][1].port, pairs[-1][1].port)
            if message.startswith(b"PLAY"):  # a camera plays on; a server of files would begin anew for everybody
                message = re.sub(rb"(?i)range:[^\r]*\r\n", b"", message)
            to_server.write(message)
            await to_server.drain()

    async def _answers(
        self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter, pairs: list[tuple[_Relay, _Relay]]
    ) -> None:
        while message := await _message(server):
            found = {name: (int(rtp), int(rtcp)) for name, rtp, rtcp in _PORTS.findall(message)}
            if b"server" in found:
                for pair, port in zip(pairs[-2:], found[b"server"], strict=True):
                    pair[1].peer_port = port
                message = _with_ports(message, pairs[-2][0].port, pairs[-1][0].port, b"server")
                message = _with_ports(message, pairs[-2][0].peer_port, pairs[-1][0].peer_port, b"client")
            frames = [message]
            if message[:2] == b"$\0":
                frames = [b"$\0" + len(rtp).to_bytes(2) + rtp for rtp in self.mangle(message[4:])]
            to_client.write(b"".join(frames))
            await to_client.drain()

    async def _pair(self, client_port: int, mangle: Mangle) -> tuple[_Relay, _Relay]:
        """Two sockets: one that the client talks to, one that the server talks to."""
        loop = asyncio.get_running_loop()
        near, far = _Relay(_same, client_port), _Relay(mangle)
        near.partner, far.partner = far, near
        for relay in (near, far):
            await loop.create_datagram_endpoint(lambda relay=relay: relay, local_addr=("127.0.0.1", 0))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        return near, far


async def _message(reader: asyncio.StreamReader) -> bytes:
    """The next RTSP message or interleaved frame; empty at the end."""
    try:
        first = await reader.readexactly(1)
        if first == b"$":
            head = await reader.readexactly(3)
            return first + head + await reader.readexactly(int.from_bytes(head[1:]))
        head = first + await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        return head + (await reader.readexactly(int(length[1])) if length else b"")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def _same(packet: bytes) -> list[bytes]:
    return [packet]


def _with_ports(message: bytes, rtp: int, rtcp: int, side: bytes = b"client") -> bytes:
    return re.sub(side + rb"_port=\d+-\d+", side + b"_port=%d-%d" % (rtp, rtcp), message)
