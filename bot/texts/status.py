"""Sentences of /status, /arm and /disarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.formatting import clock_text, escaped, length_text, listed, moment_text, size_text, span_text, tenths_text
from bot.health import HealthView
from bot.language import Text, plural, t
from bot.ports import Armed, BlindView, CameraView, EventView, Usage
from bot.promptness import Promptness
from bot.texts import counts
from bot.texts.foreign import told

CAMERA_GONE = Text("That camera is no longer configured. /status lists what there is.")
ARM, DISARM, REFRESH = Text("Arm"), Text("Disarm…"), Text("↻ Refresh")
SNAPSHOT, CLIPS = Text("📷 Snapshot"), Text("Clips")
STILLS = Text("🖼 Stills")
NO_STILLS = Text(
    "This chat is to see no pictures: /privacy is at <b>text only</b>. /snapshot sends one all the same, when you ask."
)
STILL_FAILED = Text("no picture")
"""In place of a picture that could not be taken; plain text."""
NO_BLIND_TIME = Text("No blind time in the last 24 hours.")

_SIGNS = {"watching": "🟢", "recording": "🔴", "starting": "🟡", "blind": "⚠️", "disarmed": "⚪"}
_STATES = {
    "watching": Text("watching"),
    "recording": Text("recording"),
    "starting": Text("starting"),
    "blind": Text("blind"),
    "disarmed": Text("disarmed"),
}


def state_line(state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """armed; disarmed (until ..); or which cameras are disarmed until when."""
    if not state.until_utc:
        if not state.off_utc:
            return t("MoCam is <b>armed</b>.")
        end = moment_text(min(state.off_utc.values()), now_utc, zone)
        return t("MoCam is <b>armed</b> (until {when}, by schedule).", when=end)
    if state.cameras:
        return t("MoCam is <b>partly disarmed</b>: {pauses}.", pauses=pauses(state, now_utc, zone))
    ends = {moment_text(until_utc, now_utc, zone) for until_utc in state.until_utc.values()}
    until = t("until {when}", when=ends.pop()) if len(ends) == 1 else pauses(state, now_utc, zone)
    if len(state.by_schedule) == len(state.until_utc):
        text = t("MoCam is <b>disarmed</b> ({until}, by schedule).", until=until)
    else:
        text = t("MoCam is <b>disarmed</b> ({until}).", until=until)
    return f"{text} " + t("🔒 Closed for privacy: no frame is read.") if state.private else text


def pauses(state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """`back until 18:00 and attic until tomorrow 02:32`."""
    return listed(
        [
            t("{camera} until {when}", camera=escaped(name), when=moment_text(end, now_utc, zone))
            for name, end in state.until_utc.items()
        ]
    )


def trouble_lines(
    cameras: Sequence[CameraView], usage: Usage, machine: str, lost: int, now_utc: datetime, zone: tzinfo
) -> list[str]:
    """What is wrong now, one line each; nothing when all is well. `lost`: messages that never reached the chat."""
    lines = [_wrong_with(camera, now_utc, zone) for camera in cameras if camera.state == "blind" or camera.detail]
    if usage.archive_trouble:
        lines.append(t("Archive: {trouble}", trouble=told(usage.archive_trouble)))
    if machine:
        lines.append(told(machine))
    if lost:
        lines.append(
            plural(
                "{count} message could not be delivered since the start.",
                "{count} messages could not be delivered since the start.",
                lost,
            )
        )
    return [f"⚠️ {line}" for line in lines]


def _wrong_with(camera: CameraView, now_utc: datetime, zone: tzinfo) -> str:
    name, detail = escaped(camera.name), told(camera.detail)
    if camera.state != "blind":
        return f"<b>{name}</b>: {detail}"
    since = moment_text(camera.since_utc, now_utc, zone)
    if not detail:
        return t("<b>{camera}</b> is blind since {since}.", camera=name, since=since)
    return t("<b>{camera}</b> is blind since {since}: {reason}", camera=name, since=since, reason=detail)


SINGLE_LINES = 3
"""So many cameras have a line each; more that watch share one."""


def camera_lines(
    cameras: Sequence[CameraView], until_utc: Mapping[str, datetime], now_utc: datetime, zone: tzinfo
) -> str:
    """One line per camera; `until_utc` is when the pauses of the disarmed ones end. Many that watch share one line."""
    if not cameras:
        return t("No camera is configured.")
    alike = [camera for camera in cameras if camera.state == "watching"] if len(cameras) > SINGLE_LINES else []
    lines = [_camera_line(one, until_utc.get(one.name), now_utc, zone) for one in cameras if one not in alike]
    if alike:
        names = listed([f"<b>{escaped(camera.name)}</b>" for camera in alike])
        lines.append(f"{_SIGNS['watching']} {names} · {_STATES['watching']}")
    return "\n".join(lines)


def _camera_line(camera: CameraView, until_utc: datetime | None, now_utc: datetime, zone: tzinfo) -> str:
    if until_utc and camera.state == "disarmed":
        span = t("until {when}", when=moment_text(until_utc, now_utc, zone))
    else:
        span = t("since {when}", when=moment_text(camera.since_utc, now_utc, zone))
    sign = _SIGNS.get(camera.state, "·")
    state = _STATES.get(camera.state) or escaped(camera.state)
    return f"{sign} <b>{escaped(camera.name)}</b> · {state} {span}"


def blind_lines(blind: Sequence[BlindView], now_utc: datetime, zone: tzinfo) -> str:
    """What was not seen on the last day, though it should have been."""
    if not blind:
        return str(NO_BLIND_TIME)
    lines = [t("Blind in the last 24 hours:")]
    for one in blind:
        begun, end = one.longest_utc
        span = span_text(begun, end, now_utc, zone)
        whole = one.blind_s < 1.05 * (end - begun).total_seconds()
        length = length_text((end - begun).total_seconds())
        when = span if whole else t("longest {length}, {span}", length=length, span=span)
        why = f"\n    {told(one.reason)}" if one.reason else ""
        lines.append(f"· <b>{escaped(one.name)}</b> {length_text(one.blind_s)} ({when}){why}")
    return "\n".join(lines)


def last_line(last: EventView | None, now_utc: datetime, zone: tzinfo) -> str:
    """The newest event."""
    if last is None:
        return t("Nothing has moved yet.")
    when = moment_text(last.started_utc, now_utc, zone)
    return t(
        "Last event: {when} · {camera} · #{event}",
        when=when,
        camera=escaped(last.camera),
        event=escaped(last.event_id),
    )


def storage_lines(usage: Usage) -> str:
    """Here, the disk, the archive."""
    here = t(
        "Here: {clips}, {size} · {free} free",
        clips=counts.clips(usage.local_clips),
        size=size_text(usage.local_bytes),
        free=size_text(usage.disk_free_bytes),
    )
    return f"{here}\n{archive_line(usage)}"


def archive_line(usage: Usage) -> str:
    """Counts, and what waits."""
    if not usage.archive_on:
        return t("Archive: off")
    waits = t("{count} waiting", count=usage.archive_waiting) if usage.archive_waiting else t("everything archived")
    return t(
        "Archive: {clips}, {size} · {waits}",
        clips=counts.clips(usage.remote_clips),
        size=size_text(usage.remote_bytes),
        waits=waits,
    )


def health_line(health: HealthView, now_utc: datetime, zone: tzinfo) -> str:
    """Since when it runs, how warm it is, what still waits to be said."""
    parts = [t("Running since {when}", when=moment_text(health.since_utc, now_utc, zone))]
    if health.celsius is not None:
        parts.append(f"{health.celsius:.0f} °C")
    if health.waiting:
        parts.append(plural("{count} message waiting", "{count} messages waiting", health.waiting))
    return " · ".join(parts)


def stills_caption(shown: int, now_utc: datetime, zone: tzinfo) -> str:
    """Below one picture of each camera."""
    if not shown:
        return t("No picture now.")
    time = clock_text(now_utc, zone, seconds=True)
    return plural("{count} camera at {time}", "{count} cameras at {time}", shown, time=time)


def still_label(camera: str, now_utc: datetime, zone: tzinfo) -> str:
    """On a still that was taken; plain text."""
    return f"{camera} · {clock_text(now_utc, zone)}"


def still_closed(until: str) -> str:
    """In place of the picture of a camera that is closed; plain text."""
    return t("closed until {until}", until=until)


def promptness_line(recent: Promptness) -> str:
    """How soon an alert is here."""
    return plural(
        "First moved frame to photo: {median} s (the last alert)",
        "First moved frame to photo: {median} s, 95 % within {most} s (last {count} alerts)",
        recent.alerts,
        median=tenths_text(recent.median_s),
        most=tenths_text(recent.most_s),
    )


def disarm_question(cameras: Sequence[str], seconds: float, until: str, asked: str) -> str:
    """Of these cameras, or (empty) of all. `asked`: when it was sent, if that is long ago; else empty."""
    old = t("You sent this at {when}.", when=asked) + " " if asked else ""
    length = length_text(seconds)
    if not cameras:
        return old + t(
            "Disarm for {length}, until <b>{until}</b>?\n"
            "The cameras close and nothing is recorded; then MoCam arms itself again.",
            length=length,
            until=until,
        )
    return old + plural(
        "Disarm <b>{cameras}</b> for {length}, until <b>{until}</b>?\n"
        "This camera closes and records nothing; then it arms itself again. The others stay as they are.",
        "Disarm <b>{cameras}</b> for {length}, until <b>{until}</b>?\n"
        "These cameras close and record nothing; then they arm themselves again. The others stay as they are.",
        len(cameras),
        cameras=escaped(listed(list(cameras))),
        length=length,
        until=until,
    )


def disarmed(cameras: Sequence[str], until: str) -> str:
    """Done, with these cameras or (empty) with all."""
    if not cameras:
        return t("<b>Disarmed</b> until {until}. The cameras are closed. /arm ends the pause.", until=until)
    return plural(
        "<b>Disarmed</b> {cameras} until {until}. This camera is closed. <code>{command}</code> ends its pause.",
        "<b>Disarmed</b> {cameras} until {until}. These cameras are closed. <code>{command}</code> ends their pause.",
        len(cameras),
        cameras=escaped(listed(list(cameras))),
        until=until,
        command=f"/arm {escaped(' '.join(cameras))}",
    )


def armed(cameras: Sequence[str], state: Armed, now_utc: datetime, zone: tzinfo, *, already: bool) -> str:
    """Done, with these cameras or (empty) with all; says which are still disarmed."""
    text = _armed(cameras, already=already)
    if not state.until_utc:
        return text
    return f"{text}\n" + t("Still disarmed: {pauses}.", pauses=pauses(state, now_utc, zone))


def _armed(cameras: Sequence[str], *, already: bool) -> str:
    if not cameras:
        return t("MoCam is already <b>armed</b>.") if already else t("MoCam is <b>armed</b> and watching.")
    names = escaped(listed(list(cameras)))
    if already:
        return plural(
            "<b>{cameras}</b> is already <b>armed</b>.",
            "<b>{cameras}</b> are already <b>armed</b>.",
            len(cameras),
            cameras=names,
        )
    return plural(
        "<b>{cameras}</b> is <b>armed</b> and watching.",
        "<b>{cameras}</b> are <b>armed</b> and watching.",
        len(cameras),
        cameras=names,
    )


def arm_question(asked: str, cameras: Sequence[str]) -> str:
    """An /arm from long ago, of these cameras or (empty) of all."""
    if not cameras:
        return t("You sent /arm at {when}. Arm now?", when=asked)
    return t("You sent /arm at {when}. Arm {cameras} now?", when=asked, cameras=escaped(listed(list(cameras))))


def only_label(camera: str) -> str:
    """Not all cameras: this one."""
    return t("Only {camera}", camera=camera)


def arm_label(camera: str) -> str:
    """Arms one camera."""
    return t("Arm {camera}", camera=camera)


def no_such_camera(word: str, near: list[str], names: list[str]) -> str:
    """With the names that may have been meant, or all there are."""
    if near:
        either = near[0] if len(near) == 1 else t("{some} or {last}", some=", ".join(near[:-1]), last=near[-1])
        hint = t("Did you mean {cameras}?", cameras=escaped(either))
    else:
        hint = t("There is: {cameras}.", cameras=escaped(", ".join(names)))
    return t("There is no camera called {word}. {hint}", word=escaped(word), hint=hint)
