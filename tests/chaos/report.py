"""The whole judgement of a run, and its table."""

from __future__ import annotations

import os
import platform
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.judge import (
    Event,
    Verdict,
    events_of,
    given_up,
    judge_archive,
    judge_chat,
    judge_deletions,
    judge_playing,
    judge_visits,
    matched,
    read_archive,
)
from tests.chaos.world import PRE_ROLL_S, STOP_S, Outcome
from tests.support_crypt import Reader

REFUSED = 1
"""The exit code of a program that cannot use its data folder."""


def judged(outcome: Outcome) -> Verdict:
    """Everything against everything; reads every clip."""
    verdict = Verdict()
    events = events_of(outcome.data_dir)
    offsets_s: dict[int, Sequence[float]] = {
        one.life.number: [outcome.wall_offset_s + step for step in {0.0, *one.wall_steps_s}] for one in outcome.lives
    }
    spared = {one.life.number for one in outcome.lives if one.disk_failed}
    ours = {
        "front": [visit for one in outcome.lives for visit in one.visits],
        "gate": [visit for one in outcome.lives for visit in one.at_gate],
    }
    for camera, visits in ours.items():
        seen = [event for event in events if event.camera == camera]
        sightings = matched(visits, seen, offsets_s, PRE_ROLL_S)
        judge_visits(verdict, sightings, spared, PRE_ROLL_S)
        caused = {sighting.event.event_id for sighting in sightings if sighting.event}
        nobodys = [event for event in seen if event.event_id not in caused]
        verdict.counts["events of nobody"] += len(nobodys)
        verdict.notes += [_nobodys(event, outcome) for event in nobodys]
    judge_chat(verdict, events, outcome.messages, outcome.leafed)
    reader = Reader.from_file(outcome.data_dir / "keys/archive-passwords.txt")
    root = outcome.cloud.folder / "cameras"
    deletions = [(d.name.removeprefix("cameras/"), d.kept) for d in outcome.cloud.deletions]
    graves = [(name, kept) for name, kept in deletions if kept]
    archive = read_archive(reader, root, graves, outcome.foreign)
    judge_archive(verdict, events, archive, given_up(outcome.messages))
    judge_playing(verdict, events, archive, outcome.folder / "playing.mp4")
    judge_deletions(verdict, (name for name, _ in deletions), reader, events, outcome.foreign)
    verdict.wrongly_deleted += [f"folder {name} with files" for name in outcome.cloud.folder_deletions_with_content]
    verdict.counts["events"] = len(events)
    if not outcome.drained:
        verdict.lost.append(f"after the time to drain there still waits: {outcome.waiting}")
    verdict.lost += [f"`mocam check` says: {sentence}" for sentence in outcome.check_said]
    for one in outcome.lives:
        if one.stop_s > STOP_S:
            verdict.late_ends.append(f"life {one.life.number}: SIGTERM took {one.stop_s:.1f} s")
        if one.tracebacks:
            verdict.counts["tracebacks in the log"] += one.tracebacks
    return verdict


def _nobodys(event: Event, outcome: Outcome) -> str:
    """Where it stands, for whoever wants to know what the camera saw."""
    mono_s = event.started_s - outcome.wall_offset_s
    life = max((one.life.number for one in outcome.lives if one.started_s <= mono_s), default=0)
    length_s = sum(clip.duration_s for clip in event.clips)
    return f"nobody caused {event.event_id} of {event.camera}, life {life}, at {mono_s:.1f} s, {length_s:.1f} s long"


def table(outcome: Outcome, verdict: Verdict, seed: int, took_s: float, command: str) -> str:
    """Markdown."""
    itself = sum(one.code == REFUSED for one in outcome.lives)
    endings = Counter(one.life.ending.value for one in outcome.lives if one.code != REFUSED)
    early = sum(one.life.early for one in outcome.lives)
    counts = verdict.counts
    stops = [one.stop_s for one in outcome.lives if one.stop_s]
    stopped = f" (median {statistics.median(stops):.1f} s, at most {max(stops):.1f} s)" if stops else ""
    twice = f"{len(verdict.duplicated)} ({len(verdict.duplicated_unsaid)})"
    rows: dict[str, object] = {
        "seed": seed,
        "lives of the program": len(outcome.lives),
        "ended by SIGKILL": endings["SIGKILL"],
        "ended by SIGSEGV": endings["SIGSEGV"],
        "ended by SIGTERM": f"{endings['SIGTERM']}{stopped}",
        "ended by themselves, since the disk was read-only": itself,
        "of all, within three seconds of its start": early,
        "faults": len(outcome.troubles),
        "visitors whom a settled camera saw for 2 s or more": counts["visitors promised"],
        "visitors seen more briefly (with an event all the same)": (
            f"{counts['visitors seen too briefly to promise']} ({counts['of these with an event all the same']})"
        ),
        "visitors before a camera that was made to fail": counts["visitors before a camera that was made to fail"],
        "visitors while the disk took nothing (with a clip all the same)": (
            f"{counts['visitors while the disk took nothing']} ({counts['of these with an event and a clip']})"
        ),
        "events, both cameras": counts["events"],
        "clips, each decoded wholly": counts["clips"],
        "clips whose decrypted archived copy is the same file": counts["clips proved in the archive"],
        "clips that gave way to a full disk unarchived, as the owner was told": counts[
            "clips that gave way to a full disk"
        ],
        "events in a message of their own": counts["events in a message of their own"],
        "events in one message with others": counts["events in a common message"],
        "recordings that an end of the program cut": counts["recordings that a crash cut"],
        "messages that stayed a picture": counts["messages that did not become their clip"],
        "deletions in the archive": counts["deletions in the archive"],
        "somebody else's files in the archive": counts["somebody else's files, untouched"],
        "tracebacks in the log": counts["tracebacks in the log"],
        "events that nobody caused": counts["events of nobody"],
        "**lost**": len(verdict.lost),
        "**unplayable**": len(verdict.unplayable),
        "**more than the last two seconds missing**": len(verdict.too_short),
        "**ends that took longer than ten seconds**": len(verdict.late_ends),
        "**not archived**": len(verdict.not_archived),
        "**wrongly deleted**": len(verdict.wrongly_deleted),
        "**messages that came twice** (of these unsaid)": twice,
    }
    lines = [f"By `{command}`, {took_s / 60:.0f} minutes, {machine()}:", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in rows.items()]
    troubles = Counter(fault.trouble.value for fault in outcome.troubles)
    lines += ["", "| fault | times |", "|---|---|"]
    lines += [f"| {name} | {times} |" for name, times in sorted(troubles.items())]
    return "\n".join(lines)


def machine() -> str:
    """What it ran on."""
    return f"{platform.machine()}, {os.cpu_count()} cores shared with other work, Python {platform.python_version()}"


def save(path: Path, verdict: Verdict) -> None:
    """Every sentence, for whoever looks into it."""
    path.write_text("\n".join(verdict.sentences()) + "\n")
