"""The clock: clips, retention and quiet hours go by it, and a Pi has none that runs without power."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from datetime import datetime

from mocam.doctor.finding import Finding, fail, ok, warn

MOST_OFF_S = 30.0
_REMEDY = "Switch on the time service: sudo timedatectl set-ntp true (and let this machine reach the internet)."
_TIMEX_BYTES = 256
_STATUS_AT = 40
_UNSYNCHRONISED = 0x40
_TIME_ERROR = 5


def probe(skew_s: float | None) -> Iterator[Finding]:
    """`skew_s`: how far this clock is behind another one's; None: no other was seen."""
    yield judged(datetime.now().astimezone(), synchronised(), skew_s)


def synchronised() -> bool | None:
    """Whether the kernel says that something keeps its clock right; None: it does not tell."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # all zero: only ask
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(timex)
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    status = int(struct.unpack_from("=i", timex.raw, _STATUS_AT)[0])
    return state != _TIME_ERROR and not status & _UNSYNCHRONISED


def judged(now: datetime, is_synchronised: bool | None, skew_s: float | None) -> Finding:
    """Pure."""
    said = f"{now:%Y-%m-%d %H:%M} {now.tzname()}"
    if skew_s is not None and abs(skew_s) > MOST_OFF_S:
        way = "behind" if skew_s > 0 else "ahead"
        return fail("clock", f"{said}: {abs(skew_s):.0f} s {way} of Telegram's", _REMEDY)
    if skew_s is not None:
        return ok("clock", f"{said}, within {MOST_OFF_S:.0f} s of Telegram's")
    if is_synchronised is False:
        return warn("clock", f"{said}, and nothing keeps it right", _REMEDY)
    return ok("clock", said if is_synchronised is None else f"{said}, kept right by a time service")
