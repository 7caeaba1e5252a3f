"""Sentences of /mute and of the mute buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, tzinfo

from bot.formatting import escaped, length_text, listed, moment_text
from bot.quiet import Quiet

MORNING = time(7)
NIGHT = time(22)
UNMUTE, NO_HOURS = "🔔 Sound on", "No quiet hours"
OFF = "Everything makes a sound again; there are no quiet hours."
UNMUTED = "🔔 Alerts make a sound again."
HINT = (
    "<code>/mute 2h</code>, <code>/mute until 7:00</code> or <code>/mute front garden 2h</code> silences for a while, "
    "<code>/mute 22:00-7:00</code> every day, <code>/mute off</code> ends it all. "
    "Messages still come, without a sound."
)


def clock(when: time) -> str:
    """`7:00`."""
    return f"{when.hour}:{when.minute:02d}"


def choice(camera: str, seconds: int) -> str:
    """A button: one hour, or (0) until the morning; of one camera, or (empty) of all."""
    length = length_text(seconds) if seconds else f"until {clock(MORNING)}"
    return f"{camera}: {length}" if camera else f"🔕 {length}"


def hours_label() -> str:
    """A button: the usual quiet hours."""
    return f"Every day {clock(NIGHT)} - {clock(MORNING)}"


def state(quiet: Quiet, now_utc: datetime, zone: tzinfo) -> str:
    """One line for each mute and for quiet hours; empty: everything makes a sound."""
    lines = [
        f"🔕 {_who([camera] if camera else [])} until <b>{moment_text(end, now_utc, zone)}</b>"
        for camera, end in sorted(quiet.until_utc.items())
    ]
    if quiet.hours is not None:
        lines.append(
            f"🌙 Every day without sound from <b>{clock(quiet.hours[0])}</b> to <b>{clock(quiet.hours[1])}</b>"
        )
    return "\n".join(lines)


def overview(quiet: Quiet, now_utc: datetime, zone: tzinfo) -> str:
    """The answer to /mute."""
    return f"{state(quiet, now_utc, zone) or '🔔 Alerts make a sound.'}\n\n{HINT}"


def muted(cameras: Sequence[str], until_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """Done, for these cameras or (empty) for everything."""
    return f"🔕 {_who(cameras)} until <b>{moment_text(until_utc, now_utc, zone)}</b>. Messages still come."


def hours_set(hours: tuple[time, time]) -> str:
    """Done."""
    return f"🌙 Every day from <b>{clock(hours[0])}</b> to <b>{clock(hours[1])}</b> messages come without a sound."


def hours_off(left: Mapping[str, datetime]) -> str:
    """Done."""
    return "There are no quiet hours any more." + (" The mute stays until its end." if left else "")


def _who(cameras: Sequence[str]) -> str:
    return f"No sound for <b>{escaped(listed(list(cameras)))}</b>" if cameras else "No sound"
