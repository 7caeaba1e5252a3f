"""Which encoder makes a Pi camera's H.264: the chip's where there is one, else libx264 on the processor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from camera.sources.picam_library import Library

CHIP = Path("/sys/class/video4linux/video11/name")
"""Names the device at which picamera2 looks for the chip's encoder."""

_CHIP_NAME = "bcm2835-codec-encode"
_CHIP_MOST_PIXELS = 1920 * 1088


def choose(library: Library, size: tuple[int, int], fps: int) -> tuple[Any, str]:
    """An encoder of picamera2 for pictures of `size` (width, height), and what it is called in log and reports.

    It makes a key frame each second, and the stream can be decoded from each.
    """
    settings = {"repeat": True, "iperiod": fps, "framerate": fps}
    if not _has_chip():
        return library.encoders.LibavH264Encoder(**settings), "libx264 on the processor (no encoder in the chip)"
    if size[0] * size[1] > _CHIP_MOST_PIXELS:
        name = "libx264 on the processor (the chip's encoder ends at 1920x1080)"
        return library.encoders.LibavH264Encoder(**settings), name
    return library.encoders.H264Encoder(**settings), "the chip's own encoder"


def _has_chip() -> bool:
    """Asked of the kernel: picamera2 takes any machine without a Pi 5's image processor for one with an encoder."""
    try:
        return CHIP.read_text(encoding="ascii").strip() == _CHIP_NAME
    except (OSError, UnicodeDecodeError):
        return False
