"""Which alert makes a sound: one buzz for one thing that goes on, however many events it is made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

PAUSE = timedelta(minutes=1)
"""A camera that saw nothing for longer has seen the end of it: what moves then is news."""
STEP = timedelta(seconds=15)
"""From one camera's sight into the next: who heard the first buzz has not put the phone away."""
LONGEST = timedelta(minutes=5)
"""What goes on for longer makes a sound again."""


class Sound(NamedTuple):
    """A buzz of the phone."""

    at_us: int
    camera: str


class Span(NamedTuple):
    """An event of one camera; `end_us` None: it goes on, as far as is known."""

    start_us: int
    end_us: int | None


def was_told(sounds: Sequence[Sound], spans: Sequence[Span], camera: str, now_us: int) -> bool:
    """Whether the phone made a sound lately for what this camera sees again now. Pure.

    `spans` are its earlier events. What goes on began when it last was still for longer than `PAUSE`; it was told by a
    sound of this camera since then, or by one of any camera up to `STEP` before that: somebody walked.
    """
    began_us = now_us
    for span in sorted(spans, reverse=True):
        if span.end_us is not None and began_us - span.end_us > _us(PAUSE):
            break
        began_us = min(began_us, span.start_us)
    return any(
        now_us - sound.at_us < _us(LONGEST)
        and (
            began_us - _us(STEP) <= sound.at_us <= began_us
            or (sound.camera == camera and began_us <= sound.at_us <= now_us)
        )
        for sound in sounds
    )


def is_told(rows: sqlite3.Connection, chat_id: int, event_id: str, now_us: int) -> bool:
    """The same of a new event, inside the transaction that writes its letter. Recordings by hand make no news."""
    camera = str(rows.execute("SELECT camera FROM event WHERE event_id = ?", (event_id,)).fetchone()[0])
    since_us = now_us - _us(LONGEST)
    sounds = rows.execute(
        """SELECT letter.created_utc_us, camera FROM letter JOIN event USING (event_id)
           WHERE kind = 'alert' AND chat_id = ? AND silent = 0 AND hushed = 0 AND digest_id IS NULL
           AND by_hand_until_utc_us IS NULL AND letter.created_utc_us BETWEEN ? AND ? AND event_id <> ?""",
        (chat_id, since_us, now_us, event_id),
    ).fetchall()
    if not sounds:
        return False
    spans = rows.execute(
        """SELECT started_utc_us, ended_utc_us FROM event WHERE camera = ? AND by_hand_until_utc_us IS NULL
           AND started_utc_us BETWEEN ? AND ? AND event_id <> ?""",
        (camera, since_us, now_us, event_id),
    ).fetchall()
    return was_told(list(map(Sound._make, sounds)), list(map(Span._make, spans)), camera, now_us)


def _us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
