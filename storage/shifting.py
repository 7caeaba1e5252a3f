"""Moves the times of events, clips and waits when the wall clock was set, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.catalogue import manifest_changed
from storage.database import Database, to_us
from storage.outbox import want_again

_SLACK = timedelta(seconds=60)


def shift_times(db: Database, first_event: int, until_utc: datetime, step: timedelta) -> int:
    """Events from number `first_event` on that begin up to `until_utc` (of the clock as it was) move by `step`.

    Their messages are due again, and the lists of their days. What waits for a time waits as long as it was meant to.
    Returns how many events.
    """
    step_us, until_us = step // timedelta(microseconds=1), to_us(until_utc + _SLACK)
    with db.transaction() as rows:
        found = rows.execute(
            """SELECT event_id FROM event WHERE event_id GLOB 'e[0-9]*' AND CAST(substr(event_id, 2) AS INTEGER) >= ?
               AND started_utc_us <= ?""",
            (first_event, until_us),
        ).fetchall()
        for (event_id,) in found:
            archived = rows.execute(
                "SELECT clip_id FROM clip WHERE event_id = ? AND archive = 'verified'", (event_id,)
            ).fetchall()
            rows.execute(
                """UPDATE event SET started_utc_us = started_utc_us + ?, ended_utc_us = ended_utc_us + ?
                   WHERE event_id = ?""",
                (step_us, step_us, event_id),
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
        return len(found)
