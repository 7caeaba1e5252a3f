"""Sentences of /privacy: what a chat sees, what leaves it again, and cameras closed for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from bot.formatting import counted, escaped, length_text, listed, moment_text
from bot.privacy import ChatPrivacy, Look

LOOKS = {
    Look.FULL: "Full",
    Look.CROP: "Cut-out",
    Look.PIXELATED: "Pixelated",
    Look.TEXT: "Text only",
}
"""Labels of the buttons, the most open first."""
_MEANINGS = {
    Look.FULL: "the picture, and then the clip",
    Look.CROP: "only the part in which something moves",
    Look.PIXELATED: "the picture so coarse that nobody is recognised",
    Look.TEXT: "no picture at all",
}
REMOVALS_H = (1, 12, 24, 48)
STAY = "They stay"
CLOSE_LABEL = "Close the cameras for 2 h…"
YES_CLOSE = "Yes, close"
TELEGRAM_READS = "Telegram can read what is sent in this chat. The archive only you can read."
HINT = (
    "<code>/privacy cut-out</code>, <code>pixelated</code>, <code>text</code> or <code>full</code> chooses what comes "
    "unasked; <code>/privacy remove 24h</code> takes pictures and clips out of the chat after that time (Telegram "
    "allows 48 hours at most), <code>/privacy stay</code> leaves them; <code>/privacy 2h</code> closes the cameras."
)
CHOICE = (
    "Pictures come in full, since that is what most want. Telegram can read them. /privacy lets a cut-out, a pixelated "
    "picture or only words come instead, and takes pictures out of the chat again."
)


def look_label(look: Look, chosen: Look) -> str:
    """The button of one level; the chosen one is marked."""
    return f"{LOOKS[look]} ✓" if look is chosen else LOOKS[look]


def removal_label(hours: int, chosen: int | None) -> str:
    """The button of one length."""
    return f"{hours} h ✓" if hours == chosen else f"{hours} h"


def overview(privacy: ChatPrivacy) -> str:
    """The answer to /privacy."""
    lines = [f"· {LOOKS[look]}: {_MEANINGS[look]}" for look in LOOKS]
    return "\n".join(
        [
            f"Alerts show: <b>{LOOKS[privacy.look].lower()}</b>",
            *lines,
            "Whatever it is, a button shows one picture or sends the clip when you ask.",
            "",
            _removal(privacy.remove_after_h),
            "",
            f"{TELEGRAM_READS}\n{HINT}",
        ]
    )


def look_set(look: Look) -> str:
    """Done."""
    more = "" if look is Look.FULL else " <b>👁 Show</b> below an alert reveals one picture."
    return f"From now on alerts show: <b>{LOOKS[look].lower()}</b>, {_MEANINGS[look]}.{more}"


def removal_set(hours: int | None) -> str:
    """Done."""
    return _removal(hours)


def _removal(hours: int | None) -> str:
    if hours is None:
        return "Pictures and clips stay in this chat."
    return (
        f"Pictures and clips leave this chat after <b>{counted(hours, 'hour')}</b>; the events stay in /clips. "
        "(Telegram lets me delete messages for 48 hours at most.)"
    )


def not_removed(count: int) -> str:
    """A notice."""
    return (
        f"{counted(count, 'picture or clip')} could not be taken out of this chat in time: I was not running or could "
        "not reach Telegram, which lets me delete messages for 48 hours only. Please delete what is older yourself."
    )


def close_question(seconds: float, until: str, asked: str) -> str:
    """`asked`: when it was sent, if that is long ago; else empty."""
    old = f"You sent this at {asked}. " if asked else ""
    return (
        f"{old}Close all cameras for {length_text(seconds)}, until <b>{until}</b>?\n"
        "No frame is read and nothing is recorded; then they open by themselves, and I tell you that it was so."
    )


def closed(until: str) -> str:
    """Done."""
    return (
        f"🔒 The cameras are <b>closed</b> until <b>{until}</b>: disarmed, no frame is read. /arm opens them earlier."
    )


def opened(
    since_utc: datetime,
    until_utc: datetime,
    frames: Mapping[str, int],
    restarted: bool,
    armed: bool,
    now_utc: datetime,
    zone: tzinfo,
) -> str:
    """A notice when it is over; `frames` were read meanwhile, by camera."""
    span = f"from {moment_text(since_utc, now_utc, zone)} to {moment_text(until_utc, now_utc, zone)}"
    read = {camera: count for camera, count in frames.items() if count}
    again = " I was started anew in between; it is counted since then." if restarted else ""
    now = "They are <b>armed</b> again." if armed else "Their schedule keeps them disarmed for now."
    if read:
        which = listed([f"{escaped(camera)} {counted(count, 'frame')}" for camera, count in read.items()])
        return f"⚠️ The cameras were to be closed {span}, but frames were read: {which}.{again} {now}"
    cameras = escaped(listed(sorted(frames)))
    return f"🔓 The cameras were closed {span}. No frame was read ({cameras}: 0 frames).{again} {now}"
