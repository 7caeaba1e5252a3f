from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHILD = """
import re, threading
from mocam.heap import bound_heap
assert bound_heap()

def resident_kb():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])

before = resident_kb()
blocks = [bytearray(300_000) for _ in range(200)]
held = resident_kb() - before
keep = blocks[-1]
del blocks
print(held, resident_kb() - before)
"""


def test_large_blocks_go_back_to_the_system() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", CHILD], cwd=root, capture_output=True, text=True, check=True)
    held_kb, left_kb = map(int, done.stdout.split())
    assert held_kb > 50_000
    assert left_kb < held_kb / 10
