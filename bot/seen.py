"""Which updates were handed on, so that a rebuilt application does not obey the same command twice."""

from __future__ import annotations

from collections import OrderedDict

MOST_REMEMBERED = 1000


class Seen:
    """Outlives every application. Only what a handler really got counts: python-telegram-bot also fetches updates
    just to confirm others, and throws them away."""

    def __init__(self) -> None:
        self._ids: OrderedDict[int, None] = OrderedDict()

    def is_new(self, update_id: int) -> bool:
        """True the first time."""
        if update_id in self._ids:
            return False
        self._ids[update_id] = None
        while len(self._ids) > MOST_REMEMBERED:
            self._ids.popitem(last=False)
        return True
