"""All cameras of the household: how the chat sees them, and arming them together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.ports import Armed, CameraView, Unavailable
from camera.errors import CameraError
from camera.supervisor import Supervisor
from storage.preferences import Preferences

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(days=30)
"""A pause that ends later than this was set by a clock that was wrong: it is over."""
PAUSE_CHECK_S = 5.0


class Household:
    """The chat's `Cameras` and `Arming` over one supervisor a camera. What is armed is kept before it is done."""

    def __init__(
        self, supervisors: Sequence[Supervisor], preferences: Preferences, rearmed: Callable[[], None] = lambda: None
    ) -> None:
        self._supervisors = {supervisor.name: supervisor for supervisor in supervisors}
        self._preferences = preferences
        self._rearmed = rearmed
        self._lock = asyncio.Lock()

    # -- Cameras -------------------------------------------------------------------------------------------------

    def views(self) -> Sequence[CameraView]:
        statuses = [supervisor.status() for supervisor in self._supervisors.values()]
        return [CameraView(s.camera, s.state.value, s.since_utc, s.detail) for s in statuses]

    async def snapshot(self, camera: str) -> bytes:
        supervisor = self._supervisors.get(camera)
        if supervisor is None:
            raise Unavailable(f"There is no camera {camera}. There is: {', '.join(self._supervisors)}.")
        try:
            return await asyncio.to_thread(supervisor.snapshot)
        except CameraError as exc:
            raise Unavailable(str(exc)) from exc

    # -- Arming --------------------------------------------------------------------------------------------------

    async def state(self) -> Armed:
        until_utc = self._pause_end(datetime.now(UTC))
        return Armed(armed=until_utc is None, until_utc=until_utc)

    async def arm(self) -> None:
        async with self._lock:
            await asyncio.to_thread(self._preferences.set_disarmed_until_utc, None)
            await self._each(Supervisor.arm)

    async def disarm(self, until_utc: datetime) -> None:
        async with self._lock:
            await asyncio.to_thread(self._preferences.set_disarmed_until_utc, until_utc)
            try:
                await self._each(Supervisor.disarm)
            except CameraError as exc:
                raise Unavailable(str(exc)) from exc

    # -- life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts every camera as it was when the program ended: armed, or in a pause that is not over."""
        armed = self._pause_end(datetime.now(UTC)) is None
        for supervisor in self._supervisors.values():
            supervisor.start(armed)

    async def stop(self) -> None:
        """Closes every camera, side by side; unfinished events are finished."""
        await self._each(Supervisor.stop)

    async def keep_pauses_short(self) -> None:
        """Arms when a pause is over; runs until cancelled."""
        while True:
            await asyncio.sleep(PAUSE_CHECK_S)
            if self._preferences.disarmed_until_utc() and self._pause_end(datetime.now(UTC)) is None:
                log.info("the pause is over: arming")
                await self.arm()
                self._rearmed()

    def _pause_end(self, now_utc: datetime) -> datetime | None:
        until_utc = self._preferences.disarmed_until_utc()
        return until_utc if until_utc and now_utc < until_utc <= now_utc + LONGEST_PAUSE else None

    async def _each(self, act: Callable[[Supervisor], None]) -> None:
        """Acts on all cameras side by side; one that fails keeps no other from it, and is raised at the end."""
        acts = (asyncio.to_thread(act, supervisor) for supervisor in self._supervisors.values())
        for result in await asyncio.gather(*acts, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
