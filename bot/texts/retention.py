"""Sentences of /retention."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.formatting import counted, date_text, days_text, limit_text, number_text, size_text
from bot.ports import Deletions, Outlook, PlaceOutlook, RulesView, Usage
from bot.rules import Change, Kind, Place

_PLACES = {Place.HERE: "here", Place.ARCHIVE: "in the archive"}
NO_ARCHIVE = "There is no archive, so that rule would do nothing. Nothing changed."
SAME = "It is like that already."
TO_CHANGE = (
    "To change: <code>/retention 30d</code>, <code>/retention 20GB</code>,"
    " <code>/retention archive 90d 50GB</code>, or <code>off</code> for no limit."
)


def overview(rules: RulesView, usage: Usage, now: Deletions, outlook: Outlook, now_utc: datetime, zone: tzinfo) -> str:
    """The rules, what they hold, what they will come to, what they would delete, how to change them."""
    ahead = {place: foreseen(place, rules, outlook, now_utc, zone) for place in Place}
    held = f"now {counted(usage.local_clips, 'clip')}, {size_text(usage.local_bytes)}"
    here = [
        f"Here: {limits(rules.local_days, rules.local_bytes)}",
        f"{held} · {size_text(usage.disk_free_bytes)} free",
        ahead[Place.HERE],
    ]
    there = ["Archive: off"]
    if usage.archive_on:
        there = [
            f"Archive: {limits(rules.remote_days, rules.remote_bytes)}",
            f"now {counted(usage.remote_clips, 'clip')}, {size_text(usage.remote_bytes)}",
            ahead[Place.ARCHIVE],
        ]
    lines = ["<b>What is kept</b>", *_block(here), *_block(there)]
    if outlook.bytes_a_day is None:
        lines.append(too_early(outlook))
    lines += ["", due_now(now), "", "The oldest go first; here only after the archived copy is verified.", TO_CHANGE]
    return "\n".join(lines)


def _block(lines: list[str]) -> list[str]:
    """The first line, and the others below it."""
    return [lines[0], *(f"    {line}" for line in lines[1:] if line)]


def too_early(outlook: Outlook) -> str:
    """Nothing can be foreseen yet."""
    days = counted(int(outlook.history_days), "day")
    return f"What that will need, it is too early to say: {days} of history."


def foreseen(place: Place, rules: RulesView, outlook: Outlook, now_utc: datetime, zone: tzinfo) -> str:
    """`30 days need 12.9 GB at 430 MB a day; the remote has 15 GB. The first deletion comes on Thu 3 Feb.`

    Empty: nothing is known.
    """
    here = place is Place.HERE
    found = outlook.here if here else outlook.archive
    if outlook.bytes_a_day is None or found is None:
        return ""
    if not outlook.bytes_a_day:
        return f"Nothing was recorded in the last {counted(int(outlook.history_days), 'day')}, so nothing fills up."
    days, limit = (rules.local_days, rules.local_bytes) if here else (rules.remote_days, rules.remote_bytes)
    needs = _needs(found, days, limit, outlook.bytes_a_day)
    if found.room_bytes is not None:
        needs += f"; the {'disk' if here else 'remote'} has {size_text(found.room_bytes)}"
    return f"{needs}. {_first(found, here=here, now_utc=now_utc, zone=zone)}".rstrip()


def _needs(found: PlaceOutlook, days: float | None, limit: int | None, bytes_a_day: int) -> str:
    rate = f"{size_text(bytes_a_day)} a day"
    short = limit is not None and (found.needs_bytes is None or found.needs_bytes > limit)
    held = f"{limit_text(limit)} hold about {_whole_days(limit / bytes_a_day)}" if limit is not None and short else ""
    if days is None or found.needs_bytes is None:
        return f"{held} at {rate}" if held else f"At {rate}"
    needs = f"{days_text(days)} need {size_text(found.needs_bytes)} at {rate}"
    return f"{needs}, and {held}" if held else needs


def _whole_days(days: float) -> str:
    return counted(max(1, int(days)), "day")


def _first(found: PlaceOutlook, *, here: bool, now_utc: datetime, zone: tzinfo) -> str:
    today = now_utc.astimezone(zone).date()
    if found.full_utc is not None:
        full = f"⚠️ Full {on_day(found.full_utc, now_utc, zone)}"
        return f"{full}: then the oldest go." if here else f"{full}: then nothing more arrives there."
    if found.first_utc is None:
        return "No deletion within a year."
    if found.first_utc - now_utc <= timedelta(days=1):
        return "The oldest go day by day."
    return f"The first deletion comes on {date_text(found.first_utc.astimezone(zone).date(), today)}."


def on_day(when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """`now`, `today`, `tomorrow` or `on Thu 3 Feb`."""
    day, today = when_utc.astimezone(zone).date(), now_utc.astimezone(zone).date()
    if when_utc <= now_utc:
        return "now"
    return {0: "today", 1: "tomorrow"}.get((day - today).days) or f"on {date_text(day, today)}"


def limits(days: float | None, size_bytes: int | None) -> str:
    """`30 days, at most 20 GB`."""
    age = f"<b>{days_text(days)}</b>" if days is not None else "<b>forever</b>"
    size = f"at most <b>{limit_text(size_bytes)}</b>" if size_bytes is not None else "any size"
    return f"{age}, {size}"


def due_now(deletions: Deletions) -> str:
    """What the rules would delete now."""
    what = _what(deletions)
    return f"Due to be deleted now: {what}." if what else "Nothing is due to be deleted now."


def question(
    changes: tuple[Change, ...],
    deletions: Deletions,
    rules: RulesView,
    outlook: Outlook,
    now_utc: datetime,
    zone: tzinfo,
) -> str:
    """The change, what it will come to, and what it would cost. `rules`: as they would be."""
    what = _what(deletions)
    cost = f"⚠️ That deletes <b>{what}</b> now." if what else "That deletes nothing now."
    places = [place for place in Place if any(change.place is place for change in changes)]
    foretold = {place: foreseen(place, rules, outlook, now_utc, zone) for place in places}
    ahead = [f"{_place(place)}: {line}" if len(places) > 1 else line for place, line in foretold.items() if line]
    if outlook.bytes_a_day is None:
        ahead = [too_early(outlook)]
    return "\n".join([f"Keep clips {wish(changes)}?", *ahead, cost])


def done(rules: RulesView, deletions: Deletions) -> str:
    """The rules as they are now."""
    what = _what(deletions)
    return (
        f"Done. Here: {limits(rules.local_days, rules.local_bytes)}.\n"
        f"Archive: {limits(rules.remote_days, rules.remote_bytes)}.\n"
        + (f"Deleted: {what}." if what else "Nothing had to be deleted.")
    )


def wish(changes: tuple[Change, ...]) -> str:
    """`here for 30 days, at most 20 GB; in the archive forever`."""
    return "; ".join(
        f"{_PLACES[place]} {', '.join(_limit(change) for change in own)}"
        for place in Place
        if (own := [change for change in changes if change.place is place])
    )


def _limit(change: Change) -> str:
    if change.value is None:
        return "<b>forever</b>" if change.kind is Kind.DAYS else "<b>any size</b>"
    if change.kind is Kind.DAYS:
        return f"for <b>{days_text(change.value)}</b>"
    return f"at most <b>{limit_text(int(change.value))}</b>"


def button(change: Change) -> str:
    """A common choice."""
    if change.kind is Kind.DAYS:
        text = "forever" if change.value is None else f"{number_text(change.value)} d"
    else:
        text = "any size" if change.value is None else limit_text(int(change.value))
    return f"{_place(change.place)} {text}"


def _place(place: Place) -> str:
    """`Here` or `Archive`."""
    return "Here" if place is Place.HERE else "Archive"


def _what(deletions: Deletions) -> str:
    words = []
    if deletions.local_clips:
        words.append(f"{counted(deletions.local_clips, 'clip')} here ({size_text(deletions.local_bytes)})")
    if deletions.remote_clips:
        words.append(f"{counted(deletions.remote_clips, 'clip')} in the archive ({size_text(deletions.remote_bytes)})")
    return " and ".join(words)
