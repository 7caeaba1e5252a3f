"""Times, lengths and sizes as the owner reads them. Pure."""

from __future__ import annotations

import html
from datetime import date, datetime, tzinfo

CLOCK_SET_SINCE = 2020
"""Earlier years are those of a device whose clock had not been set: nobody knows when it was."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def escaped(text: str) -> str:
    """Safe inside HTML text. Quotes stay: they only matter in attributes, which carry no foreign text here."""
    return html.escape(text, quote=False)


def clock_text(when_utc: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """`14:32`, or `14:32:05`, in the owner's zone."""
    return when_utc.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def date_text(day: date, today: date) -> str:
    """`Mon 23 Nov`; the year only when it is another one."""
    text = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def day_text(day: date, today: date) -> str:
    """`today`, `yesterday` or the date."""
    names = {0: "today", 1: "yesterday"}
    return names.get((today - day).days) or date_text(day, today)


def moment_text(when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """`14:32` today, `tomorrow 02:32`, else `Sun 22 Nov 14:32`; a time that no set clock shows is marked."""
    if when_utc.year < CLOCK_SET_SINCE:
        return f"{date_text(when_utc.astimezone(zone).date(), now_utc.date())} (the clock was not set)"
    day, today = when_utc.astimezone(zone).date(), now_utc.astimezone(zone).date()
    clock = clock_text(when_utc, zone)
    if day == today:
        return clock
    return f"tomorrow {clock}" if (day - today).days == 1 else f"{date_text(day, today)} {clock}"


def span_text(from_utc: datetime, to_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """`14:32 to 15:05` today, else `Sun 22 Nov 23:50 to Mon 23 Nov 00:10`, the day once when it is the same."""
    begun = moment_text(from_utc, now_utc, zone)
    same_day = from_utc.astimezone(zone).date() == to_utc.astimezone(zone).date()
    return f"{begun} to {clock_text(to_utc, zone) if same_day else moment_text(to_utc, now_utc, zone)}"


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


def number_text(value: float) -> str:
    """`30`, `1.5`: no needless digits, never an exponent."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def days_text(days: float) -> str:
    """`1 day`, `30 days`, `1.5 days`."""
    return "1 day" if days == 1 else f"{number_text(days)} days"


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


def counted(number: int, noun: str) -> str:
    """`1 clip`, `3 clips`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
