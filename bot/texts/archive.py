"""Sentences of /archive and of the restore drill."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.formatting import escaped, moment_text, size_text
from bot.language import Text, plural, t
from bot.ports import ArchiveView, DrillView
from bot.texts import counts
from bot.texts.foreign import told

DRILL = Text("Try a restore now")
DRILLING = Text("Fetching a clip from the archive and trying it…")
OFF = Text(
    "There is no archive: clips are on this device only, and go with it. <code>mocam setup</code> on the device sets"
    " one up; nobody but you can read it."
)
KIT_MISSING = Text(
    "⚠️ The <b>recovery kit</b> is not proved yet. Without it a lost device is a lost archive: run"
    " <code>mocam setup --kit</code> on the device, print the page, and put it elsewhere."
)


def overview(view: ArchiveView, now_utc: datetime, zone: tzinfo) -> str:
    """Where, how much, what waits, what is wrong, whether it comes back, what it cannot show."""
    if not view.on:
        return str(OFF)
    waits = t("{count} waiting", count=view.waiting) if view.waiting else t("everything archived")
    lines = [
        t("<b>Archive</b> · <code>{place}</code>", place=escaped(view.place)),
        f"{counts.clips(view.clips)}, {size_text(view.size_bytes)} · {waits}",
    ]
    if view.trouble:
        lines.append(f"⚠️ {told(view.trouble)}")
    lines += ["", drill_line(view, now_utc, zone)]
    lines.append(t("The recovery kit is proved.") if view.kit_proved else str(KIT_MISSING))
    if sealed := sealed_line(view):
        lines += ["", sealed]
    return "\n".join(lines)


def drill_line(view: ArchiveView, now_utc: datetime, zone: tzinfo) -> str:
    """Whether clips come back, as last tried."""
    last = view.last_drill
    if last is None:
        return t("Restore drill: not tried yet. It runs by itself a day after the first clip, then every month.")
    when = moment_text(last.at_utc, now_utc, zone)
    if last.passed:
        return t("Restore drill: passed {when}. It runs by itself every month.", when=when)
    before = (
        t("It last passed {when}.", when=moment_text(view.passed_utc, now_utc, zone))
        if view.passed_utc
        else t("It never passed so far.")
    )
    return t(
        "⚠️ Restore drill: <b>not passed</b> {when}, #{event}: {reason} {before}",
        when=when,
        event=escaped(last.event_id),
        reason=told(last.sentence),
        before=before,
    )


def sealed_line(view: ArchiveView) -> str:
    """What the chat cannot show; empty: nothing of that kind."""
    if view.shut:
        shut = plural(
            "🔒 {count} clip cannot be shown here any more: sealed, and the copy here is gone."
            " Your recovery kit opens it on any computer.",
            "🔒 {count} clips cannot be shown here any more: sealed, and the copy here is gone."
            " Your recovery kit opens them on any computer.",
            view.shut,
        )
        return shut if view.sealed else f"{shut} " + t("New clips are not sealed.")
    if view.sealed:
        return t(
            "🔒 Clips are sealed before they are archived: they can be shown while their copy is here; then only your"
            " kit opens them."
        )
    return ""


def drilled(done: DrillView, now_utc: datetime, zone: tzinfo) -> str:
    """The result of one drill, also as a notice."""
    event, when = escaped(done.event_id), moment_text(done.clip_utc, now_utc, zone)
    if not done.passed:
        return t(
            "⚠️ Restore drill: <b>not passed</b> with the clip #{event} of {when}. {reason}\n"
            "Other clips may be well; it is tried again with another one tomorrow. /archive has a button to try now.",
            event=event,
            when=when,
            reason=told(done.sentence),
        )
    how = (
        t("fetched, decrypted, compared and played")
        if done.played
        else t("fetched, decrypted and compared; only your kit opens its seal")
    )
    return t(
        "Restore drill passed: the clip #{event} of {when} came back whole ({how}).", event=event, when=when, how=how
    )
