"""Rows, files and archive against each other: mocam/check.py does it, here it becomes lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from mocam import check
from mocam.doctor.finding import Finding, fail, ok
from storage.errors import StorageError
from storage.files import Files
from storage.rclone import Rclone

REMEDY = "`mocam check --repair` mends what can be mended (MoCam stopped)."


def probe(
    data_dir: Path, rclone_of: Callable[[Files], Rclone | None] = lambda _files: None, *, running: bool
) -> Iterator[Finding]:
    """`rclone_of` gives the archive's, when there is one to compare with."""
    if running:
        yield ok("catalogue", "not held against the files: MoCam runs. Stop it for that")
        return
    try:
        sentences = check.sentences(data_dir, rclone_of)
    except StorageError as error:
        yield fail("catalogue", str(error), REMEDY)
        return
    for sentence in sentences:
        yield fail("catalogue", sentence, REMEDY)
    if not sentences:
        yield ok("catalogue", "rows, files and archive fit")
