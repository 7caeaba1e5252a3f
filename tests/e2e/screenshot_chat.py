"""`make screenshot`: the guide's pictures of the chat, taken of the page over a real chat with scripted events."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path

from playwright.async_api import Page

from bot.health import HealthView
from bot.ports import BlindView, CameraView, Usage
from bot.promptness import Promptness
from bot.texts import alerts as texts
from bot.texts import clips as clip_texts
from bot.texts import daily as daily_texts
from bot.texts import status as status_texts
from demo.botapi import BotApi
from demo.conversation import Message
from demo.web import ChatPage
from mocam.store import Store, open_store
from storage.archive_queue import ArchiveQueue
from storage.gaps import Gap, GapKind, Known
from storage.model import Box, Clip
from tests.bot.conftest import OWNER, TOKEN
from tests.bot.house import ZONE, Cameras, Health, Retention
from tests.demo.panels import FixedPanel
from tests.e2e import garden_views
from tests.mocam.living import Living
from tests.support_browser import window

HEIGHT_PX, TALL_PX = 860, 1010
EVENING = datetime(2026, 11, 26, 18, 0, tzinfo=ZONE)
STARTED = EVENING - timedelta(days=6, hours=9)
DAY = (
    *("19:10 front", "21:40 garden", "23:30 front", "06:20 front", "07:05 front", "07:20 front", "07:40 garden"),
    *("07:55 front", "08:10 front", "08:25 garden", "10:30 front", "12:45 front", "12:52 front", "13:15 garden"),
    *("13:31 garden", "13:48 front", "15:20 front", "15:35 garden", "15:50 front", "16:10 front", "16:25 garden"),
    *("16:40 front", "16:50 front", "17:15 garden", "17:30 front"),
)
"""What happened in the 24 hours before."""
BLIND, REASON = ("03:10", "03:52"), "The camera does not answer."
FALSE = ("13:15 garden", "13:31 garden")


class Watched(Cameras):
    """Two cameras that have watched for days."""

    def __init__(self, household: Guide, names: tuple[str, ...]) -> None:
        super().__init__(names, garden_views.now("front"))
        self._household = household

    def views(self) -> list[CameraView]:
        return [CameraView(name, "watching", STARTED, "") for name in self.names]

    async def blind(self) -> list[BlindView]:
        begun, over = (_at(clock) for clock in BLIND)
        return [BlindView("front", (over - begun).total_seconds(), (begun, over), REASON)]

    async def snapshot(self, camera: str) -> bytes:
        return garden_views.now(camera)


class Prompt:
    """Alerts were as quick as usual."""

    async def sent(self, event_id: str, begun_mono_s: float, ended_mono_s: float) -> None:
        """Measures nothing."""

    async def recent(self) -> Promptness:
        return Promptness(25, 0.6, 0.9)


class Guide(Living):
    """The household of the guide: a garden at dusk, every clip archived at once."""

    archives = True
    film_s = garden_views.FILM_S
    timing = replace(Living.timing, stale_command_s=1e9)

    def __init__(self, api: BotApi, store: Store) -> None:
        super().__init__(api, store, Path(), ("front", "garden"))
        health = Health(HealthView(STARTED, 48.0, trouble="", waiting=0))
        kept = Retention()
        kept.state = Usage(214, 1_930_000_000, 1204, 9_800_000_000, 25 * 10**9, 0, "", archive_on=True)
        self.house = replace(self.house, health=health, promptness=Prompt(), retention=kept)
        self._queue = ArchiveQueue(store.database, store.catalogue)
        api.office.conversation.now_utc = lambda: self.now_utc

    def _cameras(self, names: tuple[str, ...]) -> Cameras:
        return Watched(self, names)

    def comes(self, camera: str, *, with_clip: bool = True) -> str:
        """A visitor of the synthetic garden."""
        return self.moves(camera, with_clip=with_clip, box=self._box(camera))

    def _box(self, camera: str) -> Box:
        return garden_views.box(camera, self._number)

    def _picture(self, event_id: str, camera: str, walked: float) -> bytes:
        return garden_views.seen(camera, int(event_id[1:]))

    def _film(self, event_id: str, camera: str) -> bytes:
        return garden_views.film(camera, int(event_id[1:]))

    def _published(self, clip: Clip) -> None:
        self._queue.will_lie(clip.clip_id, clip.remote_name, None, self.now_utc)
        self._queue.verified([(clip.clip_id, "hash")], self.now_utc)


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, open_store(Path(temporary) / "data") as store:
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
            household = Guide(api, store)
            household.now_utc = EVENING - timedelta(days=1)
            async with (
                household.running(),
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


async def _day(household: Guide) -> None:
    for text in DAY:
        clock, camera = text.split()
        household.now_utc = _at(clock)
        event_id = household.comes(camera)
        await household.settled()
        if text in FALSE:
            await household.house.wishes.false_alarm(event_id, false=True)
            await household.settled()
    household.now_utc = EVENING
    blind = Gap("front", GapKind.BLIND, _at(BLIND[0]), _at(BLIND[1]), REASON)
    closed = Gap("garden", GapKind.DISARMED, _at("09:00"), _at("12:00"), "")
    known = Known(STARTED, EVENING, disarmed=False, ended=False)
    household.store.gaps.write([blind, closed], dict.fromkeys(("front", "garden"), known))


def _at(clock: str) -> datetime:
    """That time of the last 24 hours."""
    found = datetime.combine(EVENING.date(), time.fromisoformat(clock), ZONE)
    return found if found <= EVENING else found - timedelta(days=1)


async def _digest(household: Guide, page: Page, target: Path) -> None:
    asked = await _asked(household, "/digest")
    await _pressed(household, asked, str(daily_texts.NOW))
    await _shot(page, target)


async def _alert(household: Guide, page: Page, target: Path) -> None:
    household.passes(timedelta(minutes=14))
    household.comes("garden")
    await household.settled()
    household.api.press(OWNER, household.messages()[-1].message_id, str(texts.KEEP))
    await household.api.wait_for(lambda: household.messages()[-1].labels[0].endswith("✓") or None)
    household.passes(timedelta(minutes=3))
    household.comes("front", with_clip=False)
    await household.settled()
    await _shot(page, target, TALL_PX)


async def _storm(household: Guide, page: Page, target: Path) -> None:
    household.passes(timedelta(minutes=10))
    for number in range(6 + 9):
        household.comes("garden" if number % 3 else "front")
        household.passes(timedelta(seconds=14))
        await household.first_messages()
    await household.settled()
    await _shot(page, target)


async def _index(household: Guide, page: Page, target: Path) -> None:
    listed = await _asked(household, "/clips")
    await _pressed(household, listed, str(clip_texts.PICTURES))
    await _shot(page, target, TALL_PX)


async def _status(household: Guide, page: Page, target: Path) -> None:
    status = await _asked(household, "/status")
    await _pressed(household, status, str(status_texts.STILLS))
    await _shot(page, target)


async def _zones(household: Guide, page: Page, target: Path) -> None:
    await _asked(household, "/zones front ignore H1-J3")
    await _asked(household, "/zones front name door C4-D5")
    grid = await _asked(household, "/zones front")
    for label in ("4", "H4", "I4"):
        revision = grid.revision
        household.api.press(OWNER, grid.message_id, label)
        await household.api.wait_for(partial(_changed, grid, revision))
    await _shot(page, target)


async def _privacy(household: Guide, page: Page, target: Path) -> None:
    for words in ("/privacy pixelated", "/mute 18:00-7:00"):
        await _asked(household, words)
    household.passes(timedelta(minutes=10))
    household.comes("front")
    await household.settled()
    await _shot(page, target)


async def _german(household: Guide, page: Page, target: Path) -> None:
    household.api.speaks(OWNER, "de")
    await _asked(household, "/privacy ganz")
    household.passes(timedelta(minutes=10))
    household.comes("garden")
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
