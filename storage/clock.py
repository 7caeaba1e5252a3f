"""Whether the wall clock can be trusted with deleting: a judgement of readings. Pure.

A board without clock chip boots in 1970 or where it was switched off; a wrong chip or hand sets it years ahead. A clock
that is behind only deletes too little. One that is ahead would delete all by age. So: can it be ahead?
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MADE_UTC = datetime(2025, 1, 1, tzinfo=UTC)
"""This program is not older: an earlier time is wrong."""
BEHIND = timedelta(days=1)
"""So far before what was seen already a clock has been set back."""
AHEAD = timedelta(days=7)
"""A machine that was off for longer hears the time from the network, or is believed after a day."""
STEP = timedelta(minutes=2)
"""Less is how a clock is slewed, and what a busy machine takes between two looks."""
STEADY = timedelta(days=1)
"""So long a clock that nobody confirms must run without a step before it is believed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The clocks at one moment."""

    wall_utc: datetime
    mono_s: float
    """Since the machine booted, sleep included."""
    synced: bool | None
    """Whether the kernel says that the clock is kept right over the network; None: it does not say."""


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier looks of this boot left."""

    begun_mono_s: float
    """When the clock was last set, or first looked at."""
    suspect: str = ""
    """Why it was not believed then, as half a sentence."""


def stepped(before: Reading, now: Reading) -> timedelta:
    """How far the wall clock was set between two readings of one boot; zero for what is no step."""
    drift = (now.wall_utc - before.wall_utc) - timedelta(seconds=now.mono_s - before.mono_s)
    return drift if abs(drift) >= STEP else timedelta(0)


def suspicion(now: Reading, newest_utc: datetime | None, step: timedelta) -> str:
    """Why this reading is odd, as half a sentence; empty: it is not. `newest_utc`: the latest time known to be past."""
    if now.wall_utc < MADE_UTC:
        return "shows a time before MoCam was made"
    if now.synced:
        return ""
    if step:
        return "was set by hand" if step > timedelta(0) else "was set back"
    if newest_utc is not None and now.wall_utc < newest_utc - BEHIND:
        return "shows a time before the newest clip"
    if newest_utc is not None and now.wall_utc > newest_utc + AHEAD:
        return "has jumped far ahead of all that was recorded"
    return ""


def judged(now: Reading, known: Known, newest_utc: datetime | None, step: timedelta) -> Known:
    """What is known after this look. A suspicion ends when the network confirms the clock, or after a steady day."""
    if now.wall_utc < MADE_UTC:
        return Known(now.mono_s, suspicion(now, newest_utc, step))
    if now.synced:
        return Known(known.begun_mono_s if not step else now.mono_s)
    if step:
        return Known(now.mono_s, suspicion(now, newest_utc, step))
    odd = known.suspect or suspicion(now, newest_utc, step)
    steady = timedelta(seconds=now.mono_s - known.begun_mono_s) >= STEADY
    return Known(known.begun_mono_s, "" if steady else odd)


def clock_believed(now_utc: datetime, newest_utc: datetime | None) -> bool:
    """False when the wall clock cannot be right: before this program was made, or long before what was seen."""
    return now_utc >= MADE_UTC and (newest_utc is None or now_utc >= newest_utc - BEHIND)
