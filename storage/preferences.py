"""What the owner chose in the chat: armed or not, the retention rules, who is an owner."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from storage.database import Database, from_us, to_us
from storage.errors import StorageError
from storage.model import Rules


class Preferences:
    """Small values that survive a restart; from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def disarmed_until_utc(self) -> datetime | None:
        """When the pause ends by itself; None while armed. May lie in the past: then the pause is over."""
        value = self._get("disarmed_until_utc_us")
        return from_us(int(value)) if isinstance(value, int) else None

    def set_disarmed_until_utc(self, until_utc: datetime | None) -> None:
        """None arms."""
        self._set("disarmed_until_utc_us", None if until_utc is None else to_us(until_utc))

    def rules(self) -> Rules:
        """The retention rules; the default ones until the owner chose. Raises StorageError when they are unreadable:
        guessing could delete what should stay."""
        stored = self._get("rules")
        if stored is None:
            return Rules()
        try:
            return checked(Rules(**stored))  # type: ignore[arg-type] # a mapping or an error, told below
        except (TypeError, ValueError) as error:
            raise StorageError("The stored retention rules cannot be read. Set them again with /retention.") from error

    def set_rules(self, rules: Rules) -> None:
        """Raises ValueError for a limit that is negative or not a number."""
        self._set("rules", asdict(checked(rules)))

    def owner_ids(self) -> frozenset[int]:
        """Numeric Telegram ids of those who paired."""
        with self._db.read() as rows:
            return frozenset(row[0] for row in rows.execute("SELECT user_id FROM owner"))

    def add_owner(self, user_id: int, now_utc: datetime) -> None:
        """Lets one more user command; no error when they already may."""
        with self._db.transaction() as rows:
            insert = "INSERT OR IGNORE INTO owner (user_id, paired_utc_us) VALUES (?, ?)"
            rows.execute(insert, (user_id, to_us(now_utc)))

    def _get(self, name: str) -> object:
        with self._db.read() as rows:
            row = rows.execute("SELECT value FROM preference WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def _set(self, name: str, value: object) -> None:
        with self._db.transaction() as rows:
            rows.execute(
                """INSERT INTO preference (name, value) VALUES (?, ?)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value""",
                (name, json.dumps(value)),
            )


def checked(rules: Rules) -> Rules:
    """The same rules. Raises ValueError when a limit is not a number from 0 to 10^15."""
    for name, limit in asdict(rules).items():
        if limit is None and name != "least_free_bytes":
            continue
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit <= 1e15:
            raise ValueError(f"{name} must be a number from 0 on")
    return rules
