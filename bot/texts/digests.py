"""Sentences of digests: one message that stands for many events."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.formatting import clock_text, date_text, escaped
from bot.language import Text, t
from bot.ports import Cause, EventView, Gathered
from bot.texts import counts

HINT = Text("<i>A number sends its clip.</i>")
GONE = Text("These events are gone: both copies were deleted.")


def digest(gathered: Gathered, events: list[EventView], now_utc: datetime, zone: tzinfo) -> str:
    """How many, from when to when, of which camera; then one line for each event of the page."""
    lines = [_line(number, event, zone) for number, event in enumerate(events, gathered.first_number)]
    head = f"{_title(gathered)}\n{_span(gathered, now_utc, zone)} · {_cameras(gathered)}"
    return "\n".join([head, "", *lines, "", str(HINT)])


def tile(event: EventView, zone: tzinfo) -> str:
    """Below a small picture."""
    return f"{clock_text(event.started_utc, zone)} {event.camera}"


def page_label(first: int, last: int, *, here: bool) -> str:
    """The button of a page; the one that is shown is marked."""
    span = f"{first} - {last}" if last > first else str(first)
    return f"· {span} ·" if here else span


def _title(gathered: Gathered) -> str:
    events = counts.events(gathered.count)
    if gathered.cause is Cause.STORM:
        return t(
            "<b>Motion again and again · {events}</b>\nSo many at once share this message; it counts up silently.",
            events=events,
        )
    return t("<b>While I could not reach you · {events}</b>", events=events)


def _span(gathered: Gathered, now_utc: datetime, zone: tzinfo) -> str:
    first, last = _moment(gathered.first_utc, now_utc, zone), _moment(gathered.last_utc, now_utc, zone)
    if gathered.first_utc.astimezone(zone).date() == gathered.last_utc.astimezone(zone).date():
        last = clock_text(gathered.last_utc, zone)
    return first if gathered.count == 1 else t("{begin} to {end}", begin=first, end=last)


def _moment(when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    day, today = when_utc.astimezone(zone).date(), now_utc.astimezone(zone).date()
    clock = clock_text(when_utc, zone)
    return clock if day == today else f"{date_text(day, today)} {clock}"


def _cameras(gathered: Gathered) -> str:
    return ", ".join(f"{escaped(camera)} {count}" for camera, count in gathered.by_camera.items())


def _line(number: int, event: EventView, zone: tzinfo) -> str:
    when = clock_text(event.started_utc, zone, seconds=True)
    return f"{number} · {when} {escaped(event.camera)} · #{escaped(event.event_id)}"
