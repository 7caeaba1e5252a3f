"""What the owner must hear without having asked: a camera gone blind, an archive in trouble, a pause that ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, tzinfo

from bot.texts import notices as texts
from camera.model import State, Status
from storage.errors import StorageError
from storage.outbox import Outbox

log = logging.getLogger(__name__)

BLIND_FOR_S = 60.0
"""A camera is called blind after this long: a router that restarts is not worth a message."""


class Notices:
    """Puts notices into the outbox, each once; a later one on the same subject replaces one that was not sent yet."""

    def __init__(
        self,
        outbox: Outbox,
        recipients: Callable[[], Collection[int]],
        wake: Callable[[], None],
        zone: tzinfo,
        blind_for_s: float = BLIND_FOR_S,
    ) -> None:
        self._outbox = outbox
        self._recipients = recipients
        self._wake = wake
        self._zone = zone
        self._blind_for_s = blind_for_s
        self._waits: dict[str, asyncio.TimerHandle] = {}
        self._told_blind: dict[str, datetime] = {}
        self._told_recording: set[str] = set()
        self._writing: set[asyncio.Task[None]] = set()

    def camera_state(self, status: Status) -> None:
        """Follows one camera; on the loop."""
        match status.state:
            case State.BLIND:
                self._follow_blind(status)
            case State.STARTING:
                pass
            case _:
                self._follow_seeing(status)
                self._follow_recording(status)

    def _follow_blind(self, status: Status) -> None:
        if status.camera not in self._waits and status.camera not in self._told_blind:
            later = asyncio.get_running_loop().call_later(self._blind_for_s, self._tell_blind, status)
            self._waits[status.camera] = later

    def _follow_seeing(self, status: Status) -> None:
        if wait := self._waits.pop(status.camera, None):
            wait.cancel()
        since_utc = self._told_blind.pop(status.camera, None)
        if since_utc and status.state is not State.DISARMED:
            text = texts.sees_again(status.camera, since_utc, status.since_utc, self._zone)
            self._put(text, f"blind:{status.camera}")

    def _follow_recording(self, status: Status) -> None:
        """A camera that sees has something to say only when the disk refuses its clips."""
        key = f"recording:{status.camera}"
        if status.detail and status.camera not in self._told_recording:
            self._told_recording.add(status.camera)
            self._put(texts.recording_trouble(status.camera, status.detail), key)
        elif not status.detail and status.camera in self._told_recording:
            self._told_recording.discard(status.camera)
            self._put(texts.records_again(status.camera), key)

    def archive_trouble(self, sentence: str | None) -> None:
        """None: it works again."""
        self._put(texts.archive_trouble(sentence) if sentence else texts.archive_works_again(), "archive")

    def unarchived_deleted(self, event_ids: Collection[str]) -> None:
        """The disk floor took clips that were nowhere else."""
        self._put(texts.unarchived_deleted(event_ids), "")

    def armed_again(self, cameras: Sequence[str]) -> None:
        """The pause of these ended by itself."""
        self._put(texts.armed_again(cameras), f"armed:{','.join(cameras)}", silent=True)

    def _tell_blind(self, status: Status) -> None:
        del self._waits[status.camera]
        self._told_blind[status.camera] = status.since_utc
        self._put(texts.blind(status.camera, status.since_utc, status.detail, self._zone), f"blind:{status.camera}")

    def _put(self, text: str, key: str, *, silent: bool = False) -> None:
        task = asyncio.get_running_loop().create_task(self._write(text, key, silent=silent), name="notice")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, text: str, key: str, *, silent: bool) -> None:
        try:
            await asyncio.to_thread(self._outbox.notice, self._recipients(), text, silent=silent, key=key)
        except StorageError as exc:
            log.error("a notice was lost: %s", exc)
        else:
            self._wake()
