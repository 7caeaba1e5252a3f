from __future__ import annotations

import asyncio
import os
import sys

from tests.bench.footprint import Watched, footprint

HOLDING = "import sys; held = bytearray(b'x') * 30_000_000; print('there', flush=True); sys.stdin.read()"


async def test_a_child_is_counted_beside_its_program() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDING, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdin
    assert child.stdout
    await child.stdout.readline()
    watched = Watched()
    watching = asyncio.create_task(watched.watch(os.getpid()))
    while not watched.child.resident:  # noqa: ASYNC110 - the kernel tells of no event
        await asyncio.sleep(0)
    watched.end()
    await watching
    child.stdin.close()
    await child.wait()
    assert 30 < watched.child.dirty <= watched.child.private <= watched.child.resident
    assert watched.both.resident > watched.program.resident + 25


def test_a_process_that_is_gone_has_none() -> None:
    assert footprint(2**22 + 1) is None


async def test_watching_ends_with_the_process() -> None:
    watched = Watched()
    await watched.watch(2**22 + 1)
    assert watched.program.resident == 0
