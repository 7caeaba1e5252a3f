"""Sentences of /mute and of the mute buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, tzinfo

from bot.formatting import escaped, length_text, listed, moment_text
from bot.language import Text, t
from bot.quiet import Quiet

MORNING = time(7)
NIGHT = time(22)
UNMUTE, NO_HOURS = Text("🔔 Sound on"), Text("No quiet hours")
OFF = Text("Everything makes a sound again; there are no quiet hours.")
UNMUTED = Text("🔔 Alerts make a sound again.")
HINT = Text(
    "<code>/mute 2h</code>, <code>/mute until 7:00</code> or <code>/mute front garden 2h</code> silences for a while, "
    "<code>/mute 22:00-7:00</code> every day, <code>/mute off</code> ends it all. "
    "Messages still come, without a sound. In quiet hours one thing sounds: a camera that stays blind for five minutes."
)


def clock(when: time) -> str:
    """`7:00`."""
    return f"{when.hour}:{when.minute:02d}"


def choice(camera: str, seconds: int) -> str:
    """A button: one hour, or (0) until the morning; of one camera, or (empty) of all."""
    length = length_text(seconds) if seconds else t("until {time}", time=clock(MORNING))
    return f"{camera}: {length}" if camera else f"🔕 {length}"


def hours_label() -> str:
    """A button: the usual quiet hours."""
    return t("Every day {begin} - {end}", begin=clock(NIGHT), end=clock(MORNING))


def state(quiet: Quiet, now_utc: datetime, zone: tzinfo) -> str:
    """One line for each mute and for quiet hours; empty: everything makes a sound."""
    lines = [_until([camera] if camera else [], end, now_utc, zone) for camera, end in sorted(quiet.until_utc.items())]
    if quiet.hours is not None:
        lines.append(
            t(
                "🌙 Every day without sound from <b>{begin}</b> to <b>{end}</b>",
                begin=clock(quiet.hours[0]),
                end=clock(quiet.hours[1]),
            )
        )
    return "\n".join(lines)


def overview(quiet: Quiet, now_utc: datetime, zone: tzinfo) -> str:
    """The answer to /mute."""
    return f"{state(quiet, now_utc, zone) or t('🔔 Alerts make a sound.')}\n\n{HINT}"


def muted(cameras: Sequence[str], until_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """Done, for these cameras or (empty) for everything."""
    return t("{muted}. Messages still come.", muted=_until(cameras, until_utc, now_utc, zone))


def hours_set(hours: tuple[time, time]) -> str:
    """Done."""
    return t(
        "🌙 Every day from <b>{begin}</b> to <b>{end}</b> messages come without a sound.",
        begin=clock(hours[0]),
        end=clock(hours[1]),
    )


def hours_off(left: Mapping[str, datetime]) -> str:
    """Done."""
    text = t("There are no quiet hours any more.")
    return f"{text} " + t("The mute stays until its end.") if left else text


def _until(cameras: Sequence[str], end_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    when = moment_text(end_utc, now_utc, zone)
    if not cameras:
        return t("🔕 No sound until <b>{when}</b>", when=when)
    return t("🔕 No sound for <b>{cameras}</b> until <b>{when}</b>", cameras=escaped(listed(list(cameras))), when=when)
