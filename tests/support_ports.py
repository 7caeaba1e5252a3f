"""Ports of loopback that stay one's own."""

from __future__ import annotations

import socket
import weakref


class KeptPort:
    """A free port that the kernel gives to nobody else, for as long as this object lives.

    It is bound here and never listened on: a server that reuses addresses, as nearly all do, can listen on it, and
    after its end again; meanwhile who calls is refused. A port that was only looked up may be another test's by then.
    """

    def __init__(self) -> None:
        kept = socket.socket()
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        self.number: int = kept.getsockname()[1]
        weakref.finalize(self, kept.close)
