"""What the program says about itself: one line each on standard error, with every secret blotted out."""

from __future__ import annotations

import logging
import re
import sys
import threading

_TOKEN = re.compile(r"(?<!\d)\d{3,}:[A-Za-z0-9_-]{10,}")
_URL_LOGIN = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^\s/@]+@", re.IGNORECASE)
_BLOT = "…"
_NETWORK = frozenset({"telegram", "httpx", "httpcore"})
"""Packages whose errors are no faults of the program."""


class Redactor(logging.Formatter):
    """Formats a record, traceback included, and only then removes secrets: nothing can slip past by its way in.

    Removed are the secrets it was told, anything shaped like a bot token, and logins in addresses.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        self._lock = threading.Lock()
        self._secrets: tuple[str, ...] = ()

    def hide(self, *secrets: str) -> None:
        """Never lets these texts through from now on; too short ones would blot out ordinary words and are left."""
        with self._lock:
            known = {*self._secrets, *(secret for secret in secrets if len(secret) >= 6)}
            self._secrets = tuple(sorted(known, key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and _is_expected(record):
            record = logging.makeLogRecord(record.__dict__ | _in_one_line(record))
        return self.redact(super().format(record))

    def redact(self, text: str) -> str:
        """`text` without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _BLOT)
        return _URL_LOGIN.sub(rf"\g<scheme>{_BLOT}@", _TOKEN.sub(_BLOT, text))


def _is_expected(record: logging.LogRecord) -> bool:
    """Whether it is the network's: libraries log each one with its whole way through them, and try again."""
    error = record.exc_info[1] if record.exc_info else None
    return {record.name.partition(".")[0], type(error).__module__.partition(".")[0]} <= _NETWORK


def _in_one_line(record: logging.LogRecord) -> dict[str, object]:
    error = record.exc_info[1] if record.exc_info else None
    said = f"{' '.join(record.getMessage().split())} ({type(error).__name__}: {error})"
    return {"msg": said, "args": None, "exc_info": None, "exc_text": None}


def set_up(level: str) -> Redactor:
    """Sends all logging to standard error through one Redactor, which is returned so that secrets can be told to it."""
    redactor = Redactor()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(redactor)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for chatty in ("httpx", "httpcore", "apscheduler", "telegram", "libav"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    return redactor
