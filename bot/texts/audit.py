"""Sentences of /log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.formatting import escaped, moment_text
from bot.people import LogEntry

OLDER = "older »"
EMPTY = "Nothing was noted yet. Who arms, disarms, changes a rule or fetches a picture stands here from now on."

_DID = {
    "armed": "armed",
    "disarmed": "disarmed",
    "schedule": "changed the schedule:",
    "retention": "changed the retention:",
    "snapshot": "took a picture of",
    "clip": "fetched the clip of",
    "deleted": "deleted",
    "zones": "changed the zones of",
    "closed": "closed all cameras for privacy",
    "invited": "made a guest link, until",
    "joined": "became a guest, until",
    "removed": "ended",
    "paired": "became an owner",
}


def page(entries: Sequence[LogEntry], now_utc: datetime, zone: tzinfo) -> str:
    """One line each, newest first."""
    if not entries:
        return EMPTY
    return "\n".join(["<b>Who did what</b>", *(_line(entry, now_utc, zone) for entry in entries)])


def _line(entry: LogEntry, now_utc: datetime, zone: tzinfo) -> str:
    did = f"{escaped(entry.who)} {_DID.get(entry.act, entry.act)} {escaped(entry.about)}"
    return f"{moment_text(entry.at_utc, now_utc, zone)} · {did.rstrip()}"
