"""Who may read what: the token and the archive's passwords are for one user alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from mocam.doctor.finding import Finding, fail, ok, warn


def probe(env_file: Path, data_dir: Path, keys_file: Path, rclone_config: Path | None) -> Iterator[Finding]:
    """Of the files that there are."""
    found = [
        *_private(env_file, "the bot's token"),
        *_private(data_dir, "your clips"),
        *_private(keys_file, "the archive's passwords"),
        *(_private(rclone_config, "the login of your cloud") if rclone_config else ()),
        *_usable(data_dir),
    ]
    yield from found or [ok("permissions", "only this user can read token, clips and passwords")]


def _private(path: Path, what: str) -> Iterator[Finding]:
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # not there, or not to be seen: others say so
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        wanted = "700" if path.is_dir() else "600"
        said = f"others on this machine may open {path}, and {what} in it"
        yield warn("permissions", said, f"chmod {wanted} {path}")


def _usable(data_dir: Path) -> Iterator[Finding]:
    if data_dir.is_dir() and not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        remedy = f"Run MoCam as the user that owns it (installed: sudo mocam check), or: sudo chown -R $USER {data_dir}"
        yield fail("permissions", f"this user may not use {data_dir}", remedy)
