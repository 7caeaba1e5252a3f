"""What the owner hears without having asked: a camera gone blind, an archive in trouble, a pause that ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.formatting import (
    counted,
    date_text,
    escaped,
    length_text,
    listed,
    moment_text,
    share_text,
    size_text,
    span_text,
)
from bot.texts.retention import on_day

MOST_NAMED = 10
KIT_MISSING = (
    "Your archive has its first clips. <b>Print the recovery kit</b>: run <code>mocam setup --kit</code> on the device"
    " and put the page elsewhere. Without it, a stolen or broken device is a lost archive. I say this once; /archive"
    " shows it too."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of its armed time a camera saw."""

    camera: str
    armed_s: float
    lost_s: float
    longest_utc: tuple[datetime, datetime] | None
    """The longest gap, from and to; None: there was none."""
    reason: str
    """Of that gap, a sentence; may be empty."""


def blind(camera: str, since_utc: datetime, now_utc: datetime, detail: str, zone: tzinfo) -> str:
    """A camera shows nothing; `detail` is a sentence, or empty."""
    why = f"\n{escaped(detail)}" if detail else ""
    since = moment_text(since_utc, now_utc, zone)
    return f"⚠️ <b>{escaped(camera)}</b> has been blind since {since}. Trying to get it back.{why}"


def unsteady(camera: str, blind_s: float, within_s: float, detail: str) -> str:
    """A camera comes and goes."""
    why = f"\n{escaped(detail)}" if detail else ""
    return (
        f"⚠️ <b>{escaped(camera)}</b> comes and goes: blind for {length_text(blind_s)} of the last"
        f" {length_text(within_s)}.{why}"
    )


def sees_again(
    camera: str, span_utc: tuple[datetime, datetime], blind_s: float, now_utc: datetime, zone: tzinfo
) -> str:
    """What was told is over; `blind_s` is less than the span when it saw in between."""
    in_all = " in all" if blind_s < 0.95 * (span_utc[1] - span_utc[0]).total_seconds() else ""
    span = span_text(*span_utc, now_utc, zone)
    return f"🟢 <b>{escaped(camera)}</b> sees again. It was blind for {length_text(blind_s)}{in_all} ({span})."


def was_off(
    cameras: Sequence[str], span_utc: tuple[datetime, datetime], reason: str, now_utc: datetime, zone: tzinfo
) -> str:
    """MoCam did not run; these cameras should have seen meanwhile."""
    length = length_text((span_utc[1] - span_utc[0]).total_seconds())
    return (
        f"⚠️ Nobody watched for {length} ({span_text(*span_utc, now_utc, zone)}). {escaped(reason)}\n"
        f"Without sight meanwhile: <b>{escaped(listed(list(cameras)))}</b>."
    )


def covered(span_utc: tuple[datetime, datetime], found: Sequence[Seen], zone: tzinfo) -> str:
    """How much each camera saw in a week."""
    days = [moment.astimezone(zone).date() for moment in span_utc]
    first, last = (date_text(day, days[1]) for day in days)
    return "\n".join([f"What was seen from {first} to {last}:", *(_seen_line(one, span_utc[1], zone) for one in found)])


def _seen_line(seen: Seen, now_utc: datetime, zone: tzinfo) -> str:
    name = f"<b>{escaped(seen.camera)}</b>"
    if not seen.armed_s:
        return f"⚪ {name} was disarmed all the time."
    share = share_text(1 - seen.lost_s / seen.armed_s)
    line = f"{'🟢' if seen.lost_s < 0.01 * seen.armed_s else '⚠️'} {name} {share} of {length_text(seen.armed_s)} armed"
    if seen.longest_utc is None or seen.lost_s < 1:
        return f"{line}."
    length = length_text((seen.longest_utc[1] - seen.longest_utc[0]).total_seconds())
    why = f" {escaped(seen.reason)}" if seen.reason else ""
    return f"{line}. Longest gap: {length}, {span_text(*seen.longest_utc, now_utc, zone)}.{why}"


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


def unarchived_deleted(event_ids: Collection[str], *, in_memory: bool = False) -> str:
    """The disk, or the memory for clips, was so full that clips had to go which were nowhere else."""
    if in_memory:
        return (
            f"⚠️ The memory for clips is full: {counted(len(event_ids), 'clip')} had to be deleted before being archived"
            f" ({_named(event_ids)}). A working archive helps, or more of it (KEEP_CLIPS_MEMORY_MB)."
        )
    return (
        f"⚠️ The disk is full: {counted(len(event_ids), 'clip')} had to be deleted before being archived"
        f" ({_named(event_ids)}). /retention shows what is kept; a larger disk or a working archive helps."
    )


DISK_TAKES_AGAIN = "🟢 The disk takes data again. What could not be written meanwhile is written now."


def disk_refuses(sentence: str) -> str:
    """Nothing can be written; `sentence` says why."""
    return (
        f"⚠️ The disk cannot be written: {escaped(sentence)}\n"
        "Alerts still come, with their pictures, but clips may be lost. Look at the disk, or restart the device."
    )


LOSS_AHEAD = (
    "⚠️ The disk is nearly full, and nothing is left here that the archive has too. Soon MoCam must delete clips that "
    "are nowhere else, the oldest first, so that it can go on recording.\n"
    "Free some space, or see to the archive: /archive. /retention shows what is kept."
)


MEMORY_LOSS_AHEAD = (
    "⚠️ The memory for clips is nearly full, and nothing is left in it that the archive has too. Soon MoCam must delete "
    "clips that are nowhere else, the oldest first, so that it can go on recording.\nSee to the archive: /archive."
)
KEPT_IN_MEMORY = (
    "Clips and pictures are kept in memory now and reach no card. The archive gets each clip as soon as it can.\n"
    "<b>A power cut takes what it does not have yet</b>, and older clips come from the archive. I say this once."
)
KEPT_IN_MEMORY_ALONE = (
    "⚠️ Clips and pictures are kept in memory now and reach no card, and <b>there is no archive</b>: a power cut takes "
    "all of them, and when the memory is full the oldest go. I say this once."
)


def gone_with_memory(event_ids: Collection[str]) -> str:
    """Clips that no archive had were in memory when the power went."""
    verb = "was" if len(event_ids) == 1 else "were"
    return (
        f"⚠️ {counted(len(event_ids), 'event')} {verb} in memory alone when the device went off, and not archived yet: "
        f"{_named(event_ids)}. Their clips are lost; what this chat shows of them is all there is."
    )


def archive_fills(full_utc: datetime, bytes_a_day: int, now_utc: datetime, zone: tzinfo) -> str:
    """A week ahead: nothing more will fit there."""
    return (
        f"⚠️ The archive will be full {on_day(full_utc, now_utc, zone)}, at {size_text(bytes_a_day)} a day. From then on"
        " new clips cannot be archived.\n/retention shortens what is kept there; or make room at the provider."
    )


def disk_fills(full_utc: datetime, bytes_a_day: int, now_utc: datetime, zone: tzinfo, *, archive_on: bool) -> str:
    """A week ahead: the floor of the disk will delete before the rules would."""
    first = "those first that the archive has" if archive_on else "and they are nowhere else: there is no archive"
    return (
        f"⚠️ The disk here will be full {on_day(full_utc, now_utc, zone)}, at {size_text(bytes_a_day)} a day. From then"
        f" on the oldest clips go before their time, {first}.\n/retention shortens what is kept; or free some space."
    )


def only_copies_go(first_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """A week ahead, once: a rule will delete what is nowhere else."""
    return (
        f"Your rule will delete the first clips here {on_day(first_utc, now_utc, zone)}, and there is no archive that"
        " has them too. ⭐ Keep below a clip spares it; /retention changes the rule. I say this once."
    )


def catalogue_rebuilt(
    why: str,
    adopted: Collection[str],
    copied_utc: datetime | None,
    now_utc: datetime,
    zone: tzinfo,
    *,
    lost_rows: bool,
    put_aside: bool,
) -> str:
    """The catalogue was damaged or gone; `why` is half a sentence, `copied_utc` when its copy was made."""
    text = f"⚠️ MoCam's list of clips {escaped(why)}, so it was made anew. No clip was deleted."
    if not lost_rows:
        text += "\nNothing is missing in it."
    elif copied_utc is not None:
        text += (
            f"\nIt goes on from its copy of {moment_text(copied_utc, now_utc, zone)}. What you changed in the chat "
            "since then is lost: look at /retention and at who may command."
        )
    else:
        text += "\nThere was no copy of it: rules and pauses are the usual ones again. Look at /retention."
    if adopted:
        text += f"\nTaken in again: {_named(adopted)}; /clips shows them."
    return text + ("\nThe damaged file is kept in the data folder, in aside/." if put_aside else "")


def had_to_end(sentence: str) -> str:
    """The data folder cannot be used, so the program ends; `sentence` says why and what to do."""
    return (
        f"⚠️ MoCam had to end, so <b>no camera watches</b>: {escaped(sentence)}\n"
        "As a service it tries again by itself, and tells at most once an hour."
    )


def long_disarmed(camera: str, until_utc: datetime, zone: tzinfo) -> str:
    """A pause that has gone on for a day or more."""
    until = f"{until_utc.astimezone(zone):%d.%m. %H:%M}"
    name = escaped(camera)
    return f"<b>{name}</b> is still disarmed, until {until}. <code>/arm {name}</code> ends the pause."


def learned_from_archive(clips: int) -> str:
    """The new catalogue was compared with the archive."""
    verb = "is" if clips == 1 else "are"
    return f"🟢 {counted(clips, 'clip')} that only the archive still knew {verb} in the list again."


def armed_again(cameras: Sequence[str]) -> str:
    """The pause of these cameras ended by itself."""
    return f"The pause of <b>{escaped(listed(list(cameras)))}</b> is over: <b>armed</b> again."


def _named(event_ids: Collection[str]) -> str:
    """`#e1, #e2 and 5 more`."""
    named = [f"#{escaped(event_id)}" for event_id in list(event_ids)[:MOST_NAMED]]
    more = len(event_ids) - len(named)
    return listed([*named, f"{more} more"] if more else named)
