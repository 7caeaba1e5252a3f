"""What moved in truth, read from what the synthetic camera wrote down while it drew it, and what of it was promised.

Pure. Times are seconds of the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SETTLES_S = 1.5
"""After its first picture a camera learns the background."""
SEEN_S = 2.0
"""A visitor whom a settled camera saw for so long before the program's end must not be lost."""

_LINE = re.compile(r"(first picture|visitor comes|visitor gone) at (\d+\.\d+) s of the monotonic clock")


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

    @property
    def seen_s(self) -> float:
        """How long a settled camera saw it."""
        return max(0.0, self.until_s - max(self.comes_s, self.session_s + SETTLES_S))

    @property
    def promised(self) -> bool:
        return self.seen_s >= SEEN_S


def visits(life: int, log: str, ended_s: float, whole_after_s: float) -> list[Visit]:
    """The visits of one life, in order. `whole_after_s`: how long after a visit its clip is complete."""
    found: list[Visit] = []
    session_s = comes_s = None
    for what, text in _LINE.findall(log):
        at_s = float(text)
        if what == "first picture":
            if comes_s is not None and session_s is not None:
                found.append(Visit(life, session_s, comes_s, at_s, cut=True))
            session_s, comes_s = at_s, None
        elif what == "visitor comes":
            comes_s = at_s
        elif comes_s is not None and session_s is not None:
            found.append(Visit(life, session_s, comes_s, at_s, cut=at_s + whole_after_s > ended_s))
            comes_s = None
    if comes_s is not None and session_s is not None and ended_s > comes_s:
        found.append(Visit(life, session_s, comes_s, ended_s, cut=True))
    return found
