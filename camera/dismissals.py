"""What stirred in front of a camera and was no event, and why: told now and then, never for each frame. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from camera.motion import Motion, Reason

LEAST_S = 0.3
"""What is shorter is noise; a change of light is told however short it is."""
LULL_S = 2.0
"""A stir is over after this long without; an event that begins meanwhile was what it announced."""
LONG_LULL_S = 12.0
"""The same where nothing is watched: of a stream whose key frames alone are decoded only some pictures are seen."""
EVERY_S = 60.0
"""The same cause is told no more often at first, .."""
SELDOM_S = 1800.0
""".. and half as often each time while it goes on, down to this."""


class Cause(StrEnum):
    """Why it was none."""

    SMALL = "small"
    DOUBT = "doubt"
    """It did not stay or move as a thing does."""
    LIGHT = "light"
    ZONE = "zone"
    """It was in a place that is not watched."""


_CAUSES = {
    Reason.SMALL: Cause.SMALL,
    Reason.DOUBT: Cause.DOUBT,
    Reason.LIGHT: Cause.LIGHT,
    Reason.IGNORED: Cause.ZONE,
}


@dataclass(frozen=True, slots=True)
class Dismissal:
    """One or more stirs of the same cause."""

    cause: Cause
    first_s: float
    """Of the camera's clock."""
    last_s: float
    times: int = 1


@dataclass(slots=True)
class _Teller:
    """Of one cause."""

    stir: tuple[float, float] | None = None
    """First and last frame of what goes on."""
    waiting: Dismissal | None = None
    told_s: float = float("-inf")
    every_s: float = EVERY_S


@dataclass(slots=True)
class Dismissals:
    """Of one open camera."""

    _tellers: dict[Cause, _Teller] = field(default_factory=lambda: {cause: _Teller() for cause in Cause})

    def see(self, motion: Motion, now_s: float, *, in_event: bool) -> list[Dismissal]:
        """The next frame; what is to be told now."""
        if in_event or motion.moved:
            # What stirred just before belongs to the event, or to what may become one.
            for teller in self._tellers.values():
                teller.stir = None
            return []
        cause = _CAUSES.get(motion.reason)
        told = []
        for one, teller in self._tellers.items():
            if one is cause:
                teller.stir = (teller.stir[0] if teller.stir else now_s, now_s)
            elif teller.stir and now_s - teller.stir[1] > (LONG_LULL_S if one is Cause.ZONE else LULL_S):
                _over(one, teller)
            if dismissal := _due(teller, now_s):
                told.append(dismissal)
        return told


def _over(cause: Cause, teller: _Teller) -> None:
    """The stir has ended without an event."""
    if teller.stir is None:
        return
    (first_s, last_s), teller.stir = teller.stir, None
    if last_s - first_s < LEAST_S and cause is not Cause.LIGHT:
        return
    before = teller.waiting
    teller.waiting = Dismissal(cause, before.first_s if before else first_s, last_s, before.times + 1 if before else 1)


def _due(teller: _Teller, now_s: float) -> Dismissal | None:
    since_s = now_s - teller.told_s
    if teller.waiting is None or since_s < teller.every_s:
        return None
    goes_on = since_s < 2 * teller.every_s
    teller.every_s = min(SELDOM_S, 2 * teller.every_s) if goes_on else EVERY_S
    teller.told_s = now_s
    told, teller.waiting = teller.waiting, None
    return told
