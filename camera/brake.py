"""Slows a source that floods, so that no camera takes the processor from the others. Pure."""

from __future__ import annotations

MOST_A_SECOND = 250.0
"""Packets and gray frames: 60 pictures a second as both, sound beside them, and half as much again."""
BURST = 1500.0
"""What may come at once: a camera that kept some seconds for us while the network was away."""


class Brake:
    """A leaky bucket: what comes fills it, time empties it, and once it is full each item waits for its room."""

    def __init__(self, most_a_second: float = MOST_A_SECOND, burst: float = BURST) -> None:
        self._most_a_second = most_a_second
        self._burst = burst
        self._level = 0.0
        self._last_mono_s = float("-inf")
        self.is_on = False
        """From the first item that had to wait until half of the room is empty again: not on and off by the item."""

    def pause_s(self, mono_s: float) -> float:
        """Counts an item that came at `mono_s`; how many seconds to wait before the next one is asked for."""
        emptied = (mono_s - self._last_mono_s) * self._most_a_second
        self._level = max(0.0, self._level - emptied) + 1.0
        self._last_mono_s = mono_s
        self.is_on = self._level > (self._burst / 2 if self.is_on else self._burst)
        return max(0.0, self._level - self._burst) / self._most_a_second
