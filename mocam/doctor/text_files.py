"""Small files of /proc and /sys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def text(path: Path) -> str:
    """Its content without blanks and NULs at the ends; empty when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8").strip("\0\n\t ")
    except (OSError, UnicodeDecodeError):
        return ""


def number(path: Path, base: int = 10) -> int | None:
    """Its content as a number; None when it is none."""
    try:
        return int(text(path), base)
    except ValueError:
        return None


def matching(root: Path, pattern: str) -> Iterator[Path]:
    """Paths below `root` in order of name; none when the folder cannot be listed."""
    try:
        yield from sorted(root.glob(pattern))
    except OSError:
        return
