"""Recordings by hand, as the chat asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from bot.ports import Unavailable
from bot.ports.recordings import Begun
from camera.errors import CameraError
from camera.supervisor import Supervisor
from storage.catalogue import Catalogue
from storage.errors import StorageError


class Recordings:
    """The chat's `Recordings` over one supervisor a camera."""

    def __init__(self, supervisors: Sequence[Supervisor], catalogue: Catalogue, changed: Callable[[], None]) -> None:
        """`changed` is called on the loop when a message has something to do."""
        self._supervisors = {supervisor.name: supervisor for supervisor in supervisors}
        self._catalogue = catalogue
        self._changed = changed
        self._threads = ThreadPoolExecutor(max(1, len(supervisors)), thread_name_prefix="record")

    async def begin(self, camera: str, length_s: float, chat_id: int) -> Begun:
        supervisor = self._supervisors.get(camera)
        if supervisor is None:
            raise Unavailable(f"There is no camera {camera}. There is: {', '.join(self._supervisors)}.")
        loop = asyncio.get_running_loop()
        try:
            event_id, fresh = await loop.run_in_executor(self._threads, supervisor.record, length_s, chat_id)
            until_utc = datetime.now(UTC) + timedelta(seconds=length_s)
            if not fresh:
                until_utc = await asyncio.to_thread(self._prolong, event_id, until_utc)
                self._changed()
        except (CameraError, StorageError) as exc:
            raise Unavailable(str(exc)) from exc
        return Begun(event_id, until_utc, fresh)

    async def stop(self, event_id: str) -> bool:
        return any(supervisor.by_hand.stop(event_id) for supervisor in self._supervisors.values())

    def _prolong(self, event_id: str, until_utc: datetime) -> datetime:
        event = self._catalogue.event(event_id)
        known_utc = event.by_hand_until_utc if event else None
        until_utc = max(until_utc, known_utc or until_utc)
        self._catalogue.prolong(event_id, until_utc)
        return until_utc
