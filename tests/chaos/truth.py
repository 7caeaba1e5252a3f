"""What moved in truth, read from what the synthetic camera wrote down while it drew it, and what of it was promised.

Pure. Times are seconds of the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SETTLES_S = 1.5
"""After its first picture a camera learns the background."""
LATE_S = 0.5
"""So much later than its film's clock says the network camera's picture may be with the program."""
SEEN_S = 2.0
"""A visitor whom a settled camera saw for so long before the program's end must not be lost."""

_LINE = re.compile(
    r"(first picture|visitor (?:comes|gone|shown))(?: for (\d+\.\d+) s)? at (\d+\.\d+) s of the monotonic clock"
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One crossing of the picture within one life of the program."""

    life: int
    session_s: float
    """The camera's first picture."""
    comes_s: float
    until_s: float
    """When it was gone, or the program."""
    cut: bool
    """The program's end came first, or before the clip was whole."""
    spoilt: bool = False
    """The camera had been made to fail: nothing is promised."""

    @property
    def seen_s(self) -> float:
        """How long a settled camera saw it."""
        if self.spoilt:
            return 0.0
        return max(0.0, self.until_s - max(self.comes_s, self.session_s + SETTLES_S))

    @property
    def promised(self) -> bool:
        return self.seen_s >= SEEN_S


@dataclass(frozen=True, slots=True)
class Film:
    """When a visitor comes in the network camera's film."""

    comes_s: float
    stays_s: float
    every_s: float


_STATE = re.compile(r"camera gate (\w+) at (\d+\.\d+) s of the monotonic clock")


def gate_visits(
    life: int,
    log: str,
    ended_s: float,
    whole_after_s: float,
    spoilt_s: Sequence[tuple[float, float]],
    film: Film,
    plays_s: Sequence[float] = (),
) -> list[Visit]:
    """Visits before the network camera in one life: each time it is opened its film begins anew.

    `spoilt_s`: from when to when it was made to fail; what it shows from the first of them on until it is opened again
    is nobody's promise. `plays_s`: when its server began the film, some seconds before the program had looked at enough
    of it to know what it is; without, the film counts as begun when the camera was open.
    """
    sessions: list[tuple[float, float, float]] = []
    begun_s: float | None = None
    for state, text in [*_STATE.findall(log), ("ended", str(ended_s))]:
        if begun_s is None and state == "watching":
            begun_s = float(text)
        elif begun_s is not None and state not in ("watching", "recording"):
            failed_s = min((at for at, back in spoilt_s if back > begun_s and at < float(text)), default=float(text))
            sessions.append((begun_s, max(begun_s, failed_s), float(text)))
            begun_s = None
    found = []
    for first_s, failed_s, end_s in sessions:
        zero_s = max((at for at in plays_s if at <= first_s), default=first_s)
        comes_s, last_s = zero_s + film.comes_s, failed_s - LATE_S
        while comes_s < end_s:
            gone_s = comes_s + film.stays_s
            spoilt = comes_s >= last_s
            # Nobody is seen by a camera that is closed: a later visitor's event is not theirs.
            until_s = min(gone_s, end_s if spoilt else last_s)
            found.append(Visit(life, first_s, comes_s, until_s, gone_s + whole_after_s > failed_s, spoilt))
            comes_s += film.every_s
    return found


def visits(life: int, log: str, ended_s: float, whole_after_s: float) -> list[Visit]:
    """The visits of one life, in order. `whole_after_s`: how long after a visit its clip is complete.

    On a machine that cannot keep up the scene goes in slow motion: what counts is how much of a visit was shown.
    """
    found: list[Visit] = []
    session_s = ended_s
    comes_s: float | None = None
    shown_s = 0.0
    for what, shown, text in [*_LINE.findall(log), ("ended", "", str(ended_s))]:
        at_s = float(text)
        if what == "visitor comes":
            comes_s, shown_s = at_s, 0.0
        elif what == "visitor shown":
            shown_s = float(shown)
        elif comes_s is not None:
            cut = what != "visitor gone" or at_s + whole_after_s > ended_s
            found.append(Visit(life, session_s, comes_s, comes_s + shown_s, cut))
            comes_s = None
        if what == "first picture":
            session_s = at_s
    return found
