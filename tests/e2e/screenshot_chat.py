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
from demo.conversation import Message
from demo.web import ChatPage
from mocam.store import open_store
from tests.bot.conftest import OWNER
from tests.demo.panels import FixedPanel
from tests.mocam.living import Living, living
from tests.support_browser import window


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, open_store(Path(temporary) / "data") as store:
        async with living(store, Path(temporary), "front", "garden") as household:
            household.now_utc = datetime.now(UTC)
            async with (
                ChatPage(household.api, FixedPanel(), user_id=OWNER) as chat,
                window(chat.address, width=440, height=860) as seen,
            ):
                await _alert(household, seen.page, folder / "chat-alert.png")
                await _storm(household, seen.page, folder / "chat-storm.png")
                await _privacy(household, seen.page, folder / "chat-privacy.png")


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


async def _privacy(household: Living, page: Page, target: Path) -> None:
    for words in ("/privacy pixelated", "/mute 22:00-7:00"):
        household.api.say(OWNER, words)
        await household.api.wait_for(partial(_more, household, len(household.messages())))
    household.passes(timedelta(minutes=10))
    household.moves("front", box=household.visitor)
    await household.settled()
    await _shot(page, target)


def _more(household: Living, count: int) -> list[Message] | None:
    return household.messages() if len(household.messages()) > count else None


async def _shot(page: Page, target: Path) -> None:
    await page.wait_for_timeout(1500)
    await page.locator(".message").last.evaluate(
        "message => message.scrollIntoView({block: 'end', behavior: 'instant'})"
    )
    await page.wait_for_timeout(500)
    await page.screenshot(path=str(target))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
