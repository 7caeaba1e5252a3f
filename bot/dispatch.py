"""From an owner's update to the coroutine that answers it; every failure ends in one plain sentence."""

from __future__ import annotations

import asyncio
import difflib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus

from bot import callback, keyboards, spoken
from bot.commands import ASK_THEMSELVES, BUTTONS, BY_NAME, HARMLESS_BUTTONS, HARMLESS_COMMANDS, Handler
from bot.delivery import Undelivered
from bot.desk import Ask, Desk
from bot.language import Words, speaking
from bot.parsing import NotUnderstood
from bot.ports import Unavailable
from bot.roles import GUEST_BUTTONS, GUEST_COMMANDS
from bot.texts import common
from bot.texts import guests as guest_texts

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 32
"""Commands in work; fetching clips from the archive takes minutes, and nobody should be able to pile them up."""


class Dispatch:
    """Lives longer than any python-telegram-bot application: a command in work outlasts a rebuild. Loop only."""

    def __init__(self, desk: Desk, heard: Callable[[int, bool], None]) -> None:
        """`heard(chat_id, reachable)`: this owner wrote, or blocked or unblocked the bot."""
        self._desk = desk
        self._heard = heard
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked: dict[tuple[int, str], float] = {}
        """Late commands that were asked about, and how long that holds for the same ones."""
        self.dropped = 0

    def accept(self, update: Update) -> None:
        """Of an owner or a guest, in their private chat; returns at once."""
        if update.my_chat_member is not None:
            self._membership(update.my_chat_member)
        elif update.callback_query is not None:
            shown_utc = _shown_utc(update.callback_query)
            late = self._desk.lateness.maybe_late(update.update_id, shown_utc)
            press = partial(self._press, update.callback_query, late=late)
            self.spawn(self._speaking(update.callback_query.from_user, press))
        elif update.message is not None and update.message.from_user is not None:
            user = update.message.from_user
            self.spawn(self._speaking(user, partial(self._message, update.message, user)))

    def spawn(self, work: Awaitable[None]) -> None:
        """In the background, within the bound."""
        if len(self._tasks) >= MOST_AT_ONCE:
            self.dropped += 1
            _log.warning("too many commands at once; %d dropped so far", self.dropped)
            asyncio.ensure_future(work).cancel()
            return
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self, patience_s: float) -> None:
        """What is in work may finish; the rest is cancelled."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # -- what came in ----------------------------------------------------------------------------------------------

    def _membership(self, change: ChatMemberUpdated) -> None:
        reachable = change.new_chat_member.status not in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
        self._heard(change.chat.id, reachable)

    async def _speaking(self, user: User, work: Callable[[], Awaitable[None]]) -> None:
        """In the language of who wrote."""
        languages = self._desk.house.languages
        await languages.heard(user.id, user.language_code or "")
        self._heard(user.id, True)
        before = languages.of(user.id)
        with speaking(before):
            await work()
        if languages.of(user.id) != before:
            self._heard(user.id, True)

    def _owns(self, user_id: int) -> bool:
        return user_id in self._desk.house.owners.ids()

    async def _message(self, message: Message, user: User) -> None:
        word, _, argument = (message.text or "").strip().partition(" ")
        ask = Ask(
            message.chat.id,
            user.id,
            " ".join(argument.split()),
            sent_utc=message.date,
            who=user.full_name,
            is_owner=self._owns(user.id),
        )
        if not word.startswith("/"):
            near = _near(word.lower())
            await self._answer(ask, _say(common.TYPE_HINT, near))
            return
        name = word[1:].partition("@")[0].lower()
        name = spoken.COMMANDS.get(name, name)
        if name in BY_NAME and (ask.is_owner or name in GUEST_COMMANDS):
            await self._answer(ask, self._in_time(ask, name))
        elif name in BY_NAME:
            await self._answer(ask, _say(guest_texts.OWNERS_ONLY, None))
        else:
            near = _near(name)
            await self._answer(ask, _say(common.unknown_command(name, near), near))

    def _in_time(self, ask: Ask, name: str) -> Handler:
        """The command; or the question whether it is still wanted."""
        asked = "" if name in HARMLESS_COMMANDS else self._desk.asked_long_ago(ask)
        if not asked:
            return BY_NAME[name].obey
        text = f"{name} {ask.argument}".strip()
        if self._asked_before((ask.chat_id, text)):
            return _nothing
        return BY_NAME[name].obey if name in ASK_THEMSELVES else _late_command(text, asked)

    def _asked_before(self, what: tuple[int, str]) -> bool:
        """The same was asked about a moment ago: who gets no answer sends it again and again."""
        now_s = time.monotonic()
        self._asked = {known: until_s for known, until_s in self._asked.items() if until_s > now_s}
        before = what in self._asked
        if len(self._asked) < MOST_AT_ONCE:
            self._asked[what] = now_s + self._desk.timing.question_s
        return before

    async def _press(self, query: CallbackQuery, *, late: bool) -> None:
        chat_id = query.message.chat.id if query.message else query.from_user.id
        message_id = query.message.message_id if query.message else None
        user = query.from_user
        ask = Ask(chat_id, user.id, "", message_id=message_id, who=user.full_name, is_owner=self._owns(user.id))
        handler, argument = _of_button(query.data or "")
        if handler is None:
            await self._desk.answers.acknowledge(query.id, str(common.BUTTON_UNKNOWN))
            return
        if not (ask.is_owner or _is_for_guests(query.data or "")):
            await self._desk.answers.acknowledge(query.id, str(guest_texts.OWNERS_ONLY))
            return
        # First, so that the phone stops waiting; the answer itself comes as a message or an edit.
        late |= not await self._desk.answers.acknowledge(query.id)
        if late and callback.verb(query.data or "") not in HARMLESS_BUTTONS:
            await self._answer(ask, _late_press(query))
            return
        ask = replace(ask, argument=argument, message_id=None if _is_command(query.data or "") else message_id)
        await self._answer(ask, handler)

    async def _answer(self, ask: Ask, handler: Handler) -> None:
        try:
            await self._understood(ask, handler)
        except Undelivered as exc:
            _log.warning("an answer did not reach the chat: %s", exc)
        except Exception:  # noqa: BLE001 - the named border of a command: the owner gets a sentence, no traceback
            _log.exception("a command failed")
            await self._apologise(ask)

    async def _understood(self, ask: Ask, handler: Handler) -> None:
        try:
            await handler(self._desk, ask)
        except NotUnderstood as exc:
            await self._desk.say(ask, common.not_understood(exc.why))
        except Unavailable as exc:
            await self._desk.say(ask, common.unavailable(str(exc)))

    async def _apologise(self, ask: Ask) -> None:
        try:
            await self._desk.say(ask, common.WRONG)
        except Undelivered as exc:
            _log.warning("not even the apology reached the chat: %s", exc)


def _near(word: str) -> str | None:
    found = next(iter(difflib.get_close_matches(word, [*BY_NAME, *spoken.COMMANDS], n=1, cutoff=0.6)), None)
    return found and spoken.COMMANDS.get(found, found)


def _shown_utc(query: CallbackQuery) -> datetime | None:
    """When the pressed message came, or changed last."""
    if not isinstance(query.message, Message):
        return None
    return query.message.edit_date or query.message.date


async def _nothing(_: Desk, __: Ask) -> None:
    """Says nothing."""


def _late_command(text: str, asked: str) -> Handler:
    async def question(desk: Desk, ask: Ask) -> None:
        keyboard = keyboards.late(text)
        await desk.say(ask, common.late_command(f"/{text}", asked, again=keyboard is None), keyboard)

    return question


def _late_press(query: CallbackQuery) -> Handler:
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    label = next((button.text for button in buttons if button.callback_data == query.data), str(common.YES_NOW))

    async def question(desk: Desk, ask: Ask) -> None:
        await desk.say(ask, common.late_press(label), keyboards.again(label, query.data or ""))

    return question


def _say(text: Words, offer: str | None) -> Handler:
    async def say(desk: Desk, ask: Ask) -> None:
        await desk.say(ask, text, keyboards.run(offer, ask.argument) if offer else None)

    return say


def _is_command(data: str) -> bool:
    return callback.verb(data) == "run"


def _is_for_guests(data: str) -> bool:
    verb, argument = callback.unpack(data) or ("", "")
    return verb in GUEST_BUTTONS or (verb in {"run", "late"} and argument.partition(" ")[0] in GUEST_COMMANDS)


def _of_button(data: str) -> tuple[Handler | None, str]:
    """The coroutine and what the button carries; None: a button of another time."""
    verb, argument = callback.unpack(data) or ("", "")
    if verb == "run":
        return (BY_NAME[argument].run if argument in BY_NAME else None), ""
    return BUTTONS.get(verb), argument
