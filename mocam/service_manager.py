"""Tells systemd how things are, over the datagram socket that it names: ready, alive, stopping (sd_notify(3)).

Its whole protocol is one datagram of lines, so this file stands in place of a dependency: docs/decisions says why.
"""

from __future__ import annotations

import logging
import os
import socket
from pathlib import Path

log = logging.getLogger(__name__)

_VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


def runtime_dir() -> Path | None:
    """The folder in memory that the service has from systemd, which may give several; None: it is no service."""
    named = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    return Path(named) if named else None


class ServiceManager:
    """systemd, or nobody: then every word is for nothing and nothing happens. Never raises."""

    def __init__(self, address: str = "", watchdog_s: float | None = None) -> None:
        """`watchdog_s`: it ends this program after so long without `alive`; None: it does not watch."""
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog_s = watchdog_s
        self._said = ""

    @classmethod
    def of_environment(cls) -> ServiceManager:
        """As it introduced itself to this process. Its variables are taken away: no child may speak in our name."""
        found = {name: os.environ.pop(name, "") for name in _VARIABLES}
        for_us = found["WATCHDOG_PID"] in ("", str(os.getpid()))
        usec = int(found["WATCHDOG_USEC"]) if found["WATCHDOG_USEC"].isdecimal() and for_us else 0
        return cls(found["NOTIFY_SOCKET"], usec / 1e6 if usec else None)

    @property
    def listens(self) -> bool:
        return bool(self._address)

    def ready(self) -> None:
        self._send("READY=1")

    def alive(self) -> None:
        """Feeds the watchdog."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def patience(self, seconds: float) -> None:
        """Starting or stopping goes on, and is to be waited for so much longer."""
        self._send(f"EXTEND_TIMEOUT_USEC={int(seconds * 1e6)}")

    def status(self, sentence: str) -> None:
        """What `systemctl status` shows; said once."""
        if sentence != self._said:
            self._said = sentence
            self._send("STATUS=" + sentence.replace("\n", " "))

    def _send(self, text: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                # A manager that does not read must not hold up the program.
                channel.setblocking(False)
                channel.connect(self._address)
                channel.send(text.encode())
        except OSError as exc:
            log.warning("the service manager cannot be told %s: %s", text.partition("=")[0], exc.strerror)
