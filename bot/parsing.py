"""Understands what the owner typed after a command: durations, days, event ids, retention. Pure.

Raises NotUnderstood with the reason; nothing is guessed, and nothing is half understood.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

LONGEST_PAUSE = timedelta(days=30)
SHORTEST_PAUSE = timedelta(minutes=1)


class Why(StrEnum):
    """Why a text was not understood; `texts` has a sentence for each."""

    DURATION = "duration"
    PAUSE_SHORT = "pause too short"
    PAUSE_LONG = "pause too long"
    CAMERAS = "several cameras"
    DAY = "day"
    DAY_AHEAD = "day ahead"
    WHEN = "when"
    EVENT = "event"
    MUTE = "mute"
    PRIVACY = "privacy"
    REMOVAL = "removal"
    RETENTION = "retention"
    NEGATIVE = "negative"
    TOO_LITTLE = "too little"
    TOO_MUCH = "too much"
    TWICE = "twice"
    SCHEDULE = "schedule"
    RECORD = "record"
    RECORD_LENGTH = "record length"
    DIGEST = "digest"
    PIN = "pin"
    ZONES = "zones"
    SENSITIVITY = "sensitivity"
    PLACE = "place"
    BAD_NAME = "bad name"
    NO_NAME = "no such name"
    TOO_MANY_PLACES = "too many places"


class NotUnderstood(Exception):  # noqa: N818 - an answer, not a fault
    """`why` says what is wrong with it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


_UNITS_S = {"m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "": 3600, "h": 3600, "hr": 3600, "hrs": 3600}
_UNITS_S |= {"hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400, "w": 604_800, "week": 604_800}
_UNITS_S |= {"weeks": 604_800}
_DURATION_PART = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z]*)\s*")


def duration(text: str) -> timedelta:
    """`3h`, `90 min`, `1d`, `2h30m`; a bare number means hours. One minute to 30 days."""
    rest = text.strip().lower().removeprefix("for ")
    total_s = 0.0
    while rest:
        part = _DURATION_PART.match(rest)
        if part is None or part[2] not in _UNITS_S:
            raise NotUnderstood(Why.NEGATIVE if rest.startswith("-") else Why.DURATION)
        total_s += float(part[1]) * _UNITS_S[part[2]]
        rest = rest[part.end() :]
    if not text.strip():
        raise NotUnderstood(Why.DURATION)
    if total_s < SHORTEST_PAUSE.total_seconds():
        raise NotUnderstood(Why.PAUSE_SHORT)
    if total_s > LONGEST_PAUSE.total_seconds():
        raise NotUnderstood(Why.PAUSE_LONG)
    return timedelta(seconds=round(total_s))


SHORTEST_RECORDING_S, LONGEST_RECORDING_S = 5, 600
_SECONDS = {"": 1, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "sek": 1, "sekunden": 1}
_SECONDS |= {"m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "minuten": 60}


def recording_s(text: str) -> int:
    """`30s`, `2 min`, `1m30s`; a bare number means seconds. Five seconds to ten minutes."""
    rest = text.strip().lower().removeprefix("for ")
    total_s = 0.0
    while rest:
        part = _DURATION_PART.match(rest)
        if part is None or part[2] not in _SECONDS:
            raise NotUnderstood(Why.RECORD)
        total_s += float(part[1]) * _SECONDS[part[2]]
        rest = rest[part.end() :]
    if not text.strip():
        raise NotUnderstood(Why.RECORD)
    if not SHORTEST_RECORDING_S <= total_s <= LONGEST_RECORDING_S:
        raise NotUnderstood(Why.RECORD_LENGTH)
    return round(total_s)


_EVENT = re.compile(r"#?e?0*([0-9]{1,12})", re.IGNORECASE)


def event_id(text: str) -> str:
    """`42`, `e42`, `#e42` -> `e42`."""
    match = _EVENT.fullmatch(text.strip())
    if match is None:
        raise NotUnderstood(Why.EVENT)
    return f"e{match[1]}"


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.?([0-9]{4})?")
_NAMED_DAY = re.compile(r"([0-9]{1,2})\.? ([a-z]{3})[a-z]*(?: ([0-9]{4}))?")


def day(text: str, today: date) -> date:
    """`today`, `yesterday`, `mon`, `2026-11-23`, `23.11.`, `23 nov`; without a year the last such day."""
    words = " ".join(text.lower().split())
    if words in ("today", "yesterday"):
        return today - timedelta(days=words == "yesterday")
    if words[:3] in _WEEKDAYS and words.isalpha():
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(words[:3])) % 7)
    found = _written_day(words, today)
    if found > today:
        raise NotUnderstood(Why.DAY_AHEAD)
    return found


def _written_day(words: str, today: date) -> date:
    if iso := _ISO_DAY.fullmatch(words):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if dotted := _DOTTED_DAY.fullmatch(words):
        return _last(int(dotted[1]), int(dotted[2]), dotted[3], today)
    if (named := _NAMED_DAY.fullmatch(words)) and named[2] in _MONTHS:
        return _last(int(named[1]), _MONTHS.index(named[2]) + 1, named[3], today)
    raise NotUnderstood(Why.DAY)


def _last(day_: int, month: int, year: str | None, today: date) -> date:
    if year:
        return _date(int(year), month, day_)
    this_year = _date(today.year, month, day_)
    return this_year if this_year <= today else _date(today.year - 1, month, day_)


def _date(year: int, month: int, day_: int) -> date:
    try:
        return date(year, month, day_)
    except ValueError as exc:
        raise NotUnderstood(Why.DAY) from exc


def seconds(text: str) -> int:
    """The pause that a button carries, within the same bounds."""
    pause_s = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    if not SHORTEST_PAUSE.total_seconds() <= pause_s <= LONGEST_PAUSE.total_seconds():
        raise NotUnderstood(Why.DURATION)
    return pause_s


_CLOCK = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?"
_HOURS = re.compile(rf"(?:daily |every day )?(?:from )?{_CLOCK}\s*(?:-|\u2013|to|until)\s*{_CLOCK}")
_UNTIL = re.compile(rf"until {_CLOCK}")


def hours(text: str) -> tuple[time, time] | None:
    """`22:00-7:00`, `22-7`, `from 22:00 to 7:00` -> beginning and end; None: it is no such span."""
    match = _HOURS.fullmatch(text.strip().lower())
    if match is None:
        return None
    begin, end = _clock(match[1], match[2]), _clock(match[3], match[4])
    if begin == end:
        raise NotUnderstood(Why.MUTE)
    return begin, end


def until_clock(text: str) -> time | None:
    """`until 7:00`; None: it says something else."""
    match = _UNTIL.fullmatch(text.strip().lower())
    return None if match is None else _clock(match[1], match[2])


def _clock(hour: str, minute: str | None) -> time:
    if int(hour) > 23 or int(minute or 0) > 59:
        raise NotUnderstood(Why.MUTE)
    return time(int(hour), int(minute or 0))


_TIME_OF_DAY = re.compile(rf"(?:daily |every day )?(?:at )?{_CLOCK}\s*(am|pm)?")


def daily_time(text: str) -> time:
    """`21:00`, `21`, `2100`, `at 9pm` -> a time of day."""
    words = re.sub(r"^([0-9]{2})([0-9]{2})$", r"\1:\2", text.strip().lower())
    match = _TIME_OF_DAY.fullmatch(words)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
    if match and match[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    elif match and match[3]:
        hour = 24
    if hour > 23 or minute > 59:
        raise NotUnderstood(Why.DIGEST)
    return time(hour, minute)


def next_time(clock: time, now_utc: datetime, zone: tzinfo) -> datetime:
    """When it is that time next in the owner's zone, as UTC."""
    today = now_utc.astimezone(zone).date()
    days = (datetime.combine(today + timedelta(days=ahead), clock, zone) for ahead in range(3))
    return next(moment for moment in days if moment > now_utc).astimezone(UTC)


_HOURS_AFTER = re.compile(r"(?:after )?([0-9]{1,3})\s*(?:h|hours?)?")


def removal_hours(text: str) -> int:
    """`24h`, `after 12 hours` -> hours, 1 to 48, which is what Telegram allows."""
    match = _HOURS_AFTER.fullmatch(text.strip().lower())
    if match is None or not 1 <= int(match[1]) <= 48:
        raise NotUnderstood(Why.REMOVAL)
    return int(match[1])
