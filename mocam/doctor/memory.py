"""Memory: whether there is enough for what comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mocam.doctor.finding import Finding, ok, warn
from mocam.doctor.text_files import text
from mocam.pi_report import memory as sentence

LEAST_FREE_MIB = 100
"""rclone alone takes 80 while it sends a clip."""


def probe(root: Path) -> Iterator[Finding]:
    yield judged(text(root / "proc/meminfo"))


def judged(meminfo: str) -> Finding:
    """`meminfo`: the content of /proc/meminfo."""
    fields = (line.split() for line in meminfo.splitlines())
    kilobytes = {words[0]: int(words[1]) for words in fields if len(words) > 1 and words[1].isdigit()}
    if "MemAvailable:" not in kilobytes:
        return ok("memory", "not told by this machine")
    said = sentence(meminfo)
    if kilobytes["MemAvailable:"] // 1024 < LEAST_FREE_MIB:
        remedy = "Fewer or smaller cameras (WIDTH, HEIGHT, DETECT_SOURCE), or end other programs on this machine."
        return warn("memory", said, remedy)
    return ok("memory", said)
