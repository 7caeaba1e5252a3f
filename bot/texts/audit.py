"""Sentences of /log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot import rules
from bot.formatting import escaped, moment_text
from bot.language import Text, t
from bot.parsing import NotUnderstood
from bot.people import Act, LogEntry
from bot.texts.retention import wish
from bot.texts.schedule import pretty

OLDER = Text("older »")
EMPTY = Text("Nothing was noted yet. Who arms, disarms, changes a rule or fetches a picture stands here from now on.")

_DID = {
    "armed": Text("{who} armed {about}"),
    "disarmed": Text("{who} disarmed {about}"),
    "schedule": Text("{who} changed the schedule: {about}"),
    "retention": Text("{who} changed the retention: {about}"),
    "snapshot": Text("{who} took a picture of {about}"),
    "clip": Text("{who} fetched the clip of {about}"),
    "looked": Text("{who} looked at the pictures of {about}"),
    "recorded": Text("{who} recorded {about}"),
    "deleted": Text("{who} deleted {about}"),
    "spared": Text("{who} took back that {about} be deleted"),
    "kept": Text("{who} keeps {about}"),
    "unkept": Text("{who} lets rules delete {about} again"),
    "zones": Text("{who} changed the zones of {about}"),
    "sensitivity": Text("{who} changed the sensitivity of {about}"),
    "closed": Text("{who} closed all cameras for privacy"),
    "invited": Text("{who} made a guest link, until {about}"),
    "joined": Text("{who} became a guest, until {about}"),
    "removed": Text("{who} ended {about}"),
    "withdrawn": Text("{who} took open links back: {about}"),
    "paired": Text("{who} became an owner"),
}
_CHANGES = {
    "toggle mask": Text("mask on or off"),
    "toggle": Text("watched or not"),
    "ignore": Text("not watched"),
    "watch": Text("watched"),
    "mask": Text("masked"),
    "unmask": Text("shown again"),
    "name": Text("named"),
    "forget": Text("name forgotten"),
    "clear": Text("cleared"),
    "undo": Text("undone"),
    "accepted": Text("proposal accepted"),
    "low": Text("low"),
    "normal": Text("normal"),
    "high": Text("high"),
}
_OFF = Text("none any more")
_UNTIL = re.compile(r"(?:(?P<what>.*) until )?(?P<stamp>\d{4}-\d\d-\d\dT\d\d:\d\dZ)")


def page(entries: Sequence[LogEntry], now_utc: datetime, zone: tzinfo) -> str:
    """One line each, newest first."""
    if not entries:
        return str(EMPTY)
    return "\n".join([t("<b>Who did what</b>"), *(_line(entry, now_utc, zone) for entry in entries)])


def _about(entry: LogEntry, now_utc: datetime, zone: tzinfo) -> str:
    """As it was noted, with its time, rules and days as one reads them here."""
    if match := _UNTIL.fullmatch(entry.about):
        when = moment_text(datetime.fromisoformat(match["stamp"]), now_utc, zone)
        return t("{what} until {when}", what=escaped(match["what"]), when=when) if match["what"] else when
    if entry.act == Act.RETENTION:
        return _rules(entry.about)
    who, _, change = entry.about.partition(": ")
    if entry.act == Act.SCHEDULE:
        return f"{t('all cameras') if who == 'all' else escaped(who)}: {_OFF if change == 'off' else pretty(change)}"
    if entry.act in (Act.ZONES, Act.SENSITIVITY) and change:
        return f"{escaped(who)}: {_change(change)}"
    return escaped(entry.about)


def _change(words: str) -> str:
    """`toggle mask A1`: the verb in the words of here."""
    for verb, said in _CHANGES.items():
        if words == verb or words.startswith(f"{verb} "):
            return f"{said}{escaped(words.removeprefix(verb))}"
    return escaped(words)


def _rules(about: str) -> str:
    try:
        return wish(rules.parse(about))
    except NotUnderstood:
        return escaped(about)


def _line(entry: LogEntry, now_utc: datetime, zone: tzinfo) -> str:
    who, about, sentence = escaped(entry.who), _about(entry, now_utc, zone), _DID.get(entry.act)
    did = str(sentence).format(who=who, about=about) if sentence else f"{who} {entry.act} {about}"
    return f"{moment_text(entry.at_utc, now_utc, zone)} · {did.rstrip()}"
