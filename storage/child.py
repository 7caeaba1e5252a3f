"""The streams and the end of a child process: bounded reading, feeding, and no survivor."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress

OUTPUT_KEPT_BYTES = 1_000_000
"""Bound of what is kept of a child's output; the end of a log tells more than its beginning."""


async def tail(stream: asyncio.StreamReader | None, kept_bytes: int = OUTPUT_KEPT_BYTES) -> bytes:
    """Reads to the end and keeps the last part."""
    kept = bytearray()
    while stream is not None and (piece := await stream.read(65536)):
        kept += piece
        del kept[:-kept_bytes]
    return bytes(kept)


async def pour(stream: asyncio.StreamReader | None, take: Callable[[bytes], None]) -> None:
    """Reads to the end and hands on each piece as it comes."""
    while stream is not None and (piece := await stream.read(65536)):
        take(piece)


async def feed(process: asyncio.subprocess.Process, content: bytes | None) -> None:
    if process.stdin is None or content is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(content)
        await process.stdin.drain()
    process.stdin.close()


async def end(process: asyncio.subprocess.Process) -> None:
    """Kills the whole session if it still runs, and waits for its end, so that no rclone outlives us."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
