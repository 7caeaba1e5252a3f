"""Sentences of the digest of a day, and the words in its picture (which are plain text)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, tzinfo

from bot.daily import DayCamera, DayEvent, DayView
from bot.formatting import DAYS, clock_text, date_text, escaped, length_text, share_text, size_text
from bot.language import Text, plural, t
from bot.pictures import Mark
from bot.ports import Usage
from bot.texts import counts
from bot.texts.clips import SEEN
from bot.texts.foreign import told

MARKS = {
    Mark.EVENTS: Text("events"),
    Mark.FALSE_ALARMS: Text("false alarms"),
    Mark.BLIND: Text("blind"),
    Mark.CLOSED: Text("disarmed"),
}
NOW, OFF = Text("Show it now"), Text("Off")
_WHAT = Text(
    "One silent message a day: the best moments, when which camera saw something, and whether all is well."
    " <code>/digest 21:00</code> sets the time, <code>/digest off</code> ends it."
)


def title(until_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """`Wed 25 Nov`: the day on which it ends."""
    return date_text(until_utc.astimezone(zone).date(), now_utc.astimezone(zone).date())


def subtitle(day: DayView, zone: tzinfo) -> str:
    """Below the title, in the picture."""
    return f"{counts.events(len(day.events))} · {_until(day, zone)}"


def _until(day: DayView, zone: tzinfo) -> str:
    return t("24 hours until {time}", time=clock_text(day.until_utc, zone))


def hour_label(local: datetime) -> str:
    """Below the chart, every third hour; the new day by its name."""
    if local.hour == 0:
        return str(DAYS[local.weekday()])
    return str(local.hour) if local.hour % 3 == 0 else ""


def row_note(events: int) -> str:
    """Below a camera's name."""
    return counts.events(events) if events else t("nothing")


def tile(event: DayEvent, zone: tzinfo) -> str:
    """On a picture."""
    seen = f" · {SEEN[event.seen]}" if event.seen in SEEN else ""
    return f"{clock_text(event.started_utc, zone)} {event.camera}{seen}"


def caption(day: DayView, usage: Usage, celsius: float | None, now_utc: datetime, zone: tzinfo) -> str:
    """Counts; what was seen and what not; what is stored. A day without events is one line."""
    date = title(day.until_utc, now_utc, zone)
    well = [line for line in (_seen(day.cameras), _stored(usage)) if line]
    if not day.events:
        return " ".join([t("<b>{date}</b>: nothing moved.", date=date), *(f"{line}." for line in well)])
    free = t("{size} free", size=size_text(usage.disk_free_bytes))
    return "\n".join(
        [
            f"<b>{date}</b> · {_until(day, zone)}",
            _counts(day.events),
            " · ".join(well),
            " · ".join([free, *([f"{celsius:.0f} °C"] if celsius else [])]),
        ]
    )


def _counts(events: Sequence[DayEvent]) -> str:
    cameras = Counter(event.camera for event in events).most_common()
    each = ", ".join(f"{escaped(name)} {count}" for name, count in cameras)
    parts = [f"<b>{counts.events(len(events))}</b>: {each}"]
    named = Counter(event.seen for event in events if not event.false_alarm)
    parts += [
        said
        for said, count in (
            (plural("{count} person", "{count} persons", named["person"]), named["person"]),
            (plural("{count} animal", "{count} animals", named["animal"]), named["animal"]),
            (plural("{count} vehicle", "{count} vehicles", named["vehicle"]), named["vehicle"]),
        )
        if count
    ]
    if false := sum(event.false_alarm for event in events):
        parts.append(plural("{count} false alarm", "{count} false alarms", false))
    return " · ".join(parts)


def _seen(cameras: Sequence[DayCamera]) -> str:
    """Empty: nothing is known of it yet."""
    armed_s, lost_s = sum(one.armed_s for one in cameras), sum(one.lost_s for one in cameras)
    if not armed_s:
        return t("Disarmed all the time") if any(one.closed for one in cameras) else ""
    blind = [f"{escaped(one.name)} {length_text(one.lost_s)}" for one in cameras if one.lost_s >= 60]
    if not blind:
        return t("No blind time")
    share = share_text(max(0.0, 1 - lost_s / armed_s))
    return t("⚠️ Seen {share}, blind: {cameras}", share=share, cameras=", ".join(blind))


def _stored(usage: Usage) -> str:
    if not usage.archive_on:
        return t("No archive")
    if not usage.archive_waiting and not usage.archive_trouble:
        return t("Everything archived")
    waits = t("{clips} waiting for the archive", clips=counts.clips(usage.archive_waiting))
    return f"⚠️ {waits}: {told(usage.archive_trouble)}" if usage.archive_trouble else waits


def clips_label(day: DayView, now_utc: datetime, zone: tzinfo) -> str:
    """A button to the list of that day."""
    return t("Clips of {date}", date=title(day.until_utc, now_utc, zone))


def overview(at: time | None) -> str:
    """The answer to /digest."""
    now = (
        t("The digest comes every day at <b>{time}</b>.", time=time_label(at))
        if at
        else t("There is <b>no digest</b>.")
    )
    return f"{now}\n{_WHAT}"


def time_label(at: time) -> str:
    """A button."""
    return f"{at:%H:%M}"
