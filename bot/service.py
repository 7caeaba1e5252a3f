"""The chat as one part for the roof: `run`, `stop`, `wake`, and what it can say about itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo

from telegram import Update, User

from bot import keyboards
from bot.access import Access
from bot.answers import Answers
from bot.application import App, build
from bot.commands import COMMANDS
from bot.delivery import Undelivered
from bot.desk import Desk, House
from bot.dispatch import Dispatch
from bot.formatting import moment_text
from bot.invitations import Tries
from bot.language import speaking
from bot.lateness import Lateness, Poll
from bot.letters import Letters
from bot.line import Line
from bot.pacing import Pacer
from bot.pairing import Pairing
from bot.people import Act, stamp
from bot.pinboard import Pinboard
from bot.poll_request import PollRequest
from bot.polling import Polling
from bot.ports import Unavailable
from bot.privacy import ChatPrivacy
from bot.questions import Questions
from bot.roles import GUEST_COMMANDS
from bot.seen import Seen
from bot.sender import Sender
from bot.sweeper import Sweeper
from bot.texts import common
from bot.texts import guests as guest_texts
from bot.texts import pairing as pairing_texts
from bot.timing import Timing
from bot.wire import Wire

__all__ = ["Bot", "House"]

_log = logging.getLogger(__name__)


def _now_utc() -> datetime:
    return datetime.now(UTC)


class Bot:
    """Everything lives on one event loop. It comes up by itself when Telegram can be reached, and the rest of the
    program never waits for it."""

    def __init__(
        self,
        token: str,
        base_url: str,
        zone: tzinfo,
        house: House,
        announce: Callable[[str], None],
        *,
        timing: Timing | None = None,
        now_utc: Callable[[], datetime] = _now_utc,
    ) -> None:
        """`base_url` without `/bot`; `announce(text)` puts pairing codes on the console; build it on the loop."""
        self._timing = timing or Timing()
        self._token, self._base_url, self._house = token, base_url.rstrip("/"), house
        pacer = Pacer(self._timing.message_every_s, self._timing.message_burst)
        self._wire = Wire(token, self._base_url, self._timing, pacer)
        self._answers = Answers(self._wire, self._timing)
        self._lateness = Lateness(self._timing.stale_command_s, now_utc)
        self._pinboard = Pinboard(house, self._wire, zone, self._timing, now_utc)
        desk = Desk(
            house,
            self._answers,
            Questions(self._timing.question_s),
            zone,
            self._timing,
            self._lateness,
            self._lost,
            bot_name=lambda: self.name,
            pinboard=self._pinboard,
            now_utc=now_utc,
        )
        self._dispatch = Dispatch(desk, self._heard)
        self._line = Line(self._timing.retry_first_s, self._timing.retry_longest_s)
        self._letters = Letters(house, self._wire, self._line, zone, self._timing, now_utc=now_utc)
        sweeper = Sweeper(house.privacy, self._wire, self._timing)
        self._wire.pictured = sweeper.sent
        if house.promptness is not None:
            self._wire.took = house.promptness.sent
        self._sender = Sender(house.outbox, self._letters, sweeper, self._line, self._timing)
        self._pairing = Pairing(house.owners, announce, zone, self._timing)
        self._access = Access(house.owners, house.guests, self._tell_of_stranger, self._timing.stranger_notice_s)
        self._polling = Polling(self._build, self._timing, self._up, self._tell_of_conflict, self._polled)
        self._seen = Seen()
        self._zone = zone
        self._now_utc = now_utc
        self._tries = Tries()
        self._menus: dict[int, str] = {}
        """Chats that have their command menu, and in which language. Bounded by the owners and guests."""
        self._conflict_told_s = float("-inf")
        self._begun = False
        self._stopping = asyncio.Event()
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled or `stop`ped."""
        self._begun = True
        parts = {
            "polling": self._polling.run,
            "sender": self._sender.run,
            "pairing": self._pairing.run,
            "pinned messages": self._pinboard.run,
        }
        tasks = [asyncio.create_task(self._keep(name, part)) for name, part in parts.items()]
        try:
            await self._stopping.wait()
        finally:
            await self._shut(tasks)
            self._stopped.set()

    async def stop(self) -> None:
        """Lets what is on its way finish, for some seconds; returns when all is closed."""
        self._stopping.set()
        if self._begun:
            await self._stopped.wait()
        else:
            await self._wire.close()

    def wake(self) -> None:
        """Something new is in the outbox. Loop only."""
        self._sender.wake()

    def warm(self) -> None:
        """An alert may follow within the second. Loop only."""
        if self.connected and not self._line.wait_s:
            self._dispatch.spawn(self._wire.warm())

    @property
    def connected(self) -> bool:
        """Telegram answers our polls."""
        return self._polling.connected

    @property
    def silent_s(self) -> float:
        """How long polling has given no sign of life; it gives one with each try, also while Telegram is gone."""
        return self._polling.silent_s if self._begun else 0.0

    @property
    def last_contact_utc(self) -> datetime | None:
        """Of the last successful poll."""
        return self._polling.wall_last_good_utc

    @property
    def trouble(self) -> str:
        """Why it is not connected; empty when it is."""
        return self._polling.trouble

    @property
    def name(self) -> str:
        """The bot's name at Telegram; empty before the first contact."""
        return self._pairing.bot_name

    # -- joints ----------------------------------------------------------------------------------------------------

    def _build(self, poll_request: PollRequest) -> App:
        return build(
            self._token,
            self._base_url,
            self._timing,
            poll_request=poll_request,
            seen=self._seen,
            access=self._access,
            accept=self._dispatch.accept,
            knock=self._knock,
            noticed=self._wire.trail.received,
        )

    def _polled(self, poll: Poll) -> None:
        """Telegram answers: what waits for it need not wait any longer."""
        self._lateness.polled(poll)
        if self._line.heard():
            self._sender.wake()

    async def _up(self, bot_name: str) -> None:
        self._pairing.bot_known(bot_name)
        self._sender.wake()
        for owner in self._house.owners.ids():
            await self._menu(owner)

    def _heard(self, chat_id: int, reachable: bool) -> None:
        if not reachable:
            self._wire.block(chat_id)
            return
        if self._wire.unblock(chat_id):
            self._sender.wake()
        if self._menus.get(chat_id) != self._house.languages.of(chat_id):
            self._dispatch.spawn(self._menu(chat_id))
        for other in [other for other in self._menus if not self._access.knows(other)]:
            del self._menus[other]
            self._dispatch.spawn(self._no_menu(other))

    async def _menu(self, chat_id: int) -> None:
        language = self._house.languages.of(chat_id)
        if self._menus.get(chat_id) == language:
            return
        self._menus[chat_id] = language
        try:
            is_owner = chat_id in self._house.owners.ids()
            theirs = [command for command in COMMANDS if is_owner or command.name in GUEST_COMMANDS]
            with speaking(language):
                menu = [(command.name, str(command.summary)) for command in theirs]
            await self._wire.commands(chat_id, menu)
        except Undelivered as exc:
            self._menus.pop(chat_id, None)
            _log.info("no command menu for chat %d yet: %s", chat_id, exc)

    async def _no_menu(self, chat_id: int) -> None:
        """Of somebody whose time as a guest is over."""
        try:
            await self._wire.commands(chat_id, ())
        except Undelivered as exc:
            _log.info("chat %d keeps its command menu: %s", chat_id, exc)

    def _knock(self, update: Update) -> bool:
        """`/start <code>` of a stranger in a private chat: the pairing code while nobody owns it, then a guest's."""
        message, user, chat = update.message, update.effective_user, update.effective_chat
        if message is None or user is None or chat is None or chat.id != user.id:
            return False
        word, _, code = (message.text or "").partition(" ")
        if word != "/start" or not code.strip():
            return False
        if self._pairing.open:
            self._dispatch.spawn(self._pair(user, code))
            return True
        if not self._tries.left():
            return False
        self._dispatch.spawn(self._let_in(update, user, code))
        return True

    async def _let_in(self, update: Update, user: User, code: str) -> None:
        try:
            until_utc = await self._house.guests.claim(code, user.id, user.full_name)
        except Unavailable as exc:
            _log.error("a guest's link could not be looked at: %s", exc)
            return
        if until_utc is None:
            self._tries.wrong()
            self._access.refused(update)
            return
        await self._house.languages.heard(user.id, user.language_code or "")
        await self._house.audit.note(user.id, user.full_name, Act.JOINED, stamp(until_utc))
        who = f"{user.full_name[:64]} ({user.id})"
        self._tell_owners(lambda: guest_texts.joined(who, moment_text(until_utc, self._now_utc(), self._zone)))
        await self._tell(
            user.id,
            lambda: guest_texts.welcome(user.first_name, moment_text(until_utc, self._now_utc(), self._zone)),
        )
        self._menus.pop(user.id, None)
        await self._menu(user.id)

    async def _pair(self, user: User, code: str) -> None:
        if not await self._pairing.claim(user.id, code):
            return
        await self._house.audit.note(user.id, user.full_name, Act.PAIRED, "")
        await self._house.languages.heard(user.id, user.language_code or "")
        try:
            with speaking(self._house.languages.of(user.id)):
                text, keyboard = pairing_texts.paired(user.first_name), keyboards.privacy(ChatPrivacy())
            await self._answers.text(user.id, text, keyboard)
            await self._menu(user.id)
        except Undelivered as exc:
            _log.warning("the new owner was not greeted: %s", exc)

    def _tell_of_stranger(self, who: str, times: int) -> None:
        self._tell_owners(lambda: common.stranger(who, times))

    def _tell_of_conflict(self) -> None:
        now_s = time.monotonic()
        if now_s - self._conflict_told_s >= self._timing.stranger_notice_s:
            self._conflict_told_s = now_s
            self._tell_owners(lambda: str(common.CONFLICT))

    def _tell_owners(self, html: Callable[[], str]) -> None:
        """Each in their language."""
        for owner in self._house.owners.ids():
            self._dispatch.spawn(self._tell(owner, html))

    async def _tell(self, owner: int, html: Callable[[], str]) -> None:
        try:
            with speaking(self._house.languages.of(owner)):
                text = html()
            await self._answers.text(owner, text)
        except Undelivered as exc:
            _log.warning("a notice did not reach user %d: %s", owner, exc)

    def _lost(self) -> int:
        return self._letters.given_up + self._answers.dropped + self._dispatch.dropped

    # -- life ------------------------------------------------------------------------------------------------------

    async def _keep(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        """The named border of each part: whatever it dies of is logged, and it is begun anew."""
        while True:
            try:
                await part()
            except Exception:  # noqa: BLE001 - see above
                _log.exception("%s died and is started again", name)
            else:
                return
            await asyncio.sleep(self._timing.retry_first_s)

    async def _shut(self, tasks: list[asyncio.Task[None]]) -> None:
        patience_s = self._timing.stop_patience_s
        await asyncio.gather(
            self._dispatch.stop(patience_s), self._sender.settle(patience_s), self._pinboard.settle(patience_s)
        )
        for task in tasks:
            task.cancel()
        # An application says good-bye to Telegram, which nobody waits for when there is no network.
        _, late = await asyncio.wait(tasks, timeout=patience_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._wire.close()
