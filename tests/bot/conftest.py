"""A running chat against the Bot API stand-in, over HTTP, with a small house in memory behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.service import Bot
from bot.timing import Timing
from demo.botapi import BotApi
from demo.conversation import Message
from tests.bot.house import (
    ZONE,
    Arming,
    Cameras,
    Clips,
    Outbox,
    Owners,
    Pictures,
    QuietTimes,
    Retention,
    TestHouse,
    Wishes,
)
from tests.demo.media import jpeg, mp4

TOKEN = "1234567890:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
OWNER = 4242
STRANGER = 6666

QUICK = Timing(
    poll_timeout_s=1,
    poll_read_timeout_s=2,
    read_timeout_s=30,
    upload_read_timeout_s=30,
    connect_timeout_s=30,
    message_every_s=0.01,
    message_burst=50,
    retry_first_s=0.05,
    retry_longest_s=0.2,
    answer_patience_s=30,
    conflict_pause_s=0.2,
    pairing_pause_s=0.05,
    blocked_retry_s=0.2,
    idle_s=0.5,
)
"""Short pauses, so that a test waits for what happens and not for a clock; an answer may take as long as it takes."""


class Phone:
    """The owner's phone: writes, presses, and waits for what the chat shows."""

    def __init__(self, api: BotApi, house: TestHouse, bot: Bot) -> None:
        self.api = api
        self.house = house
        self.bot = bot
        self.announced: list[str] = []

    async def says(self, text: str, count: int = 1) -> Message:
        """Writes, and returns the `count`th new message of the bot."""
        before = self.of_bot()
        self.api.say(OWNER, text)
        return (await self.new_since(before, count))[count - 1]

    async def presses(self, message: Message, label: str) -> Message:
        """Presses, and returns the first new message."""
        before = self.of_bot()
        self.api.press(OWNER, message.message_id, label)
        return (await self.new_since(before))[0]

    async def presses_for_edit(self, message: Message, label: str) -> Message:
        """Presses, and returns the same message once it was edited."""
        edits = len(message.history)
        self.api.press(OWNER, message.message_id, label)
        await self.api.wait_for(lambda: len(message.history) > edits)
        return message

    async def new_since(self, before: list[Message], count: int = 1) -> list[Message]:
        known = {message.message_id for message in before}

        def new() -> list[Message]:
            found = [message for message in self.of_bot() if message.message_id not in known]
            return found if len(found) >= count else []

        return await self.api.wait_for(new)

    def of_bot(self, chat_id: int = OWNER) -> list[Message]:
        return [message for message in self.api.messages(chat_id) if message.from_bot]

    async def shows(self, predicate: Callable[[Message], object]) -> Message:
        """The first of the bot's messages for which it is true, as soon as there is one."""

        def found() -> Message | None:
            return next((message for message in self.of_bot() if predicate(message)), None)

        message = await self.api.wait_for(found)
        assert message is not None
        return message

    async def shows_after(self, text: str, predicate: Callable[[Message], object]) -> Message:
        """Writes, and returns the first message for which it is true."""
        self.api.say(OWNER, text)
        return await self.shows(predicate)

    async def settled(self) -> None:
        """The outbox has nothing left to do."""
        await self.until(lambda: not self.house.outbox.open())

    async def until(self, predicate: Callable[[], object], timeout_s: float = 90) -> None:
        """For what changes inside the program, where nothing can be awaited."""
        async with asyncio.timeout(timeout_s):
            while not predicate():  # noqa: ASYNC110 - any state of the program, which knows no event for tests
                await asyncio.sleep(0.01)

    async def answered(self) -> None:
        """The bot has worked off what came before: it answers a command now."""
        await self.says("/help")

    def count(self, method: str) -> int:
        return sum(call.method == method for call in self.api.calls)


@pytest.fixture(scope="session")
def picture() -> bytes:
    return jpeg(640, 360)


@pytest.fixture(scope="session")
def clip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mp4(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.fixture
def snapshot_file(tmp_path: Path, picture: bytes) -> Path:
    path = tmp_path / "e1.jpg"
    path.write_bytes(picture)
    return path


@pytest.fixture
def house(clip_file: Path) -> TestHouse:
    cameras = Cameras(["front"], jpeg(640, 360))
    clips, outbox = Clips(clip_file, jpeg(320, 180)), Outbox()
    return TestHouse(
        cameras,
        Arming(cameras),
        clips,
        Retention(),
        Owners(OWNER),
        outbox,
        Pictures(cameras.picture),
        Wishes(clips, outbox),
        QuietTimes(),
    )


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """At the end, nothing may have been asked of it that the Bot API forbids."""
    async with BotApi(TOKEN, owner_ids=[OWNER]) as server:
        yield server
        assert server.violations == []


def _now_utc() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def running(
    api: BotApi, house: TestHouse, timing: Timing = QUICK, now_utc: Callable[[], datetime] = _now_utc
) -> AsyncIterator[Phone]:
    """A started chat; stopped in order at the end."""
    announced: list[str] = []
    bot = Bot(TOKEN, api.base_url, ZONE, house.ports(), announced.append, timing=timing, now_utc=now_utc)
    phone = Phone(api, house, bot)
    phone.announced = announced
    life = asyncio.create_task(bot.run())
    try:
        yield phone
    finally:
        await bot.stop()
        with suppress(asyncio.CancelledError):
            await life


@pytest.fixture
async def phone(api: BotApi, house: TestHouse) -> AsyncIterator[Phone]:
    async with running(api, house) as started:
        yield started
