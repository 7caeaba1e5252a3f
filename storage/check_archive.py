"""The archive against the rows: what is verified is there whole, what is there has a row; what differs is named."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from storage.check import Finding, Kind
from storage.errors import ArchiveRefused, NotFound
from storage.files import Files, translated
from storage.listing import Contents, Item, State, contents
from storage.model import ArchiveState, Clip
from storage.rclone import Rclone

SEVERAL = 3
"""So many archived clips, and none of them there: that is another archive, and no loss."""


async def look(rclone: Rclone, files: Files) -> Contents:
    """All names and lists of the archive; empty when nothing was archived yet. Raises ArchiveError, KitWrong."""
    with translated(files.scratch_dir):
        scratch = Path(tempfile.mkdtemp(prefix="lists-", dir=files.scratch_dir))
    try:
        return await contents(rclone, scratch)
    except NotFound:
        return Contents((), {})
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def compare(found: Contents, clips: Iterable[Clip], garbage: frozenset[str]) -> Iterator[Finding]:
    """Pure. `clips`: all rows that name a copy in the archive; `garbage`: names that are about to vanish there.

    Raises ArchiveRefused when it is not the archive that the rows tell of: then nothing may be concluded from it.
    """
    there = {item.entry.name: item for item in found.items if item.state is not State.MISSING}
    by_name = {clip.remote_name: clip for clip in clips if clip.remote_name}
    verified = [name for name, clip in by_name.items() if clip.archive is ArchiveState.VERIFIED]
    if len(verified) >= SEVERAL and not any(name in there for name in verified):
        raise ArchiveRefused(
            f"None of {len(verified)} archived clips is in the archive that ARCHIVE_REMOTE names. Is it the right one?"
        )
    for name, clip in by_name.items():
        yield from _of_clip(clip, there.get(name))
    by_part = {(clip.event_id, clip.part): clip for clip in by_name.values()}
    for name, item in there.items():
        if name not in by_name and name not in garbage:
            yield _without_name(item, by_part.get((item.entry.event_id, item.entry.part)))


def _of_clip(clip: Clip, item: Item | None) -> Iterator[Finding]:
    title = f"{clip.remote_name} of event {clip.event_id}"
    if clip.archive is ArchiveState.VERIFIED and item is None:
        yield _finding(Kind.NOT_IN_ARCHIVE, f"{title} is not in the archive any more.", clip)
    elif clip.archive is ArchiveState.VERIFIED and item is not None and not _is_whole(clip, item):
        yield _finding(Kind.WRONG_IN_ARCHIVE, f"{title} is not whole in the archive.", clip)
    elif clip.archive is ArchiveState.WAITING and item is not None and _is_same(clip, item):
        yield _finding(Kind.ARCHIVED_ALREADY, f"{title} is in the archive already, which its row does not know.", clip)


def _finding(kind: Kind, sentence: str, clip: Clip) -> Finding:
    return Finding(kind, sentence, clip.path, clip.clip_id, clip.remote_name)


def _is_whole(clip: Clip, item: Item) -> bool:
    if item.state is State.UNLISTED:  # its list is still to come; a sealed one tells nothing by its size
        return item.entry.name.endswith(".age") or item.entry.size_bytes == clip.size_bytes
    return item.state is State.THERE and item.entry.sha256 == clip.sha256


def _is_same(clip: Clip, item: Item) -> bool:
    return item.state is State.THERE and item.entry.sha256 == clip.sha256


def _without_name(item: Item, clip: Clip | None) -> Finding:
    """`clip`: the row of that event and part, if there is one; it names its copy otherwise."""
    name = item.entry.name
    if clip is not None and clip.archive is ArchiveState.WAITING and _is_same(clip, item):
        text = f"Clip {clip.event_id}-{clip.part} is in the archive already, as {name}, which its row does not know."
        return Finding(Kind.ARCHIVED_ALREADY, text, clip.path, clip.clip_id, name)
    if clip is not None:
        text = f"{name} in the archive is another clip than the one of that event and part that is known."
        return Finding(Kind.ARCHIVED_UNSURE, text, clip.path, clip.clip_id, name)
    if item.state is State.THERE:
        text = f"{name} in the archive is a clip that no row knows."
        return Finding(Kind.ARCHIVED_WITHOUT_ROW, text, remote_name=name)
    why = "in no list" if item.state is State.UNLISTED else "cut short"
    text = f"{name} in the archive is a clip that no row knows, and {why}."
    return Finding(Kind.ARCHIVED_UNSURE, text, remote_name=name)
