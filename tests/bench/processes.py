"""What running programs cost, as the kernel counts it."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int, *, children: bool = False) -> float:
    """User and system time of a process so far; with that of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11 : 15 if children else 13]) * TICK_S


def threads_s(pid: int) -> float:
    """Time on a processor of all threads that it has now, finer than a clock tick; falls when one of them ends."""
    try:
        texts = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    except OSError:  # one has just ended
        return threads_s(pid)
    return sum(int(text.split()[0]) for text in texts) / 1e9


def memory_mb(pid: int, name: str = "VmHWM") -> float:
    """Peak (`VmHWM`) or present (`VmRSS`) memory."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024 / 1e6


async def shares(pids: dict[str, int], seconds: float) -> dict[str, float]:
    """Percent of one core that each takes from now on for so long."""
    loop = asyncio.get_running_loop()
    begun_s, before = loop.time(), {name: cpu_s(pid) for name, pid in pids.items()}
    await asyncio.sleep(seconds)
    passed_s = loop.time() - begun_s
    return {name: (cpu_s(pid) - before[name]) / passed_s * 100 for name, pid in pids.items()}


async def child_cpu_s(*command: str) -> float:
    """User and system time of one child from start to end. Raises RuntimeError when it fails."""
    before = os.times()
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    if await child.wait():
        raise RuntimeError(f"{command} failed")
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system
