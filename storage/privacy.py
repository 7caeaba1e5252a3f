"""What each chat is to see, and which pictures and clips must leave it again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Database, to_us

FULL = "full"
LOOKS = ("text", "pixelated", "crop", FULL)
"""The most private first."""
REMOVABLE = timedelta(hours=48)
"""Telegram lets a bot delete its messages for so long."""
LATEST_REMOVAL = timedelta(hours=47, minutes=30)
"""Before that: a removal may have to be tried again."""
AT_ONCE = 100
"""Messages that Telegram deletes in one call."""


@dataclass(frozen=True, slots=True)
class ChatPrivacy:
    """Of one chat."""

    look: str = FULL
    """One of `LOOKS`."""
    remove_after_h: int | None = None
    """Pictures and clips leave the chat after so many hours; None: they stay."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Messages of one chat that must go."""

    chat_id: int
    message_ids: tuple[int, ...]


class Privacy:
    """Each call is one short transaction, from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, chat_id: int) -> ChatPrivacy:
        """What was chosen, or the default: everything is shown, and stays."""
        with self._db.read() as rows:
            row = rows.execute("SELECT look, remove_after_h FROM chat WHERE chat_id = ?", (chat_id,)).fetchone()
        return ChatPrivacy() if row is None else ChatPrivacy(row["look"], row["remove_after_h"])

    def set_look(self, chat_id: int, look: str) -> None:
        """One of `LOOKS`; for what is sent from now on."""
        self._set(chat_id, "look", look)

    def set_removal(self, chat_id: int, after_h: int | None) -> None:
        """Also for what stands in the chat already; None: nothing is removed."""
        self._set(chat_id, "remove_after_h", after_h)

    # -- what stands in the chats ----------------------------------------------------------------------------------

    def sent(self, chat_id: int, message_ids: Collection[int], event_id: str, now_utc: datetime) -> None:
        """These messages show a picture or a clip."""
        with self._db.transaction() as rows:
            rows.executemany(
                "INSERT OR IGNORE INTO media (chat_id, message_id, event_id, sent_utc_us) VALUES (?, ?, ?, ?)",
                [(chat_id, message_id, event_id, to_us(now_utc)) for message_id in message_ids],
            )

    def unwanted(self, event_id: str) -> None:
        """Every picture and clip of this event must leave every chat now."""
        with self._db.transaction() as rows:
            rows.execute("UPDATE media SET unwanted = 1 WHERE event_id = ?", (event_id,))

    def due(self, now_utc: datetime) -> tuple[Removal, ...]:
        """What must go now, oldest first, at most `AT_ONCE` of each chat."""
        with self._db.read() as rows:
            found = rows.execute(
                f"""SELECT media.chat_id, message_id FROM media LEFT JOIN chat USING (chat_id)
                    WHERE {_MUST_GO} ORDER BY sent_utc_us LIMIT 1000""",  # noqa: S608 - constant
                (to_us(now_utc), _us(LATEST_REMOVAL)),
            ).fetchall()
        by_chat: dict[int, list[int]] = {}
        for row in found:
            by_chat.setdefault(row["chat_id"], []).append(row["message_id"])
        return tuple(Removal(chat_id, tuple(ids[:AT_ONCE])) for chat_id, ids in by_chat.items())

    def removed(self, removal: Removal) -> None:
        """They are out of the chat: their letters have nothing to change any more."""
        pairs = [(removal.chat_id, message_id) for message_id in removal.message_ids]
        with self._db.transaction() as rows:
            rows.executemany("DELETE FROM media WHERE chat_id = ? AND message_id = ?", pairs)
            rows.executemany("UPDATE letter SET closed = 1, shown = wanted WHERE chat_id = ? AND message_id = ?", pairs)

    def forget_old(self, now_utc: datetime) -> dict[int, int]:
        """Forgets what Telegram lets nobody remove any more; how many of each chat should have been."""
        old = "sent_utc_us <= ?"
        limit_us = to_us(now_utc - REMOVABLE)
        with self._db.transaction() as rows:
            missed = rows.execute(
                f"""SELECT media.chat_id, count(*) FROM media LEFT JOIN chat USING (chat_id)
                    WHERE {old} AND (unwanted = 1 OR remove_after_h IS NOT NULL) GROUP BY media.chat_id""",  # noqa: S608
                (limit_us,),
            ).fetchall()
            rows.execute(f"DELETE FROM media WHERE {old}", (limit_us,))  # noqa: S608 - constant
        return {row[0]: row[1] for row in missed}

    def _set(self, chat_id: int, column: str, value: object) -> None:
        with self._db.transaction() as rows:
            rows.execute(
                f"""INSERT INTO chat (chat_id, {column}) VALUES (?, ?)
                    ON CONFLICT (chat_id) DO UPDATE SET {column} = excluded.{column}""",  # noqa: S608 - our own names
                (chat_id, value),
            )


# Parameters: now, and the latest age at which a removal still surely succeeds; microseconds.
_MUST_GO = "(unwanted = 1 OR sent_utc_us <= ?1 - min(remove_after_h * 3600000000, ?2))"


def _us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
