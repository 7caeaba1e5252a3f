"""What the owner hears without having asked: a camera gone blind, an archive in trouble, a pause that ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo

from bot.formatting import clock_text, counted, escaped, length_text, listed

MOST_NAMED = 10


def blind(camera: str, since_utc: datetime, detail: str, zone: tzinfo) -> str:
    """A camera delivers nothing; `detail` is a sentence, or empty."""
    why = f"\n{escaped(detail)}" if detail else ""
    return f"⚠️ <b>{escaped(camera)}</b> sees nothing since {clock_text(since_utc, zone)}. Trying to get it back.{why}"


def sees_again(camera: str, since_utc: datetime, until_utc: datetime, zone: tzinfo) -> str:
    """It delivers again."""
    gap = length_text((until_utc - since_utc).total_seconds())
    span = f"{clock_text(since_utc, zone)} to {clock_text(until_utc, zone)}"
    return f"🟢 <b>{escaped(camera)}</b> sees again. It was blind for {gap} ({span})."


def recording_trouble(camera: str, sentence: str) -> str:
    """It sees, but its clips cannot be written; `sentence` says why."""
    return f"⚠️ <b>{escaped(camera)}</b> cannot record: {escaped(sentence)}"


def records_again(camera: str) -> str:
    """The disk takes its clips again."""
    return f"🟢 <b>{escaped(camera)}</b> records again."


def archive_trouble(sentence: str) -> str:
    """The archive fails; `sentence` says why and what to do."""
    return f"⚠️ Clips cannot be archived now: {escaped(sentence)}\nThey are kept here, and tried again."


def archive_works_again() -> str:
    """The trouble is over."""
    return "🟢 The archive works again; what waited is being archived."


def unarchived_deleted(event_ids: Collection[str]) -> str:
    """The disk was so full that clips had to go which were nowhere else."""
    named = [f"#{escaped(event_id)}" for event_id in list(event_ids)[:MOST_NAMED]]
    more = len(event_ids) - len(named)
    if more:
        named.append(f"{more} more")
    return (
        f"⚠️ The disk is full: {counted(len(event_ids), 'clip')} had to be deleted before being archived"
        f" ({listed(named)}). /retention shows what is kept; a larger disk or a working archive helps."
    )


def armed_again(cameras: Sequence[str]) -> str:
    """The pause of these cameras ended by itself."""
    return f"The pause of <b>{escaped(listed(list(cameras)))}</b> is over: <b>armed</b> again."
