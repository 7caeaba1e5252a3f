"""`python -m mocam.alive`: whether the program on DATA_DIR still writes down that it watches; for a container's engine.

Exit code 0: it does. 1: it does not, with a sentence. Reads one row, without a lock.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from mocam.settings import load
from mocam.values import SettingsError
from storage.glimpse import watched_until_s

LONGEST_SILENCE_S = 240.0
"""It writes each minute."""


def verdict(until_s: float | None, now_s: float) -> str:
    """What is wrong; empty: nothing. Pure, both in seconds since 1970."""
    if until_s is None:
        return "no camera has been watched yet"
    if now_s - until_s > LONGEST_SILENCE_S:
        return f"nothing was written down for {now_s - until_s:.0f} s"
    return ""


def main() -> int:
    """The exit code."""
    try:
        settings = load(Path(".env"))
    except SettingsError as error:
        sys.stderr.write(f"mocam: {error}\n")
        return 1
    said = verdict(watched_until_s(settings.data_dir / "mocam.sqlite3"), time.time())
    if said:
        sys.stderr.write(f"mocam: {said}\n")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
