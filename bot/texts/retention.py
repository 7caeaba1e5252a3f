"""Sentences of /retention."""

from __future__ import annotations

from bot.formatting import counted, days_text, limit_text, number_text, size_text
from bot.ports import Deletions, RulesView, Usage
from bot.rules import Change, Kind, Place

_PLACES = {Place.HERE: "here", Place.ARCHIVE: "in the archive"}
NO_ARCHIVE = "There is no archive, so that rule would do nothing. Nothing changed."
SAME = "It is like that already."


def overview(rules: RulesView, usage: Usage, now: Deletions) -> str:
    """The rules, what they hold, what they would delete, how to change them."""
    here = (
        f"Here: {limits(rules.local_days, rules.local_bytes)}\n"
        f"    now {counted(usage.local_clips, 'clip')}, {size_text(usage.local_bytes)}"
        f" · {size_text(usage.disk_free_bytes)} free"
    )
    there = (
        f"Archive: {limits(rules.remote_days, rules.remote_bytes)}\n"
        f"    now {counted(usage.remote_clips, 'clip')}, {size_text(usage.remote_bytes)}"
        if usage.archive_on
        else "Archive: off"
    )
    return (
        f"<b>What is kept</b>\n{here}\n{there}\n\n{due_now(now)}\n\n"
        "The oldest go first; here only after the archived copy is verified.\n"
        "To change: <code>/retention 30d</code>, <code>/retention 20GB</code>,"
        " <code>/retention archive 90d 50GB</code>, or <code>off</code> for no limit."
    )


def limits(days: float | None, size_bytes: int | None) -> str:
    """`30 days, at most 20 GB`."""
    age = f"<b>{days_text(days)}</b>" if days is not None else "<b>forever</b>"
    size = f"at most <b>{limit_text(size_bytes)}</b>" if size_bytes is not None else "any size"
    return f"{age}, {size}"


def due_now(deletions: Deletions) -> str:
    """What the rules would delete now."""
    what = _what(deletions)
    return f"Due to be deleted now: {what}." if what else "Nothing is due to be deleted now."


def question(changes: tuple[Change, ...], deletions: Deletions) -> str:
    """The change, and what it would cost."""
    what = _what(deletions)
    cost = f"⚠️ That deletes <b>{what}</b> now." if what else "That deletes nothing now."
    return f"Keep clips {wish(changes)}?\n{cost}"


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
    return f"Here {text}" if change.place is Place.HERE else f"Archive {text}"


def _what(deletions: Deletions) -> str:
    words = []
    if deletions.local_clips:
        words.append(f"{counted(deletions.local_clips, 'clip')} here ({size_text(deletions.local_bytes)})")
    if deletions.remote_clips:
        words.append(f"{counted(deletions.remote_clips, 'clip')} in the archive ({size_text(deletions.remote_bytes)})")
    return " and ".join(words)
