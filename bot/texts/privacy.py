"""Sentences of /privacy: what a chat sees, what leaves it again, and cameras closed for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from bot.formatting import escaped, length_text, listed, moment_text
from bot.language import Text, plural, t
from bot.privacy import ChatPrivacy, Look
from bot.texts import counts

LOOKS = {
    Look.FULL: Text("Full"),
    Look.CROP: Text("Cut-out"),
    Look.PIXELATED: Text("Pixelated"),
    Look.TEXT: Text("Text only"),
}
"""Labels of the buttons, the most open first."""
_NAMES = {
    Look.FULL: Text("full"),
    Look.CROP: Text("cut-out"),
    Look.PIXELATED: Text("pixelated"),
    Look.TEXT: Text("text only"),
}
_MEANINGS = {
    Look.FULL: Text("the picture, and then the clip"),
    Look.CROP: Text("only the part in which something moves"),
    Look.PIXELATED: Text("the picture so coarse that nobody is recognised"),
    Look.TEXT: Text("no picture at all"),
}
REMOVALS_H = (1, 12, 24, 48)
STAY = Text("They stay")
CLOSE_LABEL = Text("Close the cameras for 2 h…")
YES_CLOSE = Text("Yes, close")
TELEGRAM_READS = Text("Telegram can read what is sent in this chat. The archive only you can read.")
HINT = Text(
    "<code>/privacy cut-out</code>, <code>pixelated</code>, <code>text</code> or <code>full</code> chooses what comes "
    "unasked; <code>/privacy remove 24h</code> takes pictures and clips out of the chat after that time (Telegram "
    "allows 48 hours at most), <code>/privacy stay</code> leaves them; <code>/privacy 2h</code> closes the cameras."
)
CHOICE = Text(
    "Pictures come in full, since that is what most want. Telegram can read them. /privacy lets a cut-out, a pixelated "
    "picture or only words come instead, and takes pictures out of the chat again."
)


def look_label(look: Look, chosen: Look) -> str:
    """The button of one level; the chosen one is marked."""
    return f"{LOOKS[look]} ✓" if look is chosen else str(LOOKS[look])


def removal_label(hours: int, chosen: int | None) -> str:
    """The button of one length."""
    return f"{hours} h ✓" if hours == chosen else f"{hours} h"


def overview(privacy: ChatPrivacy) -> str:
    """The answer to /privacy."""
    lines = [f"· {LOOKS[look]}: {_MEANINGS[look]}" for look in LOOKS]
    return "\n".join(
        [
            t("Alerts show: <b>{look}</b>", look=_NAMES[privacy.look]),
            *lines,
            t("Whatever it is, a button shows one picture or sends the clip when you ask."),
            "",
            removal_set(privacy.remove_after_h),
            "",
            f"{TELEGRAM_READS}\n{HINT}",
        ]
    )


def look_set(look: Look) -> str:
    """Done."""
    text = t("From now on alerts show: <b>{look}</b>, {meaning}.", look=_NAMES[look], meaning=_MEANINGS[look])
    if look is Look.FULL:
        return text
    return f"{text} " + t("<b>👁 Show</b> below an alert reveals one picture.")


def removal_set(hours: int | None) -> str:
    """What becomes of pictures in the chat."""
    if hours is None:
        return t("Pictures and clips stay in this chat.")
    return t(
        "Pictures and clips leave this chat after <b>{hours}</b>; the events stay in /clips. "
        "(Telegram lets me delete messages for 48 hours at most.)",
        hours=counts.hours(hours),
    )


def not_removed(count: int) -> str:
    """A notice."""
    return plural(
        "{count} picture or clip could not be taken out of this chat in time: I was not running or could "
        "not reach Telegram, which lets me delete messages for 48 hours only. Please delete what is older yourself.",
        "{count} pictures or clips could not be taken out of this chat in time: I was not running or could "
        "not reach Telegram, which lets me delete messages for 48 hours only. Please delete what is older yourself.",
        count,
    )


def close_question(seconds: float, until: str, asked: str) -> str:
    """`asked`: when it was sent, if that is long ago; else empty."""
    old = t("You sent this at {when}.", when=asked) + " " if asked else ""
    return old + t(
        "Close all cameras for {length}, until <b>{until}</b>?\n"
        "No frame is read and nothing is recorded; then they open by themselves, and I tell you that it was so.",
        length=length_text(seconds),
        until=until,
    )


def closed(until: str) -> str:
    """Done."""
    return t(
        "🔒 The cameras are <b>closed</b> until <b>{until}</b>: disarmed, no frame is read. /arm opens them earlier.",
        until=until,
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
    span = {"begin": moment_text(since_utc, now_utc, zone), "end": moment_text(until_utc, now_utc, zone)}
    read = {camera: count for camera, count in frames.items() if count}
    if read:
        which = listed([f"{escaped(camera)} {counts.frames(count)}" for camera, count in read.items()])
        text = t(
            "⚠️ The cameras were to be closed from {begin} to {end}, but frames were read: {which}.", which=which, **span
        )
    else:
        cameras = escaped(listed(sorted(frames)))
        text = t(
            "🔓 The cameras were closed from {begin} to {end}. No frame was read ({cameras}: 0 frames).",
            cameras=cameras,
            **span,
        )
    if restarted:
        text += " " + t("I was started anew in between; it is counted since then.")
    return f"{text} " + (
        t("They are <b>armed</b> again.") if armed else t("Their schedule keeps them disarmed for now.")
    )
