"""A look at the catalogue that disturbs nobody: also while MoCam runs, also of another version, nothing is changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Archived:
    """A clip that has a proved copy in the archive."""

    event_id: str
    remote_name: str
    size_bytes: int
    sha256: str


def smallest_archived(database: Path) -> Archived | None:
    """The quickest to fetch; None: there is none, or the catalogue cannot be read."""
    question = (
        "SELECT event_id, remote_name, size_bytes, sha256 FROM clip WHERE archive = 'verified' "
        "AND remote_name NOT LIKE '%.age' ORDER BY size_bytes LIMIT 1"
    )
    row = _row(database, question)
    return Archived(str(row[0]), str(row[1]), int(row[2]), str(row[3])) if row else None


def watched_until_s(database: Path) -> float | None:
    """When it last wrote that a camera is in hand, in seconds since 1970; None: never, or it cannot be read."""
    row = _row(database, "SELECT max(until_utc_us) FROM sight")
    return row[0] / 1e6 if row and row[0] is not None else None


@dataclass(frozen=True, slots=True)
class Sight:
    """What the program last wrote of one camera."""

    until_s: float
    """When, in seconds since 1970."""
    seen: dict[str, Any]
    """`state`, `detail`, and what was measured; empty: nothing."""


def sights(database: Path) -> dict[str, Sight]:
    """By camera, as a program that was not stopped left it; none when the catalogue cannot be read or is of an older
    form."""
    if not database.is_file():
        return {}
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            found = connection.execute("SELECT camera, until_utc_us, seen FROM sight WHERE NOT ended").fetchall()
        return {str(name): Sight(until_us / 1e6, json.loads(seen or "{}")) for name, until_us, seen in found}
    except (sqlite3.Error, ValueError):
        return {}


def owners(database: Path) -> frozenset[int]:
    """Telegram ids of those who paired; none when the catalogue cannot be read."""
    return frozenset(int(row[0]) for row in _rows(database, "SELECT user_id FROM owner"))


def noted(database: Path, name: str) -> object:
    """What `Preferences.note` stored under this name; None: nothing, or the catalogue cannot be read."""
    found = _rows(database, "SELECT value FROM preference WHERE name = ?", name)
    return json.loads(found[0][0]) if found else None


def _rows(database: Path, question: str, *values: str) -> list[tuple[Any, ...]]:
    """Also from a disk that is read-only, where SQLite opens only what it is promised not to change."""
    for how in ("mode=ro", "mode=ro&immutable=1"):
        try:
            with closing(sqlite3.connect(f"{database.absolute().as_uri()}?{how}", uri=True, timeout=10)) as connection:
                return connection.execute(question, values).fetchall()
        except sqlite3.Error:
            continue
    return []


def _row(database: Path, question: str) -> tuple[Any, ...] | None:
    if not database.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            found = connection.execute(question).fetchone()
    except sqlite3.Error:
        return None  # whoever looks for damage says so
    return tuple(found) if found else None
