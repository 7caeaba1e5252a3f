"""Holds what moved in truth against catalogue, chat and archive; the archive is decrypted without rclone."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

import av
from nacl.exceptions import CryptoError

from demo.conversation import Message
from tests.chaos.pages import ids
from tests.chaos.truth import Visit
from tests.support_crypt import Reader

EARLY_S, LATE_S = 1.5, 1.5
"""How far an event's start may be from its visitor's: a recording found after a crash is dated by its end."""
LAST_S = 2.0
"""What a crash may cost of the recording that was running."""
SEES_WITHIN_S = 0.6
"""A visitor comes from outside the picture; motion begins so much later at most."""
_OWN_NAME = re.compile(r"\d{4}(/\d\d){0,2}(/manifest-\d+\.jsonl)?|check-[0-9a-f]{16}")
"""Lists of days, emptied folders, and what `mocam check` writes to see whether it may."""
GAVE_WAY = "had to be deleted before being archived"
SAY_TWICE = ("Sent again", "may come a second time")
"""Words of a message that may be one of two."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A row."""

    event_id: str
    part: int
    duration_s: float
    sha256: str
    path: Path | None
    archive: str
    remote_name: str


@dataclass(frozen=True, slots=True)
class Event:
    """A row with its clips."""

    event_id: str
    camera: str
    started_s: float
    """Seconds since 1970, by the program's clock."""
    ended: bool
    clips: tuple[Clip, ...]

    @property
    def number(self) -> int:
        return int(self.event_id[1:])


@dataclass(frozen=True, slots=True)
class Sighting:
    """A visitor, and the event that tells of it."""

    visit: Visit
    event: Event | None


@dataclass(slots=True)
class Verdict:
    """What is wrong, one sentence each, and what was counted."""

    lost: list[str] = field(default_factory=list)
    unplayable: list[str] = field(default_factory=list)
    too_short: list[str] = field(default_factory=list)
    """Clips that miss more than the last two seconds before a crash."""
    not_archived: list[str] = field(default_factory=list)
    wrongly_deleted: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    duplicated_unsaid: list[str] = field(default_factory=list)
    """Of these, those with copies that do not say that they are one."""
    late_ends: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is not wrong and worth a look."""
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        wrong = (
            self.lost, self.unplayable, self.too_short, self.not_archived, self.wrongly_deleted, self.late_ends
        )  # fmt: skip
        return not any((*wrong, self.duplicated_unsaid))

    def sentences(self) -> list[str]:
        """All that is wrong."""
        kinds = {
            "lost": self.lost,
            "unplayable": self.unplayable,
            "too short": self.too_short,
            "not archived": self.not_archived,
            "wrongly deleted": self.wrongly_deleted,
            "ended late": self.late_ends,
            "came twice": self.duplicated,
            "came twice unsaid": self.duplicated_unsaid,
            "note": self.notes,
        }
        return [f"{kind}: {sentence}" for kind, sentences in kinds.items() for sentence in sentences]


# -- rows ----------------------------------------------------------------------------------------------------------


def events_of(data_dir: Path) -> list[Event]:
    """The catalogue as it lies on the disk, by number."""
    with contextlib.closing(sqlite3.connect(data_dir / "mocam.sqlite3")) as rows:
        clips: dict[str, list[Clip]] = {}
        query = "SELECT event_id, part, duration_s, sha256, path, archive, remote_name FROM clip ORDER BY part"
        for event_id, part, duration_s, sha256, path, archive, name in rows.execute(query):
            place = data_dir / path if path else None
            clips.setdefault(event_id, []).append(Clip(event_id, part, duration_s, sha256, place, archive, name))
        found = [
            Event(event_id, camera, started_us / 1e6, ended is not None, tuple(clips.get(event_id, ())))
            for event_id, camera, started_us, ended in rows.execute(
                "SELECT event_id, camera, started_utc_us, ended_utc_us FROM event"
            )
        ]
    return sorted(found, key=lambda event: event.number)


# -- visitors ------------------------------------------------------------------------------------------------------


def matched(
    visits: Iterable[Visit], events: Sequence[Event], offsets_s: dict[int, Sequence[float]], pre_roll_s: float
) -> list[Sighting]:
    """Gives each visitor, in order, the first event of its time that no visitor before it has.

    `offsets_s`: by life, how far the program's time of day may have been from the monotonic clock.
    """
    free = list(events)
    found = []
    for visit in sorted(visits, key=lambda visit: visit.comes_s):
        first, last = visit.comes_s - pre_roll_s - EARLY_S, visit.until_s + LATE_S
        event = next(
            (e for e in free if any(first <= e.started_s - offset <= last for offset in offsets_s[visit.life])), None
        )
        if event:
            free.remove(event)
        found.append(Sighting(visit, event))
    return found


def judge_visits(verdict: Verdict, sightings: Iterable[Sighting], spared: set[int], pre_roll_s: float) -> None:
    """`spared`: lives in which the disk took nothing for a while."""
    for sighting in sightings:
        visit, event = sighting.visit, sighting.event
        if visit.spoilt:
            verdict.counts["visitors before a camera that was made to fail"] += 1
            continue
        if not visit.promised:
            verdict.counts["visitors seen too briefly to promise"] += 1
            verdict.counts["of these with an event all the same"] += event is not None
            continue
        if visit.life in spared:
            verdict.counts["visitors while the disk took nothing"] += 1
            verdict.counts["of these with an event and a clip"] += bool(event and event.clips)
            continue
        verdict.counts["visitors promised"] += 1
        where = f"life {visit.life}, seen for {visit.seen_s:.1f} s{', cut' if visit.cut else ''}"
        if event is None:
            verdict.lost.append(f"a visitor without an event ({where})")
        elif not event.clips:
            verdict.lost.append(f"{event.event_id} has no clip ({where})")
        elif visit.cut:
            _judge_length(verdict, visit, event, pre_roll_s, where)


def _judge_length(verdict: Verdict, visit: Visit, event: Event, pre_roll_s: float, where: str) -> None:
    """From the pre-roll, or the camera's first picture, to two seconds before the end."""
    begins_s = max(visit.session_s, visit.comes_s + SEES_WITHIN_S - pre_roll_s)
    wanted_s = visit.until_s - LAST_S - begins_s
    there_s = sum(clip.duration_s for clip in event.clips)
    verdict.counts["recordings that a crash cut"] += 1
    if there_s < wanted_s:
        verdict.too_short.append(f"{event.event_id} has {there_s:.1f} s of at least {wanted_s:.1f} s ({where})")


# -- chat ----------------------------------------------------------------------------------------------------------


def judge_chat(verdict: Verdict, events: Iterable[Event], messages: Sequence[Message], leafed: Set[str]) -> None:
    """Every event has a message of its own, or stands by name in one that gathers several; its clip is the clip.

    `leafed`: what all pages of all messages name.
    """
    own: dict[str, list[Message]] = {}
    named = set(leafed)
    for message in messages:
        if message.from_bot:
            found = ids(message)
            named |= found
            if message.text.startswith("Motion · ") and len(found) == 1:
                own.setdefault(found.pop(), []).append(message)
    for event in events:
        mine = own.get(event.event_id, [])
        if not mine and event.event_id not in named:
            verdict.lost.append(f"{event.event_id} never reached the chat")
            continue
        verdict.counts["events in a message of their own" if mine else "events in a common message"] += 1
        _judge_copies(verdict, event, mine)
        if mine and event.clips and not any(_holds(message, event) for message in mine):
            verdict.counts["messages that did not become their clip"] += 1
            verdict.notes.append(f"{event.event_id} stayed a picture: {mine[-1].text!r}")
            if all("verified" not in message.text for message in mine):
                verdict.lost.append(f"{event.event_id}'s message tells neither of a clip nor of an archived one")


def _judge_copies(verdict: Verdict, event: Event, mine: Sequence[Message]) -> None:
    if len(mine) < 2:
        return
    verdict.duplicated.append(f"{event.event_id} {len(mine)} times")
    told = [[content.body.text for content in (*message.history, message.content)] for message in mine]
    saying = sum(any(words in text for text in texts for words in SAY_TWICE) for texts in told)
    if saying < len(mine) - 1:
        said = "; ".join(f"{one.message_id}: {texts}" for one, texts in zip(mine, told, strict=True))
        verdict.duplicated_unsaid.append(
            f"{event.event_id}: {saying} of {len(mine)} copies say that they are one ({said})"
        )


def _holds(message: Message, event: Event) -> bool:
    if message.kind != "video" or message.media is None or not message.media.exists():
        return False
    return _sha(message.media.read_bytes()) in {clip.sha256 for clip in event.clips}


# -- archive -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Archive:
    """What the provider holds and held, decrypted: sha256 by plain name."""

    there: dict[str, str]
    gone: dict[str, str]
    damaged: tuple[str, ...]
    clips: dict[str, bytes]
    """Plain bytes by sha256, for playing."""


def read_archive(reader: Reader, root: Path, graves: Iterable[tuple[str, Path]], foreign: Iterable[Path]) -> Archive:
    """`graves`: encrypted name below `root`, and where its deleted content lies."""
    there: dict[str, str] = {}
    gone: dict[str, str] = {}
    damaged: list[str] = []
    clips: dict[str, bytes] = {}
    known = set(foreign)
    files = [(path.relative_to(root).as_posix(), path, there) for path in root.rglob("*") if path.is_file()]
    for name, path, into in [*files, *((name, path, gone) for name, path in graves)]:
        if path in known or name.endswith(".partial"):
            continue
        try:
            plain, content = reader.name(name), reader.content(path.read_bytes())
        except (ValueError, CryptoError) as exc:
            if into is there:
                damaged.append(f"{name[-40:]}: {exc}")
            continue
        into[plain] = _sha(content)
        if plain.endswith(".mp4"):
            clips[into[plain]] = content
    return Archive(there, gone, tuple(damaged), clips)


def given_up(messages: Iterable[Message]) -> set[str]:
    """Events whose clips gave way to a full disk before they were archived, as the owner was told."""
    told = (message.text for message in messages if message.from_bot and GAVE_WAY in message.text)
    return {event_id for text in told for event_id in re.findall(r"\b(e\d+)\b", text)}


def judge_archive(verdict: Verdict, events: Iterable[Event], archive: Archive, told: Set[str] = frozenset()) -> None:
    """Every clip has its true copy in the archive, or had it until a rule deleted it; nothing else counts. `told`: see
    `given_up`."""
    for sentence in archive.damaged:
        verdict.not_archived.append(f"damaged there: {sentence}")
    for clip in (clip for event in events for clip in event.clips):
        verdict.counts["clips"] += 1
        held = archive.there if clip.archive == "verified" else archive.gone
        proved = held.get(clip.remote_name) == clip.sha256
        local = clip.path is not None and clip.path.exists() and _sha(clip.path.read_bytes()) == clip.sha256
        name = f"{clip.event_id}-{clip.part} ({clip.archive})"
        if proved:
            verdict.counts["clips proved in the archive"] += 1
        elif clip.event_id in told and clip.archive == "deleted":
            verdict.counts["clips that gave way to a full disk"] += 1
            verdict.notes.append(f"clip {name} gave way to a full disk before it was archived, and the owner was told")
        elif local:
            verdict.not_archived.append(name)
        else:
            verdict.lost.append(f"clip {name} is neither here nor there")


def judge_playing(verdict: Verdict, events: Iterable[Event], archive: Archive, scratch: Path) -> None:
    """Every clip is decoded wholly, from the archive, else from here. What does not play is kept beside `scratch`."""
    for clip in (clip for event in events for clip in event.clips):
        path = clip.path
        if content := archive.clips.get(clip.sha256):
            path = scratch
            path.write_bytes(content)
        if path is None or not path.exists():
            continue
        if fault := _fault(path):
            verdict.unplayable.append(f"{clip.event_id}-{clip.part}: {fault}")
            shutil.copyfile(path, scratch.with_name(f"unplayable-{clip.event_id}-{clip.part}.mp4"))
    scratch.unlink(missing_ok=True)


def _fault(path: Path) -> str:
    """Why it does not play; empty: it does."""
    try:
        with av.open(str(path)) as container:
            promised = container.streams.video[0].frames
            packets = [p for p in container.demux(container.streams.video[0]) if p.pts is not None]
        with av.open(str(path)) as container:
            container.streams.video[0].codec_context.options = {"err_detect": "explode"}
            decoded = sum(1 for _ in container.decode(video=0))
    except (av.FFmpegError, IndexError, OSError) as exc:
        return str(exc)
    if not packets or not packets[0].is_keyframe:
        return "does not begin with a key frame"
    if len(packets) != promised:
        return f"{len(packets)} of {promised} pictures are there"
    return "" if decoded == len(packets) else f"{decoded} of {len(packets)} pictures decode"


def judge_deletions(
    verdict: Verdict, deleted: Iterable[str], reader: Reader, events: Iterable[Event], foreign: dict[Path, bytes]
) -> None:
    """`deleted`: encrypted names. Ours are clips of the catalogue and lists of days."""
    ours = {clip.remote_name for event in events for clip in event.clips if clip.remote_name}
    for name in deleted:
        verdict.counts["deletions in the archive"] += 1
        try:
            plain = reader.name(name.removesuffix("/"))
        except ValueError:
            if not re.search(r"\.[0-9a-f]{8}\.partial$", name):
                verdict.wrongly_deleted.append(f"{name[-60:]}, a name that is not ours")
            continue
        if plain not in ours and not _OWN_NAME.fullmatch(plain):
            verdict.wrongly_deleted.append(f"{plain}, which is not in the catalogue")
    for path, content in foreign.items():
        if not path.exists() or path.read_bytes() != content:
            verdict.wrongly_deleted.append(f"{path.name}, somebody else's file")
    verdict.counts["somebody else's files, untouched"] = len(foreign)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
