"""Lets go of the pages of libraries and programs that only the start needed.

To load a library the system reads its tables of names and addresses; to import one, code that never runs again. All of
it stays mapped, a fifth of a running program, until the system is so short of memory that it looks for such pages; and
when it has to end a program it counts them as ours. What is needed again is mapped again when it is touched, mostly
without reading anything, since the system keeps the files' pages while it has room. See madvise(2).
"""

from __future__ import annotations

import ctypes
import functools
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MAPS = Path("/proc/self/smaps")
_DONT_NEED = 4
_UNWRITTEN = ("r--p", "r-xp")
_OWN = ("Anonymous", "Swap")
"""Pages that were written to before they were protected, here or where they were moved to: the file has other ones."""

_SIZES = frozenset({"Rss", *_OWN})

_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \d+ *(.*)")
_CODE = re.compile(r"/.*(\.so(\.[\d.]+)?|/bin/python[\d.]*)( \(deleted\))?")
"""What stays mapped until the end. Other files may be mapped for a moment only, by the loader for one; what takes their
place between our look and our word to the kernel would be lost."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Of a file, and just as the file is."""

    start: int
    length: int
    resident_bytes: int


def let_go(maps: Path = _MAPS) -> int:
    """Call once everything is imported and before the first thread; later calls, from any thread, let go of the same
    places. The bytes that were there at first; 0 where the system does not tell."""
    found = _code(maps)
    madvise = getattr(ctypes.CDLL(None), "madvise", None)
    if madvise is None:
        return 0
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return sum(one.resident_bytes for one in found if madvise(one.start, one.length, _DONT_NEED) == 0)


@functools.cache
def _code(maps: Path) -> tuple[Mapping, ...]:
    """Looked up once, and only while no other thread can load a library: half loaded it is mapped as a whole, just as
    its file is, and the next moment holds what was written."""
    if threading.active_count() > 1:
        return ()
    try:
        with maps.open() as lines:
            return tuple(of_files(lines))
    except OSError:
        return ()


def of_files(lines: Iterable[str]) -> Iterator[Mapping]:
    """Of code of which the file has every byte, from the lines of smaps (proc(5))."""
    mapped: re.Match[str] | None = None
    sizes: dict[str, int] = {}
    for line in (*lines, "0-0 ---p 0 0 0"):
        if (next_mapped := _MAPPING.match(line)) is None:
            name, _, size = line.partition(":")
            if name in _SIZES:
                sizes[name] = 1024 * int(size.split()[0])
            continue
        if mapped is not None and _is_the_file(mapped, sizes):
            start, end = int(mapped[1], 16), int(mapped[2], 16)
            yield Mapping(start, end - start, sizes["Rss"])
        mapped, sizes = next_mapped, {}


def _is_the_file(mapped: re.Match[str], sizes: dict[str, int]) -> bool:
    if mapped[3] not in _UNWRITTEN or not _CODE.fullmatch(mapped[4]):
        return False
    return sizes.get("Rss", 0) > 0 and not any(sizes.get(own, 1) for own in _OWN)
