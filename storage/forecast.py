"""When rules begin to delete and when room runs out, if recording goes on as it does. Pure; times are days from now."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST_HISTORY_DAYS = 3.0
"""A rate of less says nothing yet: one windy afternoon would be a year's forecast."""
HORIZON_DAYS = 400.0
"""Nobody plans further, and no rate holds for longer."""
STEP_DAYS = 0.25
_ROUNDING_BYTES = 1.0
"""Of a sum of many fractions."""


class Ends(StrEnum):
    """What makes the first copy go."""

    AGE = "age"
    SIZE = "size"
    ROOM = "room"
    """There is none left: here the oldest go, in the archive nothing new arrives."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One place where clips lie."""

    copies: Sequence[tuple[float, int]]
    """Age in days and bytes of the copies that a rule may take, oldest first; a day's copies may be one entry."""
    kept_bytes: int
    """Of copies that no rule takes."""
    days: float | None
    limit_bytes: int | None
    free_bytes: int | None
    """Room besides what lies there; None: nobody knows."""

    @property
    def stock_bytes(self) -> int:
        """All that lies there."""
        return self.kept_bytes + sum(size_bytes for _, size_bytes in self.copies)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of one shelf."""

    needs_bytes: int | None
    """What the age rule comes to at this rate; None: there is no such rule."""
    room_bytes: int | None
    """What can lie there in all; None: nobody knows."""
    first_days: float | None
    """Until the first copy goes; 0: now. None: not within the horizon."""
    first_by: Ends | None
    full_days: float | None
    """Until there is no room, though the rules delete what they say; None: not within the horizon, or nobody knows."""


def forecast(shelf: Shelf, bytes_a_day: float) -> Forecast:
    """Goes on from what lies there, in steps of a quarter of a day."""
    bound_days, bound_by = _bound(shelf, bytes_a_day)
    age_days = _first_by_age(shelf, bytes_a_day)
    first_days, first_by = bound_days, bound_by
    if age_days is not None and (bound_days is None or age_days < bound_days):
        first_days, first_by = age_days, Ends.AGE
    return Forecast(
        needs_bytes=None if shelf.days is None else round(shelf.days * bytes_a_day),
        room_bytes=None if shelf.free_bytes is None else shelf.stock_bytes + max(0, shelf.free_bytes),
        first_days=first_days,
        first_by=first_by,
        full_days=bound_days if bound_by is Ends.ROOM else None,
    )


def _first_by_age(shelf: Shelf, bytes_a_day: float) -> float | None:
    if shelf.days is None or not (shelf.copies or bytes_a_day > 0):
        return None
    oldest_days = shelf.copies[0][0] if shelf.copies else 0.0
    wait_days = max(0.0, shelf.days - oldest_days)
    return wait_days if wait_days <= HORIZON_DAYS else None


def _bound(shelf: Shelf, bytes_a_day: float) -> tuple[float | None, Ends | None]:
    """When the size rule or the room is met for the first time, whichever comes first."""
    born = deque((-age_days, float(size_bytes)) for age_days, size_bytes in shelf.copies)
    stock_bytes = begun_bytes = float(shelf.stock_bytes)
    at_days = 0.0
    while at_days <= HORIZON_DAYS:
        while shelf.days is not None and born and at_days - born[0][0] >= shelf.days:
            stock_bytes -= born.popleft()[1]
        if shelf.limit_bytes is not None and stock_bytes > shelf.limit_bytes + _ROUNDING_BYTES:
            return at_days, Ends.SIZE
        if shelf.free_bytes is not None and stock_bytes - begun_bytes > max(0, shelf.free_bytes) + _ROUNDING_BYTES:
            return at_days, Ends.ROOM
        at_days += STEP_DAYS
        born.append((at_days, bytes_a_day * STEP_DAYS))
        stock_bytes += bytes_a_day * STEP_DAYS
    return None, None
