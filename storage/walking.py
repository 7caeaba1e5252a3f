"""What lies below a folder, found with as little as a start with tens of thousands of clips can do with."""

from __future__ import annotations

import os
from collections.abc import Iterator


def entries_below(folder: str) -> Iterator[os.DirEntry[str]]:
    """Everything below, folders too, in order of name; links are not followed, and what may not be read is left out.
    Raises OSError."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except PermissionError:
        return
    for entry in found:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from entries_below(entry.path)
