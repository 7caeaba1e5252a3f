"""Whether every part is truly alive: what the service manager's watchdog is fed by. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

CAMERA_SILENT_S = 90.0
"""Thrice what a driver may take before its camera is opened anew: then also the thread that does this has died."""
POLLING_SILENT_S = 300.0
"""Polling gives a sign with each try. The longest between two is a poll that stalls, and a new beginning."""


@dataclass(frozen=True, slots=True)
class Part:
    """`silent_s` tells how long it has given no sign of life, 0 while nobody expects one."""

    silent_s: Callable[[], float]
    limit_s: float


class Pulse:
    """Asks each part. That somebody asks at all is the sign of life of the event loop."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self._parts = parts

    def dead(self) -> tuple[str, ...]:
        """Names of the parts that have been silent for too long; empty: all is alive."""
        return tuple(name for name, part in self._parts.items() if part.silent_s() > part.limit_s)
