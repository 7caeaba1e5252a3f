"""`mocam run` with the soak's camera in place of a real one: a test's way in, and no setting of the program.

What is different from the product: the camera; a camera thread never counts as hanging, and a poll never as overdue,
since a jump of the clock would look like both.
"""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from types import ModuleType

from bot.service import Bot
from bot.timing import Timing
from camera.supervisor import Supervisor
from mocam import app, parts
from mocam.__main__ import main
from tests.soak.source import open_player

POLL_READ_S = 100_000.0

LOOK_S = 0.5


def _end_with(parent: int) -> None:
    """An orphan would go on setting the clock of whoever comes next."""
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os._exit(1)


def _replace(module: ModuleType, name: str, other: object) -> None:
    """Raises AttributeError where the program has no such part any more: nothing would be replaced."""
    getattr(module, name)
    setattr(module, name, other)


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _replace(parts, "open_source", open_player)
    _replace(parts, "Supervisor", partial(Supervisor, hang_s=1e9))
    _replace(app, "Bot", partial(Bot, timing=Timing(poll_read_timeout_s=POLL_READ_S)))
    main()
