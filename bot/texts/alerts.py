"""Captions of an event's living message."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.formatting import clock_text, date_text, escaped, length_text, listed
from bot.language import Text, plural, t
from bot.ports import ArchiveState, ClipView, EventView
from bot.texts.foreign import told

STOP = Text("⏹ Stop")
SNAPSHOT_NOW = Text("📷 Now")
KEEP, KEPT = Text("⭐ Keep"), Text("⭐ Kept ✓")
MUTE = Text("🔕 Mute")
FALSE_ALARM, FALSE_ALARM_NOT = Text("🚫 False alarm"), Text("🚫 False alarm ✓")
DELETE, UNDO_DELETE = Text("🗑 Delete"), Text("↩ Undo delete")
MORE, LESS = Text("⋯ More"), Text("« Less")
CLIPS_OF_DAY = Text("Clips of that day")
ZONES = Text("▦ Zones")
SHOW, HIDE = Text("👁 Show"), Text("🙈 Hide")
SEND_CLIP = Text("▶ Send the clip")
SENT_AGAIN = Text("<i>Sent again: no answer came to the first try.</i>")
MAY_COME_TWICE = Text("<i>My disk takes nothing just now, so this message may come a second time.</i>")
NO_PICTURE = Text("<i>No picture of this moment.</i>")
PICTURE_UNSURE = Text("<i>The picture may not have reached you.</i>")
CLIP_TOO_LARGE = Text("⚠️ The clip is too large for Telegram, even made smaller. It is kept as recorded.")
CLIP_REFUSED = Text("⚠️ Telegram did not take the clip. It is recorded: /clip with the number above tries again.")
DELETED = Text("Deleted by your retention rules.")
DELETED_BY_OWNER = Text("🗑 Deleted, here and in the archive, as you wished.")
DELETE_YOURSELF = Text("Telegram lets me take messages out of the chat for 48 hours only: delete this one yourself.")
SHUT = Text("🔒 sealed in the archive ✓ verified: only your recovery kit shows the clip again")
TOO_LATE = Text("It is too late: both copies are deleted.")
GONE = Text("That event is not known any more: its clip was deleted long ago.")

_SEEN = {"": Text("Motion"), "person": Text("Person"), "animal": Text("Animal"), "vehicle": Text("Vehicle")}


def unavailable(reason: str) -> str:
    """The clip could not be had; `reason` is a sentence."""
    return t("⚠️ The clip cannot be shown: {reason}", reason=told(reason))


def part_label(part: int) -> str:
    """The button of a second or later part."""
    return t("▶ Part {number}", number=part)


def head(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """What, camera, local time and id; the date only when it is not today's; the length once it is known."""
    local = event.started_utc.astimezone(zone)
    today = now_utc.astimezone(zone).date()
    when = clock_text(event.started_utc, zone, seconds=True)
    if local.date() != today:
        when = f"{date_text(local.date(), today)} {when}"
    length = f" · {length_text(event.duration_s)}" if event.duration_s else ""
    mark = t("\n🚫 <i>marked as a false alarm</i>") if event.false_alarm else ""
    what = t("Recorded by hand") if event.by_hand else str(_SEEN.get(event.seen) or escaped(event.seen.capitalize()))
    place = f" ({escaped(event.place)})" if event.place else ""
    return f"<b>{what} · {escaped(event.camera)}{place}</b>\n{when}{length} · #{escaped(event.event_id)}{mark}"


def recording(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """While only the picture is there."""
    if event.by_hand_until_utc is not None:
        until = clock_text(event.by_hand_until_utc, zone, seconds=True)
        return f"{head(event, now_utc, zone)}\n" + t("🔴 recording until {until}…", until=until)
    return f"{head(event, now_utc, zone)}\n" + t("🔴 recording…")


def no_clip(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """The event is over and left no clip."""
    return f"{head(event, now_utc, zone)}\n" + t("⚠️ No clip could be recorded.")


def recorded(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """What became of the clip so far."""
    first = head(event, now_utc, zone)
    if event.ended_utc is None:
        first += "\n" + t("🔴 still recording…")
    if event.delete_utc is not None:
        return f"{first}\n{_deletion(event, event.delete_utc, now_utc, zone)}"
    lines = [first, archive_line(event.parts), until_line(event.parts, now_utc, zone)]
    if event.kept and event.has_copies:
        lines.append(t("⭐ kept: no rule deletes it"))
    return "\n".join(filter(None, lines))


def _deletion(event: EventView, when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    if not event.has_copies:
        old = now_utc - event.started_utc > timedelta(hours=47)
        return f"{DELETED_BY_OWNER}\n{DELETE_YOURSELF}" if old else str(DELETED_BY_OWNER)
    if event.ended_utc is None:
        return t("🗑 It is deleted here and in the archive when it is over; undo until then.")
    when = clock_text(when_utc, zone, seconds=True)
    return t("🗑 It is deleted here and in the archive at {when}; undo until then.", when=when)


def archive_line(parts: tuple[ClipView, ...]) -> str:
    """Recorded, archived, verified, deleted."""
    states = [part.archive for part in parts]
    verified = states.count(ArchiveState.VERIFIED)
    if verified == len(parts):
        return str(SHUT) if any(map(shut, parts)) else t("☁️ encrypted and archived ✓ verified")
    if ArchiveState.WAITING in states:
        return _archiving(verified, len(parts))
    if any(part.local for part in parts):
        return t("✓ recorded")
    return str(DELETED)


def _archiving(verified: int, parts: int) -> str:
    if not verified:
        return t("✓ recorded · archiving…")
    return plural(
        "✓ recorded, {verified} of {count} part archived · archiving…",
        "✓ recorded, {verified} of {count} parts archived · archiving…",
        parts,
        verified=verified,
    )


def shut(part: ClipView) -> bool:
    """Nobody can show it here any more."""
    return part.sealed and not part.local


def until_line(parts: tuple[ClipView, ...], now_utc: datetime, zone: tzinfo) -> str:
    """When retention by age deletes the first of its copies; empty: no such rule."""
    here = [part.local_until_utc for part in parts if part.local]
    there = [part.remote_until_utc for part in parts if part.archive is ArchiveState.VERIFIED]
    ends = []
    if times := [time for time in here if time is not None]:
        ends.append(t("here on {date}", date=_date(min(times), now_utc, zone)))
    if times := [time for time in there if time is not None]:
        ends.append(t("in the archive on {date}", date=_date(min(times), now_utc, zone)))
    gone_here = t("only in the archive now") if not here and there else ""
    deleted = t("will be deleted {places}", places=listed(ends)) if ends else ""
    return " · ".join(words for words in (gone_here, deleted) if words)


def _date(when_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    return date_text(when_utc.astimezone(zone).date(), now_utc.astimezone(zone).date())
