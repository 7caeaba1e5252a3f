"""What the owner may turn about watching, together: zones, sensitivity, proposals, and why an alert came or did not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import tzinfo

from bot.proposals import ProposalView
from camera.config import CameraConfig
from camera.supervisor import Supervisor
from mocam.adapters.decisions import Ledger, Rows
from mocam.adapters.proposals import ProposalsPort
from mocam.adapters.sensitivity import SensitivityPort, Trying
from mocam.adapters.zones import ZonesPort
from mocam.store import Store


class Tuning:
    """Made before the cameras start; `run` follows hours and writes reasons down, `close` writes the last of them."""

    def __init__(
        self,
        configs: Sequence[CameraConfig],
        supervisors: Sequence[Supervisor],
        store: Store,
        zone: tzinfo,
        tell: Callable[[ProposalView], None],
    ) -> None:
        """`tell` puts a proposal into the owners' chats. Raises StorageError."""
        watched = list(zip(configs, supervisors, strict=True))
        self.zones = ZonesPort(watched, store.preferences, store.catalogue, zone)
        self._trying = Trying(store.files, zone)
        self.sensitivities = SensitivityPort(self.zones, store.catalogue, self._trying)
        self.proposals = ProposalsPort(self.zones, store.catalogue, store.preferences, self._trying, tell)
        self.ledger = Ledger(Rows(store.dismissals, store.gaps, store.catalogue), self.zones.place_of)

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.gather(self.zones.run(), self.ledger.run(), self.proposals.run())

    async def close(self) -> None:
        """What is tried ends, what waits is written; never raises."""
        self._trying.end()
        await self.ledger.write()
