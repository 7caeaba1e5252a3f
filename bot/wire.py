"""Every call that changes a chat: paced, streamed, and with python-telegram-bot's errors translated once.

One method is one try; who calls decides about the next (`answers`, `letters`). It has a bot of its own, apart from the
polling one, so that alerts go on while polling is being rebuilt.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    Message,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from bot.delivery import Outcome, Undelivered, classify
from bot.http_request import KEPT_OPEN_S, Request
from bot.markup import plain, shortened
from bot.pacing import Pacer, Rank
from bot.ports import Media
from bot.timing import Timing
from bot.trail import Trail
from bot.uploads import InPlace, thumbnail, upload

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

PHOTO_LIMIT_BYTES = 10_000_000
UPLOAD_LIMIT_BYTES = 49_000_000
"""Telegram's limit is 50 MB of request; the rest of the request needs some of it."""
CAPTION_LIMIT = 1024
TEXT_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: the chat, and how urgent it is."""

    chat_id: int
    rank: Rank
    silent: bool = False
    event_id: str = ""
    """What is shown there belongs to this event; empty: to none."""


class Wire:
    """Loop only. Every method raises Undelivered, and OSError when a file to be sent cannot be read."""

    def __init__(self, token: str, base_url: str, timing: Timing, pacer: Pacer) -> None:
        self._timing = timing
        self._pacer = pacer
        self._request = Request(
            16,
            read_timeout_s=timing.read_timeout_s,
            connect_timeout_s=timing.connect_timeout_s,
            upload_write_timeout_s=60.0,
        )
        self._bot = Bot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._in_flight = 0
        self._pool_leaked = False
        self.trail = Trail()
        self.pictured: Callable[[Address, list[int]], Awaitable[None]] = _nothing
        """Told of each message that shows a picture or a clip now."""
        self.took: Callable[[str, float, float], Awaitable[None]] = _untimed
        """Told of each picture of an event that arrived as a new message: when its upload began and ended."""
        self._clock = time.monotonic
        self._used_s = float("-inf")
        self._warming = False
        self._refused_until_s: dict[int, float] = {}
        """Chats that refuse us, and when one call may ask again. Bounded by the owners."""

    async def close(self) -> None:
        """Closes its connections."""
        await self._request.shutdown()

    def blocks(self, chat_id: int | None) -> bool:
        """This chat refused us not long ago: nothing is sent there until the owner writes, or now and then to see."""
        return chat_id is not None and time.monotonic() < self._refused_until_s.get(chat_id, 0.0)

    def block(self, chat_id: int) -> None:
        """It refuses us."""
        self._refused_until_s[chat_id] = time.monotonic() + self._timing.blocked_look_s

    def unblock(self, chat_id: int) -> bool:
        """Its owner wrote; True: it did refuse us before."""
        return self._refused_until_s.pop(chat_id, None) is not None

    # -- new messages ------------------------------------------------------------------------------------------------

    async def text(self, to: Address, html: str, keyboard: InlineKeyboardMarkup | None = None) -> int:
        """Returns the message id."""

        async def call(text: str, mode: str | None) -> Message:
            return await self._bot.send_message(
                to.chat_id, text, parse_mode=mode, reply_markup=keyboard, disable_notification=to.silent
            )

        return self._arrived(await self._with_markup(to, shortened(html, TEXT_LIMIT), call))

    async def photo(
        self, to: Address, picture: Path | bytes, name: str, caption: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> int:
        """Returns the message id."""

        async def call(text: str, mode: str | None) -> Message:
            with upload(picture, name) as file:
                return await self._bot.send_photo(
                    to.chat_id,
                    file,
                    caption=text,
                    parse_mode=mode,
                    reply_markup=keyboard,
                    disable_notification=to.silent,
                    read_timeout=self._timing.upload_read_timeout_s,
                )

        return await self._arrived_picture(to, caption, call)

    async def album(self, to: Address, pictures: Sequence[tuple[str, bytes, str]]) -> None:
        """Two to ten photos: file name, JPEG, caption (HTML)."""
        media = [
            InputMediaPhoto(InputFile(jpeg, filename=name, attach=True), caption=caption, parse_mode=ParseMode.HTML)
            for name, jpeg, caption in pictures
        ]
        messages = await self._attempt(
            to,
            lambda: self._bot.send_media_group(
                to.chat_id,
                media,
                disable_notification=to.silent,
                read_timeout=self._timing.upload_read_timeout_s,
            ),
        )
        await self.pictured(to, [self._arrived(message) for message in messages])

    async def video(
        self, to: Address, media: Media, name: str, caption: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> int:
        """Streams the file from disk; returns the message id."""

        async def call(text: str, mode: str | None) -> Message:
            with upload(media.path, name) as file:
                return await self._bot.send_video(
                    to.chat_id,
                    file,
                    duration=round(media.duration_s),
                    width=media.width,
                    height=media.height,
                    thumbnail=thumbnail(media),
                    supports_streaming=True,
                    caption=text,
                    parse_mode=mode,
                    reply_markup=keyboard,
                    disable_notification=to.silent,
                    read_timeout=self._timing.upload_read_timeout_s,
                )

        return await self._arrived_picture(to, caption, call)

    # -- edits; one that changes nothing counts as done ----------------------------------------------------------------

    async def edit_text(
        self, to: Address, message_id: int, html: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Replaces the text of a message."""

        async def call(text: str, mode: str | None) -> Message | bool:
            return await self._bot.edit_message_text(
                text, chat_id=to.chat_id, message_id=message_id, parse_mode=mode, reply_markup=keyboard
            )

        await self._edit(to, shortened(html, TEXT_LIMIT), call)

    async def edit_caption(
        self, to: Address, message_id: int, caption: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Replaces the caption of a photo or video."""

        async def call(text: str, mode: str | None) -> Message | bool:
            return await self._bot.edit_message_caption(
                chat_id=to.chat_id, message_id=message_id, caption=text, parse_mode=mode, reply_markup=keyboard
            )

        await self._edit(to, shortened(caption, CAPTION_LIMIT), call)

    async def edit_media(
        self, to: Address, message_id: int, shown: InPlace, caption: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Shows a picture or a clip (see `uploads`) in the place of what a message shows, or of its text."""

        async def call(text: str, mode: str | None) -> Message | bool:
            with shown(text, mode) as media:
                return await self._bot.edit_message_media(
                    media,
                    chat_id=to.chat_id,
                    message_id=message_id,
                    reply_markup=keyboard,
                    read_timeout=self._timing.upload_read_timeout_s,
                )

        await self._edit(to, shortened(caption, CAPTION_LIMIT), call)
        await self.pictured(to, [message_id])

    async def edit_words(
        self,
        to: Address,
        message_id: int,
        html: str,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        captioned: bool = True,
    ) -> None:
        """Replaces the caption, or the text of a message that has none; `captioned` is what it most likely has."""
        likely, other = (self.edit_caption, self.edit_text) if captioned else (self.edit_text, self.edit_caption)
        try:
            await likely(to, message_id, html, keyboard)
        except Undelivered as exc:
            if exc.outcome is not Outcome.REFUSED:
                raise
            await other(to, message_id, html, keyboard)

    async def edit_keyboard(self, to: Address, message_id: int, keyboard: InlineKeyboardMarkup | None) -> None:
        """Replaces the buttons of a message, and nothing else."""
        try:
            await self._attempt(
                to,
                lambda: self._bot.edit_message_reply_markup(
                    chat_id=to.chat_id, message_id=message_id, reply_markup=keyboard
                ),
            )
        except Undelivered as exc:
            if exc.outcome is not Outcome.UNCHANGED:
                raise

    async def delete_many(self, to: Address, message_ids: Sequence[int]) -> None:
        """Takes up to 100 messages of ours away; those that are gone already are fine."""
        await self._attempt(to, lambda: self._bot.delete_messages(to.chat_id, list(message_ids)))

    async def pin(self, to: Address, message_id: int) -> None:
        """At the top of the chat, silently."""
        await self._attempt(to, lambda: self._bot.pin_chat_message(to.chat_id, message_id, disable_notification=True))

    async def unpin(self, to: Address, message_id: int) -> None:
        """It stays in the chat."""
        await self._attempt(to, lambda: self._bot.unpin_chat_message(to.chat_id, message_id))

    async def delete(self, to: Address, message_id: int) -> None:
        """Takes a message of ours away."""
        await self._attempt(to, lambda: self._bot.delete_message(to.chat_id, message_id))

    # -- what is no message, and waits for no turn ---------------------------------------------------------------------

    async def acknowledge(self, query_id: str, text: str = "") -> None:
        """Ends the waiting sign on a pressed button; `text` (plain) flashes up."""
        await self._translated(None, lambda: self._bot.answer_callback_query(query_id, text=text[:200] or None))

    async def busy(self, chat_id: int, action: ChatAction) -> None:
        """`sending a video…` below the bot's name, for five seconds."""
        await self._translated(chat_id, lambda: self._bot.send_chat_action(chat_id, action))

    async def commands(self, chat_id: int, commands: Sequence[tuple[str, str]]) -> None:
        """The command menu of one chat: names and summaries; none: it has no menu any more."""
        menu, scope = [BotCommand(name, summary) for name, summary in commands], BotCommandScopeChat(chat_id)
        if menu:
            await self._translated(chat_id, lambda: self._bot.set_my_commands(menu, scope=scope))
        else:
            await self._translated(chat_id, lambda: self._bot.delete_my_commands(scope=scope))

    async def warm(self) -> None:
        """An alert may follow: opens a connection now, so that the photo need not wait for DNS, TCP and TLS."""
        if self._warming or self._clock() - self._used_s < KEPT_OPEN_S * 0.8:
            return
        self._warming = True
        try:
            await self._translated(None, self._bot.get_me)
        except Undelivered as exc:
            _log.info("no connection was opened ahead of an alert: %s", exc.reason)
        finally:
            self._warming = False

    # -- one try -------------------------------------------------------------------------------------------------------

    def _arrived(self, message: Message) -> int:
        self.trail.sent(message.message_id)
        return message.message_id

    async def _arrived_picture(
        self, to: Address, caption: str, call: Callable[[str, str | None], Awaitable[Message]]
    ) -> int:
        begun_s = self._clock()

        async def timed(text: str, mode: str | None) -> Message:
            nonlocal begun_s
            begun_s = self._clock()  # its turn has come
            return await call(text, mode)

        message_id = self._arrived(await self._with_markup(to, shortened(caption, CAPTION_LIMIT), timed))
        if to.event_id:
            await self.took(to.event_id, begun_s, self._clock())
        await self.pictured(to, [message_id])
        return message_id

    async def _with_markup(self, to: Address, html: str, call: Callable[[str, str | None], Awaitable[_T]]) -> _T:
        """As HTML; if Telegram cannot read our HTML, the same as plain text."""
        try:
            return await self._attempt(to, lambda: call(html, ParseMode.HTML))
        except Undelivered as exc:
            if exc.outcome is not Outcome.BAD_MARKUP:
                raise
            _log.error("Telegram could not read our HTML; sent as plain text: %s", exc.reason)
        return await self._attempt(to, lambda: call(plain(html), None))

    async def _edit(self, to: Address, html: str, call: Callable[[str, str | None], Awaitable[Message | bool]]) -> None:
        try:
            await self._with_markup(to, html, call)
        except Undelivered as exc:
            if exc.outcome is not Outcome.UNCHANGED:
                raise

    async def _attempt(self, to: Address, call: Callable[[], Awaitable[_T]]) -> _T:
        if not self.blocks(to.chat_id):
            await self._pacer.turn(to.chat_id, to.rank)
        return await self._translated(to.chat_id, call)

    async def _translated(self, chat_id: int | None, call: Callable[[], Awaitable[_T]]) -> _T:
        """Runs one call to its end: python-telegram-bot's calls are never cancelled or given a deadline from outside,
        since that leaks a connection of the pool."""
        if self.blocks(chat_id):
            raise Undelivered(Outcome.BLOCKED, "blocked before")
        self._in_flight += 1
        try:
            answer = await call()
        except TelegramError as exc:
            verdict = classify(exc)
            self._note(verdict, chat_id)
            raise verdict from exc
        except (LookupError, TypeError, ValueError, AttributeError) as exc:
            # The library stumbles over a yes of another shape than it knows; the message may well be in the chat.
            _log.error("an answer of Telegram cannot be read: %s", type(exc).__name__)
            raise Undelivered(Outcome.UNKNOWN, "an answer that cannot be read") from exc
        else:
            self._used_s = self._clock()
            return answer
        finally:
            self._in_flight -= 1
            await self._mend_pool()

    def _note(self, verdict: Undelivered, chat_id: int | None) -> None:
        if verdict.outcome is Outcome.HOLD:
            _log.warning("Telegram asks for a pause of %.0f s", verdict.hold_s)
            self._pacer.hold(verdict.hold_s)
        elif verdict.outcome is Outcome.BLOCKED and chat_id is not None:
            _log.warning("chat %d takes nothing from us: %s", chat_id, verdict.reason)
            self.block(chat_id)
        elif verdict.reason == "PoolTimeout":
            self._pool_leaked = True

    async def _mend_pool(self) -> None:
        """No call is on its way and still no connection was free: the pool has leaked. A new client has a new one."""
        if self._pool_leaked and self._in_flight == 0:
            self._pool_leaked = False
            _log.warning("the connection pool had leaked and is made anew")
            await self._request.shutdown()
            await self._request.initialize()


async def _nothing(_: Address, __: list[int]) -> None:
    """Nobody wants to know."""


async def _untimed(_: str, __: float, ___: float) -> None:
    """Nobody takes the time."""
