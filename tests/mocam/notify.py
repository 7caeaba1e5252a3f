"""The service manager's end of the line: a real datagram socket that keeps what it was told."""

from __future__ import annotations

import socket
from pathlib import Path


class Manager:
    """Listens at `address` until it is closed."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.setblocking(False)
        self._heard: list[str] = []

    @property
    def heard(self) -> list[str]:
        """Everything so far, oldest first."""
        while True:
            try:
                self._heard.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return self._heard

    def forget(self) -> None:
        self.heard.clear()

    def close(self) -> None:
        self._socket.close()
