"""Threads that a test began and did not end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

LONG_S = 60.0
LOOPS = "asyncio_"
"""Threads of an event loop, which pytest ends with the loop, after the test's own fixtures."""


def ended() -> Iterator[None]:
    """For a fixture: fails the test whose threads go on after it.

    One that is left behind writes to a log that is closed, and takes its time from the tests that follow.
    """
    before = set(threading.enumerate())
    yield
    begun = [one for one in threading.enumerate() if one not in before and not one.name.startswith(LOOPS)]
    for thread in begun:
        thread.join(LONG_S)
    assert [thread.name for thread in begun if thread.is_alive()] == []
