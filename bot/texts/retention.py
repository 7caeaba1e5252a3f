"""Sentences of /retention."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.formatting import date_text, days_text, limit_text, listed, number_text, size_text
from bot.language import Text, plural, t
from bot.ports import Deletions, Outlook, PlaceOutlook, RulesView, Usage
from bot.rules import Change, Kind, Place
from bot.texts import counts

NO_ARCHIVE = Text("There is no archive, so that rule would do nothing. Nothing changed.")
SAME = Text("It is like that already.")

_KEEP = {Place.HERE: Text("here {limits}"), Place.ARCHIVE: Text("in the archive {limits}")}
_PLACES = {Place.HERE: Text("Here"), Place.ARCHIVE: Text("Archive")}
_BUTTONS = {Place.HERE: Text("Here {limit}"), Place.ARCHIVE: Text("Archive {limit}")}


TO_CHANGE = Text(
    "To change: <code>/retention 30d</code>, <code>/retention 20GB</code>,"
    " <code>/retention archive 90d 50GB</code>, or <code>off</code> for no limit."
)


def overview(rules: RulesView, usage: Usage, now: Deletions, outlook: Outlook, now_utc: datetime, zone: tzinfo) -> str:
    """The rules, what they hold, what they will come to, what they would delete, how to change them."""
    ahead = {place: foreseen(place, rules, outlook, now_utc, zone) for place in Place}
    here = [
        t("Here: {limits}", limits=limits(rules.local_days, rules.local_bytes)),
        t(
            "Now {clips}, {size} · {free} free",
            clips=counts.clips(usage.local_clips),
            size=size_text(usage.local_bytes),
            free=size_text(usage.disk_free_bytes),
        ),
        ahead[Place.HERE],
    ]
    there = [t("Archive: off")]
    if usage.archive_on:
        there = [
            t("Archive: {limits}", limits=limits(rules.remote_days, rules.remote_bytes)),
            t("Now {clips}, {size}", clips=counts.clips(usage.remote_clips), size=size_text(usage.remote_bytes)),
            ahead[Place.ARCHIVE],
        ]
    what = _what(now)
    due = t("Due to be deleted now: {what}.", what=what) if what else ""
    early = too_early(outlook) if outlook.bytes_a_day is None else ""
    order = t("The oldest go first; here only after the archived copy is verified.")
    paragraphs = [[t("<b>What is kept</b>")], here, there, [early, due], [order, str(TO_CHANGE)]]
    return "\n\n".join("\n".join(filter(None, lines)) for lines in paragraphs if any(lines))


def too_early(outlook: Outlook) -> str:
    """Nothing can be foreseen yet."""
    return plural(
        "What that will need, it is too early to say: {count} day of history.",
        "What that will need, it is too early to say: {count} days of history.",
        int(outlook.history_days),
    )


def foreseen(place: Place, rules: RulesView, outlook: Outlook, now_utc: datetime, zone: tzinfo) -> str:
    """`30 days need 12.9 GB at 430 MB a day; the remote has 15 GB. The first deletion comes on Thu 3 Feb.`

    Empty: nothing is known.
    """
    here = place is Place.HERE
    found = outlook.here if here else outlook.archive
    if outlook.bytes_a_day is None or found is None:
        return ""
    if not outlook.bytes_a_day:
        return plural(
            "Nothing was recorded in the last {count} day, so nothing fills up.",
            "Nothing was recorded in the last {count} days, so nothing fills up.",
            int(outlook.history_days),
        )
    days, limit = (rules.local_days, rules.local_bytes) if here else (rules.remote_days, rules.remote_bytes)
    needs = _needs(found, days, limit, outlook.bytes_a_day)
    if found.room_bytes is not None:
        room = size_text(found.room_bytes)
        needs += "; " + (t("the disk has {size}", size=room) if here else t("the remote has {size}", size=room))
    return f"{needs}. {_first(found, here=here, now_utc=now_utc, zone=zone)}".rstrip()


def _needs(found: PlaceOutlook, days: float | None, limit: int | None, bytes_a_day: int) -> str:
    rate = t("{size} a day", size=size_text(bytes_a_day))
    short = limit is not None and (found.needs_bytes is None or found.needs_bytes > limit)
    held = _held(limit, bytes_a_day) if limit is not None and short else ""
    if days is None or found.needs_bytes is None:
        return t("{held} at {rate}", held=held, rate=rate) if held else t("At {rate}", rate=rate)
    needs = t("{days} need {size} at {rate}", days=days_text(days), size=size_text(found.needs_bytes), rate=rate)
    return t("{needs}, and {held}", needs=needs, held=held) if held else needs


def _held(limit: int, bytes_a_day: int) -> str:
    days = max(1, int(limit / bytes_a_day))
    return plural("{size} hold about {count} day", "{size} hold about {count} days", days, size=limit_text(limit))


def _first(found: PlaceOutlook, *, here: bool, now_utc: datetime, zone: tzinfo) -> str:
    if found.full_utc is not None:
        when = on_day(found.full_utc, now_utc, zone)
        if here:
            return t("⚠️ Full {when}: then the oldest go.", when=when)
        return t("⚠️ Full {when}: then nothing more arrives there.", when=when)
    if found.first_utc is None:
        return t("No deletion within a year.")
    if found.first_utc - now_utc <= timedelta(days=1):
        return t("The oldest go day by day.")
    today = now_utc.astimezone(zone).date()
    return t("The first deletion comes on {date}.", date=date_text(found.first_utc.astimezone(zone).date(), today))


def on_day(when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """`now`, `today`, `tomorrow` or `on Thu 3 Feb`."""
    day, today = when_utc.astimezone(zone).date(), now_utc.astimezone(zone).date()
    if when_utc <= now_utc:
        return t("now")
    named = {0: Text("today"), 1: Text("tomorrow")}.get((day - today).days)
    return str(named) if named else t("on {date}", date=date_text(day, today))


def limits(days: float | None, size_bytes: int | None) -> str:
    """`30 days, at most 20 GB`."""
    age = f"<b>{days_text(days)}</b>" if days is not None else t("<b>forever</b>")
    size = t("at most <b>{size}</b>", size=limit_text(size_bytes)) if size_bytes is not None else t("any size")
    return f"{age}, {size}"


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
    cost = t("⚠️ That deletes <b>{what}</b> now.", what=what) if what else t("That deletes nothing now.")
    places = [place for place in Place if any(change.place is place for change in changes)]
    foretold = {place: foreseen(place, rules, outlook, now_utc, zone) for place in places}
    ahead = [f"{_PLACES[place]}: {line}" if len(places) > 1 else line for place, line in foretold.items() if line]
    if outlook.bytes_a_day is None:
        ahead = [too_early(outlook)]
    return "\n".join([t("Keep clips {wish}?", wish=wish(changes)), *ahead, cost])


def done(rules: RulesView, deletions: Deletions) -> str:
    """The rules as they are now."""
    what = _what(deletions)
    return t(
        "Done. Here: {here}.\nArchive: {archive}.\n{deleted}",
        here=limits(rules.local_days, rules.local_bytes),
        archive=limits(rules.remote_days, rules.remote_bytes),
        deleted=t("Deleted: {what}.", what=what) if what else t("Nothing had to be deleted."),
    )


def wish(changes: tuple[Change, ...]) -> str:
    """`here for 30 days, at most 20 GB; in the archive forever`."""
    return "; ".join(
        str(_KEEP[place]).format(limits=", ".join(_limit(change) for change in own))
        for place in Place
        if (own := [change for change in changes if change.place is place])
    )


def _limit(change: Change) -> str:
    if change.value is None:
        return t("<b>forever</b>") if change.kind is Kind.DAYS else t("<b>any size</b>")
    if change.kind is Kind.DAYS:
        return t("for <b>{days}</b>", days=days_text(change.value))
    return t("at most <b>{size}</b>", size=limit_text(int(change.value)))


def button(change: Change) -> str:
    """A common choice."""
    if change.kind is Kind.DAYS:
        text = t("forever") if change.value is None else t("{number} d", number=number_text(change.value))
    else:
        text = t("any size") if change.value is None else limit_text(int(change.value))
    return str(_BUTTONS[change.place]).format(limit=text)


def _what(deletions: Deletions) -> str:
    words = []
    if deletions.local_clips:
        clips = counts.clips(deletions.local_clips)
        words.append(t("{clips} here ({size})", clips=clips, size=size_text(deletions.local_bytes)))
    if deletions.remote_clips:
        clips = counts.clips(deletions.remote_clips)
        words.append(t("{clips} in the archive ({size})", clips=clips, size=size_text(deletions.remote_bytes)))
    return listed(words) if words else ""
