"""How long ago the owner asked for something: by Telegram's clock, since ours may be wrong after a start; and for
button presses, whose time Telegram does not tell, by when they could have come."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notes import Notes

WAITED_S = 2.0
"""A poll that was answered only after so long had nothing waiting for it: what it brought is new."""
FULL_BATCH = 100
"""Telegram hands out no more at once, so older ones may follow."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One answered getUpdates."""

    took_s: float
    server_utc: datetime | None
    """What Telegram's clock showed; None: it did not say."""
    update_ids: Collection[int]


class Lateness:
    """Loop only; reads no clock but those it was given."""

    def __init__(
        self, late_s: float, now_utc: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._late_s = late_s
        self._now_utc = now_utc
        self._clock = clock
        self._server: tuple[datetime, float] | None = None
        """What Telegram's clock showed, and when by ours."""
        self._emptied_s = float("-inf")
        """When nothing was left waiting for us."""
        self._late = Notes[None]()

    def polled(self, poll: Poll) -> None:
        """A poll was answered just now."""
        now_s = self._clock()
        if poll.server_utc is not None:
            self._server = (poll.server_utc, now_s)
        if poll.took_s < WAITED_S and now_s - self._emptied_s > self._late_s:
            for update_id in poll.update_ids:
                self._late.put(update_id, None)
        if len(poll.update_ids) < FULL_BATCH:
            self._emptied_s = now_s

    def age_s(self, sent_utc: datetime) -> float:
        """Of a message with this date."""
        if self._server is None:
            return (self._now_utc() - sent_utc).total_seconds()
        shown_utc, at_s = self._server
        return (shown_utc + timedelta(seconds=self._clock() - at_s) - sent_utc).total_seconds()

    def maybe_late(self, update_id: int, shown_utc: datetime | None) -> bool:
        """A press may have waited for longer than is decent, for all that is known. `shown_utc`: when the pressed
        message came or changed, before which nobody can have pressed it; None: nobody knows."""
        if update_id not in self._late:
            return False
        return shown_utc is None or self.age_s(shown_utc) > self._late_s
