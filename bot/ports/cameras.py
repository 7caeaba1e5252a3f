"""Cameras, as the chat sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CameraView:
    """One camera, as /status tells it."""

    name: str
    state: str
    """`starting`, `watching`, `recording`, `blind` or `disarmed`."""
    since_utc: datetime
    detail: str
    """Why it is blind, a sentence; else empty."""


@dataclass(frozen=True, slots=True)
class BlindView:
    """For how long a camera saw nothing though it was armed, MoCam being off included."""

    name: str
    blind_s: float
    longest_utc: tuple[datetime, datetime]
    """The longest gap, from and to."""
    reason: str
    """Of that gap, a sentence; may be empty."""


class Cameras(Protocol):
    def views(self) -> Sequence[CameraView]: ...

    async def blind(self) -> Sequence[BlindView]:
        """Those that were blind for a minute or more of the last 24 hours."""

    async def snapshot(self, camera: str) -> bytes:
        """A full-resolution JPEG of now."""
