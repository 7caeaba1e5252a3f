"""The one gate: owners and guests, only in a private chat; strangers get silence and the owners hear of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from telegram import Update
from telegram.constants import ChatType

from bot.people import Guests
from bot.ports import Owners

_log = logging.getLogger(__name__)


class Access:
    """Fail-closed: whatever it does not know to be an owner's private chat stays outside."""

    def __init__(
        self,
        owners: Owners,
        guests: Guests,
        tell: Callable[[str, int], None],
        notice_every_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tell(who, times)` is called when a stranger knocked, at most once in `notice_every_s`."""
        self._owners = owners
        self._guests = guests
        self._tell = tell
        self._every_s = notice_every_s
        self._clock = clock
        self._quiet_until_s = float("-inf")
        self.knocks = 0
        """Refused updates since the start."""
        self._untold = 0

    def allows(self, update: Update) -> bool:
        """An owner's or a guest's, from a private chat of their own; what a guest may do, `dispatch` knows."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None or chat.type != ChatType.PRIVATE:
            return False
        return chat.id == user.id and self.knows(user.id)

    def knows(self, user_id: int) -> bool:
        """An owner, or a guest whose time is not over."""
        return user_id in self._owners.ids() or self._guests.until_utc(user_id) is not None

    def refused(self, update: Update) -> None:
        """Counts; tells the owners, at most once an hour. An owner's own message in a group is no stranger's."""
        self.knocks += 1
        user = update.effective_user
        if user is None or user.id in self._owners.ids():
            return
        self._untold += 1
        _log.warning("refused: user %d", user.id)
        if self._clock() >= self._quiet_until_s:
            self._quiet_until_s = self._clock() + self._every_s
            times, self._untold = self._untold, 0
            self._tell(f"{user.full_name[:64]} ({user.id})", times)
