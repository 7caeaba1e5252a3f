"""Understands when somebody means: `yesterday evening`, `friday`, `24.12.`, `18:00-20:00`, `last night`. Pure.

It looks back: of several moments that words may mean it takes the last one that has begun. Raises NotUnderstood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.parsing import NotUnderstood, Why
from bot.parsing import day as one_day

_PARTS_H = {
    "morning": (5, 12),
    "noon": (11, 14),
    "midday": (11, 14),
    "afternoon": (12, 18),
    "evening": (17, 24),
    "night": (21, 31),
    "tonight": (17, 31),
    "daytime": (7, 22),
}
"""Hours of the day, over midnight where they are more than 24; wide, since who looks for something is not exact."""
_AROUND = timedelta(minutes=30)
"""Before and after a single time of day."""
_FILLERS = frozenset(
    {"the", "at", "on", "in", "of", "for", "around", "about", "from", "between", "clips", "this", "early"}
)
_UNITS = {"m": 1 / 60, "min": 1 / 60, "minute": 1 / 60, "h": 1, "hour": 1, "d": 24, "day": 24, "w": 168, "week": 168}
_CLOCK = r"(\d{1,2})(?:[:h](\d{2}))?\s*(am|pm)?"
_SPAN = re.compile(rf"(?<![\d.]){_CLOCK}\s*(?:-|\bto\b|\btill\b|\buntil\b|\band\b)\s*{_CLOCK}(?![\d.])")
_OPEN = re.compile(rf"\b(since|after|before|until)\s+{_CLOCK}(?![\d.])")
_SINGLE = re.compile(r"(?<![\d.])(?:(\d{1,2})[:h](\d{2})\s*(am|pm)?|(\d{1,2})\s*(am|pm))(?![\d.])")
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_LATELY = re.compile(r"(?:(?:last|past)\s+)?(\d{1,3})\s*([a-z]+)(?:\s+ago)?|(?:last|past)\s+(hour|h)")
_BETWEEN_DAYS = re.compile(r"\s*(?:\bto\b|\btill\b|\buntil\b|\s-\s|(?<=[.a-z])-(?=[\da-z]))\s*")


@dataclass(frozen=True, slots=True)
class When:
    """A whole day of the owner's calendar, or a span; neither: always."""

    day: date | None = None
    span_utc: tuple[datetime, datetime] | None = None
    """From, and to without that moment."""


def understood(words: str, now_utc: datetime, zone: tzinfo) -> When:
    """See above; without words: always."""
    text = " ".join(re.sub(r"[\u2012-\u2015\u2212]", "-", words.lower()).replace(",", " ").split())
    return When() if not text else _Reader(now_utc, zone).read(text)


class _Reader:
    """One sentence."""

    def __init__(self, now_utc: datetime, zone: tzinfo) -> None:
        self._now_utc = now_utc
        self._zone = zone
        self._local = now_utc.astimezone(zone)
        self._today = self._local.date()

    def read(self, text: str) -> When:
        if found := self._lately(text) or self._weeks(text):
            return found
        kept = {f"@{number}": iso for number, iso in enumerate(_ISO.findall(text))}
        for mark, iso in kept.items():
            text = text.replace(iso, mark)
        hours, text = self._hours(text)
        for mark, iso in kept.items():
            text = text.replace(mark, iso)
        part, rest = self._part(text)
        if hours is not None and part is not None:
            raise NotUnderstood(Why.WHEN)
        hours = hours or part
        if hours is None:
            return self._days(rest)
        return self._placed(hours, rest, night=part is not None and part[1] > 24 * 60)

    def _lately(self, text: str) -> When | None:
        """`3h`, `last 2 days`, `last hour`, `90 min ago`: from then until now."""
        match = _LATELY.fullmatch(text)
        if match is None:
            return None
        unit = (match[2] or "hour").rstrip("s") or "s"
        if unit not in _UNITS:
            return None
        span = timedelta(hours=int(match[1] or 1) * _UNITS[unit])
        if not timedelta() < span <= timedelta(days=366):
            raise NotUnderstood(Why.WHEN)
        return When(span_utc=(self._now_utc - span, self._now_utc))

    def _weeks(self, text: str) -> When | None:
        monday = self._today - timedelta(days=self._today.weekday())
        if text in ("this week", "week", "w"):
            return self._span(monday, 7)
        if text in ("last week", "last w"):
            return self._span(monday - timedelta(days=7), 7)
        if text in ("weekend", "weekends", "this weekend", "on weekends", "last weekend", "last weekends"):
            saturday = self._today - timedelta(days=(self._today.weekday() - 5) % 7)
            running = self._today.weekday() >= 5 and text.startswith("last")
            return self._span(saturday - timedelta(days=7 * running), 2)
        return None

    def _hours(self, text: str) -> tuple[tuple[int | None, int | None] | None, str]:
        """Minutes after midnight that a clock tells, None where it is open; and the text without it."""
        if match := _SPAN.search(text):
            half = match[3] or match[6]
            begin, end = _minutes(match[1], match[2], half), _minutes(match[4], match[5], match[6] or half)
            if match[3] is None and match[6] and begin > end:
                begin = _minutes(match[1], match[2], None)
            if begin == end:
                raise NotUnderstood(Why.WHEN)
            return (begin, end if end > begin else end + 1440), _without(match, text)
        if match := _OPEN.search(text):
            clock = _minutes(match[2], match[3], match[4])
            return ((clock, None) if match[1] in ("since", "after") else (None, clock)), _without(match, text)
        if match := _SINGLE.search(text):
            clock = _minutes(match[1] or match[4], match[2], match[3] or match[5])
            around = _AROUND // timedelta(minutes=1)
            return (clock - around, clock + around), _without(match, text)
        return None, text

    def _part(self, text: str) -> tuple[tuple[int, int] | None, str]:
        words = text.split()
        found = [word for word in words if word.rstrip("s") in _PARTS_H]
        if len(found) > 1:
            raise NotUnderstood(Why.WHEN)
        if not found:
            return None, text
        begin, end = _PARTS_H[found[0].rstrip("s")]
        rest = " ".join(word for word in words if word != found[0])
        return (begin * 60, end * 60), rest or ("today" if found[0] == "tonight" else "")

    def _days(self, text: str) -> When:
        words = " ".join(word for word in text.split() if word not in _FILLERS)
        if words.startswith("since "):
            return When(span_utc=(self._at(self._day(words.removeprefix("since ")), 0), self._now_utc))
        ends = _BETWEEN_DAYS.split(words)
        if len(ends) == 2 and all(ends):
            first, last = self._day(ends[0]), self._day(ends[1])
            if first > last:
                first -= timedelta(days=7) if ends[0][:1].isalpha() else timedelta()
            if first > last:
                raise NotUnderstood(Why.WHEN)
            return self._span(first, (last - first).days + 1)
        return When(day=self._day(words))

    def _placed(self, hours: tuple[int | None, int | None], text: str, *, night: bool) -> When:
        """The hours of a day that is named, or of the last day on which they have begun."""
        words = " ".join(word for word in text.split() if word not in _FILLERS)
        begin = hours[0] if hours[0] is not None else 0
        if night and (words == "last" or (words == "today" and self._local.hour < 17)):
            day = self._today - timedelta(days=1)
        elif words in ("", "last"):
            day = self._today if self._at(self._today, begin) <= self._now_utc else self._today - timedelta(days=1)
        else:
            day = self._day(words)
        from_utc = self._at(day, begin)
        if hours[1] is not None:
            to_utc = self._at(day, hours[1])
        else:
            to_utc = self._now_utc if words in ("", "last") else self._at(day, 1440)
        if from_utc > self._now_utc:
            raise NotUnderstood(Why.DAY_AHEAD)
        return When(span_utc=(from_utc, max(to_utc, from_utc + timedelta(minutes=1))))

    def _day(self, words: str) -> date:
        if words in ("day before yesterday", "before yesterday", "vorgestern"):
            return self._today - timedelta(days=2)
        bare = words.removeprefix("last ")
        try:
            day = one_day(_turned(bare), self._today)
        except NotUnderstood as exc:
            raise (NotUnderstood(Why.WHEN) if exc.why is Why.DAY else exc) from None
        return day - timedelta(days=7) if bare != words and day == self._today else day

    def _span(self, first: date, days: int) -> When:
        from_utc = self._at(first, 0)
        return When(span_utc=(from_utc, self._at(first + timedelta(days=days), 0)))

    def _at(self, day: date, minutes: int) -> datetime:
        days, rest = divmod(minutes, 1440)
        clock = time(rest // 60, rest % 60)
        return datetime.combine(day + timedelta(days=days), clock, self._zone).astimezone(UTC)


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            raise NotUnderstood(Why.WHEN)
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        raise NotUnderstood(Why.WHEN)
    return hours * 60 + minutes


def _without(match: re.Match[str], text: str) -> str:
    return " ".join((text[: match.start()] + " " + text[match.end() :]).split())


def _turned(words: str) -> str:
    """`dec 24` -> `24 dec`."""
    match = re.fullmatch(r"([a-z]{3,9}) (\d{1,2})\.?", words)
    return f"{match[2]} {match[1]}" if match else words
