"""A real disk of a size and a number of files that a test chooses: a tmpfs of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str = "4m", files: int = 0) -> Iterator[Path]:
    """`folder` becomes one. Mounting needs root, as CI has; `files` 0: as many as it likes."""
    if os.geteuid() != 0:
        pytest.skip(
            "mounting a small disk needs root, or a user of its own: "
            "unshare --user --map-root-user --mount .venv/bin/python -m pytest FILE"
        )
    folder.mkdir(exist_ok=True)
    options = f"size={size},mode=700" + (f",nr_inodes={files}" if files else "")
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def read_only(folder: Path) -> None:
    """Remounts it so; nothing on it may be open for writing."""
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Takes what is left of it; the file that is in the way."""
    path = folder / "in-the-way"
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1 << 8, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return path


def use_up_files(folder: Path) -> list[Path]:
    """Makes empty files until there can be no more."""
    made: list[Path] = []
    while True:
        path = folder / f"in-the-way-{len(made)}"
        try:
            path.touch()
        except OSError:
            return made
        made.append(path)
