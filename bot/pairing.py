"""How a MoCam without an owner gets one: a one-time code on the console, sent by `/start <code>` in a private chat."""

from __future__ import annotations

import asyncio
import hmac
import io
import logging
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from bot.formatting import clock_text
from bot.ports import Owners
from bot.texts import pairing as texts
from bot.timing import Timing

_log = logging.getLogger(__name__)

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Nothing that looks like something else."""
CODE_LENGTH = 10
"""50 bits; with five tries in ten minutes guessing is hopeless."""
MOST_TRIES = 5


class Code:
    """One code: good for a time, for few tries, and once. Pure: takes `now_s`."""

    def __init__(self, text: str, until_s: float) -> None:
        self.text = text
        self._until_s = until_s
        self._tries_left = MOST_TRIES
        self._used = False

    def alive(self, now_s: float) -> bool:
        """It may still be tried."""
        return not self._used and self._tries_left > 0 and now_s < self._until_s

    def matches(self, text: str, now_s: float) -> bool:
        """Spends one try; a match spends the code."""
        if not self.alive(now_s):
            return False
        self._tries_left -= 1
        self._used = hmac.compare_digest(self.text.encode(), text.strip().upper().encode())
        return self._used


def new_code() -> str:
    """From the system's secure source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


class Pairing:
    """Shows codes while there is no owner; `claim` makes the first right one an owner."""

    def __init__(
        self,
        owners: Owners,
        announce: Callable[[str], None],
        zone: tzinfo,
        timing: Timing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._owners = owners
        self._announce = announce
        self._zone = zone
        self._timing = timing
        self._clock = clock
        self._code: Code | None = None
        self._changed = asyncio.Event()
        self._claiming = asyncio.Lock()
        self.bot_name = ""
        """Telegram's name of the bot, known once it was reached."""

    @property
    def open(self) -> bool:
        """Nobody owns it yet."""
        return not self._owners.ids()

    def bot_known(self, name: str) -> None:
        """The link of a code needs the bot's name."""
        self.bot_name = name
        self._changed.set()

    async def run(self) -> None:
        """Until somebody has paired; a new code appears when the old one has expired or was used up."""
        while self.open:
            if self.bot_name:
                self._show_code()
            await self._until_due()

    async def claim(self, user_id: int, text: str) -> bool:
        """True: the code was right and this user is the owner now."""
        async with self._claiming:
            if not self.open or self._code is None or not self._code.matches(text, self._clock()):
                self._changed.set()
                return False
            await self._owners.add(user_id)
        self._changed.set()
        self._announce(texts.paired_console(user_id))
        return True

    def _show_code(self) -> None:
        now_s = self._clock()
        if self._code is not None and self._code.alive(now_s):
            return
        self._code = Code(new_code(), now_s + self._timing.pairing_code_s)
        until_utc = datetime.now(UTC) + timedelta(seconds=self._timing.pairing_code_s)
        link = f"https://t.me/{self.bot_name}?start={self._code.text}"
        until = clock_text(until_utc, self._zone)
        self._announce(texts.invitation(self.bot_name, self._code.text, link, until, qr_text(link)))

    async def _until_due(self) -> None:
        """Wakes when a code is used, spent or expired."""
        self._changed.clear()
        try:
            async with asyncio.timeout(self._timing.pairing_code_s if self.bot_name else None):
                await self._changed.wait()
        except TimeoutError:
            return
        spent = self._code is not None and not self._code.alive(self._clock())
        if spent and self.open:
            _log.warning("a pairing code was used up by wrong tries")
            await asyncio.sleep(self._timing.pairing_pause_s)


def qr_text(link: str) -> str:
    """The link as a QR code of block characters, for a console."""
    import segno  # noqa: PLC0415 - needed once, and would lie in memory for months

    out = io.StringIO()
    segno.make_qr(link, error="m").terminal(out, compact=True)
    return out.getvalue()
