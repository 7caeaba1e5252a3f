"""Sentences of what is proposed from false alarms."""

from __future__ import annotations

from bot.formatting import escaped
from bot.language import Text, plural, t
from bot.proposals import Answer, ProposalView
from bot.texts.zones import hours_text

ACCEPT = Text("✓ Ignore it")
DECLINE = Text("No")
UNDO = Text("↩ Undo")
GONE = Text("This proposal is too old. /zones shows what is ignored.")
_ANSWERS = {
    Answer.ACCEPTED: Text("✓ <b>Ignored from now on.</b> /zones shows it."),
    Answer.DECLINED: Text("Left as it was; I do not propose this again soon."),
    Answer.UNDONE: Text("↩ Watched again."),
}


def offer(view: ProposalView) -> str:
    """The notice, and what became of it."""
    lines = [_would(view), _figures(view)]
    if view.answer in _ANSWERS:
        lines.append(str(_ANSWERS[view.answer]))
    return "\n".join(lines)


def _would(view: ProposalView) -> str:
    camera, squares = escaped(view.camera), escaped(view.squares)
    if view.hours is None:
        return t("💡 <b>{camera}</b>: what if <b>{squares}</b> were not watched?", camera=camera, squares=squares)
    return t(
        "💡 <b>{camera}</b>: what if <b>{squares}</b> were not watched from {hours}?",
        camera=camera,
        squares=squares,
        hours=hours_text(view.hours),
    )


def _figures(view: ProposalView) -> str:
    spared = t(
        "In the last {days} days that would have spared you {spared} of {all} false alarms",
        days=view.days,
        spared=view.spared,
        all=view.false_alarms,
    )
    if not view.kept:
        return t("{spared}. Nothing else was recorded.", spared=spared)
    return plural(
        "{spared}, and kept the other event.", "{spared}, and kept all {count} other events.", view.kept, spared=spared
    )
