"""Sentences of /status, /arm and /disarm."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.formatting import counted, escaped, length_text, moment_text, size_text
from bot.ports import Armed, CameraView, EventView, Usage

ARMED = "MoCam is <b>armed</b> and watching."
ARMED_ALREADY = "MoCam is already <b>armed</b>."
ARM, DISARM, REFRESH, SNAPSHOT, CLIPS = "Arm", "Disarm…", "↻ Refresh", "📷 Snapshot", "Clips"

_SIGNS = {"watching": "🟢", "recording": "🔴", "starting": "🟡", "blind": "⚠️", "disarmed": "⚪"}


def state_line(armed: Armed, now_utc: datetime, zone: tzinfo) -> str:
    """armed, or disarmed (until ..)."""
    if armed.armed:
        return "MoCam is <b>armed</b>."
    until = f" (until {moment_text(armed.until_utc, now_utc, zone)})" if armed.until_utc else ""
    return f"MoCam is <b>disarmed</b>{until}."


def camera_lines(cameras: list[CameraView], now_utc: datetime, zone: tzinfo) -> str:
    """One line per camera."""
    return "\n".join(_camera_line(camera, now_utc, zone) for camera in cameras) or "No camera is configured."


def _camera_line(camera: CameraView, now_utc: datetime, zone: tzinfo) -> str:
    detail = f"\n    {escaped(camera.detail)}" if camera.detail else ""
    since = moment_text(camera.since_utc, now_utc, zone)
    sign = _SIGNS.get(camera.state, "·")
    return f"{sign} <b>{escaped(camera.name)}</b> · {escaped(camera.state)} since {since}{detail}"


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
    """Counts, what waits, what is wrong."""
    if not usage.archive_on:
        return "Archive: off"
    text = f"Archive: {counted(usage.remote_clips, 'clip')}, {size_text(usage.remote_bytes)}"
    text += f" · {usage.archive_waiting} waiting" if usage.archive_waiting else " · everything archived"
    return text + (f"\n⚠️ {escaped(usage.archive_trouble)}" if usage.archive_trouble else "")


def dropped_line(number: int) -> str:
    """What the chat lost since the program started."""
    return f"⚠️ {counted(number, 'message')} could not be delivered since the start."


def disarm_question(seconds: float, until: str, asked: str) -> str:
    """`asked`: when it was sent, if that is long ago; else empty."""
    old = f"You sent this at {asked}. " if asked else ""
    return (
        f"{old}Disarm for {length_text(seconds)}, until <b>{until}</b>?\n"
        "The cameras close and nothing is recorded; then MoCam arms itself again."
    )


def disarmed(until: str) -> str:
    """Done."""
    return f"<b>Disarmed</b> until {until}. The cameras are closed. /arm ends the pause."


def arm_question(asked: str) -> str:
    """An /arm from long ago."""
    return f"You sent /arm at {asked}. Arm now?"
