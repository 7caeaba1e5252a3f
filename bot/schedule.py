"""A weekly schedule: when a camera is armed, in the owner's words and in the owner's zone. Pure.

A week is a line of 10,080 minutes from Monday 00:00 on, as the clock on the owner's wall shows them; a schedule is the
stretches of it in which the camera is armed. When the clocks change, a stretch still begins and ends at its wall time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.parsing import NotUnderstood, Why

DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
MOST_LENGTH = 300
"""Characters; longer words are no schedule."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_SETS = {
    "daily": range(7),
    "everyday": range(7),
    "every": range(7),
    "weekdays": range(5),
    "weekday": range(5),
    "workdays": range(5),
    "weekend": range(5, 7),
    "weekends": range(5, 7),
}
_TIMES = {
    "nights": (22 * 60, 7 * 60),
    "night": (22 * 60, 7 * 60),
    "mornings": (6 * 60, 12 * 60),
    "afternoons": (12 * 60, 18 * 60),
    "evenings": (18 * 60, 22 * 60),
    "daytime": (7 * 60, 22 * 60),
}
_FILLERS = frozenset({"from", "at", "on", "armed", "day", "the", "all", "of"})
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm)?")
_RANGE = re.compile(r"([\w:.]+)-([\w:.]+)")


@dataclass(frozen=True, slots=True)
class Schedule:
    """`armed`: stretches [start, end) of the week in minutes, in order, apart from each other, none of them empty."""

    armed: tuple[tuple[int, int], ...]

    def armed_at(self, now_utc: datetime, zone: tzinfo) -> bool:
        """Whether it says armed at this moment."""
        minute = _minute(now_utc.astimezone(zone))
        return any(start <= minute < end for start, end in self.armed)

    def next_change(self, now_utc: datetime, zone: tzinfo) -> datetime | None:
        """When it next says otherwise than now; None: never."""
        now = self.armed_at(now_utc, zone)
        for moment_utc in self._edges(now_utc, zone):
            if moment_utc > now_utc and self.armed_at(moment_utc, zone) is not now:
                return moment_utc
        return None

    def _edges(self, now_utc: datetime, zone: tzinfo) -> Iterator[datetime]:
        """Every beginning and end of this week and the next, in order of the wall clock."""
        local = now_utc.astimezone(zone)
        monday = local.date() - timedelta(days=local.weekday())
        for week in range(3):
            for minute in sorted({edge for stretch in self.armed for edge in stretch}):
                day, rest = divmod(minute, DAY_MIN)
                date = monday + timedelta(days=7 * week + day)
                yield datetime.combine(date, time(rest // 60, rest % 60), zone).astimezone(UTC)


def parse(text: str) -> Schedule:
    """`weekdays 8:00 to 17:30, nights`, `mon-fri 9-17; sat sun`, `daily 22:00-6:30`: days, then times.

    Without days: every day. Without times: the whole day. A time that ends before it begins goes on into the next day.
    Raises NotUnderstood for anything else; nothing is guessed.
    """
    stretches: list[tuple[int, int]] = []
    if len(text) > MOST_LENGTH:
        raise NotUnderstood(Why.SCHEDULE)
    for entry in re.split(r"[,;]|\band\b", _plain(text)):
        if words := entry.split():
            stretches += _stretches(words)
    if not stretches:
        raise NotUnderstood(Why.SCHEDULE)
    return Schedule(tuple(_joined(stretches)))


def spelled(schedule: Schedule) -> str:
    """Words that `parse` reads back to the same schedule: `mon-fri 08:00-17:30, daily 22:00-07:00`."""
    if schedule.armed == ((0, WEEK_MIN),):
        return "daily"
    by_time: dict[tuple[int, int], list[int]] = {}
    for start, end in _by_day(schedule.armed):
        by_time.setdefault((start % DAY_MIN, end - start), []).append(start // DAY_MIN)
    return ", ".join(_spelled(days, *times) for times, days in by_time.items())


def _plain(text: str) -> str:
    """Lower case, ranges without spaces: `8:00 to 17:30` -> `8:00-17:30`."""
    lowered = re.sub(r"[\u2012-\u2015\u2212]", "-", text.lower())
    return re.sub(r"\s*(?:-|\bto\b|\btill\b|\buntil\b)\s*", "-", lowered)


def _stretches(words: list[str]) -> Iterator[tuple[int, int]]:
    days: list[int] = []
    times: list[tuple[int, int]] = []
    for word in words:
        if found := _days(word):
            if times:
                raise NotUnderstood(Why.SCHEDULE)  # `8-12 mon`: were the hours meant for all days?
            days += found
        elif found_time := _time(word):
            times.append(found_time)
        elif word not in _FILLERS:
            raise NotUnderstood(Why.SCHEDULE)
    if not days and not times:
        raise NotUnderstood(Why.SCHEDULE)
    for day in days or range(7):
        for start, end in times or [(0, 0)]:
            length = (end - start) % DAY_MIN or DAY_MIN
            yield day * DAY_MIN + start, day * DAY_MIN + start + length


def _days(word: str) -> list[int]:
    if word in _DAY_SETS:
        return list(_DAY_SETS[word])
    names = word.split("-")
    if len(names) > 2 or not all(name.isalpha() and _is_day(name) for name in names):
        return []
    first, last = _DAYS.index(names[0][:3]), _DAYS.index(names[-1][:3])
    return [day % 7 for day in range(first, last + 1 + (7 if last < first else 0))]


def _is_day(name: str) -> bool:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return any(len(name) >= 3 and (day.startswith(name) or name == f"{day}s") for day in full)


def _time(word: str) -> tuple[int, int] | None:
    if word in _TIMES:
        return _TIMES[word]
    both = _RANGE.fullmatch(word)
    return (_clock(both[1]), _clock(both[2])) if both else None


def _clock(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise NotUnderstood(Why.SCHEDULE)
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half and not 1 <= hour <= 12:
        raise NotUnderstood(Why.SCHEDULE)
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise NotUnderstood(Why.SCHEDULE)
    return (hour * 60 + minute) % DAY_MIN


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, overlaps joined, what goes over Sunday's midnight cut in two."""
    within: list[tuple[int, int]] = []
    for start, end in stretches:
        within += [(start, end)] if end <= WEEK_MIN else [(start, WEEK_MIN), (0, end - WEEK_MIN)]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(within):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _by_day(armed: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """Stretches as a person would say them: over Sunday's midnight in one, and no longer than a day each."""
    stretches = list(armed)
    if len(stretches) > 1 and stretches[0][0] == 0 and stretches[-1][1] == WEEK_MIN:
        first = stretches.pop(0)
        stretches[-1] = (stretches[-1][0], WEEK_MIN + first[1])
    for start, end in stretches:
        while end - start > DAY_MIN:
            midnight = (start // DAY_MIN + 1) * DAY_MIN
            yield start % WEEK_MIN, start % WEEK_MIN + midnight - start
            start = midnight  # noqa: PLW2901 - goes along the stretch
        yield start % WEEK_MIN, start % WEEK_MIN + end - start


def _spelled(days: list[int], start: int, length: int) -> str:
    named = _spelled_days(sorted(days))
    if length == DAY_MIN and start == 0:
        return named
    end = (start + length) % DAY_MIN
    return f"{named} {start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def _spelled_days(days: list[int]) -> str:
    if days == list(range(7)):
        return "daily"
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = []
    for run in runs:
        if len(run) > 2:
            words.append(f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}")
        else:
            words += [_DAYS[day] for day in run]
    return " ".join(words)


def _minute(local: datetime) -> int:
    return local.weekday() * DAY_MIN + local.hour * 60 + local.minute
