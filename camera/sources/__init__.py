"""Every kind of camera, opened from its address."""

from __future__ import annotations

from camera.config import CameraConfig
from camera.sources.base import EndOfFile, Source

__all__ = ["EndOfFile", "Source", "open_source"]


def open_source(config: CameraConfig, *, loop: bool = True) -> Source:
    """Opens the camera that `config.source` names.

    `loop=False` is for files alone: read once, as fast as possible, gray frames only, then EndOfFile. Raises
    SourceRefused for an address of no known kind, and what the kind itself raises.
    """
    from camera.sources.opening import opened  # noqa: PLC0415  # who only reads a file need not import every kind

    return opened(config, loop=loop)
