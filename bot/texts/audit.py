"""Sentences of /log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.formatting import escaped, moment_text
from bot.language import Text, t
from bot.people import LogEntry

OLDER = Text("older »")
EMPTY = Text("Nothing was noted yet. Who arms, disarms, changes a rule or fetches a picture stands here from now on.")

_DID = {
    "armed": Text("{who} armed {about}"),
    "disarmed": Text("{who} disarmed {about}"),
    "schedule": Text("{who} changed the schedule: {about}"),
    "retention": Text("{who} changed the retention: {about}"),
    "snapshot": Text("{who} took a picture of {about}"),
    "clip": Text("{who} fetched the clip of {about}"),
    "recorded": Text("{who} recorded {about}"),
    "deleted": Text("{who} deleted {about}"),
    "zones": Text("{who} changed the zones of {about}"),
    "sensitivity": Text("{who} changed the sensitivity of {about}"),
    "closed": Text("{who} closed all cameras for privacy"),
    "invited": Text("{who} made a guest link, until {about}"),
    "joined": Text("{who} became a guest, until {about}"),
    "removed": Text("{who} ended {about}"),
    "paired": Text("{who} became an owner"),
}


def page(entries: Sequence[LogEntry], now_utc: datetime, zone: tzinfo) -> str:
    """One line each, newest first."""
    if not entries:
        return str(EMPTY)
    return "\n".join([t("<b>Who did what</b>"), *(_line(entry, now_utc, zone) for entry in entries)])


def _line(entry: LogEntry, now_utc: datetime, zone: tzinfo) -> str:
    who, about, sentence = escaped(entry.who), escaped(entry.about), _DID.get(entry.act)
    did = str(sentence).format(who=who, about=about) if sentence else f"{who} {entry.act} {about}"
    return f"{moment_text(entry.at_utc, now_utc, zone)} · {did.rstrip()}"
