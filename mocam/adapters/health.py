"""How the machine and the program on it are, for /status."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.health import HealthView
from bot.ports import Unavailable
from mocam.doctor import heat
from mocam.doctor.finding import Level
from storage.errors import StorageError
from storage.outbox import Outbox


class HealthPort:
    """The chat's `Health`; made when the program starts. `root`: where /sys is."""

    def __init__(self, outbox: Outbox, root: Path = Path("/")) -> None:
        self._outbox = outbox
        self._root = root
        self._since_utc = datetime.now(UTC)

    async def now(self) -> HealthView:
        return await asyncio.to_thread(self._look)

    def _look(self) -> HealthView:
        troubles = [
            f"{finding.subject}: {finding.said}" for finding in heat.probe(self._root) if finding.level is not Level.OK
        ]
        try:
            waiting = self._outbox.waiting()
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc
        return HealthView(self._since_utc, heat.hottest_c(self._root), "; ".join(troubles), waiting)
