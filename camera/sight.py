"""Judges whether a camera that delivers pictures sees: not when they are frozen, and not when they are black. Pure.

Only the middle three quarters of the height are looked at: many cameras write a running clock along the upper or lower
edge, also into a dead picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.model import Luma

FROZEN_S = 120.0
"""The same picture to the last bit for this long. A sensor has noise: what compression leaves of it differed at the
latest after half a second in eleven real films, one of a night at 43 kbit/s."""

DARK_FROZEN_S = 1200.0
"""The same where it is dark, since a thrifty encoder may skip a noise that nobody would see."""
DARK_MEAN = 32.0
"""Mean luma below this is dark; black is 16, or 0 in cameras that use the whole range."""

QUESTION_S = 25.0
"""After this long every picture is wanted, before one that stands still in key frames alone is called frozen."""

BLACK_S = 60.0
BLACK_MEAN = 26.0
BLACK_RANGE = 4
"""A picture is black when it is as dark and flat as this everywhere: no lamp, no outline, no noise that survives being
made small. A dark night has one of them."""

SEES_AGAIN_S = 10.0
"""So long must a picture that was frozen go on changing: the first after a new start differs by its coding alone."""
STILL_S = 5.0
"""While it must go on changing it may stand still for this long."""

FIRST_START_PAUSE_S, LONGEST_START_PAUSE_S = 120.0, 3600.0
"""A frozen camera is opened again at once, and if that does not help after two minutes, four, .. an hour."""

FROZEN = "The camera sends the same picture over and over: it hangs. Switch it off and on."
BLACK = "The camera's picture is black: is its lens covered, or is there no light at all?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why it does not see, and since when."""

    reason: str
    """A sentence for the owner."""
    since_mono_s: float


class Sight:
    """Follows the gray frames of one camera, over several openings of it; used by one thread at a time."""

    def __init__(self, *, black_is_blind: bool = True) -> None:
        self._black_is_blind = black_is_blind
        self._last: Luma | None = None
        self._same_since_s: float | None = None
        self._black_since_s: float | None = None
        self._changes_since_s: float | None = None
        self._start_at_s = float("-inf")
        self._start_pause_s = FIRST_START_PAUSE_S
        self._last_s = float("-inf")
        self.verdict: Verdict | None = None
        """Of the newest gray frame; None: it sees."""

    def look(self, luma: Luma, mono_s: float) -> Verdict | None:
        """The verdict on the stretch that ends with this gray frame."""
        self._last_s = mono_s
        height = luma.shape[0]
        middle = luma[height // 8 : height - height // 8]
        is_dark = float(middle.mean()) < DARK_MEAN
        self._follow_black(middle, mono_s, is_dark=is_dark)
        self._follow_change(middle, mono_s)
        self.verdict = self._black(mono_s) or self._frozen(mono_s, DARK_FROZEN_S if is_dark else FROZEN_S)
        return self.verdict

    @property
    def is_in_question(self) -> bool:
        """Whether the picture has stood still so long that no picture may be left out any more."""
        return self._same_since_s is not None and self._last_s - self._same_since_s > QUESTION_S

    def moved(self) -> None:
        """Something was seen to move: whatever was thought of the picture, it lives."""
        self._same_since_s = self._black_since_s = self._changes_since_s = self.verdict = None

    def opened(self) -> None:
        """The camera was opened anew: what it showed before tells nothing, unless that is why it was opened."""
        if self.verdict is None:
            self._last = None
            self.moved()

    def wants_new_start(self, mono_s: float) -> bool:
        """Whether opening it again may help now; true at ever longer distances while it stays frozen."""
        if not self._is_frozen:
            self._start_at_s, self._start_pause_s = float("-inf"), FIRST_START_PAUSE_S
            return False
        if mono_s < self._start_at_s:
            return False
        self._start_at_s = mono_s + self._start_pause_s
        self._start_pause_s = min(2 * self._start_pause_s, LONGEST_START_PAUSE_S)
        return True

    def _follow_black(self, middle: Luma, mono_s: float, *, is_dark: bool) -> None:
        if not (self._black_is_blind and is_dark and _is_black(middle)):
            self._black_since_s = None
        elif self._black_since_s is None:
            self._black_since_s = mono_s

    def _follow_change(self, middle: Luma, mono_s: float) -> None:
        if self._last is not None and np.array_equal(middle, self._last):
            if self._same_since_s is None:
                self._same_since_s = mono_s
            elif mono_s - self._same_since_s > STILL_S:
                self._changes_since_s = None
            return
        self._last, self._same_since_s = middle.copy(), None
        if self._changes_since_s is None:
            self._changes_since_s = mono_s

    def _black(self, mono_s: float) -> Verdict | None:
        if self._black_since_s is None or mono_s - self._black_since_s < BLACK_S:
            return None
        return Verdict(BLACK, self._black_since_s)

    def _frozen(self, mono_s: float, limit_s: float) -> Verdict | None:
        if self._same_since_s is not None and mono_s - self._same_since_s >= limit_s:
            return self.verdict if self._is_frozen else Verdict(FROZEN, self._same_since_s)
        if self._is_frozen and (self._changes_since_s is None or mono_s - self._changes_since_s < SEES_AGAIN_S):
            return self.verdict
        return None

    @property
    def _is_frozen(self) -> bool:
        return self.verdict is not None and self.verdict.reason == FROZEN


def _is_black(middle: Luma) -> bool:
    return float(middle.mean()) < BLACK_MEAN and int(middle.max()) - int(middle.min()) <= BLACK_RANGE
