"""Sentences of the pinned sign of life, and of /pin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.formatting import clock_text, escaped, moment_text
from bot.language import Text, plural, t
from bot.ports import Armed, CameraView, EventView, Usage
from bot.texts.status import trouble_lines

ON, OFF = Text("📌 Pin it"), Text("Unpin it")
_IS_ON = Text(
    "A message is <b>pinned</b> at the top of this chat. It is renewed every five minutes, and sooner when something"
    " changes, without a sound. If its time stands still for longer, MoCam or its network is down."
    " <code>/pin off</code> takes it away."
)
_IS_OFF = Text(
    "<b>Nothing is pinned</b> in this chat. <code>/pin on</code> pins one message that always says whether MoCam is"
    " alive, how many cameras watch, and when something moved last. It never makes a sound."
)
TAKEN_AWAY = Text("You deleted the pinned message twice, so it stays away. <code>/pin on</code> brings it back.")


def state(*, on: bool) -> str:
    """The answer to /pin."""
    return str(_IS_ON if on else _IS_OFF)


def head(well: bool, now_utc: datetime, zone: tzinfo) -> str:
    """The only line that changes when nothing happens."""
    clock = clock_text(now_utc, zone)
    if well:
        return t("🟢 <b>MoCam is alive</b> · {time}", time=clock)
    return t("⚠️ <b>MoCam is alive, but</b> · {time}", time=clock)


def body(
    state_: Armed,
    cameras: Sequence[CameraView],
    last: EventView | None,
    trouble: Sequence[str],
    now_utc: datetime,
    zone: tzinfo,
) -> str:
    """Below it: what is wrong, how many cameras watch, the last event."""
    lines = [_watching(state_, cameras, now_utc, zone)]
    if last is not None:
        when = moment_text(last.started_utc, now_utc, zone)
        lines.append(t("last event {when}, {camera}", when=when, camera=escaped(last.camera)))
    return "\n".join([*trouble, " · ".join(lines)])


def trouble(cameras: Sequence[CameraView], usage: Usage, machine: str, now_utc: datetime, zone: tzinfo) -> list[str]:
    """As /status tells it."""
    return trouble_lines(cameras, usage, machine, 0, now_utc, zone)


def _watching(state_: Armed, cameras: Sequence[CameraView], now_utc: datetime, zone: tzinfo) -> str:
    seeing = sum(camera.state in {"watching", "recording"} for camera in cameras)
    if not seeing and state_.until_utc and not state_.cameras:
        return t("disarmed until {when}", when=moment_text(min(state_.until_utc.values()), now_utc, zone))
    if seeing == len(cameras):
        return plural("{count} camera watching", "{count} cameras watching", seeing)
    return plural(
        "{seeing} of {count} camera watching", "{seeing} of {count} cameras watching", len(cameras), seeing=seeing
    )


def gone_quiet(now_utc: datetime, zone: tzinfo) -> str:
    """In a message that Telegram does not let us delete any more."""
    return t("Not renewed any more since {time}. /status tells how things are.", time=clock_text(now_utc, zone))
