"""Threads that a test began and did not end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

LONG_S = 60.0
CAMERAS = ("camera-", "closer-", "recorder-", "still-", "watchdog-")
"""How the names of a camera's threads begin."""


def ending(names: tuple[str, ...]) -> Callable[[], Iterator[None]]:
    """A fixture that fails the test whose threads go on after it; of those whose name begins so.

    One that is left behind writes to a log that is closed, and takes its time from the tests that follow.
    """

    def ended() -> Iterator[None]:
        before = set(threading.enumerate())
        yield
        begun = [one for one in threading.enumerate() if one not in before and one.name.startswith(names)]
        for thread in begun:
            thread.join(LONG_S)
        left = [thread.name for thread in begun if thread.is_alive()]
        assert not left, f"still running: {left}"

    return ended
