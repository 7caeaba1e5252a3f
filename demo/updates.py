"""What waits for the bot: the queue behind getUpdates."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from demo.changes import Changes
from demo.rejection import Rejected

log = logging.getLogger(__name__)

LONGEST_POLL_S = 50
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Update:
    """One update; `confirmed` is called when the bot has asked for the next one."""

    update_id: int
    kind: str
    payload: object
    confirmed: Callable[[], None] | None

    def to_json(self) -> dict[str, object]:
        return {"update_id": self.update_id, self.kind: self.payload}


class UpdateQueue:
    """Unconfirmed updates, oldest first; at most `keep`, then the oldest are dropped and counted."""

    def __init__(self, changes: Changes, *, keep: int = 1000) -> None:
        self._changes = changes
        self._keep = keep
        self._waiting: list[Update] = []
        self._last_id = int(time.time()) % 1_000_000 * 100
        self._allowed: frozenset[str] | None = None
        self._poller: _Poller | None = None
        self._closed = False
        self._last_poll_mono_s = 0.0
        self.dropped = 0

    @property
    def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        return len(self._waiting)

    @property
    def polled(self) -> bool:
        """A bot is listening now, or did a few seconds ago."""
        return self._poller is not None or time.monotonic() - self._last_poll_mono_s < 5

    def push(self, kind: str, payload: object, confirmed: Callable[[], None] | None = None) -> int | None:
        """Queues an update; None: the bot did not ask for this kind."""
        if kind in _NOT_BY_DEFAULT if self._allowed is None else kind not in self._allowed:
            return None
        self._last_id += 1
        self._waiting.append(Update(self._last_id, kind, payload, confirmed))
        if len(self._waiting) > self._keep:
            del self._waiting[0]
            self.dropped += 1
            log.info("stand-in: the bot does not fetch its updates; %d dropped so far", self.dropped)
        self._changes.note()
        return self._last_id

    def forget(self) -> None:
        """Drops everything that waits, as the bot asked."""
        self._waiting.clear()

    async def poll(
        self, offset: int, limit: int, timeout_s: float, allowed: Sequence[str] | None
    ) -> list[dict[str, object]]:
        """What getUpdates answers. Raises Rejected (409) in the older of two that wait at once."""
        if self._poller:
            self._poller.superseded = True
        poller = self._poller = _Poller()
        self._changes.note()
        try:
            if allowed is not None:
                self._allowed = frozenset(allowed) or None
            self._confirm(offset)
            await self._wait(poller, min(timeout_s, LONGEST_POLL_S))
            if poller.superseded:
                raise Rejected(
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                    code=409,
                )
            return [update.to_json() for update in self._waiting[: min(max(limit, 1), 100)]]
        finally:
            self._last_poll_mono_s = time.monotonic()
            if self._poller is poller:
                self._poller = None

    def close(self) -> None:
        """Lets a waiting poll answer now, and every later one at once, until `reopen`."""
        self._closed = True
        self._changes.note()

    def reopen(self) -> None:
        self._closed = False

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = self._waiting[max(offset, -len(self._waiting))].update_id if self._waiting else 0
        while self._waiting and self._waiting[0].update_id < offset:
            update = self._waiting.pop(0)
            if update.confirmed:
                update.confirmed()

    async def _wait(self, poller: _Poller, timeout_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            await self._changes.until(lambda: bool(self._waiting) or poller.superseded or self._closed, timeout_s)


@dataclass(slots=True)
class _Poller:
    """One getUpdates request that waits."""

    superseded: bool = False
