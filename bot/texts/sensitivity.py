"""Sentences of /sensitivity."""

from __future__ import annotations

from bot.formatting import escaped
from bot.language import Text, plural, t
from bot.sensitivity import Level, LevelView, Trial, Trials

NAMES = {Level.LOW: Text("low"), Level.NORMAL: Text("normal"), Level.HIGH: Text("high")}
_MEANINGS = {
    Level.LOW: Text("low: only what is large or stands out: for a street, or under a tree"),
    Level.NORMAL: Text("normal: what is right for most"),
    Level.HIGH: Text("high: also what is faint and far, at the price of a false alarm now and then"),
}
TRYING = Text("<i>Trying each on what was recorded last week…</i>")
UNDO = Text("↩ Undo")
TOO_LATE = Text("That cannot be undone any more: it was changed again since. /sensitivity shows how it is now.")
ONLY_RECORDED = Text(
    "<i>Only what was recorded can be tried: what a more sensitive setting would have seen besides, nobody knows.</i>"
)
NOTHING_TO_TRY = Text("<i>Nothing was recorded last week, so there is nothing to try them on.</i>")


def which(camera: str) -> str:
    """Several cameras and none was named; `camera` is an example."""
    return t(
        "Of which camera? With a level its name comes first: <code>/sensitivity {camera} low</code>",
        camera=escaped(camera),
    )


def level_label(level: Level, now: Level) -> str:
    """The button of one level; the present one is marked."""
    return f"{NAMES[level]} ✓" if level is now else str(NAMES[level])


def overview(view: LevelView, below: str) -> str:
    """The answer; `below` is what trying them brought, or that it goes on."""
    head = t("<b>Sensitivity · {camera}</b>: {level}", camera=escaped(view.camera), level=str(NAMES[view.level]))
    return "\n".join([head, *(f"· {_MEANINGS[level]}" for level in Level), "", below])


def progress(done: int, total: int) -> str:
    """While it takes long."""
    return t("<i>Trying each on what was recorded last week: {done} of {total} events…</i>", done=done, total=total)


def tried(view: LevelView, trials: Trials) -> str:
    """What each would have done."""
    if not trials.events:
        return str(NOTHING_TO_TRY)
    head = plural("Last week's event, tried again:", "Last week's {count} events, tried again:", trials.events)
    lines = [head, *(_line(level, view.level, trials.by_level[level], trials) for level in Level)]
    if trials.untested:
        lines.append(
            plural(
                "<i>Of one event nothing is left to try: it counts as an alert.</i>",
                "<i>Of {count} events nothing is left to try: they count as alerts.</i>",
                trials.untested,
            )
        )
    if trials.left_out:
        lines.append(
            plural(
                "<i>One older event left out: too many to try.</i>",
                "<i>{count} older events left out: too many to try.</i>",
                trials.left_out,
            )
        )
    if view.level is not Level.HIGH:
        lines.append(str(ONLY_RECORDED))
    return "\n".join(lines)


def _line(level: Level, now: Level, trial: Trial, trials: Trials) -> str:
    """`low: 9 alerts, 2 of your 3 false alarms fewer`."""
    is_above = list(Level).index(level) > list(Level).index(now)
    if is_above:
        count = plural("{count} alert or more", "{count} alerts or more", trial.alerts)
    else:
        count = plural("{count} alert", "{count} alerts", trial.alerts)
    line = f"{level_label(level, now)}: {count}"
    if trial.spared_false_alarms:
        line += t(
            ", without {spared} of your {all} false alarms", spared=trial.spared_false_alarms, all=trials.false_alarms
        )
    return line
