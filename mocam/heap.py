"""Keeps the process small on small boards: tells the C library to give memory back.

glibc makes an arena for each thread and raises its own threshold for large blocks, so that pictures that came and went
on a dozen threads stay in the process for ever. What the values mean stands in mallopt(3).
"""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
ARENAS = 2
LARGE_BYTES = 256 * 1024
"""A block above this is a mapping of its own, returned when it is freed: pictures are, packets are not."""


def bound_heap() -> bool:
    """Call before the first thread starts. False where the C library has no such switch (musl)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    wishes = ((_M_ARENA_MAX, ARENAS), (_M_MMAP_THRESHOLD, LARGE_BYTES), (_M_TRIM_THRESHOLD, LARGE_BYTES))
    return all(mallopt(option, value) for option, value in wishes)
