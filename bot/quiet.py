"""When a phone makes no sound: mutes with an end, and quiet hours every day. Pure, and the port that keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Quiet:
    """When one chat makes no sound."""

    until_utc: Mapping[str, datetime]
    """Mutes that are not over, by camera; `""`: everything."""
    hours: tuple[time, time] | None
    """Every day from .. to .., in the owner's zone."""

    def silences(self, camera: str, now_utc: datetime, zone: tzinfo, *, urgent: bool = False) -> bool:
        """Whether a message about this camera (empty: about none) makes no sound now. What is urgent sounds in quiet
        hours, and not while everything is muted: somebody said so for these very hours, and it has an end."""
        if any(now_utc < end for name, end in self.until_utc.items() if name in ("", camera)):
            return True
        if self.hours is None or urgent:
            return False
        begin, end = self.hours
        now = now_utc.astimezone(zone).time()
        return begin <= now < end if begin < end else now >= begin or now < end


class QuietTimes(Protocol):
    async def of(self, chat_id: int) -> Quiet: ...

    async def mute(self, chat_id: int, camera: str, until_utc: datetime) -> None:
        """One camera, or (empty) everything."""

    async def unmute(self, chat_id: int) -> None:
        """Ends every mute; quiet hours stay."""

    async def set_hours(self, chat_id: int, hours: tuple[time, time] | None) -> None: ...
