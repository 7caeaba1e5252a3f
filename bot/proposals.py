"""What MoCam proposes to ignore, as a port of the chat. Implemented by `mocam`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.zones import Hours


class Answer(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Of one camera."""

    camera: str
    number: int
    squares: str
    hours: Hours | None
    """None: always."""
    spared: int
    false_alarms: int
    kept: int
    """Other events; none would have been lost."""
    days: int
    """In which all this happened."""
    answer: Answer


class Proposals(Protocol):
    """Durable; raises Unavailable."""

    async def answer(self, camera: str, number: int, answer: Answer) -> ProposalView | None:
        """Accepts, declines or undoes it, where that is still possible; how it stands then. None: it is forgotten."""
