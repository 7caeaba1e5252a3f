"""Names what set an event off, with the owner's model: after its alert was written down, on a thread of its own.

It looks at the event's picture, and when that shows nothing with a name, at the middle of the clip's first part. No
camera and no alert waits for it, and whatever goes wrong here costs the name only.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from camera.detections import Seen, named_first, named_later
from camera.errors import CameraError, ModelUnusable
from camera.middle import middle_picture
from storage.catalogue import Catalogue
from storage.errors import StorageError
from storage.model import Event

if TYPE_CHECKING:
    from camera.objects import Objects, Picture

log = logging.getLogger(__name__)

QUEUE_LENGTH = 40
"""Events waiting at most: a storm is not worth names that come an hour late."""
_NICER = 10
"""Below cameras, chat and archive."""


@dataclass(slots=True)
class _Looked:
    """What an event has had of its budget."""

    spent_s: float = 0.0
    before: tuple[Seen, ...] = ()
    """What stood in its picture."""


class Naming:
    """The roof's task `naming`; made on the running loop. `changed` is told when an event has got a name."""

    def __init__(
        self,
        model: Path | None,
        budget_s: float,
        catalogue: Catalogue,
        changed: Callable[[], None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        queue_length: int = QUEUE_LENGTH,
    ) -> None:
        """Without a `model` nothing is named, and what runs one is not even imported."""
        self._model = model
        self._budget_s = budget_s
        self._catalogue = catalogue
        self._changed = changed
        self._monotonic = monotonic
        self._queue: asyncio.Queue[str] = asyncio.Queue(queue_length)
        self._looked: dict[str, _Looked] = {}
        """Of the newest events that may still be looked at, at most as many as may wait."""
        self._objects: Objects | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="naming", initializer=_step_back)
        self.trouble = ""
        """Why nothing is named for the rest of this run, a sentence; empty: it works as far as is known."""
        self.dropped = 0
        """Looks that were left out because too many events came at once."""

    def written(self, event_id: str) -> None:
        """The event's picture or the first part of its clip is there now. On the loop; never waits."""
        if self._model is None or self.trouble:
            return
        try:
            self._queue.put_nowait(event_id)
        except asyncio.QueueFull:
            self.dropped += 1
            log.warning("too many events at once to name them: %d looks left out", self.dropped)

    async def run(self) -> None:
        """Names events until cancelled; after trouble it only waits."""
        try:
            while True:
                event_id = await self._queue.get()
                try:
                    await self._name(event_id)
                except (CameraError, StorageError, OSError) as exc:
                    log.warning("event %s got no name: %s", event_id, exc)
                except Exception:
                    log.exception("naming failed")
                    self._end("The look for persons, animals and vehicles failed; the log says where.")
                finally:
                    self._queue.task_done()
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def settle(self) -> None:
        """Waits until every event that was told so far has been looked at."""
        await self._queue.join()

    async def _name(self, event_id: str) -> None:
        event = await asyncio.to_thread(self._catalogue.event, event_id)
        if self._model is None or self.trouble or event is None or event.seen:
            return
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._thread, self._look, event, self._model)
        except ModelUnusable as exc:
            self._end(str(exc))
            return
        if found is not None:
            log.info("event %s of %s: %s, %.0f %% sure", event_id, event.camera, found.label, 100 * found.score)
            await asyncio.to_thread(self._catalogue.name_event, event_id, found.label)
            self._changed()

    def _end(self, sentence: str) -> None:
        self.trouble = sentence
        self._objects = None
        self._looked.clear()
        log.error("events get no names until MoCam is started again: %s", sentence)

    # -- on the thread -------------------------------------------------------------------------------------------

    def _look(self, event: Event, model: Path) -> Seen | None:
        """At what was not looked at so far. Raises ModelUnusable, RecordingError, OSError."""
        from camera.objects import Objects, picture_of_jpeg  # noqa: PLC0415 - who has no model does not carry it

        if self._objects is None:
            self._objects = Objects(model)
            log.info("events are named with %s (%s)", model.name, self._objects.form.value)
        objects = self._objects
        looked = self._looked.get(event.event_id)
        if looked is None:
            looked = self._remember(event.event_id)
            picture = picture_of_jpeg(event.snapshot.read_bytes()) if event.snapshot else None
            if picture is not None:
                looked.before = tuple(self._timed(looked, objects, lambda: picture))
                if found := named_first(looked.before, event.box):
                    return found
        clip = event.parts[0].path if event.parts else None
        if clip is None or 2 * looked.spent_s > self._budget_s:  # another one costs as much again
            return None
        self._looked.pop(event.event_id, None)
        return named_later(self._timed(looked, objects, lambda: middle_picture(clip)), looked.before)

    def _timed(self, looked: _Looked, objects: Objects, picture: Callable[[], Picture]) -> list[Seen]:
        began = self._monotonic()
        try:
            return objects.look(picture())
        finally:
            looked.spent_s += self._monotonic() - began

    def _remember(self, event_id: str) -> _Looked:
        if len(self._looked) >= QUEUE_LENGTH:
            del self._looked[next(iter(self._looked))]
        return self._looked.setdefault(event_id, _Looked())


def _step_back() -> None:
    """On Linux a thread has its own rank: this one gives way to all others."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICER)
