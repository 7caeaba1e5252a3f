"""How long clips are kept: a proposal with its reasons, or what the owner types, stored as /retention would."""

from __future__ import annotations

from dataclasses import replace

from bot import rules
from bot.formatting import length_text, size_text
from bot.parsing import NotUnderstood
from bot.ports import RulesView
from bot.texts import retention as texts
from mocam.setup.dialogue import Dialogue, Wrong
from mocam.setup.forecast import ASSUMED_BYTES_A_DAY, Proposal
from mocam.store import Store
from storage.model import Rules


def propose(
    dialogue: Dialogue, store: Store, proposal: Proposal, given: str | None, up_bytes_per_s: float | None
) -> None:
    """`given`: the flag, in the words of /retention. Raises Wrong."""
    per_day = proposal.bytes_a_day
    known = "as measured so far" if per_day != ASSUMED_BYTES_A_DAY else "assumed: nothing was recorded yet"
    dialogue.say(f"One day is about {size_text(per_day)} ({known}).")
    if up_bytes_per_s is not None:
        length = length_text(max(60.0, per_day / up_bytes_per_s))
        dialogue.say(f"Sending one day to the archive takes about {length} of this line.")
        if per_day / up_bytes_per_s > 40_000:
            dialogue.say("That is too slow to keep up: choose a smaller picture, or a disk at home.")
    if proposal.there_gb is None and up_bytes_per_s is not None:
        dialogue.say(
            "This place does not tell how much room it has: add a size, as in `archive 90d 9GB`, if it is bounded."
        )
    dialogue.say(
        f"With the room there is, {proposal.here_days} days fit here and {proposal.there_days} days in the archive."
    )
    changes = dialogue.ask("Keep (or type other limits)", _parsed, given=given, default=proposal.words())
    stored = store.preferences.rules()
    view = RulesView(stored.local_days, stored.local_bytes, stored.remote_days, stored.remote_bytes)
    wanted = rules.applied(view, changes)
    store.preferences.set_rules(_stored(stored, wanted))
    dialogue.right(f"Kept {_plain(texts.wish(changes))}. /retention changes it at any time.")


def _parsed(text: str) -> tuple[rules.Change, ...]:
    try:
        return rules.parse(text)
    except NotUnderstood:
        raise Wrong("Write limits as in `here 14d 20GB archive 90d 50GB`.") from None


def _stored(old: Rules, new: RulesView) -> Rules:
    return replace(
        old,
        local_days=new.local_days,
        local_bytes=new.local_bytes,
        remote_days=new.remote_days,
        remote_bytes=new.remote_bytes,
    )


def _plain(html: str) -> str:
    return html.replace("<b>", "").replace("</b>", "")
