"""The program and what it stands on."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import struct
import sys
from collections.abc import Iterable, Iterator

from mocam.doctor.finding import Finding, fail, ok

OLDEST = (3, 11)
NEWEST = (3, 13)


def probe(sources: Iterable[str]) -> Iterator[Finding]:
    """`sources`: of the configured cameras."""
    bits = struct.calcsize("P") * 8
    yield judged(importlib.metadata.version("mocam"), sys.version_info[:2], bits)
    if any(source.startswith("picamera2") for source in sources):
        yield picamera(present=importlib.util.find_spec("picamera2") is not None)


def judged(mocam: str, python: tuple[int, int], bits: int) -> Finding:
    said = f"mocam {mocam}, Python {python[0]}.{python[1]}, {bits}-bit {platform.machine()}"
    if bits != 64:
        return fail("versions", said, "MoCam needs a 64-bit system: write Raspberry Pi OS (64-bit) on the card.")
    if not OLDEST <= python <= NEWEST:
        return fail(
            "versions", said, "MoCam is tested with Python 3.11 to 3.13: Debian 12, Raspberry Pi OS Bookworm or newer."
        )
    return ok("versions", said)


def picamera(*, present: bool) -> Finding:
    if present:
        return ok("versions", "picamera2 is there")
    remedy = (
        "sudo apt install python3-picamera2 --no-install-recommends, then sudo sh deploy/install.sh again "
        "(by hand: an environment with --system-site-packages)."
    )
    return fail("versions", "a Pi camera is configured, and picamera2 is missing", remedy)
