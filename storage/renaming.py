"""A camera gets another name: what was chosen for it, and how much of its time is known, goes along."""

from __future__ import annotations

import json
import sqlite3

from storage.database import Database

BY_CAMERA = ("disarmed_until_utc_us", "armed_by_hand_until_utc_us", "schedules")
"""Preferences that hold one value a camera."""
OF_CAMERA = ("zones",)
"""Preferences of one camera each: `zones:front`."""
TABLES = ("mute", "sight", "gap", "dismissal")
"""Rows of one camera each, in their column `camera`."""


def rename_camera(db: Database, old: str, new: str) -> None:
    """In one transaction. Events keep the name under which they were recorded: so the archive calls them, too.

    What an earlier camera of the new name left behind is replaced. Raises StorageError.
    """
    with db.transaction() as rows:
        for name in BY_CAMERA:
            _rename_key(rows, name, old, new)
        for name in OF_CAMERA:
            found = rows.execute("SELECT 1 FROM preference WHERE name = ?", (f"{name}:{old}",)).fetchone()
            if found:
                rows.execute("DELETE FROM preference WHERE name = ?", (f"{name}:{new}",))
                rows.execute("UPDATE preference SET name = ? WHERE name = ?", (f"{name}:{new}", f"{name}:{old}"))
        for table in TABLES:
            rows.execute(f"DELETE FROM {table} WHERE camera = ?", (new,))  # noqa: S608 - a table of ours
            rows.execute(f"UPDATE {table} SET camera = ? WHERE camera = ?", (new, old))  # noqa: S608 - the same


def _rename_key(rows: sqlite3.Connection, name: str, old: str, new: str) -> None:
    row = rows.execute("SELECT value FROM preference WHERE name = ?", (name,)).fetchone()
    values = None if row is None else json.loads(row[0])
    if isinstance(values, dict) and old in values:
        values[new] = values.pop(old)
        rows.execute("UPDATE preference SET value = ? WHERE name = ?", (json.dumps(values), name))
