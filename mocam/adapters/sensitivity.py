"""The chat's `Sensitivities`: levels are kept with the zones, and tried on the motion traces of last week."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeVar

from bot.sensitivity import Level, LevelView, Progress, Trial, Trials
from camera import retrial
from camera.detection import Detection
from camera.errors import SourceError
from camera.sensitivity import Sensitivity
from mocam.adapters.wishes import asked
from mocam.adapters.zones import ZonesPort
from storage.catalogue import Catalogue
from storage.errors import StorageError
from storage.files import Files
from storage.reading import Labelled

_T = TypeVar("_T")

DAYS = 7
MOST_TRIED = 200
"""Events; on a Raspberry Pi 4 that is about a minute."""
MOST_REMEMBERED = 2000
"""Verdicts in memory, so that a second look is at once."""
_NICER = 10
"""Below cameras, chat and archive."""


@dataclass(frozen=True, slots=True)
class _Tried:
    event: Labelled
    least: Sensitivity | None
    """The lowest level at which it would have been an alert; None: at none, or nothing is left to try."""
    has_trace: bool


class Trying:
    """Tries settings on stored traces, in one thread of low rank; remembers what came out."""

    def __init__(self, files: Files, zone: tzinfo) -> None:
        self._files = files
        self._zone = zone
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="trying", initializer=_step_back)
        self._ending = threading.Event()
        self._known: OrderedDict[tuple[str, Detection], bool | None] = OrderedDict()

    @property
    def ended(self) -> bool:
        """What came out since is worth nothing."""
        return self._ending.is_set()

    def end(self) -> None:
        """What is being tried ends within about a second: the end of the program waits for the thread."""
        self._ending.set()

    def minute(self, event: Labelled) -> int:
        """Of the owner's day, when it began."""
        local = event.started_utc.astimezone(self._zone)
        return local.hour * 60 + local.minute

    async def alerts(self, event: Labelled, detection: Detection, zones: ZonesPort) -> bool | None:
        """Whether it would have been one; None: nothing is left to try."""
        key = event.event_id, detection
        if key not in self._known:
            config = zones.config(event.camera)
            self._known[key] = await self.work(lambda trace: retrial.alerts(trace, detection, config), event)
        self._known.move_to_end(key)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return self._known[key]

    def trace(self, event_id: str) -> bytes:
        """What is left to try of it; empty: nothing, or the program ends. For the thread."""
        if self._ending.is_set():
            return b""
        try:
            return self._files.read_trace(event_id)
        except StorageError:
            return b""

    async def run(self, work: Callable[[], _T]) -> _T:
        """In the thread, behind whatever is tried there just now."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def work(self, look: Callable[[bytes], bool], event: Labelled) -> bool | None:
        """In the thread; None: there is no trace (any more), or it is damaged."""

        def run() -> bool | None:
            try:
                trace = self.trace(event.event_id)
                return look(trace) if trace else None
            except SourceError:
                return None

        return await self.run(run)


def _step_back() -> None:
    with suppress(OSError):  # Linux counts the rank of each thread by itself
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICER)


class SensitivityPort:
    """One trial at a time: it takes a core of a small board."""

    def __init__(
        self,
        zones: ZonesPort,
        catalogue: Catalogue,
        trying: Trying,
        now_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._zones = zones
        self._catalogue = catalogue
        self._trying = trying
        self._now_utc = now_utc
        self._one = asyncio.Lock()

    async def of(self, camera: str) -> LevelView:
        level = self._zones.sensitivity(camera)
        view = await self._zones.of(camera)
        return LevelView(camera, Level(level.value), view.revision, view.can_undo)

    async def set(self, camera: str, level: Level) -> LevelView:
        await self._zones.set_sensitivity(camera, Sensitivity(level.value))
        return await self.of(camera)

    async def undo(self, camera: str, revision: int) -> LevelView | None:
        return None if await self._zones.undo(camera, revision) is None else await self.of(camera)

    async def trials(self, camera: str, progress: Progress) -> Trials:
        self._zones.config(camera)
        since_utc = self._now_utc() - timedelta(days=DAYS)
        events = await asked(lambda: self._catalogue.labelled(camera, since_utc))
        async with self._one:
            tried = []
            for number, event in enumerate(events[:MOST_TRIED]):
                progress(number, min(len(events), MOST_TRIED))
                tried.append(await self._try(event))
        return _summed(tried, len(events) - len(tried))

    async def _try(self, event: Labelled) -> _Tried:
        """From the lowest level on: what a low one sees a higher one sees too."""
        alerted: bool | None = None
        for level in Sensitivity:
            detection = self._zones.detection(event.camera, self._trying.minute(event), level)
            alerted = await self._trying.alerts(event, detection, self._zones)
            if alerted is None:
                return _Tried(event, None, has_trace=False)
            if alerted:
                return _Tried(event, level, has_trace=True)
        return _Tried(event, None, has_trace=True)


def _summed(tried: Sequence[_Tried], left_out: int) -> Trials:
    levels = list(Sensitivity)

    def spares(one: _Tried, level: Sensitivity) -> bool:
        return one.least is not None and levels.index(level) < levels.index(one.least)

    return Trials(
        days=DAYS,
        events=len(tried),
        false_alarms=sum(one.event.false_alarm for one in tried),
        untested=sum(not one.has_trace for one in tried),
        left_out=left_out,
        by_level={
            Level(level.value): Trial(
                sum(not spares(one, level) for one in tried),
                sum(one.event.false_alarm and spares(one, level) for one in tried),
            )
            for level in levels
        },
    )
