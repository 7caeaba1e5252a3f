"""Which message numbers were seen, so that a message whose sending got no answer can be looked for. Pure.

Telegram numbers all messages of a bot one after the other, over all its private chats. So a message of unknown fate, if
it is in the chat at all, has one of the few numbers after the last one that was known before it was sent.
"""

from __future__ import annotations

from collections import OrderedDict

LOOKED_AT = 6
"""Numbers that are tried: strangers and other lanes may have used up some in between."""
MOST_REMEMBERED = 1000


class Trail:
    """Only what this program itself has sent is a sure beginning: what waited for it may be older than its last life's
    messages."""

    def __init__(self) -> None:
        self._newest = 0
        self._earlier = 0
        self._known: OrderedDict[int, None] = OrderedDict()

    @property
    def newest(self) -> int:
        """The last number that is known; 0: nothing was sent yet in this life."""
        return self._newest

    @property
    def newest_picture(self) -> int:
        """The same for what shows a picture, of which earlier lives left the numbers; 0: none did."""
        return max(self._newest, self._earlier)

    def begin(self, newest: int) -> None:
        """The last number that an earlier life knew; 0: none."""
        self._earlier = newest

    def sent(self, message_id: int) -> None:
        """A message of ours arrived."""
        self._remember(message_id)
        self._newest = max(self._newest, message_id)

    def received(self, message_id: int) -> None:
        """Somebody wrote to the bot."""
        self._remember(message_id)
        if self._newest:
            self._newest = max(self._newest, message_id)

    def candidates(self, after: int) -> list[int]:
        """Numbers that a message could have which was sent when `after` was the newest; empty: nobody knows."""
        if not after:
            return []
        return [number for number in range(after + 1, after + 1 + LOOKED_AT) if number not in self._known]

    def _remember(self, message_id: int) -> None:
        self._known[message_id] = None
        self._known.move_to_end(message_id)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
