"""Messages that must still reach a chat."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.privacy import Look


class Cause(StrEnum):
    """Why a digest was made."""

    STORM = "storm"
    """Very many events in a short time; it counts up."""
    OUTAGE = "outage"
    """The chat could not be reached for long."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a digest stands for, with the events of one page, oldest first."""

    chat_id: int
    cause: Cause
    first_utc: datetime
    last_utc: datetime
    """Start of the last event."""
    by_camera: Mapping[str, int]
    """How many events of each camera, the most first."""
    page: int
    pages: int
    first_number: int
    """Number of the page's first event, from 1."""
    event_ids: tuple[str, ...]

    @property
    def count(self) -> int:
        """Events in all."""
        return sum(self.by_camera.values())


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that must still reach one chat, or must still be edited there; see storage for its life."""

    letter_id: int
    chat_id: int
    event_id: str
    """Empty: a notice, and `text` is what it says (HTML)."""
    text: str
    silent: bool
    message_id: int | None
    holds_clip: bool
    wanted: int
    attempts: int
    created_utc: datetime
    unknown: bool
    urgent: bool = False
    """Quiet hours do not silence it."""
    cause: Cause | None = None
    """Of a digest, which stands for many events; then `event_id` and `text` are empty."""
    look: Look = Look.FULL
    """What its chat was to see when it was written."""
    key: str = ""
    """Of a notice, what it is about; see `proposal_keys`."""
    sent_after: int = 0
    """The newest message number that was known when it was sent and no answer came; 0: none was."""
    until_utc: datetime | None = None
    """It is the digest of the day that ended then; else None. `event_id` and `text` are empty then."""


class Outbox(Protocol):
    async def due(self) -> Sequence[Letter]:
        """Letters whose time has come, first tries of alerts before edits, oldest first; at most 50."""

    async def current(self, letter_id: int) -> Letter | None:
        """The letter as it is now; None: nothing is due of it any more, or a digest stands for it."""

    async def gather(self, busy: Collection[int]) -> None:
        """Puts alerts that could not be sent for long into a digest; `busy` letters are just being sent."""

    async def gathered(self, letter_id: int, page: int, per_page: int) -> Gathered | None:
        """What a digest stands for; a negative page counts from the end. None: it is gone."""

    async def sending(self, letter_id: int, newest: int) -> bool:
        """A first message goes out, the newest number known being `newest` (0: none is). Until more is known it may be
        in the chat, also for the program's next life; False: that will not know. Raises NotNow."""

    async def newest_message(self) -> int:
        """The newest message number that any life of the program knew; 0: none."""

    async def numbers_taken(self, after: int, count: int) -> Collection[int]:
        """Which of the `count` message numbers after `after` belong to other letters and pictures."""

    async def hushed(self, letter_id: int) -> None:
        """Its first message goes out without a sound: the chat is muted, or it is quiet hours."""

    async def shown(self, letter_id: int, message_id: int, wanted: int, *, holds_clip: bool) -> None:
        """The chat now shows state `wanted`."""

    async def defer(self, letter_id: int, delay_s: float, reason: str, *, unknown: bool) -> None:
        """A try failed. `unknown`: this one or one before may have arrived."""

    async def give_up(self, letter_id: int, reason: str) -> None:
        """Never to be tried again as it is (a permanent refusal); counted."""

    async def next_due_s(self) -> float | None:
        """Seconds until the next deferred letter; None: nothing waits."""
