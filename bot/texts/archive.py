"""Sentences of /archive and of the restore drill."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.formatting import counted, escaped, moment_text, size_text
from bot.ports import ArchiveView, DrillView

DRILL = "Try a restore now"
DRILLING = "Fetching a clip from the archive and trying it…"
OFF = (
    "There is no archive: clips are on this device only, and go with it. <code>mocam setup</code> on the device sets"
    " one up; nobody but you can read it."
)
KIT_MISSING = (
    "⚠️ The <b>recovery kit</b> is not proved yet. Without it a lost device is a lost archive: run"
    " <code>mocam setup --kit</code> on the device, print the page, and put it elsewhere."
)


def overview(view: ArchiveView, now_utc: datetime, zone: tzinfo) -> str:
    """Where, how much, what waits, what is wrong, whether it comes back, what it cannot show."""
    if not view.on:
        return OFF
    waits = f"{view.waiting} waiting" if view.waiting else "everything archived"
    lines = [
        f"<b>Archive</b> · <code>{escaped(view.place)}</code>",
        f"{counted(view.clips, 'clip')}, {size_text(view.size_bytes)} · {waits}",
    ]
    if view.trouble:
        lines.append(f"⚠️ {escaped(view.trouble)}")
    lines += ["", drill_line(view, now_utc, zone), "The recovery kit is proved." if view.kit_proved else KIT_MISSING]
    if sealed := sealed_line(view):
        lines += ["", sealed]
    return "\n".join(lines)


def drill_line(view: ArchiveView, now_utc: datetime, zone: tzinfo) -> str:
    """Whether clips come back, as last tried."""
    last = view.last_drill
    if last is None:
        return "Restore drill: not tried yet. It runs by itself a day after the first clip, then every month."
    if last.passed:
        return f"Restore drill: passed {moment_text(last.at_utc, now_utc, zone)}. It runs by itself every month."
    before = (
        f" It last passed {moment_text(view.passed_utc, now_utc, zone)}."
        if view.passed_utc
        else " It never passed so far."
    )
    return (
        f"⚠️ Restore drill: <b>not passed</b> {moment_text(last.at_utc, now_utc, zone)}, #{escaped(last.event_id)}:"
        f" {escaped(last.sentence)}{before}"
    )


def sealed_line(view: ArchiveView) -> str:
    """What the chat cannot show; empty: nothing of that kind."""
    if view.shut:
        shut = (
            f"🔒 {counted(view.shut, 'clip')} cannot be shown here any more: sealed, and the copy here is gone."
            " Your recovery kit opens them on any computer."
        )
        return shut if view.sealed else f"{shut} New clips are not sealed."
    if view.sealed:
        return (
            "🔒 Clips are sealed before they are archived: they can be shown while their copy is here; then only your"
            " kit opens them."
        )
    return ""


def drilled(done: DrillView, now_utc: datetime, zone: tzinfo) -> str:
    """The result of one drill, also as a notice."""
    clip = f"the clip #{escaped(done.event_id)} of {moment_text(done.clip_utc, now_utc, zone)}"
    if not done.passed:
        return (
            f"⚠️ Restore drill: <b>not passed</b> with {clip}. {escaped(done.sentence)}\n"
            "Other clips may be well; it is tried again with another one tomorrow. /archive has a button to try now."
        )
    how = (
        "fetched, decrypted, compared and played"
        if done.played
        else "fetched, decrypted and compared; only your kit opens its seal"
    )
    return f"Restore drill passed: {clip} came back whole ({how})."
