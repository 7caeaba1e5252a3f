"""Rows made anew from the lists of the archive, so that MoCam can go on where the lost device ended."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.check import Probe
from storage.database import Database, to_us
from storage.files import Files
from storage.listing import Entry
from storage.preferences import Preferences


class Rebuild:
    """Each call is one transaction; a row that is there already is left as it is."""

    def __init__(self, db: Database, files: Files) -> None:
        self._db = db
        self._files = files

    def add(self, entries: Iterable[Entry], lists: Mapping[str, int]) -> int:
        """Events and clips that the archive holds, and the number of each day's list; returns how many events."""
        by_event = _by_event(entries)
        with self._db.transaction() as rows:
            for event_id, parts in by_event.items():
                _add_event(rows, event_id, parts)
                for entry in parts:
                    _add_clip(rows, entry)
            for day, number in lists.items():
                rows.execute(
                    "INSERT OR IGNORE INTO manifest (day, wanted, uploaded, remote_name) VALUES (?, ?, ?, ?)",
                    (day.replace("/", "-"), number, number, f"{day}/manifest-{number}.jsonl"),
                )
        return len(by_event)

    def holds(self, entry: Entry, path: Path, probed: Probe | None) -> None:
        """The clip lies here too."""
        with self._db.transaction() as rows:
            rows.execute(
                "UPDATE clip SET path = ? WHERE event_id = ? AND part = ?",
                (self._files.relative(path), entry.event_id, entry.part),
            )
            if probed is not None:
                rows.execute(
                    "UPDATE clip SET codec = ?, width = ?, height = ? WHERE event_id = ? AND part = ?",
                    (probed.codec, probed.width, probed.height, entry.event_id, entry.part),
                )

    def keep_everything(self, preferences: Preferences) -> None:
        """No rule deletes what was just saved; the archive does not hold the owner's rules, and the usual ones would
        delete old clips there at the first start."""
        rules = preferences.rules()
        nothing = replace(rules, local_days=None, local_bytes=None, remote_days=None, remote_bytes=None)
        preferences.set_rules(nothing)


def _by_event(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    in_order = sorted(entries, key=lambda entry: (entry.event_id, entry.part))
    return {event: list(parts) for event, parts in itertools.groupby(in_order, key=lambda entry: entry.event_id)}


def _add_event(rows: sqlite3.Connection, event_id: str, parts: list[Entry]) -> None:
    first = parts[0]
    started_utc = first.event_started_utc or first.started_utc
    ends = [part.started_utc + timedelta(seconds=part.duration_s) for part in parts]
    ended_utc = next((part.event_ended_utc for part in reversed(parts) if part.event_ended_utc), max(ends))
    motion_s = next((part.motion_s for part in reversed(parts) if part.motion_s is not None), None)
    rows.execute(
        """INSERT OR IGNORE INTO event (event_id, camera, started_utc_us, ended_utc_us, motion_s, by_hand_until_utc_us)
           VALUES (?, ?, ?, ?, ?, ?)""",
        (
            *(event_id, first.camera, to_us(started_utc), to_us(ended_utc), motion_s),
            to_us(ended_utc) if first.by_hand else None,
        ),
    )
    rows.execute(
        """INSERT INTO counter (name, value) VALUES ('event', ?)
           ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)""",
        (int(event_id[1:]),),
    )


def _add_clip(rows: sqlite3.Connection, entry: Entry) -> None:
    rows.execute(
        """INSERT INTO clip (event_id, part, started_utc_us, duration_s, codec, width, height, size_bytes, sha256,
                             archive, remote_name, verified_by, verified_utc_us, kept, sealed_bytes, sealed_sha256)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'verified', ?, 'size', ?, ?, ?, ?)
           ON CONFLICT (event_id, part) DO NOTHING""",
        (
            *(entry.event_id, entry.part, to_us(entry.started_utc), entry.duration_s, entry.codec, entry.width),
            *(entry.height, entry.size_bytes, entry.sha256, entry.name, to_us(datetime.now(UTC)), int(entry.kept)),
            *(entry.sealed_bytes, entry.sealed_sha256),
        ),
    )
