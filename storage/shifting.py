"""Moves the times of events, clips and waits when the wall clock was set, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.catalogue import manifest_changed
from storage.database import Database, to_us
from storage.outbox import want_again
from storage.quiet import LONGEST_MUTE

_SLACK = timedelta(seconds=60)
"""An event is written so long after its first picture at most; less than any step."""

_WAITS = (
    ("mute", "until_utc_us", LONGEST_MUTE),
    ("event", "delete_utc_us", timedelta(days=1)),
    ("invitation", "expires_utc_us", timedelta(days=7)),
)
"""What ends at a time: table, column, and how far ahead it may lie. What lies further was set by another clock."""


def shift_times(
    db: Database,
    first_event: int,
    last_event: int,
    now_utc: datetime,
    since: timedelta,
    step: timedelta,
    up_for: timedelta = timedelta(0),
) -> int:
    """Events from number `first_event` to `last_event` move by `step`; a later one only if its time is not of now.

    `last_event` is the last one that was written when the clock was looked at before, `since` ago: whatever was written
    after that has either clock's time. `now_utc` is the clock's as it is. Their messages are due again, and the lists
    of their days. What waits for a time waits as long as it was meant to, and what came into a chat since the machine
    booted, `up_for` ago, came that long ago. Returns how many events.
    """
    step_us = step // timedelta(microseconds=1)
    now_from_us, now_to_us = to_us(now_utc - since - _SLACK), to_us(now_utc + _SLACK)
    with db.transaction() as rows:
        found = rows.execute(
            """SELECT event_id FROM event WHERE event_id GLOB 'e[0-9]*' AND CAST(substr(event_id, 2) AS INTEGER) >= ?
               AND (CAST(substr(event_id, 2) AS INTEGER) <= ? OR started_utc_us NOT BETWEEN ? AND ?)""",
            (first_event, last_event, now_from_us, now_to_us),
        ).fetchall()
        for (event_id,) in found:
            archived = rows.execute(
                "SELECT clip_id FROM clip WHERE event_id = ? AND archive = 'verified'", (event_id,)
            ).fetchall()
            rows.execute(
                """UPDATE event SET started_utc_us = started_utc_us + ?1, ended_utc_us = ended_utc_us + ?1,
                                    by_hand_until_utc_us = by_hand_until_utc_us + ?1
                   WHERE event_id = ?""",
                (step_us, event_id),
            )
            rows.execute("UPDATE clip SET started_utc_us = started_utc_us + ? WHERE event_id = ?", (step_us, event_id))
            for (clip_id,) in archived:
                manifest_changed(rows, clip_id)
            rows.execute(
                "UPDATE letter SET created_utc_us = created_utc_us + ? WHERE event_id = ?", (step_us, event_id)
            )
            want_again(rows, event_id)
        rows.execute(
            "UPDATE letter SET due_utc_us = due_utc_us + ? WHERE wanted <> shown AND due_utc_us > 0", (step_us,)
        )
        before_us = to_us(now_utc - step)
        for table, column, longest in _WAITS:
            rows.execute(
                f"UPDATE {table} SET {column} = {column} + ? WHERE {column} BETWEEN ? AND ?",  # noqa: S608 - constants
                (step_us, before_us, before_us + longest // timedelta(microseconds=1)),
            )
        rows.execute(
            "UPDATE media SET sent_utc_us = sent_utc_us + ? WHERE sent_utc_us BETWEEN ? AND ?",
            (step_us, to_us(now_utc - step - up_for), before_us),
        )
        return len(found)
