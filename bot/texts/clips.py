"""Sentences of /clips, /clip and /snapshot."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from bot.formatting import clock_text, date_text, day_text, escaped, length_text, listed, size_text
from bot.language import Text, plural, t
from bot.ports import ArchiveState, Around, ClipView, EventPage, EventView
from bot.search import Kind, Search
from bot.texts import alerts
from bot.texts.common import copy_note
from bot.texts.counts import events
from bot.texts.foreign import told

NONE_YET = Text("No clips yet. When something moves, they are listed here.")
OLDER_PAGE, NEWER_PAGE = Text("more »"), Text("« back")
PICTURES = Text("🖼 Pictures")
ALL = Text("All")
NOT_FINISHED = Text("That clip is still being recorded. It comes by itself when it is finished.")
NOT_FINISHED_ASK = Text("That clip is still being recorded. Ask for it once more when it is finished.")
NO_PARTS = Text("That event left no clip.")
TOO_LARGE = Text("That clip is too large for Telegram, even made smaller.")
CHOOSE_CAMERA = Text("Which camera?")
LEGEND = {
    "☁️": Text("archived"),
    "🔒": Text("sealed: only your recovery kit opens it"),
    "⏳": Text("being archived"),
    "🔴": Text("recording"),
    "🗑": Text("deleted"),
}
_KINDS = {
    Kind.KEPT: Text("kept"),
    Kind.FALSE_ALARM: Text("false alarms"),
    Kind.BY_HAND: Text("recorded by hand"),
    Kind.PERSON: Text("persons"),
    Kind.ANIMAL: Text("animals"),
    Kind.VEHICLE: Text("vehicles"),
}
SEEN = {"person": Text("person"), "animal": Text("animal"), "vehicle": Text("vehicle")}


def fetching(event: EventView, part: ClipView) -> str:
    """While a clip comes from far away."""
    size = size_text(part.size_bytes)
    return t("Fetching #{event} from the archive ({size})…", event=escaped(event.event_id), size=size)


def none_found(search: Search, today: date, zone: tzinfo) -> str:
    """Nothing of what was asked for."""
    if search.when.day is not None and not search.names and not search.kind:
        return none_on(search.when.day, today)
    return t("No clips: {what}.", what=what(search, today, zone))


def what(search: Search, today: date, zone: tzinfo) -> str:
    """`Tue 24 Nov 17:00 to 24:00 · front · kept`."""
    when = (
        _title_day(search.when.day, today)
        if search.when.day
        else _span(search.when.span_utc, today, zone)
        if search.when.span_utc
        else ""
    )
    kind = str(_KINDS[search.kind]) if search.kind else ""
    return " · ".join(filter(None, [when, escaped(listed(list(search.names))) if search.names else "", kind]))


def _span(span_utc: tuple[datetime, datetime], today: date, zone: tzinfo) -> str:
    begin, end = (moment.astimezone(zone) for moment in span_utc)
    last = (span_utc[1] - timedelta(microseconds=1)).astimezone(zone).date()
    if begin.time() == end.time() == time(0):
        return t("{begin} to {end}", begin=date_text(begin.date(), today), end=date_text(last, today))
    ends = "24:00" if end.time() == time(0) else clock_text(end, zone)
    begun = f"{date_text(begin.date(), today)} {clock_text(begin, zone)}"
    return t("{begin} to {end}", begin=begun, end=ends if last == begin.date() else f"{date_text(last, today)} {ends}")


def none_on(day: date, today: date) -> str:
    """That day has no clips."""
    match (today - day).days:
        case 0:
            return t("No clips today.")
        case 1:
            return t("No clips yesterday.")
        case _:
            return t("No clips on {date}.", date=date_text(day, today))


def page_title(page: EventPage, today: date, zone: tzinfo) -> str:
    """What is shown, and number of page."""
    title = t("<b>Clips · {day}</b>", day=what(page.search, today, zone))
    if page.day is None:
        title = f"{title} · {events(page.count)}"
    return (
        f"{title} · " + t("page {number} of {pages}", number=page.page + 1, pages=page.pages)
        if page.pages > 1
        else title
    )


def _title_day(day: date, today: date) -> str:
    names = {0: Text("Today, {date}"), 1: Text("Yesterday, {date}")}
    name = names.get((today - day).days)
    return str(name).format(date=date_text(day, today)) if name else day_text(day, today)


def page_text(page: EventPage, today: date, zone: tzinfo) -> str:
    """The list of one day, one line per event, with a legend of the marks in it."""
    lines = [f"{_heading(page, at, today, zone)}{line(event, zone)}" for at, event in enumerate(page.events)]
    used = [f"{sign} {word}" for sign, word in LEGEND.items() if any(mark(event) == sign for event in page.events)]
    legend = f"\n\n<i>{' · '.join(used)}</i>" if used else ""
    return f"{page_title(page, today, zone)}\n" + "\n".join(lines) + legend


def index_text(page: EventPage, first: int, today: date, zone: tzinfo) -> str:
    """Under the pictures: a numbered line for each event."""
    lines = [
        f"{_heading(page, at, today, zone)}{first + at} · {line(event, zone)}" for at, event in enumerate(page.events)
    ]
    return f"{page_title(page, today, zone)}\n" + "\n".join(lines)


def _heading(page: EventPage, at: int, today: date, zone: tzinfo) -> str:
    """The day, above its first event, where more than one day may be shown."""
    days = [event.started_utc.astimezone(zone).date() for event in page.events[max(0, at - 1) : at + 1]]
    is_first = at == 0 or days[0] != days[-1]
    return f"<b>{date_text(days[-1], today)}</b>\n" if page.day is None and is_first else ""


def card(event: EventView, around: Around, now_utc: datetime, zone: tzinfo) -> str:
    """Under an event that was opened in the pictures."""
    number = t("{number} of {count}", number=around.number, count=around.count)
    if event.parts:
        return f"{alerts.recorded(event, now_utc, zone)}\n<i>{number}</i>"
    told_ = alerts.recording if event.ended_utc is None else alerts.no_clip
    return f"{told_(event, now_utc, zone)}\n<i>{number}</i>"


def newer_card(number: int) -> str:
    """A button to the event above."""
    return f"« {number}"


def older_card(number: int) -> str:
    """A button to the event below."""
    return f"{number} »"


def line(event: EventView, zone: tzinfo) -> str:
    """Time, camera, what was seen, length, id, state."""
    length = f" · {length_text(event.duration_s)}" if event.duration_s else ""
    when = clock_text(event.started_utc, zone)
    seen = (
        " · " + t("by hand")
        if event.by_hand
        else f" · {SEEN.get(event.seen) or escaped(event.seen)}"
        if event.seen
        else ""
    )
    place = f" ({escaped(event.place)})" if event.place else ""
    return f"{when} · {escaped(event.camera)}{place}{seen}{length} · #{escaped(event.event_id)} {mark(event)}".rstrip()


def mark(event: EventView) -> str:
    """One sign for where the clip is; none: here only."""
    states = {part.archive for part in event.parts}
    if event.ended_utc is None:
        return "🔴"
    if states == {ArchiveState.VERIFIED}:
        return "🔒" if any(part.sealed and not part.local for part in event.parts) else "☁️"
    if ArchiveState.WAITING in states:
        return "⏳"
    return "" if any(part.local for part in event.parts) else "🗑"


def event_label(event: EventView, zone: tzinfo) -> str:
    """The button that sends it."""
    return f"▶ {clock_text(event.started_utc, zone)} {event.camera}"


def older_label(day: date, today: date) -> str:
    """A button to an older day."""
    return f"« {day_text(day, today)}"


def newer_label(day: date, today: date) -> str:
    """A button to a newer day."""
    return f"{day_text(day, today)} »"


def clip_caption(event: EventView, part: int, now_utc: datetime, zone: tzinfo, *, smaller: bool) -> str:
    """Under a clip that was asked for."""
    local, today = event.started_utc.astimezone(zone).date(), now_utc.astimezone(zone).date()
    when = f"{date_text(local, today)} {clock_text(event.started_utc, zone, seconds=True)}"
    several = len(event.parts) > 1
    parts = " · " + t("part {number} of {parts}", number=part, parts=len(event.parts)) if several else ""
    view = next((view for view in event.parts if view.part == part), None)
    own = view.duration_s if view else event.duration_s
    note = copy_note(view.codec if view else "h264", smaller=smaller, veiled=view is not None and view.veiled)
    return f"<b>{escaped(event.camera)}</b> · {when}\n{length_text(own)}{parts} · #{escaped(event.event_id)}{note}"


def unknown_event(event_id: str) -> str:
    """No such event, or no more."""
    return t(
        "There is no clip #{event}. It may have been deleted by your rules; /clips lists what is there.",
        event=escaped(event_id),
    )


def more_parts(event: EventView, sent: int) -> str:
    """Above the buttons of a long event."""
    return plural(
        "#{event} has {count} part; here are {sent}. More:",
        "#{event} has {count} parts; here are {sent}. More:",
        len(event.parts),
        event=escaped(event.event_id),
        sent=sent,
    )


def snapshot_caption(camera: str, now_utc: datetime, zone: tzinfo) -> str:
    """Under a snapshot."""
    return f"<b>{escaped(camera)}</b> · {clock_text(now_utc, zone, seconds=True)}"


def snapshot_disarmed(until: str) -> str:
    """Every device is closed, so there is no picture; `until` may be empty."""
    if not until:
        return t("I am disarmed: the cameras are closed, so there is no picture. /arm opens them.")
    return t(
        "I am disarmed until {until}: the cameras are closed, so there is no picture. /arm opens them.", until=until
    )


def snapshot_closed(camera: str, until: str) -> str:
    """This one's device is closed."""
    return t("{camera}: disarmed until {until}, so there is no picture.", camera=escaped(camera), until=until)


def snapshot_failed(camera: str, reason: str) -> str:
    """One of several cameras gave no picture."""
    return f"{escaped(camera)}: {told(reason)}"
