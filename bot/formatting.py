"""Times, lengths and sizes as the owner reads them. Pure."""

from __future__ import annotations

import html
from datetime import date, datetime, tzinfo

from bot.language import Text, plural, t

CLOCK_SET_SINCE = 2020
"""Earlier years are those of a device whose clock had not been set: nobody knows when it was."""
DAYS = (Text("Mon"), Text("Tue"), Text("Wed"), Text("Thu"), Text("Fri"), Text("Sat"), Text("Sun"))
_MONTHS = (
    *(Text("Jan"), Text("Feb"), Text("Mar"), Text("Apr"), Text("May"), Text("Jun")),
    *(Text("Jul"), Text("Aug"), Text("Sep"), Text("Oct"), Text("Nov"), Text("Dec")),
)
_POINT = Text(".")
"""Before decimals."""


def escaped(text: str) -> str:
    """Safe inside HTML text. Quotes stay: they only matter in attributes, which carry no foreign text here."""
    return html.escape(text, quote=False)


def clock_text(when_utc: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """`14:32`, or `14:32:05`, in the owner's zone."""
    return when_utc.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def date_text(day: date, today: date) -> str:
    """`Mon 23 Nov`; the year only when it is another one."""
    text = t("{weekday} {day} {month}", weekday=DAYS[day.weekday()], day=day.day, month=_MONTHS[day.month - 1])
    return text if day.year == today.year else t("{date} {year}", date=text, year=day.year)


def day_text(day: date, today: date) -> str:
    """`today`, `yesterday` or the date."""
    names = {0: Text("today"), 1: Text("yesterday")}
    return str(names.get((today - day).days) or date_text(day, today))


def moment_text(when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """`14:32` today, `tomorrow 02:32`, else `Sun 22 Nov 14:32`; a time that no set clock shows is marked."""
    if when_utc.year < CLOCK_SET_SINCE:
        day_then = date_text(when_utc.astimezone(zone).date(), now_utc.date())
        return t("{date} (the clock was not set)", date=day_then)
    day, today = when_utc.astimezone(zone).date(), now_utc.astimezone(zone).date()
    clock = clock_text(when_utc, zone)
    if day == today:
        return clock
    if (day - today).days == 1:
        return t("tomorrow {time}", time=clock)
    return t("{date} {time}", date=date_text(day, today), time=clock)


def span_text(from_utc: datetime, to_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """`14:32 to 15:05` today, else `Sun 22 Nov 23:50 to Mon 23 Nov 00:10`, the day once when it is the same."""
    begun = moment_text(from_utc, now_utc, zone)
    same_day = from_utc.astimezone(zone).date() == to_utc.astimezone(zone).date()
    end = clock_text(to_utc, zone) if same_day else moment_text(to_utc, now_utc, zone)
    return t("{begin} to {end}", begin=begun, end=end)


def share_text(share: float) -> str:
    """`100 %`, `99.8 %`, `7 %`: never rounded up to all."""
    percent = 100 * share
    if percent >= 99.995:
        return "100 %"
    return f"{number_text(int(percent * 100) / 100 if percent > 99 else int(percent * 10) / 10)} %"


def length_text(seconds: float) -> str:
    """`24 s`, `1 min 05 s`, `2 h`, `2 h 05 min`, `3 days`: rounded to what one cares about."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60:02d} s" if whole % 60 else "")
    if whole < 172_800 or whole % 86_400 >= 3600:
        minutes = whole % 3600 // 60
        return f"{whole // 3600} h" + (f" {minutes:02d} min" if minutes else "")
    return days_text(whole // 86_400)


def plain_number(value: float) -> str:
    """`30`, `1.5`: no needless digits, never an exponent, the same in every language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def number_text(value: float) -> str:
    """As one writes it here: `1.5`, `1,5`."""
    return plain_number(value).replace(".", str(_POINT))


def tenths_text(value: float) -> str:
    """`1.0`, `12.3`, always with one decimal."""
    return f"{value:.1f}".replace(".", str(_POINT))


def days_text(days: float) -> str:
    """`1 day`, `30 days`, `1.5 days`."""
    form = 1 if days == 1 else max(2, round(days))
    return plural("{days} day", "{days} days", form, days=number_text(days))


def size_text(size_bytes: int) -> str:
    """`0 MB`, `12 kB`, `340 MB`, `1.2 GB`, `20 GB`; a GB is 10^9."""
    for unit, unit_bytes in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= unit_bytes * 0.9995:
            value = size_bytes / unit_bytes
            return f"{number_text(round(value, 1) if value < 100 else round(value))} {unit}"
    return "0 MB" if size_bytes == 0 else "1 kB"


def limit_text(size_bytes: int) -> str:
    """A limit exactly as it was set: `20 GB`, `500 MB`, `1.25 GB`."""
    unit, unit_bytes = ("GB", 10**9) if size_bytes >= 10**9 else ("MB", 10**6)
    return f"{number_text(size_bytes / unit_bytes)} {unit}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else t("{some} and {last}", some=", ".join(words[:-1]), last=words[-1])
