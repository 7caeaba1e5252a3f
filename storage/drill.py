"""The restore drill: once a month a random clip is fetched, decrypted, compared and played, as a restore would do it.

An archive that nobody has ever read is a hope. The last result is durable, so that restarts neither lose nor repeat it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.archive import Archive
from storage.errors import ArchiveUnreachable, DiskFull, NotFound, StorageError
from storage.model import Clip
from storage.preferences import Preferences
from storage.reading import Reading

log = logging.getLogger(__name__)

EVERY = timedelta(days=30)
AFTER_FAILURE = timedelta(days=1)
FIRST_AFTER = timedelta(days=1)
"""After the first clip was archived."""
CLOCK_SLACK = timedelta(days=2)
_NOTED = "drill"


@dataclass(frozen=True, slots=True)
class Drilled:
    """How a drill ended."""

    at_utc: datetime
    passed: bool
    event_id: str
    part: int
    started_utc: datetime
    """Of the clip."""
    sentence: str
    """Why it did not pass; empty when it did."""
    played: bool = True
    """False: a sealed clip, which this device can compare but not open."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the drills so far."""

    last: Drilled | None = None
    passed_utc: datetime | None = None
    """When one last passed; also when a later one did not."""


def due(now_utc: datetime, record: Record, first_archived_utc: datetime | None) -> bool:
    """Pure. `first_archived_utc`: when the oldest archived clip was verified; None: there is none."""
    if first_archived_utc is None:
        return False
    if record.last is None:
        return now_utc - first_archived_utc >= FIRST_AFTER
    if record.last.at_utc > now_utc + CLOCK_SLACK:  # a clock that was wrong then, or is wrong now: one drill too many
        return True
    return now_utc - record.last.at_utc >= (EVERY if record.last.passed else AFTER_FAILURE)


class Drills:
    """`plays(path)` raises ValueError with a reason when the clip does not; `on_done` hears of scheduled drills, on the
    loop."""

    def __init__(
        self,
        archive: Archive,
        catalogue: Reading,
        preferences: Preferences,
        plays: Callable[[Path], None],
        on_done: Callable[[Drilled], None] = lambda _: None,
    ) -> None:
        self._archive = archive
        self._catalogue = catalogue
        self._preferences = preferences
        self._plays = plays
        self._on_done = on_done
        self._running = asyncio.Lock()

    def record(self) -> Record:
        """From any thread. Raises StorageError."""
        return _read(self._preferences.noted(_NOTED))

    async def run_if_due(self) -> None:
        """A scheduled look; when the archive cannot be reached the next one tries again. Raises StorageError."""
        if not self._archive.on or self._running.locked():
            return
        record = await asyncio.to_thread(self.record)
        first_utc = await asyncio.to_thread(self._catalogue.first_verified_utc)
        if not due(datetime.now(UTC), record, first_utc):
            return
        try:
            self._on_done(await self.run())
        except (ArchiveUnreachable, DiskFull) as error:
            log.info("the restore drill waits: %s", error)

    async def run(self) -> Drilled:
        """Now, with a random clip. No verdict: NotFound when nothing is archived, ArchiveUnreachable, DiskFull."""
        async with self._running:
            clip = await asyncio.to_thread(self._random_clip)
            sentence = await self._harm(clip)
            found = (not sentence, clip.event_id, clip.part, clip.started_utc, sentence, not clip.sealed)
            done = Drilled(datetime.now(UTC), *found)
            await asyncio.to_thread(self._note, done)
        level = logging.ERROR if sentence else logging.INFO
        log.log(level, "restore drill with clip %s-%d: %s", clip.event_id, clip.part, sentence or "passed")
        return done

    async def _harm(self, clip: Clip) -> str:
        """What is wrong with the archived copy; empty: nothing."""
        try:
            async with self._archive.fetch_as_it_lies(clip) as path:
                if not clip.sealed:
                    await asyncio.to_thread(self._plays, path)
        except (ArchiveUnreachable, DiskFull):
            raise
        except StorageError as error:
            return str(error)
        except ValueError as error:
            return f"It came back as it was recorded, but does not play: {error}"
        return ""

    def _random_clip(self) -> Clip:
        clip = self._catalogue.archived_clip(secrets.randbelow)
        if clip is None:
            raise NotFound("Nothing is archived yet, so there is nothing to try.")
        return clip

    def _note(self, done: Drilled) -> None:
        passed_utc = done.at_utc if done.passed else self.record().passed_utc
        noted = {name: _plain(value) for name, value in asdict(done).items()}
        self._preferences.note(_NOTED, {"last": noted, "passed_utc": _plain(passed_utc)})


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(noted: object) -> Record:
    """What cannot be read counts as never drilled: then one is due."""
    if not isinstance(noted, dict):
        return Record()
    try:
        last = dict(noted["last"])
        for name in ("at_utc", "started_utc"):
            last[name] = datetime.fromisoformat(last[name])
        passed = noted.get("passed_utc")
        return Record(Drilled(**last), datetime.fromisoformat(passed) if passed else None)
    except (KeyError, TypeError, ValueError):
        return Record()
