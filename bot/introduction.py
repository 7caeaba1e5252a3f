"""Words with Telegram when nothing else runs: whose token it is, who the owner is, a test alert, why it ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.delivery import Undelivered, classify
from bot.http_request import Request
from bot.pacing import Pacer, Rank
from bot.pairing import Code
from bot.timing import Timing
from bot.wire import Address, Wire

POLL_S = 25
RETRY_S = 2.0


class NotIntroduced(Exception):  # noqa: N818 - an answer, not a fault
    """Telegram said no, or nothing; the text is a sentence that says what to do, without the token."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who sent the right code."""

    user_id: int
    name: str
    language: str = ""
    """As their Telegram is set; empty: it does not tell."""


async def bot_name(token: str, base_url: str) -> str:
    """The bot's name, without @. Raises NotIntroduced."""
    async with _open(token, base_url) as bot:
        try:
            return (await bot.get_me()).username or ""
        except TelegramError as exc:
            raise _refused(exc) from None  # its text can hold the token


async def newcomer(token: str, base_url: str, code: Code, patience_s: float) -> Newcomer:
    """Waits for `/start <code>` in a private chat. Raises NotIntroduced when time or tries are used up."""
    until_s = time.monotonic() + patience_s
    offset = None
    async with _open(token, base_url) as bot:
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                updates = await bot.get_updates(
                    offset=offset, timeout=int(min(POLL_S, left_s)), allowed_updates=["message"]
                )
            except (Conflict, InvalidToken) as exc:
                raise _refused(exc) from None
            except TelegramError:
                await asyncio.sleep(RETRY_S)
                continue
            for update in updates:
                offset = update.update_id + 1
                if found := _knocked(update, code):
                    await bot.get_updates(offset=offset, timeout=0)  # so that MoCam itself does not see it again
                    return found
            if not code.alive(time.monotonic()):
                raise NotIntroduced("The code was used up by wrong tries.")
    raise NotIntroduced("Nobody sent the code in time.")


async def say(token: str, base_url: str, chat_id: int, html: str) -> None:
    """One message with a sound, when nothing of the program runs. Raises NotIntroduced."""
    timing = Timing()
    wire = Wire(token, base_url, timing, Pacer(timing.message_every_s, timing.message_burst))
    try:
        await wire.text(Address(chat_id, Rank.ALERT), html)
    except Undelivered as exc:
        raise NotIntroduced(f"The message did not arrive: {exc.reason}.") from None
    finally:
        await wire.close()


async def send_test_alert(token: str, base_url: str, chat_id: int, jpeg: bytes | None, caption: str) -> None:
    """A picture with a sound, as an alert comes; without one, a text. Raises NotIntroduced."""
    timing = Timing()
    wire = Wire(token, base_url, timing, Pacer(timing.message_every_s, timing.message_burst))
    try:
        if jpeg is None:
            await wire.text(Address(chat_id, Rank.ALERT), caption)
        else:
            await wire.photo(Address(chat_id, Rank.ALERT), jpeg, "test.jpg", caption)
    except Undelivered as exc:
        raise NotIntroduced(f"The test alert did not arrive: {exc.reason}.") from None
    finally:
        await wire.close()


def _knocked(update: Update, code: Code) -> Newcomer | None:
    message, user, chat = update.message, update.effective_user, update.effective_chat
    if message is None or user is None or chat is None or chat.type != ChatType.PRIVATE:
        return None
    word, _, typed = (message.text or "").partition(" ")
    if word != "/start" or not typed.strip() or not code.matches(typed, time.monotonic()):
        return None
    return Newcomer(user.id, user.first_name, user.language_code or "")


@asynccontextmanager
async def _open(token: str, base_url: str) -> AsyncIterator[Bot]:
    """A bot that has asked nothing so far: the library's own way in begins with a getMe that may fail."""
    timing = Timing()
    requests = [
        Request(2, read_timeout_s=read_s, connect_timeout_s=timing.connect_timeout_s)
        for read_s in (timing.read_timeout_s, POLL_S + timing.poll_read_timeout_s)
    ]
    url = base_url.rstrip("/")
    async with requests[0], requests[1]:
        yield Bot(
            token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=requests[0],
            get_updates_request=requests[1],
        )


def _refused(exc: TelegramError) -> NotIntroduced:
    if isinstance(exc, Conflict):
        return NotIntroduced(
            "Another program uses this bot. If MoCam runs, stop it for the set-up; if not, ask @BotFather for a new "
            "token with /revoke."
        )
    if isinstance(exc, InvalidToken):
        return NotIntroduced(
            "Telegram does not know this token. Copy the whole line from @BotFather, digits and colon too."
        )
    return NotIntroduced(
        f"Telegram cannot be reached ({classify(exc).reason}). Is this machine on the network, and its clock right?"
    )
