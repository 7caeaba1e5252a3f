"""Sentences of /why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.decisions import Decision, Fate
from bot.formatting import clock_text, escaped, moment_text
from bot.language import Text, t

OLDER, NEWER = Text("more »"), Text("« back")
EMPTY = Text("Nothing stirred so far. What sets off an alert, or does not, stands here from now on.")
HINT = Text(
    "<i>Too small, in doubt: /sensitivity. In a place that is not watched: /zones. Without a sound: /mute. Less of the "
    "picture: /privacy.</i>"
)
_FATES = {
    Fate.SENT: ("🔔", Text("alert")),
    Fate.HUSHED: ("🔕", Text("alert without a sound: muted")),
    Fate.FOLLOWED: ("🔔", Text("alert without a sound: right after another")),
    Fate.VEILED: ("🙈", Text("alert without the whole picture: privacy")),
    Fate.STORM: ("📚", Text("in the message of a storm")),
    Fate.OUTAGE: ("📚", Text("told later: the chat could not be reached")),
    Fate.WAITING: ("⏳", Text("alert not delivered yet")),
    Fate.REFUSED: ("⚠️", Text("alert that Telegram did not take")),
    Fate.SMALL: ("·", Text("none: too small")),
    Fate.DOUBT: ("·", Text("none: did not stay or move as a thing does")),
    Fate.LIGHT: ("·", Text("none: the light changed")),
    Fate.ZONE: ("·", Text("none: in a place that is not watched")),
    Fate.DISARMED: ("💤", Text("disarmed or closed: nobody looked")),
    Fate.BLIND: ("⚠️", Text("blind: nothing could be seen")),
    Fate.OFF: ("⚠️", Text("MoCam did not run")),
}


def page(decisions: Sequence[Decision], number: int, pages: int, now_utc: datetime, zone: tzinfo) -> str:
    """One line each; `number` of the page from 0."""
    if not decisions:
        return str(EMPTY)
    head = t("<b>What stirred, and what became of it</b>")
    if pages > 1:
        head += t(" · page {page} of {pages}", page=number + 1, pages=pages)
    return "\n".join([head, *(_line(one, now_utc, zone) for one in decisions), str(HINT)])


def _line(one: Decision, now_utc: datetime, zone: tzinfo) -> str:
    sign, words = _FATES[one.fate]
    when = moment_text(one.at_utc, now_utc, zone)
    if (one.until_utc - one.at_utc).total_seconds() >= 60:
        same_day = one.until_utc.astimezone(zone).date() == one.at_utc.astimezone(zone).date()
        end = clock_text(one.until_utc, zone) if same_day else moment_text(one.until_utc, now_utc, zone)
        when = t("{begin} to {end}", begin=when, end=end)
    place = f" ({escaped(one.place)})" if one.place else ""
    often = t(", {count} times", count=one.times) if one.times > 1 else ""
    number = f" · #{escaped(one.event_id)}" if one.event_id else ""
    false = " 🚫" if one.false_alarm else ""
    return f"{sign} {when} · {escaped(one.camera)}{place} · {words}{often}{number}{false}"
