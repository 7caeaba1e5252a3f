"""What the owner hears without having asked: a camera gone blind, an archive in trouble, a pause that ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.formatting import date_text, escaped, length_text, listed, moment_text, share_text, size_text, span_text
from bot.language import Text, plural, t
from bot.texts.foreign import told
from bot.texts.retention import on_day

MOST_NAMED = 10
KIT_MISSING = Text(
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
    since = moment_text(since_utc, now_utc, zone)
    text = t(
        "⚠️ <b>{camera}</b> has been blind since {since}. Trying to get it back.", camera=escaped(camera), since=since
    )
    return text + (f"\n{told(detail)}" if detail else "")


def still_blind(camera: str, seconds: float, detail: str) -> str:
    """In quiet hours: it makes a sound."""
    text = t(
        "⚠️ <b>{camera}</b> has been blind for {length} now. This makes a sound in quiet hours too: what happens there"
        " meanwhile is lost, and only you can look after it.",
        camera=escaped(camera),
        length=length_text(seconds),
    )
    return text + (f"\n{told(detail)}" if detail else "")


def unsteady(camera: str, blind_s: float, within_s: float, detail: str) -> str:
    """A camera comes and goes."""
    text = t(
        "⚠️ <b>{camera}</b> comes and goes: blind for {blind} of the last {within}.",
        camera=escaped(camera),
        blind=length_text(blind_s),
        within=length_text(within_s),
    )
    return text + (f"\n{told(detail)}" if detail else "")


def sees_again(
    camera: str, span_utc: tuple[datetime, datetime], blind_s: float, now_utc: datetime, zone: tzinfo
) -> str:
    """What was told is over; `blind_s` is less than the span when it saw in between."""
    values = {
        "camera": escaped(camera),
        "length": length_text(blind_s),
        "span": span_text(*span_utc, now_utc, zone),
    }
    if blind_s < 0.95 * (span_utc[1] - span_utc[0]).total_seconds():
        return t("🟢 <b>{camera}</b> sees again. It was blind for {length} in all ({span}).", **values)
    return t("🟢 <b>{camera}</b> sees again. It was blind for {length} ({span}).", **values)


def was_off(
    cameras: Sequence[str], span_utc: tuple[datetime, datetime], reason: str, now_utc: datetime, zone: tzinfo
) -> str:
    """MoCam did not run; these cameras should have seen meanwhile."""
    return t(
        "⚠️ Nobody watched for {length} ({span}). {reason}\nWithout sight meanwhile: <b>{cameras}</b>.",
        length=length_text((span_utc[1] - span_utc[0]).total_seconds()),
        span=span_text(*span_utc, now_utc, zone),
        reason=told(reason),
        cameras=escaped(listed(list(cameras))),
    )


def covered(span_utc: tuple[datetime, datetime], found: Sequence[Seen], zone: tzinfo) -> str:
    """How much each camera saw in a week."""
    days = [moment.astimezone(zone).date() for moment in span_utc]
    first, last = (date_text(day, days[1]) for day in days)
    title = t("What was seen from {first} to {last}:", first=first, last=last)
    return "\n".join([title, *(_seen_line(one, span_utc[1], zone) for one in found)])


def _seen_line(seen: Seen, now_utc: datetime, zone: tzinfo) -> str:
    name = escaped(seen.camera)
    if not seen.armed_s:
        return t("⚪ <b>{camera}</b> was disarmed all the time.", camera=name)
    line = t(
        "{sign} <b>{camera}</b> {share} of {length} armed.",
        sign="🟢" if seen.lost_s < 0.01 * seen.armed_s else "⚠️",
        camera=name,
        share=share_text(1 - seen.lost_s / seen.armed_s),
        length=length_text(seen.armed_s),
    )
    if seen.longest_utc is None or seen.lost_s < 1:
        return line
    length = length_text((seen.longest_utc[1] - seen.longest_utc[0]).total_seconds())
    gap = t("Longest gap: {length}, {span}.", length=length, span=span_text(*seen.longest_utc, now_utc, zone))
    return f"{line} {gap} {told(seen.reason)}".rstrip()


def recording_trouble(camera: str, sentence: str) -> str:
    """It sees, but its clips cannot be written; `sentence` says why."""
    return t("⚠️ <b>{camera}</b> cannot record: {reason}", camera=escaped(camera), reason=told(sentence))


def records_again(camera: str) -> str:
    """The disk takes its clips again."""
    return t("🟢 <b>{camera}</b> records again.", camera=escaped(camera))


def archive_trouble(sentence: str) -> str:
    """The archive fails; `sentence` says why and what to do."""
    return t("⚠️ Clips cannot be archived now: {reason}\nThey are kept here, and tried again.", reason=told(sentence))


def archive_works_again() -> str:
    """The trouble is over."""
    return t("🟢 The archive works again; what waited is being archived.")


def unarchived_deleted(event_ids: Collection[str], *, in_memory: bool = False) -> str:
    """The disk, or the memory for clips, was so full that clips had to go which were nowhere else."""
    if in_memory:
        return plural(
            "⚠️ The memory for clips is full: {count} clip had to be deleted before being archived"
            " ({events}). A working archive helps, or more of it (KEEP_CLIPS_MEMORY_MB).",
            "⚠️ The memory for clips is full: {count} clips had to be deleted before being archived"
            " ({events}). A working archive helps, or more of it (KEEP_CLIPS_MEMORY_MB).",
            len(event_ids),
            events=_named(event_ids),
        )
    return plural(
        "⚠️ The disk is full: {count} clip had to be deleted before being archived"
        " ({events}). /retention shows what is kept; a larger disk or a working archive helps.",
        "⚠️ The disk is full: {count} clips had to be deleted before being archived"
        " ({events}). /retention shows what is kept; a larger disk or a working archive helps.",
        len(event_ids),
        events=_named(event_ids),
    )


DISK_TAKES_AGAIN = Text("🟢 The disk takes data again. What could not be written meanwhile is written now.")


def disk_refuses(sentence: str) -> str:
    """Nothing can be written; `sentence` says why."""
    return t(
        "⚠️ The disk cannot be written: {reason}\n"
        "Alerts still come, with their pictures, but clips may be lost. Look at the disk, or restart the device.",
        reason=told(sentence),
    )


LOSS_AHEAD = Text(
    "⚠️ The disk is nearly full, and nothing is left here that the archive has too. Soon MoCam must delete clips that "
    "are nowhere else, the oldest first, so that it can go on recording.\n"
    "Free some space, or see to the archive: /archive. /retention shows what is kept."
)


MEMORY_LOSS_AHEAD = Text(
    "⚠️ The memory for clips is nearly full, and nothing is left in it that the archive has too. Soon MoCam must delete "
    "clips that are nowhere else, the oldest first, so that it can go on recording.\nSee to the archive: /archive."
)
KEPT_IN_MEMORY = Text(
    "Clips and pictures are kept in memory now and reach no card. The archive gets each clip as soon as it can.\n"
    "<b>A power cut takes what it does not have yet</b>, and older clips come from the archive. I say this once."
)
KEPT_IN_MEMORY_ALONE = Text(
    "⚠️ Clips and pictures are kept in memory now and reach no card, and <b>there is no archive</b>: a power cut takes "
    "all of them, and when the memory is full the oldest go. I say this once."
)


def gone_with_memory(event_ids: Collection[str]) -> str:
    """Clips that no archive had were in memory when the power went."""
    return plural(
        "⚠️ {count} event was in memory alone when the device went off, and not archived yet: {events}. Its clip is"
        " lost; what this chat shows of it is all there is.",
        "⚠️ {count} events were in memory alone when the device went off, and not archived yet: {events}. Their clips"
        " are lost; what this chat shows of them is all there is.",
        len(event_ids),
        events=_named(event_ids),
    )


def archive_fills(full_utc: datetime, bytes_a_day: int, now_utc: datetime, zone: tzinfo) -> str:
    """A week ahead: nothing more will fit there."""
    return t(
        "⚠️ The archive will be full {when}, at {size} a day. From then on new clips cannot be archived.\n"
        "/retention shortens what is kept there; or make room at the provider.",
        when=on_day(full_utc, now_utc, zone),
        size=size_text(bytes_a_day),
    )


def disk_fills(full_utc: datetime, bytes_a_day: int, now_utc: datetime, zone: tzinfo, *, archive_on: bool) -> str:
    """A week ahead: the floor of the disk will delete before the rules would."""
    values = {"when": on_day(full_utc, now_utc, zone), "size": size_text(bytes_a_day)}
    if archive_on:
        return t(
            "⚠️ The disk here will be full {when}, at {size} a day. From then on the oldest clips go before their time,"
            " those first that the archive has.\n/retention shortens what is kept; or free some space.",
            **values,
        )
    return t(
        "⚠️ The disk here will be full {when}, at {size} a day. From then on the oldest clips go before their time, and"
        " they are nowhere else: there is no archive.\n/retention shortens what is kept; or free some space.",
        **values,
    )


def only_copies_go(first_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """A week ahead, once: a rule will delete what is nowhere else."""
    return t(
        "Your rule will delete the first clips here {when}, and there is no archive that has them too. ⭐ Keep below a"
        " clip spares it; /retention changes the rule. I say this once.",
        when=on_day(first_utc, now_utc, zone),
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
    lines = [t("⚠️ MoCam's list of clips {why}, so it was made anew. No clip was deleted.", why=told(why))]
    if not lost_rows:
        lines.append(t("Nothing is missing in it."))
    elif copied_utc is not None:
        lines.append(
            t(
                "It goes on from its copy of {when}. What you changed in the chat "
                "since then is lost: look at /retention and at who may command.",
                when=moment_text(copied_utc, now_utc, zone),
            )
        )
    else:
        lines.append(t("There was no copy of it: rules and pauses are the usual ones again. Look at /retention."))
    if adopted:
        lines.append(t("Taken in again: {events}; /clips shows them.", events=_named(adopted)))
    if put_aside:
        lines.append(t("The damaged file is kept in the data folder, in aside/."))
    return "\n".join(lines)


def had_to_end(sentence: str) -> str:
    """The data folder cannot be used, so the program ends; `sentence` says why and what to do."""
    return t(
        "⚠️ MoCam had to end, so <b>no camera watches</b>: {reason}\n"
        "As a service it tries again by itself, and tells at most once an hour.",
        reason=told(sentence),
    )


def long_disarmed(camera: str, until_utc: datetime, now_utc: datetime, zone: tzinfo) -> str:
    """A pause that has gone on for a day or more."""
    return t(
        "<b>{camera}</b> is still disarmed, until {until}. <code>/arm {camera}</code> ends the pause.",
        camera=escaped(camera),
        until=moment_text(until_utc, now_utc, zone),
    )


def learned_from_archive(clips: int) -> str:
    """The new catalogue was compared with the archive."""
    return plural(
        "🟢 {count} clip that only the archive still knew is in the list again.",
        "🟢 {count} clips that only the archive still knew are in the list again.",
        clips,
    )


def armed_again(cameras: Sequence[str]) -> str:
    """The pause of these cameras ended by itself."""
    return t("The pause of <b>{cameras}</b> is over: <b>armed</b> again.", cameras=escaped(listed(list(cameras))))


def _named(event_ids: Collection[str]) -> str:
    """`#e1, #e2 and 5 more`."""
    named = [f"#{escaped(event_id)}" for event_id in list(event_ids)[:MOST_NAMED]]
    more = len(event_ids) - len(named)
    return listed([*named, t("{count} more", count=more)] if more else named)
