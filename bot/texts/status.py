"""Sentences of /status, /arm and /disarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.formatting import clock_text, counted, escaped, length_text, listed, moment_text, size_text, span_text
from bot.health import HealthView
from bot.ports import Armed, BlindView, CameraView, EventView, Usage
from bot.promptness import Promptness

CAMERA_GONE = "That camera is no longer configured. /status lists what there is."
ARM, DISARM, REFRESH, SNAPSHOT, CLIPS = "Arm", "Disarm…", "↻ Refresh", "📷 Snapshot", "Clips"
STILLS = "🖼 Stills"
NO_STILLS = (
    "This chat is to see no pictures: /privacy is at <b>text only</b>. /snapshot sends one all the same, when you ask."
)
STILL_FAILED = "no picture"
"""In place of a picture that could not be taken; plain text."""
NO_BLIND_TIME = "No blind time in the last 24 hours."

_SIGNS = {"watching": "🟢", "recording": "🔴", "starting": "🟡", "blind": "⚠️", "disarmed": "⚪"}


def state_line(state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """armed; disarmed (until ..); or which cameras are disarmed until when."""
    if not state.until_utc:
        off = (
            f" (until {moment_text(min(state.off_utc.values()), now_utc, zone)}, by schedule)" if state.off_utc else ""
        )
        return f"MoCam is <b>armed</b>{off}."
    if state.cameras:
        return f"MoCam is <b>partly disarmed</b>: {pauses(state, now_utc, zone)}."
    ends = {moment_text(until_utc, now_utc, zone) for until_utc in state.until_utc.values()}
    until = f"until {ends.pop()}" if len(ends) == 1 else pauses(state, now_utc, zone)
    until += ", by schedule" if len(state.by_schedule) == len(state.until_utc) else ""
    why = " 🔒 Closed for privacy: no frame is read." if state.private else ""
    return f"MoCam is <b>disarmed</b> ({until}).{why}"


def pauses(state: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """`back until 18:00 and attic until tomorrow 02:32`."""
    return listed([f"{escaped(name)} until {moment_text(end, now_utc, zone)}" for name, end in state.until_utc.items()])


def trouble_lines(
    cameras: Sequence[CameraView], usage: Usage, machine: str, lost: int, now_utc: datetime, zone: tzinfo
) -> list[str]:
    """What is wrong now, one line each; nothing when all is well. `lost`: messages that never reached the chat."""
    lines = [_wrong_with(camera, now_utc, zone) for camera in cameras if camera.state == "blind" or camera.detail]
    if usage.archive_trouble:
        lines.append(f"Archive: {escaped(usage.archive_trouble)}")
    if machine:
        lines.append(escaped(machine))
    if lost:
        lines.append(f"{counted(lost, 'message')} could not be delivered since the start.")
    return [f"⚠️ {line}" for line in lines]


def _wrong_with(camera: CameraView, now_utc: datetime, zone: tzinfo) -> str:
    since = f" is blind since {moment_text(camera.since_utc, now_utc, zone)}" if camera.state == "blind" else ""
    detail = f": {escaped(camera.detail)}" if camera.detail else "."
    return f"<b>{escaped(camera.name)}</b>{since}{detail}"


SINGLE_LINES = 3
"""So many cameras have a line each; more that watch share one."""


def camera_lines(
    cameras: Sequence[CameraView], until_utc: Mapping[str, datetime], now_utc: datetime, zone: tzinfo
) -> str:
    """One line per camera; `until_utc` is when the pauses of the disarmed ones end. Many that watch share one line."""
    if not cameras:
        return "No camera is configured."
    alike = [camera for camera in cameras if camera.state == "watching"] if len(cameras) > SINGLE_LINES else []
    lines = [_camera_line(one, until_utc.get(one.name), now_utc, zone) for one in cameras if one not in alike]
    if alike:
        names = listed([f"<b>{escaped(camera.name)}</b>" for camera in alike])
        lines.append(f"{_SIGNS['watching']} {names} · watching")
    return "\n".join(lines)


def _camera_line(camera: CameraView, until_utc: datetime | None, now_utc: datetime, zone: tzinfo) -> str:
    if until_utc and camera.state == "disarmed":
        span = f"until {moment_text(until_utc, now_utc, zone)}"
    else:
        span = f"since {moment_text(camera.since_utc, now_utc, zone)}"
    sign = _SIGNS.get(camera.state, "·")
    return f"{sign} <b>{escaped(camera.name)}</b> · {escaped(camera.state)} {span}"


def blind_lines(blind: Sequence[BlindView], now_utc: datetime, zone: tzinfo) -> str:
    """What was not seen on the last day, though it should have been."""
    if not blind:
        return NO_BLIND_TIME
    lines = ["Blind in the last 24 hours:"]
    for one in blind:
        begun, end = one.longest_utc
        span = span_text(begun, end, now_utc, zone)
        whole = one.blind_s < 1.05 * (end - begun).total_seconds()
        when = span if whole else f"longest {length_text((end - begun).total_seconds())}, {span}"
        why = f"\n    {escaped(one.reason)}" if one.reason else ""
        lines.append(f"· <b>{escaped(one.name)}</b> {length_text(one.blind_s)} ({when}){why}")
    return "\n".join(lines)


def last_line(last: EventView | None, now_utc: datetime, zone: tzinfo) -> str:
    """The newest event."""
    if last is None:
        return "Nothing has moved yet."
    when = moment_text(last.started_utc, now_utc, zone)
    return f"Last event: {when} · {escaped(last.camera)} · #{escaped(last.event_id)}"


def storage_lines(usage: Usage) -> str:
    """Here, the disk, the archive."""
    here = (
        f"Here: {counted(usage.local_clips, 'clip')}, {size_text(usage.local_bytes)}"
        f" · {size_text(usage.disk_free_bytes)} free"
    )
    return f"{here}\n{archive_line(usage)}"


def archive_line(usage: Usage) -> str:
    """Counts, and what waits."""
    if not usage.archive_on:
        return "Archive: off"
    text = f"Archive: {counted(usage.remote_clips, 'clip')}, {size_text(usage.remote_bytes)}"
    return text + (f" · {usage.archive_waiting} waiting" if usage.archive_waiting else " · everything archived")


def health_line(health: HealthView, now_utc: datetime, zone: tzinfo) -> str:
    """Since when it runs, how warm it is, what still waits to be said."""
    parts = [f"Running since {moment_text(health.since_utc, now_utc, zone)}"]
    if health.celsius is not None:
        parts.append(f"{health.celsius:.0f} °C")
    if health.waiting:
        parts.append(f"{counted(health.waiting, 'message')} waiting")
    return " · ".join(parts)


def stills_caption(shown: int, now_utc: datetime, zone: tzinfo) -> str:
    """Below one picture of each camera."""
    return f"{counted(shown, 'camera')} at {clock_text(now_utc, zone, seconds=True)}" if shown else "No picture now."


def still_label(camera: str, now_utc: datetime, zone: tzinfo) -> str:
    """On a still that was taken; plain text."""
    return f"{camera} · {clock_text(now_utc, zone)}"


def still_closed(until: str) -> str:
    """In place of the picture of a camera that is closed; plain text."""
    return f"closed until {until}"


def promptness_line(recent: Promptness) -> str:
    """How soon an alert is here."""
    return (
        f"First moved frame to photo: {recent.median_s:.1f} s, 95 % within {recent.most_s:.1f} s"
        f" (last {counted(recent.alerts, 'alert')})"
    )


def disarm_question(cameras: Sequence[str], seconds: float, until: str, asked: str) -> str:
    """Of these cameras, or (empty) of all. `asked`: when it was sent, if that is long ago; else empty."""
    old = f"You sent this at {asked}. " if asked else ""
    if cameras:
        what = (
            "This camera closes and records nothing; then it arms itself again."
            if len(cameras) == 1
            else "These cameras close and record nothing; then they arm themselves again."
        )
        return (
            f"{old}Disarm <b>{escaped(listed(list(cameras)))}</b> for {length_text(seconds)}, until <b>{until}</b>?\n"
            f"{what} The others stay as they are."
        )
    return (
        f"{old}Disarm for {length_text(seconds)}, until <b>{until}</b>?\n"
        "The cameras close and nothing is recorded; then MoCam arms itself again."
    )


def disarmed(cameras: Sequence[str], until: str) -> str:
    """Done, with these cameras or (empty) with all."""
    if cameras:
        names, command = escaped(listed(list(cameras))), f"<code>/arm {escaped(' '.join(cameras))}</code>"
        closed, whose = ("These cameras are", "their") if len(cameras) > 1 else ("This camera is", "its")
        return f"<b>Disarmed</b> {names} until {until}. {closed} closed. {command} ends {whose} pause."
    return f"<b>Disarmed</b> until {until}. The cameras are closed. /arm ends the pause."


def armed(cameras: Sequence[str], state: Armed, now_utc: datetime, zone: tzinfo, *, already: bool) -> str:
    """Done, with these cameras or (empty) with all; says which are still disarmed."""
    who = f"<b>{escaped(listed(list(cameras)))}</b>" if cameras else "MoCam"
    does = "are" if len(cameras) > 1 else "is"
    text = f"{who} {does} already <b>armed</b>." if already else f"{who} {does} <b>armed</b> and watching."
    return f"{text}\nStill disarmed: {pauses(state, now_utc, zone)}." if state.until_utc else text


def arm_question(asked: str, cameras: Sequence[str]) -> str:
    """An /arm from long ago, of these cameras or (empty) of all."""
    return f"You sent /arm at {asked}. Arm{f' {escaped(listed(list(cameras)))}' if cameras else ''} now?"


def only_label(camera: str) -> str:
    """Not all cameras: this one."""
    return f"Only {camera}"


def arm_label(camera: str) -> str:
    """Arms one camera."""
    return f"Arm {camera}"


def no_such_camera(word: str, near: list[str], names: list[str]) -> str:
    """With the names that may have been meant, or all there are."""
    hint = f"Did you mean {escaped(' or '.join(near))}?" if near else f"There is: {escaped(', '.join(names))}."
    return f"There is no camera called {escaped(word)}. {hint}"
