"""Keeps polling alive: builds an application, watches it, and builds a new one when it has died; never two at once."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum

from telegram.error import Conflict, InvalidToken, TelegramError

from bot import backoff
from bot.application import ALLOWED_UPDATES, App
from bot.lateness import Poll
from bot.poll_request import PollRequest
from bot.timing import Timing

_log = logging.getLogger(__name__)


DYING_S = 0.2


class Ended(StrEnum):
    """Why an application had to be replaced."""

    REFUSED = "the token was refused once"
    CONFLICT = "another program polls with the same token"
    STALLED = "no successful poll for too long"


class Polling:
    """Supervises one application after another. Loop only."""

    def __init__(
        self,
        build: Callable[[PollRequest], App],
        timing: Timing,
        connected: Callable[[str], Awaitable[None]],
        conflict: Callable[[], None],
        polled: Callable[[Poll], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`connected(bot_name)` each time an application is up; `conflict()` when somebody else polls; `polled(poll)`
        after each good one."""
        self._build = build
        self._timing = timing
        self._connected = connected
        self._conflict = conflict
        self._polled = polled
        self._clock = clock
        self._failures = 0
        self._alarm = asyncio.Event()
        self._ended: Ended | None = None
        self._mono_alive_s = 0.0
        """Of the last good poll, or of the start of this application."""
        self._mono_sign_s = clock()
        self.wall_last_good_utc: datetime | None = None
        self.trouble = ""
        """Why it is not connected; empty when it is."""
        self.rebuilds = 0

    @property
    def connected(self) -> bool:
        """An application is up and its last successful poll is recent."""
        recent = self._clock() - self._mono_alive_s < self._timing.poll_stall_s
        return recent and not self.trouble and self.wall_last_good_utc is not None

    @property
    def silent_s(self) -> float:
        """How long this loop itself has given no sign of life; an unreachable Telegram is no silence."""
        return self._clock() - self._mono_sign_s

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            pause_s = await self._run_once()
            self._sign()
            await asyncio.sleep(pause_s)
            self._sign()
            self.rebuilds += 1

    async def _run_once(self) -> float:
        """One application from its building to its end; returns the seconds to wait before the next."""
        self._alarm.clear()
        self._ended = None
        application = self._build(PollRequest(self._timing, self._stamp, self._refused))
        try:
            await self._bring_up(application)
            reason = await self._watch()
            self._sign()
            # The polling task is about to end by itself; stopped in that moment it leaves its error behind unread.
            await asyncio.sleep(DYING_S if reason is Ended.REFUSED else 0)
        except InvalidToken:
            return self._pause("Telegram refuses the token", logging.ERROR)
        except TelegramError as exc:
            return self._pause(f"Telegram cannot be reached ({type(exc.__cause__ or exc).__name__})", logging.WARNING)
        finally:
            await _tear_down(application)
        if reason is Ended.CONFLICT:
            self._conflict()
            self._pause(reason, logging.ERROR)
            return self._timing.conflict_pause_s
        return self._pause(reason, logging.WARNING)

    async def _bring_up(self, application: App) -> None:
        await application.initialize()
        self._sign()
        await application.start()
        updater = application.updater
        if updater is None:
            raise RuntimeError("an application for polling has an updater")
        self._mono_alive_s = self._clock()
        await updater.start_polling(
            timeout=self._timing.poll_timeout_s,
            bootstrap_retries=0,
            allowed_updates=ALLOWED_UPDATES,
            error_callback=self._poll_failed,
        )
        self.trouble = ""
        _log.info("connected to Telegram as @%s", application.bot.username)
        await self._connected(application.bot.username)

    async def _watch(self) -> Ended:
        """Until this application is of no use any more."""
        while self._ended is None:
            left_s = self._mono_alive_s + self._timing.poll_stall_s - self._clock()
            if left_s <= 0:
                return Ended.STALLED
            try:
                async with asyncio.timeout(left_s):
                    await self._alarm.wait()
            except TimeoutError:
                continue
        return self._ended

    def _sign(self) -> None:
        self._mono_sign_s = self._clock()

    def _stamp(self, poll: Poll) -> None:
        self._sign()
        self._mono_alive_s = self._clock()
        self.wall_last_good_utc = datetime.now(UTC)
        self._failures = 0
        self._polled(poll)

    def _refused(self) -> None:
        self._end(Ended.REFUSED)

    def _poll_failed(self, exc: TelegramError) -> None:
        self._sign()
        if isinstance(exc, Conflict):
            self._end(Ended.CONFLICT)
        else:
            _log.info("a poll failed: %s", type(exc.__cause__ or exc).__name__)

    def _end(self, reason: Ended) -> None:
        self._ended = self._ended or reason
        self._alarm.set()

    def _pause(self, trouble: str, level: int) -> float:
        self.trouble = trouble
        self._failures += 1
        jitter = random.random()  # noqa: S311 - spreads retries, keeps no secret
        delay_s = backoff.delay_s(self._failures - 1, self._timing.retry_first_s, self._timing.retry_longest_s, jitter)
        _log.log(level, "%s; trying again", trouble)
        return delay_s


async def _tear_down(application: App) -> None:
    """Stops whatever of it runs. A dead updater raises when it is stopped, and the rest must be closed all the same."""
    updater = application.updater
    steps: list[tuple[bool, Callable[[], Awaitable[None]]]] = []
    if updater is not None:
        steps.append((updater.running, updater.stop))
    # An application that never came up does not close its bot by itself.
    steps += [(application.running, application.stop), (True, application.shutdown), (True, application.bot.shutdown)]
    for due, step in steps:
        if not due:
            continue
        try:
            await step()
        except TelegramError as exc:
            _log.info("while putting an application away: %s", type(exc).__name__)
        except Exception:  # noqa: BLE001 - the named border of a dead application: the next step must come even so
            _log.exception("an application could not be put away in order")
