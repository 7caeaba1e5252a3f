"""`make screenshot`: the guide's pictures of the chat, taken of the page over a real chat with scripted events."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from playwright.async_api import Page

from bot.texts import alerts as texts
from bot.texts import clips as clip_texts
from bot.texts import daily as daily_texts
from bot.texts import status as status_texts
from demo.conversation import Message
from demo.web import ChatPage
from mocam.store import open_store
from tests.bot.conftest import OWNER
from tests.bot.house import ZONE
from tests.demo.panels import FixedPanel
from tests.mocam.living import Living, living
from tests.support_browser import window

HEIGHT_PX, TALL_PX = 860, 1000
HOURS = (0.5, 0.2, 2.4, 0.1, 5.2, 0.3, 0.2, 4.5, 1.6, 0.1, 2.4, 3.8)
"""Between the events of a day."""


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, open_store(Path(temporary) / "data") as store:
        async with living(store, Path(temporary), "front", "garden") as household:
            household.now_utc = datetime.now(UTC) - timedelta(hours=sum(HOURS))
            async with (
                ChatPage(household.api, FixedPanel(), user_id=OWNER) as chat,
                window(chat.address, width=440, height=HEIGHT_PX, zone=ZONE.key) as seen,
            ):
                await _day(household)
                await _digest(household, seen.page, folder / "chat-digest.png")
                await _alert(household, seen.page, folder / "chat-alert.png")
                await _storm(household, seen.page, folder / "chat-storm.png")
                await _index(household, seen.page, folder / "chat-index.png")
                await _status(household, seen.page, folder / "chat-status.png")
                await _zones(household, seen.page, folder / "chat-zones.png")
                await _privacy(household, seen.page, folder / "chat-privacy.png")
                await _german(household, seen.page, folder / "chat-german.png")


async def _day(household: Living) -> None:
    for number, hours in enumerate(HOURS):
        household.moves("garden" if number % 3 == 1 else "front", box=household.visitor)
        await household.settled()
        household.passes(timedelta(hours=hours))


async def _digest(household: Living, page: Page, target: Path) -> None:
    asked = await _asked(household, "/digest")
    await _pressed(household, asked, str(daily_texts.NOW))
    await _shot(page, target)


async def _alert(household: Living, page: Page, target: Path) -> None:
    household.moves("front", with_clip=False, box=household.visitor)
    await household.settled()
    household.passes(timedelta(minutes=3))
    household.moves("garden", box=household.visitor)
    await household.settled()
    household.api.press(OWNER, household.messages()[-1].message_id, str(texts.FALSE_ALARM))
    await household.api.wait_for(lambda: "false alarm" in household.messages()[-1].text or None)
    await _shot(page, target)


async def _storm(household: Living, page: Page, target: Path) -> None:
    household.passes(timedelta(minutes=10))
    for number in range(6 + 9):
        household.moves("garden" if number % 3 else "front", box=household.visitor)
        household.passes(timedelta(seconds=14))
        await household.first_messages()
    await household.settled()
    await _shot(page, target)


async def _index(household: Living, page: Page, target: Path) -> None:
    listed = await _asked(household, "/clips")
    await _pressed(household, listed, str(clip_texts.PICTURES))
    await _shot(page, target, TALL_PX)


async def _status(household: Living, page: Page, target: Path) -> None:
    status = await _asked(household, "/status")
    await _pressed(household, status, str(status_texts.STILLS))
    await _shot(page, target)


async def _zones(household: Living, page: Page, target: Path) -> None:
    await _asked(household, "/zones front ignore H1-J2")
    await _asked(household, "/zones front name porch B3-D5")
    grid = await _asked(household, "/zones front")
    for label in ("4", "F4", "G4"):
        revision = grid.revision
        household.api.press(OWNER, grid.message_id, label)
        await household.api.wait_for(partial(_changed, grid, revision))
    await _shot(page, target)


async def _privacy(household: Living, page: Page, target: Path) -> None:
    for words in ("/privacy pixelated", "/mute 22:00-7:00"):
        await _asked(household, words)
    household.passes(timedelta(minutes=10))
    household.moves("front", box=household.visitor)
    await household.settled()
    await _shot(page, target)


async def _german(household: Living, page: Page, target: Path) -> None:
    household.api.speaks(OWNER, "de")
    await _asked(household, "/privacy ganz")
    household.passes(timedelta(minutes=10))
    household.moves("garden", box=household.visitor)
    await household.settled()
    await _asked(household, "/disarm garden 3 Stunden")
    await _shot(page, target)


async def _asked(household: Living, words: str) -> Message:
    """Writes; the bot's answer."""
    count = len(household.messages())
    household.api.say(OWNER, words)
    return (await household.api.wait_for(partial(_more, household, count)))[-1]


async def _pressed(household: Living, message: Message, label: str) -> Message:
    """Presses; the bot's next message."""
    count = len(household.messages())
    household.api.press(OWNER, message.message_id, label)
    return (await household.api.wait_for(partial(_more, household, count)))[-1]


def _changed(message: Message, revision: int) -> Message | None:
    return message if message.revision > revision else None


def _more(household: Living, count: int) -> list[Message] | None:
    return household.messages() if len(household.messages()) > count else None


async def _shot(page: Page, target: Path, height_px: int = HEIGHT_PX) -> None:
    await page.set_viewport_size({"width": 440, "height": height_px})
    await page.wait_for_timeout(1500)
    await page.locator(".message").last.evaluate(
        "message => message.scrollIntoView({block: 'end', behavior: 'instant'})"
    )
    await page.wait_for_timeout(500)
    await page.screenshot(path=str(target))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
