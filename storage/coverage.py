"""How much of the time for which a camera was armed it really saw. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from storage.gaps import Gap, GapKind

TOLD_WEEKDAY, TOLD_HOUR = 6, 10
"""Sunday at ten, in the owner's zone: who gets up late is not woken, and the message is silent anyway."""
LEAST_KNOWN = timedelta(days=2)
"""A share of less says nothing yet."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One camera in one span of time."""

    camera: str
    armed_s: float
    """For how long it should have seen."""
    seen_s: float
    longest: Gap | None
    """The longest gap that was not wished, cut to the span; None: there was none."""

    @property
    def share(self) -> float:
        """0 to 1; 1 when it was never armed."""
        return self.seen_s / self.armed_s if self.armed_s else 1.0

    @property
    def lost_s(self) -> float:
        return self.armed_s - self.seen_s


def coverage(camera: str, gaps: Iterable[Gap], from_utc: datetime, to_utc: datetime) -> Coverage:
    """Of one camera's gaps; spans that overlap, as after a clock that was set back, count once."""
    cut = [
        replace(gap, from_utc=max(gap.from_utc, from_utc), to_utc=min(gap.to_utc, to_utc))
        for gap in gaps
        if gap.camera == camera and gap.to_utc > from_utc and gap.from_utc < to_utc
    ]
    wished_s = _covered_s([gap for gap in cut if gap.kind is GapKind.DISARMED])
    armed_s = max(0.0, (to_utc - from_utc).total_seconds() - wished_s)
    lost_s = _covered_s(cut) - wished_s
    unwished = [gap for gap in cut if gap.kind is not GapKind.DISARMED]
    return Coverage(
        camera,
        armed_s,
        min(armed_s, max(0.0, armed_s - lost_s)),
        max(unwished, key=lambda gap: gap.length_s, default=None),
    )


def is_due(now_utc: datetime, told_utc: datetime, zone: tzinfo) -> bool:
    """Whether a Sunday at ten has passed since it was last told; not for a first one of less than two days."""
    return told_utc < last_moment(now_utc, zone) and now_utc - told_utc >= LEAST_KNOWN


def last_moment(now_utc: datetime, zone: tzinfo) -> datetime:
    """The last Sunday at ten, in the owner's zone."""
    local = now_utc.astimezone(zone)
    at_ten = local.replace(hour=TOLD_HOUR, minute=0, second=0, microsecond=0)
    at_ten -= timedelta(days=(local.weekday() - TOLD_WEEKDAY) % 7)
    return at_ten if at_ten <= local else at_ten - timedelta(days=7)


def _covered_s(gaps: Sequence[Gap]) -> float:
    """Seconds that lie in any of them."""
    total_s = 0.0
    reached_utc: datetime | None = None
    for gap in sorted(gaps, key=lambda one: one.from_utc):
        begun_utc = gap.from_utc if reached_utc is None else max(gap.from_utc, reached_utc)
        total_s += max(0.0, (gap.to_utc - begun_utc).total_seconds())
        reached_utc = gap.to_utc if reached_utc is None else max(reached_utc, gap.to_utc)
    return total_s
