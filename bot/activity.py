"""A day as a chart: for each camera how many events in which hour, and when it did not see. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.daily import DayCamera, DayView
from bot.pictures import MOST_ROWS, ChartRow, DayPicture, Mark, Span, Tile
from bot.texts import daily as texts

_HOUR = timedelta(hours=1)
LEAST_S = 60.0
"""Shorter gaps than this are narrower than a line."""


def picture(day: DayView, tiles: Sequence[Tile], now_utc: datetime, zone: tzinfo) -> DayPicture:
    """Title, moments and chart, ready to be drawn. The day has a camera, or an event."""
    begun_utc, hours = _hours(day, zone)
    rows = [_row(day, camera, begun_utc, len(hours)) for camera in _shown(day)]
    return DayPicture(
        title=texts.title(day.until_utc, now_utc, zone),
        subtitle=texts.subtitle(day, zone),
        tiles=tiles,
        rows=rows,
        hours=hours,
        legend=_legend(rows),
    )


def _hours(day: DayView, zone: tzinfo) -> tuple[datetime, list[str]]:
    """The beginning of the first hour of the owner's clock, and what stands below each one."""
    local = day.from_utc.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    begun_utc = day.from_utc - past
    labels = []
    at_utc = begun_utc
    while at_utc < day.until_utc:
        labels.append(texts.hour_label(at_utc.astimezone(zone)))
        at_utc += _HOUR
    return begun_utc, labels


def _shown(day: DayView) -> list[DayCamera]:
    """All cameras, in their order; of very many those in which most happened. Also such that are gone since."""
    counts = {camera.name: 0 for camera in day.cameras}
    for event in day.events:
        counts[event.camera] = counts.get(event.camera, 0) + 1
    known = {camera.name: camera for camera in day.cameras}
    busiest = set(sorted(counts, key=lambda name: -counts[name])[:MOST_ROWS])
    return [known.get(name) or DayCamera(name, 0.0, 0.0, (), ()) for name in counts if name in busiest]


def _row(day: DayView, camera: DayCamera, begun_utc: datetime, hours: int) -> ChartRow:
    events, false_alarms = [0] * hours, [0] * hours
    for event in day.events:
        if event.camera == camera.name:
            hour = min(max(0, (event.started_utc - begun_utc) // _HOUR), hours - 1)
            events[hour] += 1
            false_alarms[hour] += event.false_alarm

    def shares(spans: Sequence[tuple[datetime, datetime]]) -> tuple[Span, ...]:
        whole_s = hours * 3600
        cut = [
            (
                (max(begun, day.from_utc) - begun_utc).total_seconds(),
                (min(end, day.until_utc) - begun_utc).total_seconds(),
            )
            for begun, end in spans
        ]
        return tuple((begun / whole_s, end / whole_s) for begun, end in cut if end - begun >= LEAST_S)

    return ChartRow(
        name=camera.name,
        note=texts.row_note(sum(events)),
        events=tuple(events),
        false_alarms=tuple(false_alarms),
        blind=shares(camera.blind),
        closed=shares(camera.closed),
    )


def _legend(rows: Sequence[ChartRow]) -> list[tuple[Mark, str]]:
    """Only what is there to be explained; events alone explain themselves."""
    there = {
        Mark.FALSE_ALARMS: any(any(row.false_alarms) for row in rows),
        Mark.BLIND: any(row.blind for row in rows),
        Mark.CLOSED: any(row.closed for row in rows),
    }
    marks = [mark for mark, is_there in there.items() if is_there]
    return [(mark, str(texts.MARKS[mark])) for mark in ([Mark.EVENTS, *marks] if marks else [])]
