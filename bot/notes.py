"""Something remembered by id, bounded: the oldest go first when it is full. Lost at a restart."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

MOST_REMEMBERED = 1000

_V = TypeVar("_V")


class Notes(OrderedDict[int, _V]):
    """A dict of ids that forgets."""

    def put(self, key: int, value: _V) -> _V:
        """Remembers it as the newest, and returns it."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > MOST_REMEMBERED:
            self.popitem(last=False)
        return value
