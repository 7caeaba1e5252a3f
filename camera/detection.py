"""What the owner may change about detection while a camera is watched."""

from __future__ import annotations

from dataclasses import dataclass, field

from camera.config import CameraConfig
from camera.grid import Zones
from camera.sensitivity import Sensitivity


@dataclass(frozen=True, slots=True)
class Detection:
    """Takes effect with the next frame."""

    sensitivity: Sensitivity = Sensitivity.NORMAL
    ignore: Zones = field(default_factory=Zones)
    """Places that are not looked at."""

    @classmethod
    def of(cls, config: CameraConfig) -> Detection:
        """As configured. Raises ZoneError (a ValueError), or ValueError for an unknown sensitivity."""
        return cls(Sensitivity(config.sensitivity), Zones.parse(config.ignore))
