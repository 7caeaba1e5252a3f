"""How the program is asked to end: SIGINT or SIGTERM, and a second one for those who will not wait."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

log = logging.getLogger(__name__)


def end_on_signal(stop: asyncio.Event) -> None:
    """From now on the first one sets `stop`, and the second ends the process at once. On the running loop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _on_signal, stop)


def _on_signal(stop: asyncio.Event) -> None:
    if stop.is_set():
        log.warning("stopped at once; an unfinished clip is taken in at the next start")
        os._exit(130)
    log.info("stopping; once more to stop at once")
    stop.set()
