"""Memory of a running program and of the children that it has just then, as the kernel counts it (smaps_rollup)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Footprint:
    """MB (10^6 bytes)."""

    resident: float = 0.0
    """All, with pages of files that others map as well."""
    private: float = 0.0
    """What nobody else maps: given back when it ends."""
    dirty: float = 0.0
    """Of that, what the system cannot drop and read again."""

    def __add__(self, other: Footprint) -> Footprint:
        return Footprint(
            self.resident + other.resident, self.private + other.private, self.dirty + other.dirty
        )  # fmt: skip


@dataclass(slots=True)
class Watched:
    """The largest of each moment seen; a child alone is the largest there was."""

    program: Footprint = Footprint()
    child: Footprint = Footprint()
    both: Footprint = Footprint()
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self, pid: int) -> None:
        """Until `end`, or until the process is gone."""
        while not self._ended.is_set():
            program = footprint(pid)
            if program is None:
                return
            children = [found for child in _children(pid) if (found := footprint(child)) is not None]
            self.program = max(self.program, program, key=_resident)
            self.child = max(self.child, *children, Footprint(), key=_resident)
            self.both = max(self.both, sum(children, program), key=_resident)
            await asyncio.sleep(EVERY_S)

    def end(self) -> None:
        self._ended.set()


def footprint(pid: int) -> Footprint | None:
    """Of this moment; None: it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    kb = {words[0]: int(words[1]) for line in lines if len(words := line.split()) == 3 and words[2] == "kB"}
    if "Rss:" not in kb:
        return None
    dirty = kb["Private_Dirty:"]
    return Footprint(*(size * 1024 / 1e6 for size in (kb["Rss:"], kb["Private_Clean:"] + dirty, dirty)))


def _children(pid: int) -> Iterator[int]:
    """Without those that are still a copy of the program, whose memory they share until they run their own."""
    own = _command(pid)
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = tasks.read_text().split()
        except OSError:  # a thread that ended
            continue
        yield from (int(child) for child in found if _command(int(child)) not in (own, b""))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _resident(of: Footprint) -> float:
    return of.resident
