"""What became of each detection, and why, as a port of the chat. Implemented by `mocam`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Fate(StrEnum):
    """`texts` has words for each."""

    SENT = "sent"
    HUSHED = "hushed"
    """Without a sound: muted, or quiet hours."""
    FOLLOWED = "followed"
    """Without a sound: right after another one."""
    VEILED = "veiled"
    """Without the whole picture: the chat's privacy level."""
    STORM = "storm"
    """In the message of many."""
    OUTAGE = "outage"
    """Later, in a digest: the chat could not be reached."""
    WAITING = "waiting"
    """Not delivered so far."""
    REFUSED = "refused"
    """Telegram never took it."""
    SMALL = "small"
    DOUBT = "doubt"
    LIGHT = "light"
    ZONE = "zone"
    DISARMED = "disarmed"
    BLIND = "blind"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Decision:
    """One detection, some of the same kind, or a time in which there could be none."""

    camera: str
    fate: Fate
    at_utc: datetime
    until_utc: datetime
    """The same as `at_utc` for one moment."""
    times: int = 1
    event_id: str = ""
    place: str = ""
    """The named place in which it moved."""
    false_alarm: bool = False


class Decisions(Protocol):
    async def newest(self, chat_id: int, camera: str, count: int) -> Sequence[Decision]:
        """Newest first; an empty `camera`: of all. Raises Unavailable."""
