"""What the owner may turn about watching, together: zones, sensitivity, and why there was an alert or none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import tzinfo

from camera.config import CameraConfig
from camera.supervisor import Supervisor
from mocam.adapters.decisions import Ledger, Rows
from mocam.adapters.sensitivity import SensitivityPort, Trying
from mocam.adapters.zones import ZonesPort
from mocam.store import Store


class Tuning:
    """Made before the cameras start; `run` follows hours and writes reasons down, `close` writes the last of them."""

    def __init__(
        self, configs: Sequence[CameraConfig], supervisors: Sequence[Supervisor], store: Store, zone: tzinfo
    ) -> None:
        """Raises StorageError."""
        watched = list(zip(configs, supervisors, strict=True))
        self.zones = ZonesPort(watched, store.preferences, store.catalogue, zone)
        self.sensitivities = SensitivityPort(self.zones, store.catalogue, Trying(store.files, zone))
        self.ledger = Ledger(Rows(store.dismissals, store.gaps, store.catalogue), self.zones.place_of)

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.gather(self.zones.run(), self.ledger.run())

    async def close(self) -> None:
        """What waits is written; never raises."""
        await self.ledger.write()
