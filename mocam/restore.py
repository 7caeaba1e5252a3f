"""`mocam restore`: clips back from the archive with the kit alone, on any machine."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from camera.errors import RecordingError
from camera.finish import describe
from mocam.store import open_store
from storage.check import Probe
from storage.files import Files
from storage.keys import Keys
from storage.kit import Kit
from storage.listing import Contents, Item, State, contents
from storage.rclone import Rclone
from storage.rebuild import Rebuild
from storage.restore import GOOD, Outcome, Restore, Verdict, by_verdict
from storage.seal import opener

_STATES = {State.MISSING: "missing", State.CUT: "cut short", State.UNLISTED: "in no list"}
_VERDICTS = {
    Verdict.RESTORED: "brought back, and proved by sha256",
    Verdict.HERE: "here already, and proved by sha256",
    Verdict.UNPROVED: "brought back, but in no list: nothing to compare with",
    Verdict.MISSING: "missing in the archive",
    Verdict.CUT: "cut short in the archive",
    Verdict.TAMPERED: "changed in the archive",
    Verdict.SWAPPED: "not what was recorded: another file in its place",
    Verdict.SEALED: "sealed, and the kit has no key of the seal",
}
MOST_SENTENCES = 40


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be brought back, from where and to where."""

    remote: str
    kit: Kit = field(repr=False)
    into: Path
    config: Path | None = None
    first: date | None = None
    last: date | None = None
    camera: str = ""


class Session:
    """One look at an archive, and what comes of it. Raises StorageError."""

    def __init__(self, request: Request, console: Console) -> None:
        self._request = request
        self._console = console

    async def look(self) -> tuple[Contents, tuple[Item, ...]]:
        """Everything there, and what of it was asked for; says it by day."""
        looking = self._console.status("looking into the archive")
        with tempfile.TemporaryDirectory(prefix="mocam-lists-") as scratch, looking:
            rclone = self._rclone()
            await rclone.check()
            found = await contents(rclone, Path(scratch))
        chosen = tuple(item for item in found.items if self._asked_for(item))
        self._console.print(_table(chosen))
        for day, why in found.bad_lists.items():
            self._say(f"{day.replace('/', '-')}: {why}")
        if found.unreadable:
            self._say(f"{found.unreadable} names there are not opened by this kit and are left alone.")
        return found, chosen

    async def bring(self, found: Contents, chosen: Sequence[Item]) -> list[Outcome]:
        """Into the data folder, which MoCam can then go on with."""
        with open_store(self._request.into) as store:
            keys = Keys(store.files)
            keys.take_over(self._request.kit.passwords)
            keys.confirm_kit()  # who restores with it has it
            rebuild = Rebuild(store.database, store.files)
            restore = Restore(self._rclone(), store.files, rebuild, found, probe, opener(self._request.kit.seal))
            needed_bytes = restore.needed_bytes(chosen)
            rebuild.keep_everything(store.preferences)
            restore.catalogue()
            return await self._with_bar(restore, chosen, needed_bytes)

    async def _with_bar(self, restore: Restore, chosen: Sequence[Item], needed_bytes: int) -> list[Outcome]:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        outcomes = []
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task("restore", total=needed_bytes)
            for number, item in enumerate(chosen, 1):
                progress.update(task, description=f"{number} of {len(chosen)} · {item.entry.day.replace('/', '-')}")
                outcomes.append(await restore.bring(item))
                progress.advance(task, item.entry.size_bytes if item.state is not State.MISSING else 0)
        return outcomes

    def report(self, outcomes: Sequence[Outcome]) -> bool:
        """Says what became of the clips; True: all of them are what was recorded."""
        bad = [outcome for outcome in outcomes if outcome.verdict not in GOOD]
        for outcome in bad[:MOST_SENTENCES]:
            entry = outcome.entry
            when = f"{entry.started_utc:%Y-%m-%d %H:%M} UTC" if entry.duration_s else entry.day.replace("/", "-")
            self._say(f"- {entry.camera} #{entry.event_id} part {entry.part} of {when} {outcome.sentence}.")
        if len(bad) > MOST_SENTENCES:
            self._say(f"- and {len(bad) - MOST_SENTENCES} more")
        for verdict, count in by_verdict(outcomes).items():
            self._say(f"{count:6d} {_VERDICTS[verdict]}")
        return not bad

    def _asked_for(self, item: Item) -> bool:
        day = date.fromisoformat(item.entry.day.replace("/", "-"))
        request = self._request
        return (
            (request.first is None or day >= request.first)
            and (request.last is None or day <= request.last)
            and (not request.camera or item.entry.camera == request.camera)
        )

    def _rclone(self) -> Rclone:
        request = self._request
        return Rclone(request.remote, request.kit.passwords, request.into.absolute(), request.config)

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)


def probe(path: Path) -> Probe | None:
    """What a clip holds; None: it does not play."""
    try:
        found = describe(path)
    except RecordingError:
        return None
    return Probe(found.duration_s, found.codec, found.width, found.height, found.started_utc)


def same_archive(into: Path, kit: Kit) -> None:
    """Raises StorageError when the folder holds another archive's clips: before anything is asked of the remote."""
    if into.exists():
        Keys(Files(into)).take_over(kit.passwords)


def _table(items: Iterable[Item]) -> Table:
    table = Table("day (UTC)", "clips", "MB", "cameras", "remarks")
    for day, of_day in itertools.groupby(items, key=lambda item: item.entry.day):
        clips = list(of_day)
        counts = {state: sum(item.state is state for item in clips) for state in _STATES}
        remarks = ", ".join(f"{count} {_STATES[state]}" for state, count in counts.items() if count)
        size = sum(item.entry.size_bytes for item in clips) / 1e6
        cameras = ", ".join(sorted({item.entry.camera for item in clips}))
        table.add_row(day.replace("/", "-"), str(len(clips)), f"{size:.1f}", cameras, remarks)
    return table
