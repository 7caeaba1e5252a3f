"""The household's people, as ports of the chat: who may look until when, and who did what. Implemented by `mocam`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class GuestView:
    """Somebody who may look until then."""

    user_id: int
    name: str
    until_utc: datetime


class Guests(Protocol):
    def until_utc(self, user_id: int) -> datetime | None:
        """End of this user's permission to look; None: there is none (any more)."""

    async def invite(self, code: str, expires_utc: datetime, until_utc: datetime, invited_by: int) -> None:
        """Whoever brings `code` before `expires_utc` may look until `until_utc`."""

    async def claim(self, code: str, user_id: int, name: str) -> datetime | None:
        """Uses the code up; until when this user may look. None: no such code."""

    async def all(self) -> Sequence[GuestView]:
        """Those who may look now, the first to end first."""

    async def open_links(self) -> int: ...

    async def remove(self, user_id: int) -> str:
        """The name of the guest who may no longer look; empty: there was none."""

    async def withdraw_links(self) -> int:
        """No link that is still out works any more; how many there were."""


class Languages(Protocol):
    """In which language somebody is answered; known without waiting."""

    def of(self, user_id: int) -> str:
        """As chosen, or else as Telegram tells; English while neither is known."""

    def chosen(self, user_id: int) -> str:
        """Empty: as Telegram tells."""

    async def heard(self, user_id: int, telling: str) -> None:
        """What Telegram tells: `de`, `de-AT`, or empty. Never fails: what cannot be kept holds until the next start."""

    async def choose(self, user_id: int, language: str) -> None:
        """Empty: as Telegram tells."""


class Act(StrEnum):
    """What the audit log knows of."""

    ARMED = "armed"
    DISARMED = "disarmed"
    SCHEDULE = "schedule"
    RETENTION = "retention"
    SNAPSHOT = "snapshot"
    CLIP = "clip"
    LOOKED = "looked"
    RECORDED = "recorded"
    DELETED = "deleted"
    SPARED = "spared"
    KEPT = "kept"
    UNKEPT = "unkept"
    CLOSED = "closed"
    ZONES = "zones"
    SENSITIVITY = "sensitivity"
    INVITED = "invited"
    JOINED = "joined"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    PAIRED = "paired"


def stamp(when_utc: datetime) -> str:
    """A time in the log: whoever reads it later sees it in their zone and language."""
    return f"{when_utc.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Who did what, when, about what (a camera, an event, a limit)."""

    entry_id: int
    at_utc: datetime
    who: str
    act: str
    about: str


class AuditLog(Protocol):
    async def note(self, user_id: int, who: str, act: Act, about: str) -> None:
        """Never fails: what cannot be noted is said in the program's own log."""

    async def newest(self, count: int, before: int | None) -> Sequence[LogEntry]:
        """Newest first; `before`: only entries older than that one."""
