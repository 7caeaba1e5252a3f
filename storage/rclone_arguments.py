"""Argument lists for rclone; pure. Nothing secret stands in one: every user of the machine can read it."""

from __future__ import annotations

import re
from pathlib import Path

REMOTE = "mocamcrypt"
"""Our crypt remote's name; the environment outranks the owner's file, so it is one that no owner would choose."""
SLOWEST_BYTES_PER_S = 20_000
"""A transfer slower than this on the average is given up and tried again later."""
FILE_LIMIT_S = 10.0
"""So much more for each file of a transfer of many: the way to the provider and back, several times."""
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\Z")
"""Names that we generate; never empty: an empty one would mean the whole remote."""

_ONE = ("--transfers", "1", "--checkers", "1")
_TWO = ("--transfers", "2", "--checkers", "2")
"""Hide the way to the provider and back; each more would cost memory."""
_TRANSFER = ("--buffer-size", "0", "--no-update-dir-modtime")
_TELLING = ("--log-level", "DEBUG")
"""So that the log says which files it proved."""


def checked_name(name: str) -> str:
    """`name` itself. Raises ValueError for one that we would not have generated."""
    if not NAME.match(name) or len(name) > 200:
        raise ValueError("not a name that MoCam gives in the archive")
    return name


def remote_path(name: str) -> str:
    """A generated name as rclone addresses it."""
    return f"{REMOTE}:{checked_name(name)}"


def upload_arguments(source: Path, name: str, *, anew: bool, bandwidth: str = "") -> list[str]:
    """Never `--ignore-existing`: it would keep a truncated file. `anew` sends even what looks the same; `bandwidth` is
    rclone's own timetable."""
    again = ["--ignore-times"] if anew else []
    flags = [*_ONE, *_TRANSFER, *_TELLING, *again, *_limit(bandwidth)]
    return ["copyto", *flags, "--", str(source), remote_path(name)]


def upload_all_arguments(folder: Path, remote_folder: str, *, anew: bool, bandwidth: str = "") -> list[str]:
    """The same of all files of a folder."""
    again = ["--ignore-times"] if anew else []
    flags = [*_TWO, *_TRANSFER, *_TELLING, *again, *_limit(bandwidth)]
    return ["copy", *flags, "--", str(folder), remote_path(remote_folder)]


def list_arguments(remote_folder: str) -> list[str]:
    return ["lsjson", "--files-only", "--no-modtime", "--no-mimetype", "--", remote_path(remote_folder)]


def _limit(bandwidth: str) -> list[str]:
    return ["--bwlimit", bandwidth] if bandwidth else []


def fetch_arguments(name: str, target: Path) -> list[str]:
    return ["copyto", *_ONE, *_TRANSFER, "--", remote_path(name), str(target)]


def stat_arguments(name: str) -> list[str]:
    return ["lsjson", "--stat", "--no-modtime", "--no-mimetype", "--", remote_path(name)]


def compare_arguments(folder: Path, remote_folder: str) -> list[str]:
    """Compares the files of a local folder with the hashes of their encrypted copies."""
    return ["cryptcheck", "--one-way", "--checkers", "1", "--", str(folder), remote_path(remote_folder)]


def delete_arguments(name: str) -> list[str]:
    return ["deletefile", "--", remote_path(name)]


def remove_folder_arguments(folder: str) -> list[str]:
    return ["rmdir", "--", remote_path(folder)]


def transfer_limit_s(size_bytes: int) -> float:
    """Wall clock of a transfer: rclone's own limits do not bound a single file."""
    return 120.0 + size_bytes / SLOWEST_BYTES_PER_S
