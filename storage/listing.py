"""What the archive holds, read from the remote alone: names, sizes, and the lists of the days."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from storage.errors import ArchiveCorrupt, ArchiveUnreachable, KitWrong, NotFound
from storage.files import EVENT_ID, NAME
from storage.rclone import Rclone
from storage.rclone_arguments import REMOTE

log = logging.getLogger(__name__)

LOOK_S = 1800.0
"""Wall clock for a look at the whole archive: a slow provider lists a few folders a second."""
LIST_KEPT_BYTES = 64_000_000
"""About a million names; an archive of more is brought back by --from and --to."""
_LIST = re.compile(r"(\d{4}/\d{2}/\d{2})/manifest-(\d+)\.jsonl")
_YEAR = re.compile(r"\d{4}/")
_LEFT_OVER = re.compile(r"setup/|check-[0-9a-f]{16}")
"""At the top, of a set-up or a `mocam check` that was cut short."""
_CLIP = re.compile(r"(\d{4}/\d{2}/\d{2})/([a-z0-9_-]+)-(e\d{1,15})-(\d{1,4})\.mp4(\.age)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One clip as its day's list tells it."""

    name: str
    size_bytes: int
    sha256: str
    event_id: str
    part: int
    camera: str
    started_utc: datetime
    duration_s: float
    codec: str = "h264"
    width: int = 0
    height: int = 0
    kept: bool = False
    event_started_utc: datetime | None = None
    event_ended_utc: datetime | None = None
    motion_s: float | None = None
    by_hand: bool = False
    sealed_bytes: int | None = None
    """Size of what the archive holds, when that is sealed; None: it is the plain file."""
    sealed_sha256: str = ""

    @property
    def archived_bytes(self) -> int:
        """As the archive should hold it, before its encryption."""
        return self.size_bytes if self.sealed_bytes is None else self.sealed_bytes

    @property
    def day(self) -> str:
        """`2026/05/01`, UTC."""
        return self.name[:10]


class State(StrEnum):
    """How a clip of the archive looks before anything is fetched."""

    THERE = "there"
    MISSING = "missing"
    CUT = "cut"
    """There with another size than its day's list says."""
    UNLISTED = "unlisted"
    """No list names it: nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Item:
    """One clip of the archive."""

    entry: Entry
    state: State


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that was found."""

    items: tuple[Item, ...]
    """Oldest day first."""
    lists: Mapping[str, int]
    """Day -> number of its newest list, of those that could be read."""
    bad_lists: Mapping[str, str] = field(default_factory=dict)
    """Day -> why its list is of no use, as a sentence."""
    unreadable: int = 0
    """Names at the remote that this kit does not open; somebody else's files, or another kit's."""


async def names_and_sizes(rclone: Rclone) -> tuple[dict[str, int], int]:
    """Plain names with plain sizes, and how many names cannot be read.

    Raises KitWrong when the archive is there and this kit opens none of it, NotFound when nothing is there.
    """
    arguments = ["lsf", "--recursive", "--files-only", "--format", "sp", "--separator", ";", "--", f"{REMOTE}:"]
    try:
        done = await rclone.run(arguments, LOOK_S, LIST_KEPT_BYTES)
    except NotFound as error:
        raise NotFound("There is no such place on the remote. Compare it with the page of the kit.") from error
    if len(done.output) >= LIST_KEPT_BYTES:
        raise ArchiveUnreachable("The archive holds more names than can be listed at once.")
    files = dict(_named(done.output.decode("utf-8", "replace").splitlines()))
    unreadable = _unreadable(done.said)
    if not any(_CLIP.fullmatch(name) or _LIST.fullmatch(name) for name in files):
        if unreadable or files:
            raise KitWrong(
                "Something is there, but this kit does not open it: it belongs to another archive, or a word is wrong. "
                "If the place is a folder above the archive, name the archive's own folder."
            )
        raise NotFound("There is nothing at this place. Compare it with the page of the kit.")
    return files, unreadable


async def contents(rclone: Rclone, scratch: Path, days: Iterable[str] | None = None) -> Contents:
    """The whole archive, or these days (`2026/05/01`). `scratch`: an empty folder for the lists."""
    files, unreadable = await names_and_sizes(rclone)
    if days is not None:
        wanted = set(days)
        files = {name: size for name, size in files.items() if name[:10] in wanted}
    newest = newest_lists(files)
    await _fetch_lists(rclone, [f"{day}/manifest-{number}.jsonl" for day, number in newest.items()], scratch)
    entries: dict[str, Entry] = {}
    bad: dict[str, str] = {}
    for day, number in newest.items():
        found, why = read_list(scratch / f"{day}/manifest-{number}.jsonl", day)
        entries |= {entry.name: entry for entry in found}
        if why:
            bad[day] = why
    good = {day: number for day, number in newest.items() if day not in bad}
    return Contents(tuple(compared(entries, files)), good, bad, unreadable)


def newest_lists(names: Iterable[str]) -> dict[str, int]:
    """Day -> number of its newest list. Pure."""
    newest: dict[str, int] = {}
    for name in names:
        if match := _LIST.fullmatch(name):
            newest[match[1]] = max(newest.get(match[1], 0), int(match[2]))
    return dict(sorted(newest.items()))


def compared(entries: Mapping[str, Entry], files: Mapping[str, int]) -> Iterator[Item]:
    """What the lists say against what is there. Pure."""
    clips = {name for name in files if _CLIP.fullmatch(name)}
    for name in sorted(clips | set(entries)):
        entry = entries.get(name)
        if entry is None:
            yield Item(_by_name(name, files[name]), State.UNLISTED)
        elif name not in files:
            yield Item(entry, State.MISSING)
        else:
            yield Item(entry, State.THERE if files[name] == entry.archived_bytes else State.CUT)


def read_list(path: Path, day: str) -> tuple[tuple[Entry, ...], str]:
    """Entries of one day's list, and why it is of no use (a sentence; else empty)."""
    try:
        lines = path.read_text("utf-8").splitlines()
        entries = tuple(_entry(line) for line in lines)
    except FileNotFoundError:
        return (), "The list of this day is damaged: it does not decrypt."
    except (ValueError, KeyError, TypeError):
        return (), "The list of this day cannot be read."
    if any(entry.day != day for entry in entries):
        return (), "The list of this day is another day's: files were swapped."
    return entries, ""


async def _fetch_lists(rclone: Rclone, names: list[str], scratch: Path) -> None:
    """Brings the lists into `scratch`; one that is damaged is not there afterwards."""
    if not names:
        return
    wanted = scratch / "wanted.txt"
    wanted.write_text("".join(f"{name}\n" for name in names), "utf-8")
    arguments = ["copy", "--files-from-raw", str(wanted), "--no-traverse", "--", f"{REMOTE}:", str(scratch)]
    try:
        await rclone.run(arguments, LOOK_S)
    except (ArchiveCorrupt, NotFound) as error:
        log.warning("not every list of the archive is whole: %s", error)


def _named(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    for line in lines:
        size, _, name = line.partition(";")
        if name and size.removeprefix("-").isdecimal():  # a file cut within its header has no size to speak of: -1
            yield name, int(size)


def _entry(line: str) -> Entry:
    """Raises ValueError, KeyError or TypeError for a line that MoCam did not write."""
    fields = json.loads(line)
    entry = Entry(
        name=str(fields["name"]),
        size_bytes=int(fields["bytes"]),
        sha256=str(fields["sha256"]),
        event_id=str(fields["event"]),
        part=int(fields["part"]),
        camera=str(fields["camera"]),
        started_utc=_moment(fields["started_utc"]),
        duration_s=float(fields["duration_s"]),
        codec=str(fields.get("codec", "h264")),
        width=int(fields.get("width", 0)),
        height=int(fields.get("height", 0)),
        kept=bool(fields.get("kept", False)),
        event_started_utc=_moment(fields["event_started_utc"]) if fields.get("event_started_utc") else None,
        event_ended_utc=_moment(fields["event_ended_utc"]) if fields.get("event_ended_utc") else None,
        motion_s=None if fields.get("motion_s") is None else float(fields["motion_s"]),
        by_hand=bool(fields.get("by_hand", False)),
        sealed_bytes=None if fields.get("sealed_bytes") is None else int(fields["sealed_bytes"]),
        sealed_sha256=str(fields.get("sealed_sha256", "")),
    )
    if not (_CLIP.fullmatch(entry.name) and NAME.match(entry.camera) and EVENT_ID.match(entry.event_id)):
        raise ValueError("not a name that MoCam gives")
    return entry


def _by_name(name: str, size_bytes: int) -> Entry:
    """What the name alone tells of a clip that no list names."""
    match = _CLIP.fullmatch(name)
    if match is None:
        raise ValueError("not the name of a clip")
    started_utc = datetime.strptime(match[1], "%Y/%m/%d").replace(tzinfo=UTC)
    return Entry(name, size_bytes, "", match[3], int(match[4]), match[2], started_utc, 0.0)


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment


async def foreign(rclone: Rclone) -> bool:
    """Whether the place holds something, and nothing of ours. A quick look at the top.

    Of the names that other passwords made these decrypt one in 256, to nonsense: so any name but our own counts.
    """
    try:
        done = await rclone.run(["lsf", "--max-depth", "1", "--", f"{REMOTE}:"], LOOK_S)
    except NotFound:
        return False
    names = done.output.decode("utf-8", "replace").splitlines()
    if any(_YEAR.fullmatch(name) for name in names):
        return False
    return bool(_unreadable(done.said)) or not all(map(_LEFT_OVER.fullmatch, names))


def _unreadable(said: Iterable[str]) -> int:
    """Names that rclone left out: they do not decrypt, or to what is no name at all."""
    return sum("ndecryptable" in text or text.endswith(" - ignoring") for text in said)
