"""Captions of an event's living message."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.formatting import clock_text, counted, date_text, escaped, length_text, listed
from bot.ports import ArchiveState, ClipView, EventView

SNAPSHOT_NOW = "📷 Now"
KEEP, KEPT = "⭐ Keep", "⭐ Kept ✓"
MUTE = "🔕 Mute"
FALSE_ALARM, FALSE_ALARM_NOT = "🚫 False alarm", "🚫 False alarm ✓"
DELETE, UNDO_DELETE = "🗑 Delete", "↩ Undo delete"
MORE, LESS = "⋯ More", "« Less"
CLIPS_OF_DAY = "Clips of that day"
SHOW, HIDE = "👁 Show", "🙈 Hide"
SEND_CLIP = "▶ Send the clip"
SENT_AGAIN = "<i>Sent again: no answer came to the first try.</i>"
NO_PICTURE = "<i>No picture of this moment.</i>"
PICTURE_UNSURE = "<i>The picture may not have reached you.</i>"
CLIP_TOO_LARGE = "⚠️ The clip is too large for Telegram, even made smaller. It is kept as recorded."
CLIP_REFUSED = "⚠️ Telegram did not take the clip. It is recorded: /clip with the number above tries again."
DELETED = "Deleted by your retention rules."
DELETED_BY_OWNER = "🗑 Deleted, here and in the archive, as you wished."
DELETE_YOURSELF = "Telegram lets me take messages out of the chat for 48 hours only: delete this one yourself."
SHUT = "🔒 sealed in the archive ✓ verified: only your recovery kit shows the clip again"
TOO_LATE = "It is too late: both copies are deleted."
GONE = "That event is not known any more: its clip was deleted long ago."


def unavailable(reason: str) -> str:
    """The clip could not be had; `reason` is a sentence."""
    return f"⚠️ The clip cannot be shown: {escaped(reason)}"


def part_label(part: int) -> str:
    """The button of a second or later part."""
    return f"▶ Part {part}"


def head(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """What, camera, local time and id; the date only when it is not today's; the length once it is known."""
    local = event.started_utc.astimezone(zone)
    today = now_utc.astimezone(zone).date()
    when = clock_text(event.started_utc, zone, seconds=True)
    if local.date() != today:
        when = f"{date_text(local.date(), today)} {when}"
    length = f" · {length_text(event.duration_s)}" if event.duration_s else ""
    mark = "\n🚫 <i>marked as a false alarm</i>" if event.false_alarm else ""
    what = escaped(event.seen.capitalize()) or "Motion"
    place = f" ({escaped(event.place)})" if event.place else ""
    return f"<b>{what} · {escaped(event.camera)}{place}</b>\n{when}{length} · #{escaped(event.event_id)}{mark}"


def recording(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """While only the picture is there."""
    return f"{head(event, now_utc, zone)}\n🔴 recording…"


def no_clip(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """The event is over and left no clip."""
    return f"{head(event, now_utc, zone)}\n⚠️ No clip could be recorded."


def recorded(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """What became of the clip so far."""
    going_on = "\n🔴 still recording…" if event.ended_utc is None else ""
    first = head(event, now_utc, zone) + going_on
    if event.delete_utc is not None:
        return f"{first}\n{_deletion(event, event.delete_utc, now_utc, zone)}"
    lines = [first, archive_line(event.parts), until_line(event.parts, now_utc, zone)]
    if event.kept and event.has_copies:
        lines.append("⭐ kept: no rule deletes it")
    return "\n".join(filter(None, lines))


def _deletion(event: EventView, when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    if not event.has_copies:
        old = now_utc - event.started_utc > timedelta(hours=47)
        return f"{DELETED_BY_OWNER}\n{DELETE_YOURSELF}" if old else DELETED_BY_OWNER
    when = clock_text(when_utc, zone, seconds=True)
    if event.ended_utc is None:
        return "🗑 It is deleted here and in the archive when it is over; undo until then."
    return f"🗑 It is deleted here and in the archive at {when}; undo until then."


def archive_line(parts: tuple[ClipView, ...]) -> str:
    """Recorded, archived, verified, deleted."""
    states = [part.archive for part in parts]
    verified = states.count(ArchiveState.VERIFIED)
    if verified == len(parts):
        return SHUT if any(map(shut, parts)) else "☁️ encrypted and archived ✓ verified"
    if ArchiveState.WAITING in states:
        some = f", {verified} of {counted(len(parts), 'part')} archived" if verified else ""
        return f"✓ recorded{some} · archiving…"
    if any(part.local for part in parts):
        return "✓ recorded"
    return DELETED


def shut(part: ClipView) -> bool:
    """Nobody can show it here any more."""
    return part.sealed and not part.local


def until_line(parts: tuple[ClipView, ...], now_utc: datetime, zone: tzinfo) -> str:
    """When retention by age deletes the first of its copies; empty: no such rule."""
    here = [part.local_until_utc for part in parts if part.local]
    there = [part.remote_until_utc for part in parts if part.archive is ArchiveState.VERIFIED]
    ends = [
        f"{place} on {_date(min(times), now_utc, zone)}"
        for place, known in (("here", here), ("in the archive", there))
        if (times := [time for time in known if time is not None])
    ]
    gone_here = "only in the archive now" if not here and there else ""
    deleted = f"will be deleted {listed(ends)}" if ends else ""
    return " · ".join(words for words in (gone_here, deleted) if words)


def _date(when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    return date_text(when_utc.astimezone(zone).date(), now_utc.astimezone(zone).date())
