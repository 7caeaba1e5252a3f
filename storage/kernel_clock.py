"""The machine's clocks, and what the kernel knows about the wall clock."""

from __future__ import annotations

import ctypes
import time
from datetime import UTC, datetime
from pathlib import Path

from storage.clock import Reading

_TIMEX_BYTES = 512
"""More than any system's struct timex; all zero: nothing is to be changed."""
_UNSYNCED = 5
"""TIME_ERROR of adjtimex(2): the clock is not kept right."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def read() -> Reading:
    """The clocks now."""
    return Reading(datetime.now(UTC), time.clock_gettime(time.CLOCK_BOOTTIME), synced())


def synced() -> bool | None:
    """Whether the clock is kept right over the network; None: this system does not say."""
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    if adjtimex is None:
        return None
    state = int(adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    return None if state < 0 else state != _UNSYNCED


def boot_id() -> str:
    """Another one after each boot; empty where the system does not say."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""
