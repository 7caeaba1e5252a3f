"""How closely the pictures of a camera must be looked at just now; pure."""

from __future__ import annotations

from camera.motion import NOTHING, Motion, Reason, nothing
from camera.stirring import PAUSE_S

SETTLED_S = 2.0
"""Every picture of an event is looked at until this long after it was confirmed."""
RECENT_S = 1.0
"""What moved so short a time ago moves still."""
LOOK_S = 2.1
"""Key frames that come at least this often show by themselves whether an event goes on."""
PROBE_S = 0.12
"""One picture proves little: an insect may fly by. Those of so long after it must show the same thing."""
LEAST_GAP_S = 3.0
"""An event that closes after less than this without motion is looked at closely to its end."""


class Attention:
    """Follows the verdicts of one detector and the state of its event machine."""

    def __init__(self, gap_s: float) -> None:
        """An event ends `gap_s` after the last motion."""
        self._is_patient = gap_s >= LEAST_GAP_S
        self._motion = nothing(Reason.SETTLING)
        self._now_s = float("-inf")
        self._moved_s = self._stirred_s = float("-inf")
        self._event_s: float | None = None

    def see(self, motion: Motion, now_s: float, *, in_event: bool) -> None:
        """The verdict on the next picture, and whether an event goes on with it."""
        self._motion, self._now_s = motion, now_s
        if motion.moved:
            self._moved_s = now_s
        if motion.stirred_s is not None:
            self._stirred_s = now_s
        if not in_event:
            self._event_s = None
        elif self._event_s is None:
            self._event_s = now_s

    @property
    def wants_all(self) -> bool:
        """Every picture: something may be there, or came only just now."""
        if self._event_s is not None and not self._is_settled(self._event_s):
            return True
        if self.follows:
            return False
        return self._may_stir or self._motion.reason not in NOTHING

    @property
    def _may_stir(self) -> bool:
        """Whether what moved may still be there and hardly move, which only pictures tell that follow each other."""
        return self._event_s is not None and self._now_s - max(self._moved_s, self._stirred_s) <= PAUSE_S

    @property
    def in_event(self) -> bool:
        """Something moves, or did not long ago."""
        return self._event_s is not None

    @property
    def follows(self) -> bool:
        """Something has been moving for a while, and it is asked only whether it still does."""
        is_settled = self._event_s is not None and self._is_settled(self._event_s)
        return is_settled and self._now_s - self._moved_s <= RECENT_S

    def _is_settled(self, event_s: float) -> bool:
        return self._is_patient and self._now_s - event_s >= SETTLED_S
