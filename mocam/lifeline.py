"""Keeps the service manager told: ready once the cameras run, alive while every part is, and how things are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from mocam.pulse import Pulse
from mocam.service_manager import ServiceManager

log = logging.getLogger(__name__)

EVERY_S = 10.0
PATIENCE_S = 60.0
START_PATIENCE_S = 60.0
"""A camera that is neither there nor missing after so long keeps nobody waiting any more."""
READY_CHECK_S = 0.2


class Lifeline:
    """`started` says whether each camera has begun (or turned out to be missing), `status` is one line."""

    def __init__(
        self,
        manager: ServiceManager,
        pulse: Pulse,
        started: Callable[[], bool],
        status: Callable[[], str],
        every_s: float = EVERY_S,
        begun: Callable[[], object] = lambda: None,
    ) -> None:
        """`begun` is called once, on a worker thread, when the start is over."""
        self._manager = manager
        self._pulse = pulse
        self._started = started
        self._status = status
        self._begun = begun
        # Thrice in its time: one that comes late must not cost the program its life.
        self._every_s = every_s if manager.watchdog_s is None else min(every_s, manager.watchdog_s / 3)
        self._dead: tuple[str, ...] = ()

    async def begin(self) -> None:
        """While the start takes in what the last run left, which may be much: asks for patience. Until cancelled."""
        while True:
            self._manager.patience(PATIENCE_S)
            self._manager.alive()
            await asyncio.sleep(self._every_s)

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + START_PATIENCE_S
        while not self._started() and loop.time() < deadline_s:
            self._manager.patience(PATIENCE_S)
            self._feed()
            await asyncio.sleep(READY_CHECK_S)
        self._manager.ready()
        log.info("ready")
        await asyncio.to_thread(self._begun)
        while True:
            self._feed()
            await asyncio.sleep(self._every_s)

    def _feed(self) -> None:
        dead = self._pulse.dead()
        if dead != self._dead:
            self._dead = dead
            if dead:
                log.error("no sign of life of: %s; the watchdog is fed no more", ", ".join(dead))
            else:
                log.warning("every part gives signs of life again")
        if dead:
            self._manager.status(f"no sign of life of: {', '.join(dead)}")
            return
        self._manager.alive()
        self._manager.status(self._status())
