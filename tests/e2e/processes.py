"""What the kernel tells about a program and all its children: arguments, environment, ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LISTENS = "0A"


@dataclass(frozen=True, slots=True)
class Child:
    """One process that was seen; both as the kernel shows them."""

    arguments: str
    environment: str

    @property
    def is_rclone(self) -> bool:
        """rclone itself, or the small program of ours that runs rclone-python."""
        words = self.arguments.split("\0")
        return Path(words[0]).name == "rclone" or "storage.rclone_short" in words or "rclone" in self.arguments


def descendants(pid: int) -> Iterator[int]:
    """Of a process, itself not among them."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError, ValueError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    for child in parents:
        above = child
        while above in parents and above != pid:
            above = parents[above]
        if above == pid and child != pid:
            yield child


def seen(pid: int) -> Child | None:
    """None: it is gone, or it became another program between the two looks, whose words and environment do not belong
    together; the next sample meets it again."""
    place = Path(f"/proc/{pid}")
    try:
        before = (place / "cmdline").read_text("utf-8", "replace")
        environment = (place / "environ").read_text("utf-8", "replace")
        after = (place / "cmdline").read_text("utf-8", "replace")
    except OSError:
        return None
    return Child(before, environment) if before == after else None


def listening(pid: int) -> list[str]:
    """Addresses at which this process takes connections."""
    inodes = set[str]()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            inodes.add(str(handle.readlink()).removeprefix("socket:[").removesuffix("]"))
    found = []
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == LISTENS and words[9] in inodes:
                found.append(words[1])
    return found


@asynccontextmanager
async def sampled(pid: int, every_s: float = 0.01) -> AsyncIterator[set[Child]]:
    """Collects every child that lives long enough to be seen."""
    found = set[Child]()

    async def look() -> None:
        while True:
            found.update(child for child in map(seen, descendants(pid)) if child is not None and child.arguments)
            await asyncio.sleep(every_s)

    task = asyncio.create_task(look())
    try:
        yield found
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
