"""Sentences of /schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.formatting import escaped, listed, moment_text
from bot.ports import Armed
from bot.schedule import Schedule, spelled

EXPIRED = "That question had expired. Nothing changed; please send the schedule again."
TOO_LONG = "That schedule has too many pieces. Use fewer; nothing changed."

_HOW = (
    "<code>/schedule weekdays 8:00 to 17:30, nights</code> sets when MoCam is armed, with names in front for some"
    " cameras only, <code>/schedule off</code> ends it: armed always."
)
_DAYS = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}


def overview(names: Sequence[str], known: Mapping[str, Schedule], state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """Each camera with its times, and what comes next; how to change it."""
    if not known:
        return f"No schedule: every camera is armed always, but for pauses.\n{_HOW}"
    lines = [f"<b>{escaped(name)}</b>: {_words(known.get(name))}{_next(name, state, now_utc, zone)}" for name in names]
    return "\n".join([*lines, "", _HOW])


def question(cameras: Sequence[str], wanted: Schedule | None) -> str:
    """As it was understood; `cameras` empty: all."""
    who = _who(cameras)
    if wanted is None:
        return f"No schedule for {who}: armed always, but for pauses. Change it?"
    return f"{_capital(who)} {_are(cameras)} armed\n{_lines(wanted)}\nand disarmed at all other times. Change it?"


def done(cameras: Sequence[str], new: Schedule | None, state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """What holds from now on."""
    who = f"{_capital(_who(cameras))} {_are(cameras)} armed"
    if new is None:
        return f"{who} always now, but for pauses."
    ends = [state.until_utc.get(name) or state.off_utc.get(name) for name in (cameras or _all(state))]
    known = [end for end in ends if end]
    text = f"{who}\n{_lines(new)}"
    return f"{text}\nThe next change comes {moment_text(min(known), now_utc, zone)}." if known else text


def _who(cameras: Sequence[str]) -> str:
    return f"<b>{escaped(listed(list(cameras)))}</b>" if cameras else "every camera"


def _are(cameras: Sequence[str]) -> str:
    return "are" if len(cameras) > 1 else "is"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _all(state: Armed) -> list[str]:
    return [*state.cameras, *state.until_utc]


def _next(name: str, state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    if name in state.until_utc:
        return f"\n    disarmed until {moment_text(state.until_utc[name], now_utc, zone)}"
    if name in state.off_utc:
        return f"\n    armed until {moment_text(state.off_utc[name], now_utc, zone)}"
    return ""


def _words(schedule: Schedule | None) -> str:
    return "armed always" if schedule is None else f"armed {_pretty(spelled(schedule))}"


def _lines(schedule: Schedule) -> str:
    return "\n".join(f"· {_pretty(entry)}" for entry in spelled(schedule).split(", "))


def _pretty(words: str) -> str:
    """`mon-fri 08:00-17:30` as people write it."""
    for short, day in _DAYS.items():
        words = words.replace(short, day)
    return words.replace("daily", "every day").replace("-", "\u2013")
