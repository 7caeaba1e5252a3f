"""How the program is asked to end: SIGINT or SIGTERM, and a second one for those who will not wait."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading

log = logging.getLogger(__name__)

LAST_S = 9.7
"""Since the signal: then the process ends, whatever hangs. Whoever stopped it waits ten seconds."""


def end_on_signal(stop: asyncio.Event, last_s: float = LAST_S) -> None:
    """From now on the first one sets `stop`, and the second ends the process at once. On the running loop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _on_signal, stop, last_s)


def _on_signal(stop: asyncio.Event, last_s: float) -> None:
    if stop.is_set():
        log.warning("stopped at once; an unfinished clip is taken in at the next start")
        os._exit(130)
    log.info("stopping; once more to stop at once")
    stop.set()
    # A thread of its own: a hanging disk may hold up the loop, or the threads that its end waits for.
    guard = threading.Timer(last_s, _end_now)
    guard.daemon = True
    guard.start()


def _end_now() -> None:
    log.warning("not everything could be ended in time; the next start takes it in")
    os._exit(0)
