"""All cameras of the household: how the chat sees them, and arming each of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.ports import Armed, BlindView, CameraView, Unavailable
from camera.errors import CameraError
from camera.model import State
from camera.supervisor import Supervisor
from storage.coverage import Coverage
from storage.errors import StorageError
from storage.preferences import Preferences

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(days=30)
"""A pause that ends later than this was set by a clock that was wrong: it is over."""
PAUSE_CHECK_S = 5.0
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

    What is armed is kept before it is done, and a camera always follows what is kept: so two commands that cross end
    with the later one, and a camera that takes ten seconds to close delays no other.
    """

    def __init__(
        self,
        supervisors: Sequence[Supervisor],
        preferences: Preferences,
        rearmed: Callable[[Sequence[str]], None] = lambda _cameras: None,
        covered: Callable[[timedelta], Awaitable[Sequence[Coverage]]] = _nothing_known,
    ) -> None:
        """`rearmed` hears of the cameras whose pause ended by itself; `covered` knows what was seen."""
        self._desks = {supervisor.name: _Desk(supervisor) for supervisor in supervisors}
        self._preferences = preferences
        self._rearmed = rearmed
        self._covered = covered
        self._keeping = asyncio.Lock()
        self._begun_mono_s = float("inf")

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
        ends_utc = self._pauses(datetime.now(UTC))
        return Armed(tuple(name for name in self._desks if name not in ends_utc), ends_utc)

    async def arm(self, cameras: Collection[str]) -> None:
        await self._keep(cameras, None)
        await self._each(cameras, self._follow)

    async def disarm(self, cameras: Collection[str], until_utc: datetime) -> None:
        await self._keep(cameras, until_utc)
        await self._each(cameras, self._follow)

    async def _keep(self, cameras: Collection[str], until_utc: datetime | None) -> None:
        async with self._keeping:
            try:
                pauses = {
                    name: end_utc
                    for name, end_utc in self._preferences.pauses_utc(self._desks).items()
                    if name not in cameras
                }
                if until_utc is not None:
                    pauses |= dict.fromkeys((name for name in self._desks if name in cameras), until_utc)
                await asyncio.to_thread(self._preferences.set_pauses_utc, pauses)
            except StorageError as exc:
                raise Unavailable(str(exc)) from exc

    async def _follow(self, desk: _Desk) -> None:
        """Brings one camera to what is kept."""
        async with desk.arming:
            disarmed = desk.supervisor.name in self._pauses(datetime.now(UTC))
            await desk.ask(Supervisor.disarm if disarmed else Supervisor.arm)

    # -- life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts every camera as it was when the program ended: armed, or in a pause that is not over."""
        self._begun_mono_s = time.monotonic()
        pauses = self._pauses(datetime.now(UTC))
        for name, desk in self._desks.items():
            desk.supervisor.start(name not in pauses)

    async def stop(self) -> None:
        """Closes every camera, side by side; unfinished events are finished."""
        await self._each(self._desks, lambda desk: desk.ask(Supervisor.stop))

    async def keep_pauses_short(self) -> None:
        """Arms each camera when its pause is over; runs until cancelled."""
        while True:
            await asyncio.sleep(PAUSE_CHECK_S)
            try:
                await self._end_pauses()
            except (StorageError, Unavailable) as exc:
                log.error("a pause could not be ended; the next try comes: %s", exc)

    async def _end_pauses(self) -> None:
        now_utc = datetime.now(UTC)
        going_on = self._pauses(now_utc)
        over = [name for name in self._preferences.pauses_utc(self._desks) if name not in going_on]
        if over:
            log.info("the pause is over: arming %s", ", ".join(over))
            await self.arm(over)
            self._rearmed(over)

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

    def _pauses(self, now_utc: datetime) -> dict[str, datetime]:
        """Those that are not over."""
        pauses = self._preferences.pauses_utc(self._desks)
        return {name: end_utc for name, end_utc in pauses.items() if now_utc < end_utc <= now_utc + LONGEST_PAUSE}

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
