"""All cameras of the household: how the chat sees them, and arming each of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import TypeVar

from bot.parsing import NotUnderstood
from bot.ports import Armed, BlindView, CameraView, Unavailable
from bot.schedule import Schedule, parse, spelled
from camera.errors import CameraError
from camera.model import State
from camera.supervisor import Supervisor
from mocam.closing import Closing, Opened
from mocam.watch import By, Standing, Wishes
from storage.coverage import Coverage
from storage.errors import StorageError
from storage.preferences import Preferences

log = logging.getLogger(__name__)

CHECK_S = 5.0
"""A pause or a stretch of the schedule ends at most so much late."""
NUDGE_EVERY = timedelta(days=1)
"""A pause by hand is brought to mind this often."""
SPARE_OTHERS_S = 3600.0
"""A program with one hanging driver among cameras that see is started anew no more often than this."""
SNAPSHOTS_AT_ONCE = 2
"""Of one camera; who asks for more waits."""

DAY = timedelta(days=1)
WORTH_SAYING_S = 60.0
"""Of a day; a restart is not."""

_T = TypeVar("_T")


async def _nothing_known(_span: timedelta) -> Sequence[Coverage]:
    return []


class _Desk:
    """One camera and the threads on which it is asked: what hangs there keeps no other camera waiting."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.arming = asyncio.Lock()
        self.snapshots = asyncio.Semaphore(SNAPSHOTS_AT_ONCE)
        self._threads = ThreadPoolExecutor(SNAPSHOTS_AT_ONCE + 1, thread_name_prefix=f"ask-{supervisor.name}")

    async def ask(self, act: Callable[[Supervisor], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, act, self.supervisor)


class Household:
    """The chat's `Cameras` and `Arming` over one supervisor a camera.

    What the owner wishes is kept before it is done, and a camera always follows what is kept: so two commands that
    cross end with the later one, and a camera that takes ten seconds to close delays no other.
    """

    def __init__(
        self,
        supervisors: Sequence[Supervisor],
        preferences: Preferences,
        rearmed: Callable[[Sequence[str]], None] = lambda _cameras: None,
        covered: Callable[[timedelta], Awaitable[Sequence[Coverage]]] = _nothing_known,
        nudge: Callable[[str, datetime], None] = lambda _camera, _until_utc: None,
        zone: tzinfo = UTC,
        clock_good: Callable[[], bool] = lambda: True,
        opened: Callable[[Opened], None] = lambda _opened: None,
    ) -> None:
        """`rearmed` hears of the cameras whose pause ended by itself, `opened` of the end of closed ones, `nudge` of
        one that has long been paused by hand and until when; `covered` knows what was seen. `clock_good` tells
        whether the wall clock can be trusted with a schedule."""
        self._desks = {supervisor.name: _Desk(supervisor) for supervisor in supervisors}
        self._preferences = preferences
        self._rearmed = rearmed
        self._covered = covered
        self._nudge = nudge
        self._zone = zone
        self._clock_good = clock_good
        self._opened = opened
        self._closing = Closing(preferences)
        self._keeping = asyncio.Lock()
        self._begun_mono_s = float("inf")
        self._stood: dict[str, Standing] = {}
        """How it stood with each camera at the last look."""

    # -- Cameras -------------------------------------------------------------------------------------------------

    def views(self) -> Sequence[CameraView]:
        statuses = [desk.supervisor.status() for desk in self._desks.values()]
        return [CameraView(s.camera, s.state.value, s.since_utc, s.detail) for s in statuses]

    async def blind(self) -> Sequence[BlindView]:
        try:
            found = await self._covered(DAY)
        except StorageError as exc:
            raise Unavailable(str(exc)) from exc
        return [
            BlindView(one.camera, one.lost_s, (one.longest.from_utc, one.longest.to_utc), one.longest.reason)
            for one in sorted(found, key=lambda one: one.share)
            if one.longest is not None and one.lost_s >= WORTH_SAYING_S
        ]

    async def snapshot(self, camera: str) -> bytes:
        desk = self._desks.get(camera)
        if desk is None:
            raise Unavailable(f"There is no camera {camera}. There is: {', '.join(self._desks)}.")
        try:
            async with desk.snapshots:
                return await desk.ask(Supervisor.snapshot)
        except CameraError as exc:
            raise Unavailable(str(exc)) from exc

    # -- Arming --------------------------------------------------------------------------------------------------

    async def state(self) -> Armed:
        standings = self._standings(datetime.now(UTC))
        disarmed = {name: one for name, one in standings.items() if not one.armed}
        return Armed(
            cameras=tuple(name for name in standings if name not in disarmed),
            until_utc={name: one.until_utc for name, one in disarmed.items() if one.until_utc is not None},
            by_schedule=frozenset(name for name, one in disarmed.items() if one.by is By.SCHEDULE),
            private=self._closing.going_on,
            off_utc={name: one.until_utc for name, one in standings.items() if one.armed and one.until_utc is not None},
        )

    async def close(self, until_utc: datetime) -> None:
        since_utc = datetime.now(UTC)
        try:
            await self.disarm(self._desks, until_utc)
        finally:
            # What a camera reads that did not close in time is counted, and told.
            await asyncio.to_thread(self._closing.begin, since_utc, self._frames_read())

    def _frames_read(self) -> dict[str, int]:
        return {name: desk.supervisor.frames_read for name, desk in self._desks.items()}

    async def _end_closing(self, now_utc: datetime) -> Opened | None:
        """Before a camera opens: what was read while they were closed. None: they were not."""
        return await asyncio.to_thread(self._closing.end, now_utc, self._frames_read())

    async def arm(self, cameras: Collection[str]) -> None:
        now_utc = datetime.now(UTC)
        if opened := await self._end_closing(now_utc):
            self._opened(opened)

        def change(wishes: Wishes) -> Wishes:
            pauses = {name: end for name, end in wishes.pauses_utc.items() if name not in cameras}
            holds = {name: end for name, end in wishes.holds_utc.items() if name not in cameras and end > now_utc}
            unpaused = replace(wishes, pauses_utc=pauses, holds_utc=holds)
            for name in self._among(cameras):
                off = unpaused.standing(name, now_utc, self._zone, clock_good=self._clock_good())
                if not off.armed and off.until_utc is not None:
                    holds[name] = off.until_utc
            return unpaused

        await self._keep(change)
        await self._each(cameras, self._follow)

    async def disarm(self, cameras: Collection[str], until_utc: datetime) -> None:
        def change(wishes: Wishes) -> Wishes:
            pauses = dict(wishes.pauses_utc) | dict.fromkeys(self._among(cameras), until_utc)
            return replace(wishes, pauses_utc=pauses)

        await self._keep(change)
        await self._each(cameras, self._follow)

    async def schedules(self) -> dict[str, Schedule]:
        return dict(self._wishes().schedules)

    async def set_schedule(self, cameras: Collection[str], schedule: Schedule | None) -> None:
        def change(wishes: Wishes) -> Wishes:
            others = {name: one for name, one in wishes.schedules.items() if name not in cameras}
            new = {} if schedule is None else dict.fromkeys(self._among(cameras), schedule)
            holds = {name: end for name, end in wishes.holds_utc.items() if name not in cameras}
            return replace(wishes, schedules=others | new, holds_utc=holds)

        await self._keep(change)
        await self._each(cameras, self._follow)

    def _among(self, cameras: Collection[str]) -> list[str]:
        """Those of them that there are."""
        return [name for name in self._desks if name in cameras]

    async def _keep(self, change: Callable[[Wishes], Wishes]) -> None:
        async with self._keeping:
            try:
                await asyncio.to_thread(self._write, change(self._wishes()))
            except StorageError as exc:
                raise Unavailable(str(exc)) from exc

    def _wishes(self) -> Wishes:
        schedules = {}
        for name, words in self._preferences.schedules().items():
            try:
                schedules[name] = parse(words)
            except NotUnderstood:
                log.error("the kept schedule of %s cannot be read, so it watches always: %s", name, words)
        return Wishes(self._preferences.pauses_utc(self._desks), self._preferences.holds_utc(), schedules)

    def _write(self, wishes: Wishes) -> None:
        self._preferences.set_pauses_utc(wishes.pauses_utc)
        self._preferences.set_holds_utc(wishes.holds_utc)
        self._preferences.set_schedules({name: spelled(one) for name, one in wishes.schedules.items()})

    def _standings(self, now_utc: datetime) -> dict[str, Standing]:
        wishes, good = self._wishes(), self._clock_good()
        return {name: wishes.standing(name, now_utc, self._zone, clock_good=good) for name in self._desks}

    async def _follow(self, desk: _Desk) -> None:
        """Brings one camera to what is kept."""
        async with desk.arming:
            standing = self._standings(datetime.now(UTC))[desk.supervisor.name]
            # A schedule lets a recording by hand end; whoever disarms closes the camera at once.
            close = Supervisor.rest if standing.by is By.SCHEDULE else Supervisor.disarm
            await desk.ask(Supervisor.arm if standing.armed else close)
            self._stood[desk.supervisor.name] = standing

    # -- life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts every camera as it was when the program ended, if that still holds."""
        self._begun_mono_s = time.monotonic()
        self._stood = self._standings(datetime.now(UTC))
        self._closing.restarted()
        for name, desk in self._desks.items():
            desk.supervisor.start(self._stood[name].armed)

    async def stop(self, timeout_s: float = 10) -> None:
        """Closes every camera, side by side; unfinished events are finished."""
        await self._each(self._desks, lambda desk: desk.ask(lambda one: one.stop(timeout_s)))

    def started(self) -> bool:
        """Whether each camera has begun, or turned out to be missing."""
        return all(desk.supervisor.status().state is not State.STARTING for desk in self._desks.values())

    def silences(self) -> Mapping[str, Callable[[], float]]:
        """By camera: how long its threads have given no sign of life."""
        return {name: partial(getattr, desk.supervisor, "silent_s") for name, desk in self._desks.items()}

    def summary(self) -> str:
        """`2 watching, 1 blind`."""
        counts = Counter(desk.supervisor.status().state.value for desk in self._desks.values())
        return ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))

    async def keep_time(self) -> None:
        """Ends pauses and follows schedules when their time comes; runs until cancelled."""
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                await self._follow_time(datetime.now(UTC))
            except (StorageError, Unavailable) as exc:
                log.error("a pause or schedule could not be followed; the next try comes: %s", exc)

    async def _follow_time(self, now_utc: datetime) -> None:
        stood, stands = dict(self._stood), self._standings(now_utc)
        over = [name for name in self._preferences.pauses_utc(self._desks) if stands[name].by is not By.PAUSE]
        changed = [name for name, one in stands.items() if one.armed is not stood[name].armed]
        opened = await self._end_closing(now_utc) if over else None
        if changed:
            log.info("their time has come: %s", ", ".join(changed))
            await self._each(changed, self._follow)
        for name in stands:
            if name not in changed:
                self._stood[name] = stands[name]
        if over:
            await self._forget_pauses(over)
        rearmed = [name for name in over if stands[name].armed]
        if opened is not None:  # the owners hear more than that the pause is over
            self._opened(replace(opened, armed=bool(rearmed)))
        elif rearmed:
            self._rearmed(rearmed)
        await self._remind(stands, now_utc)

    async def _forget_pauses(self, over: Collection[str]) -> None:
        def change(wishes: Wishes) -> Wishes:
            return replace(
                wishes, pauses_utc={name: end for name, end in wishes.pauses_utc.items() if name not in over}
            )

        await self._keep(change)

    async def _remind(self, stands: dict[str, Standing], now_utc: datetime) -> None:
        """A pause is counted from where it began, also over a restart: who starts MoCam every day hears of it too."""
        before = self._preferences.nudges_utc()
        nudges = {}
        for name, one in stands.items():
            if one.armed or one.by is not By.PAUSE or one.until_utc is None:
                continue
            nudges[name] = min(before.get(name, now_utc + NUDGE_EVERY), now_utc + NUDGE_EVERY)
            if now_utc >= nudges[name]:
                nudges[name] = now_utc + NUDGE_EVERY
                self._nudge(name, one.until_utc)
        if nudges != before:
            await asyncio.to_thread(self._preferences.set_nudges_utc, nudges)

    def clock_stepped(self, step: timedelta) -> None:
        """The wall clock was set: pauses last as long as they were meant to. On the loop; Raises StorageError."""
        if pauses := self._preferences.pauses_utc(self._desks):
            self._preferences.set_pauses_utc({name: end_utc + step for name, end_utc in pauses.items()})

    def beyond_help(self, mono_s: float) -> str:
        """The camera whose driver only a new process can open again; empty: there is none, or it must wait.

        A new process blinds the others for some seconds. So while another one sees, it is worth that once an hour, and
        never while one records.
        """
        supervisors = [desk.supervisor for desk in self._desks.values()]
        states = {one.status().state for one in supervisors}
        young = mono_s - self._begun_mono_s < SPARE_OTHERS_S
        if State.RECORDING in states or (young and State.WATCHING in states):
            return ""
        return next((one.name for one in supervisors if one.beyond_help), "")

    async def _each(self, cameras: Collection[str], act: Callable[[_Desk], Awaitable[None]]) -> None:
        """Acts on these cameras side by side; one that fails keeps no other from it, and is told at the end."""
        acts = (act(desk) for name, desk in self._desks.items() if name in cameras)
        sentences = []
        for result in await asyncio.gather(*acts, return_exceptions=True):
            if isinstance(result, CameraError):
                sentences.append(str(result))
            elif isinstance(result, BaseException):
                raise result
        if sentences:
            raise Unavailable(" ".join(sentences))
