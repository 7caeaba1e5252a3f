"""Which chats want a message that says all the time that MoCam is alive, and which message it is."""

from __future__ import annotations

from storage.database import Database


class Pins:
    """Each call is one short transaction, from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> dict[int, int | None]:
        """The message of each chat that wants one; None: it must still be sent."""
        with self._db.read() as rows:
            found = rows.execute("SELECT chat_id, message_id FROM pin ORDER BY chat_id").fetchall()
        return {row["chat_id"]: row["message_id"] for row in found}

    def put(self, chat_id: int, message_id: int | None) -> None:
        """This chat wants one, and this is it."""
        with self._db.transaction() as rows:
            rows.execute(
                """INSERT INTO pin (chat_id, message_id) VALUES (?, ?)
                   ON CONFLICT (chat_id) DO UPDATE SET message_id = excluded.message_id""",
                (chat_id, message_id),
            )

    def remove(self, chat_id: int) -> None:
        """This chat wants none; no error when it had none."""
        with self._db.transaction() as rows:
            rows.execute("DELETE FROM pin WHERE chat_id = ?", (chat_id,))
