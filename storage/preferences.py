"""What the owner chose in the chat: which cameras are disarmed, the retention rules, who is an owner."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from storage.database import Database, from_us, to_us
from storage.errors import StorageError
from storage.model import Rules


@dataclass(frozen=True, slots=True)
class Closed:
    """The cameras are closed for privacy."""

    since_utc: datetime
    frames_read: Mapping[str, int]
    """How many each camera had read then, in this run of the program."""
    restarted: bool
    """The program was started anew since."""


class Preferences:
    """Small values that survive a restart; from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def pauses_utc(self, cameras: Iterable[str]) -> dict[str, datetime]:
        """When the pause of each disarmed camera ends by itself; a camera that is not in it is armed.

        An end may lie in the past: then the pause is over. Of cameras other than these nothing is told.
        """
        stored = self._get("disarmed_until_utc_us")
        if isinstance(stored, int):  # as version 0.1.0 wrote it: one pause for all cameras
            return dict.fromkeys(cameras, from_us(stored))
        pauses = stored if isinstance(stored, dict) else {}
        return {camera: from_us(pauses[camera]) for camera in cameras if camera in pauses}

    def set_pauses_utc(self, pauses_utc: Mapping[str, datetime]) -> None:
        """Which cameras are disarmed, and until when; all others are armed."""
        self._set("disarmed_until_utc_us", {camera: to_us(until_utc) for camera, until_utc in pauses_utc.items()})

    def holds_utc(self) -> dict[str, datetime]:
        """Cameras that were armed by hand against their schedule, and until when that lasts."""
        stored = self._get("armed_by_hand_until_utc_us")
        return {camera: from_us(us) for camera, us in stored.items()} if isinstance(stored, dict) else {}

    def set_holds_utc(self, holds_utc: Mapping[str, datetime]) -> None:
        """Replaces all of them."""
        self._set("armed_by_hand_until_utc_us", {camera: to_us(until_utc) for camera, until_utc in holds_utc.items()})

    def nudges_utc(self) -> dict[str, datetime]:
        """When the owner is to be reminded of the pause of each camera."""
        stored = self._get("nudges_utc_us")
        return {camera: from_us(us) for camera, us in stored.items()} if isinstance(stored, dict) else {}

    def set_nudges_utc(self, nudges_utc: Mapping[str, datetime]) -> None:
        """Replaces all of them."""
        self._set("nudges_utc_us", {camera: to_us(when_utc) for camera, when_utc in nudges_utc.items()})

    def schedules(self) -> dict[str, str]:
        """The weekly schedule of each camera that has one, in the words of the chat."""
        stored = self._get("schedules")
        return {str(camera): str(words) for camera, words in stored.items()} if isinstance(stored, dict) else {}

    def set_schedules(self, schedules: Mapping[str, str]) -> None:
        """Replaces all of them."""
        self._set("schedules", dict(schedules))

    def closed(self) -> Closed | None:
        """Since when the cameras are closed for privacy; None: they are not."""
        stored = self._get("closed")
        if not isinstance(stored, dict):
            return None
        return Closed(from_us(stored["since_utc_us"]), stored["frames_read"], restarted=stored["restarted"])

    def set_closed(self, closed: Closed | None) -> None:
        """None: not any more."""
        value = closed and {
            "since_utc_us": to_us(closed.since_utc),
            "frames_read": dict(closed.frames_read),
            "restarted": closed.restarted,
        }
        self._set("closed", value)

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

    def noted(self, name: str) -> object:
        """What `note` stored under this name; None: nothing."""
        return self._get(name)

    def note(self, name: str, value: object) -> None:
        """Stores what JSON can hold, for who owns the name."""
        self._set(name, value)

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
