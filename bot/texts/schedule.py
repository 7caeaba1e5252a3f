"""Sentences of /schedule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.formatting import DAYS, escaped, listed, moment_text
from bot.language import Text, plural, t
from bot.ports import Armed
from bot.schedule import Schedule, spelled

EXPIRED = Text("That question had expired. Nothing changed; please send the schedule again.")
TOO_LONG = Text("That schedule has too many pieces. Use fewer; nothing changed.")

_HOW = Text(
    "<code>/schedule weekdays 8:00 to 17:30, nights</code> sets when MoCam is armed, with names in front for some"
    " cameras only, <code>/schedule off</code> ends it: armed always."
)
_DAYS = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), DAYS, strict=True)) | {"daily": Text("every day")}
_SPELLED = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b")


def overview(names: Sequence[str], known: Mapping[str, Schedule], state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """Each camera with its times, and what comes next; how to change it."""
    if not known:
        return t("No schedule: every camera is armed always, but for pauses.") + f"\n{_HOW}"
    lines = [f"<b>{escaped(name)}</b>: {_words(known.get(name))}{_next(name, state, now_utc, zone)}" for name in names]
    return "\n".join([*lines, "", str(_HOW)])


def question(cameras: Sequence[str], wanted: Schedule | None) -> str:
    """As it was understood; `cameras` empty: all."""
    if wanted is None:
        if cameras:
            names = escaped(listed(list(cameras)))
            return t("No schedule for <b>{cameras}</b>: armed always, but for pauses. Change it?", cameras=names)
        return t("No schedule for every camera: armed always, but for pauses. Change it?")
    if not cameras:
        times = _lines(wanted)
        return t("Every camera is armed\n{times}\nand disarmed at all other times. Change it?", times=times)
    return plural(
        "<b>{cameras}</b> is armed\n{times}\nand disarmed at all other times. Change it?",
        "<b>{cameras}</b> are armed\n{times}\nand disarmed at all other times. Change it?",
        len(cameras),
        cameras=escaped(listed(list(cameras))),
        times=_lines(wanted),
    )


def done(cameras: Sequence[str], new: Schedule | None, state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """What holds from now on."""
    if new is None:
        return _always(cameras)
    ends = [state.until_utc.get(name) or state.off_utc.get(name) for name in (cameras or _all(state))]
    known = [end for end in ends if end]
    text = _at_times(cameras, _lines(new))
    if not known:
        return text
    return f"{text}\n" + t("The next change comes {when}.", when=moment_text(min(known), now_utc, zone))


def _always(cameras: Sequence[str]) -> str:
    if not cameras:
        return t("Every camera is armed always now, but for pauses.")
    return plural(
        "<b>{cameras}</b> is armed always now, but for pauses.",
        "<b>{cameras}</b> are armed always now, but for pauses.",
        len(cameras),
        cameras=escaped(listed(list(cameras))),
    )


def _at_times(cameras: Sequence[str], times: str) -> str:
    if not cameras:
        return t("Every camera is armed\n{times}", times=times)
    return plural(
        "<b>{cameras}</b> is armed\n{times}",
        "<b>{cameras}</b> are armed\n{times}",
        len(cameras),
        cameras=escaped(listed(list(cameras))),
        times=times,
    )


def _all(state: Armed) -> list[str]:
    return [*state.cameras, *state.until_utc]


def _next(name: str, state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    if name in state.until_utc:
        return "\n    " + t("disarmed until {when}", when=moment_text(state.until_utc[name], now_utc, zone))
    if name in state.off_utc:
        return "\n    " + t("armed until {when}", when=moment_text(state.off_utc[name], now_utc, zone))
    return ""


def _words(schedule: Schedule | None) -> str:
    return t("armed always") if schedule is None else t("armed {times}", times=pretty(spelled(schedule)))


def _lines(schedule: Schedule) -> str:
    return "\n".join(f"· {pretty(entry)}" for entry in spelled(schedule).split(", "))


def pretty(words: str) -> str:
    """`mon-fri 08:00-17:30` as people write it."""
    return _SPELLED.sub(lambda word: str(_DAYS[word[0]]), words).replace("-", "\u2013")
