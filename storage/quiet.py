"""When the phone makes no sound: mutes with an end, and quiet hours every day, of each chat by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Database, from_us, to_us

LONGEST_MUTE = timedelta(days=30)
"""A mute that ends later than this was set by a clock that was wrong: it is over."""
EVERYTHING = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Of one chat."""

    until_utc: Mapping[str, datetime]
    """The mutes that are not over, by camera; `""`: everything."""
    hours_min: tuple[int, int] | None
    """Every day from .. to .., minutes after local midnight; None: no quiet hours."""

    def in_hours(self, minute: int) -> bool:
        """Whether this minute after local midnight is one of the quiet hours."""
        if self.hours_min is None:
            return False
        begin, end = self.hours_min
        return begin <= minute < end if begin < end else minute >= begin or minute < end


class QuietTimes:
    """Each call is one short transaction, from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, chat_id: int, now_utc: datetime) -> Quiet:
        """What holds now."""
        with self._db.read() as rows:
            mutes = rows.execute(
                "SELECT camera, until_utc_us FROM mute WHERE chat_id = ? AND until_utc_us > ? AND until_utc_us <= ?",
                (chat_id, to_us(now_utc), to_us(now_utc + LONGEST_MUTE)),
            ).fetchall()
            chat = rows.execute(
                "SELECT quiet_from_min, quiet_to_min FROM chat WHERE chat_id = ?", (chat_id,)
            ).fetchone()
        hours = None if chat is None or chat[0] is None else (int(chat[0]), int(chat[1]))
        return Quiet({row["camera"]: from_us(row["until_utc_us"]) for row in mutes}, hours)

    def mute(self, chat_id: int, camera: str, until_utc: datetime) -> None:
        """One camera, or `EVERYTHING`, until then; takes the place of an earlier end."""
        with self._db.transaction() as rows:
            rows.execute(
                """INSERT INTO mute (chat_id, camera, until_utc_us) VALUES (?, ?, ?)
                   ON CONFLICT (chat_id, camera) DO UPDATE SET until_utc_us = excluded.until_utc_us""",
                (chat_id, camera, to_us(until_utc)),
            )

    def unmute(self, chat_id: int) -> None:
        """Ends every mute of the chat; quiet hours stay."""
        with self._db.transaction() as rows:
            rows.execute("DELETE FROM mute WHERE chat_id = ?", (chat_id,))

    def set_hours(self, chat_id: int, hours_min: tuple[int, int] | None) -> None:
        """Quiet hours every day; None: none."""
        begin, end = hours_min or (None, None)
        with self._db.transaction() as rows:
            rows.execute(
                """INSERT INTO chat (chat_id, quiet_from_min, quiet_to_min) VALUES (?, ?, ?)
                   ON CONFLICT (chat_id) DO UPDATE SET quiet_from_min = excluded.quiet_from_min,
                                                       quiet_to_min = excluded.quiet_to_min""",
                (chat_id, begin, end),
            )
