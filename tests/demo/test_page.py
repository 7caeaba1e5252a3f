"""The chat page in a real browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from demo.botapi import BotApi
from demo.web import ChatPage
from tests.demo.client import OWNER, TOKEN, Client, File
from tests.demo.media import jpeg, mp4
from tests.demo.panels import FixedPanel
from tests.support_browser import launched, window
from tests.support_ports import KeptPort

COMMANDS = [
    {"command": "status", "description": "what every camera is doing"},
    {"command": "snapshot", "description": "a picture of now"},
    {"command": "clips", "description": "recent clips"},
    {"command": "clip", "description": "one clip again"},
]
KEYS = {"inline_keyboard": [[{"text": "Keep", "callback_data": "v1:keep:e1"}]]}
PHOTO: File = ("a.jpg", jpeg(), "image/jpeg")


pytestmark = pytest.mark.asyncio(loop_scope="module")  # one browser serves all tests of this file


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
        yield api
        assert api.violations == []


@pytest_asyncio.fixture(loop_scope="module")
async def client(api: BotApi) -> AsyncIterator[Client]:
    async with Client(api) as client:
        yield client


Opened = Callable[..., AbstractAsyncContextManager[Page]]


@pytest_asyncio.fixture(loop_scope="module")
async def opened(api: BotApi, browser: Browser) -> Opened:
    """Opens the page in the browser; its console must stay quiet."""

    @asynccontextmanager
    async def open_page(*, width: int = 1280, height: int = 860, touch: bool = False) -> AsyncIterator[Page]:
        async with (
            ChatPage(api, FixedPanel(), user_id=OWNER) as chat,
            window(chat.address, browser=browser, width=width, height=height, touch=touch) as seen,
        ):
            yield seen.page
            assert seen.complaints == []

    return open_page


async def test_an_alert_becomes_a_clip_that_plays_in_place(opened: Opened, client: Client, tmp_path: Path) -> None:
    clip = mp4(tmp_path / "clip.mp4").read_bytes()
    async with opened() as page:
        sent = await client.call(
            "sendPhoto", {"photo": PHOTO}, chat_id=OWNER, caption="<b>front</b> #e1", parse_mode="HTML"
        )
        message = page.locator(f'[data-id="{sent["message_id"]}"]')
        await expect(message.locator("img")).to_be_visible()
        await page.wait_for_function("document.querySelector('.media img').naturalWidth === 1280")
        await expect(message.locator("strong")).to_have_text("front")

        media = {"type": "video", "media": "attach://c", "width": 640, "height": 360, "duration": 2, "caption": "0:02"}
        files = {"c": ("c.mp4", clip, "video/mp4")}
        await client.call("editMessageMedia", files, chat_id=OWNER, message_id=sent["message_id"], media=media)
        await expect(message.locator("video")).to_be_visible()
        await page.wait_for_function("document.querySelector('video')?.readyState >= 2")
        await expect(message.locator("img")).to_have_count(0)
        await expect(message).to_contain_text("edited")
        await expect(page.locator(".message")).to_have_count(1)

        await message.get_by_role("button", name="Play clip").click()
        await page.wait_for_function("document.querySelector('video').currentTime > 0.2")
        assert await page.evaluate("(v => v.controls && v.muted && v.playsInline)(document.querySelector('video'))")


async def test_a_clip_goes_on_playing_when_only_its_caption_changes(
    opened: Opened, client: Client, tmp_path: Path
) -> None:
    clip = mp4(tmp_path / "clip.mp4", duration_s=20).read_bytes()
    sent = await client.call("sendVideo", {"video": ("c.mp4", clip, "video/mp4")}, chat_id=OWNER, caption="recorded")
    async with opened() as page:
        await page.get_by_role("button", name="Play clip").click()
        await page.wait_for_function("document.querySelector('video').currentTime > 0.2")
        await page.evaluate("document.querySelector('video').dataset.same = 'yes'")
        await client.call("editMessageCaption", chat_id=OWNER, message_id=sent["message_id"], caption="archived")
        await expect(page.locator(".words")).to_have_text("archived")
        assert await page.evaluate("(v => [v.dataset.same, v.paused])(document.querySelector('video'))") == [
            "yes",
            False,
        ]


async def test_a_button_press_arrives_and_its_answer_is_shown(opened: Opened, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="Keep it?", reply_markup=KEYS)
    async with opened() as page:
        await page.get_by_role("button", name="Keep").click()
        [update] = await client.call("getUpdates", timeout=50)
        query = update["callback_query"]
        assert query["data"] == "v1:keep:e1"
        await client.call("answerCallbackQuery", callback_query_id=query["id"], text="Kept for good")
        await expect(page.locator("#toast")).to_have_text("Kept for good")
        await expect(page.locator("#toast")).to_have_class("toast shown")
        await expect(page.get_by_role("button", name="Keep")).to_have_attribute("aria-busy", "false")


async def test_an_answer_that_overtakes_its_press_frees_the_button(opened: Opened, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="Keep it?", reply_markup=KEYS)
    answered = asyncio.Event()

    async def held(route: Route) -> None:
        response = await route.fetch()
        await answered.wait()
        await route.fulfill(response=response)

    async with opened() as page:
        await page.route("**/press*", held)
        await page.get_by_role("button", name="Keep").click()
        [update] = await client.call("getUpdates", timeout=50)
        await client.call("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Kept")
        await expect(page.locator("#toast")).to_have_text("Kept")
        await expect(page.get_by_role("button", name="Keep")).to_have_attribute("aria-busy", "true")
        answered.set()
        await expect(page.get_by_role("button", name="Keep")).to_have_attribute("aria-busy", "false")


async def test_an_alert_answer_opens_a_dialog(opened: Opened, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="Keep it?", reply_markup=KEYS)
    async with opened() as page:
        await page.get_by_role("button", name="Keep").click()
        [update] = await client.call("getUpdates", timeout=50)
        query_id = update["callback_query"]["id"]
        await client.call("answerCallbackQuery", callback_query_id=query_id, text="The disk is full", show_alert=True)
        await expect(page.get_by_role("dialog")).to_contain_text("The disk is full")
        await page.get_by_role("button", name="OK").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_what_is_typed_arrives_and_is_ticked_when_read(opened: Opened, client: Client) -> None:
    async with opened() as page:
        await page.get_by_label("Message", exact=True).fill("hello\nthere")
        await page.keyboard.press("Enter")
        [update] = await client.call("getUpdates", timeout=50)
        assert update["message"]["text"] == "hello\nthere"
        await expect(page.locator(".message.own .words")).to_have_text("hello\nthere")
        await expect(page.get_by_label("Message", exact=True)).to_have_value("")
        await expect(page.get_by_role("img", name="sent")).to_be_visible()
        await client.call("getUpdates", offset=update["update_id"] + 1)
        await expect(page.get_by_role("img", name="read", exact=True)).to_be_visible()


async def test_a_slash_opens_completion(opened: Opened, client: Client) -> None:
    await client.call("setMyCommands", commands=COMMANDS, scope={"type": "chat", "chat_id": OWNER})
    async with opened() as page:
        box = page.get_by_role("combobox")
        await box.press_sequentially("/s")
        await expect(page.get_by_role("option")).to_have_text(
            ["/statuswhat every camera is doing", "/snapshota picture of now"]
        )
        await box.press("ArrowDown")
        await expect(page.locator('[role="option"][aria-selected="true"]')).to_contain_text("/snapshot")
        await box.press("Enter")
        [update] = await client.call("getUpdates", timeout=50)
        assert update["message"]["text"] == "/snapshot"
        await expect(page.get_by_role("listbox")).to_have_count(0)

        await box.fill("/c")
        await box.press("Tab")
        await expect(box).to_have_value("/clips ")
        await box.fill("/clip")
        await expect(page.locator('[role="option"][aria-selected="true"]')).to_have_text("/clipone clip again")
        await box.fill("/")
        await box.press("Escape")
        await expect(page.get_by_role("listbox")).to_have_count(0)


async def test_on_a_phone_the_menu_is_tapped(opened: Opened, client: Client) -> None:
    await client.call("setMyCommands", commands=COMMANDS)
    async with opened(width=390, height=844, touch=True) as page:
        await page.get_by_role("button", name="Menu").tap()
        await page.get_by_role("option", name="/clips").tap()
        [update] = await client.call("getUpdates", timeout=50)
        assert update["message"]["text"] == "/clips"
        assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_a_command_in_a_message_can_be_tapped(opened: Opened, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="Try /status now")
    async with opened() as page:
        await page.get_by_role("button", name="/status").click()
        [update] = await client.call("getUpdates", timeout=50)
        assert update["message"]["text"] == "/status"


async def test_a_reader_of_old_messages_is_not_torn_away(opened: Opened, client: Client) -> None:
    for number in range(40):
        await client.call("sendMessage", chat_id=OWNER, text=f"message {number}")
    async with opened() as page:
        await expect(page.locator(".message").last).to_be_in_viewport()
        await page.evaluate("document.getElementById('scroll').scrollTop = 0")
        await expect(page.locator("#jump")).to_be_visible()
        await client.call("sendMessage", chat_id=OWNER, text="news")
        await expect(page.locator("#jump")).to_have_text("1 new message")
        await expect(page.locator(".message").first).to_be_in_viewport()
        await page.locator("#jump").click()
        await expect(page.get_by_text("news", exact=True)).to_be_in_viewport()
        await expect(page.locator("#jump")).to_be_hidden()
        await client.call("sendMessage", chat_id=OWNER, text="more news")
        await expect(page.get_by_text("more news")).to_be_in_viewport()


async def test_markup_in_a_text_stays_text(opened: Opened, client: Client) -> None:
    text = '<img src=x onerror="document.title=1"><b>bold</b> & <script>1</script>'
    await client.call("sendMessage", chat_id=OWNER, text=text)
    async with opened() as page:
        await expect(page.locator(".words")).to_have_text(text)
        assert await page.locator(".words > *").count() == 0


async def test_a_picture_opens_at_full_size(opened: Opened, client: Client) -> None:
    await client.call("sendPhoto", {"photo": PHOTO}, chat_id=OWNER)
    async with opened() as page:
        await page.get_by_role("button", name="Open picture").click()
        await expect(page.get_by_role("dialog").get_by_role("img")).to_be_in_viewport()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_text_that_could_not_be_sent_is_not_lost(browser: Browser, api: BotApi) -> None:
    chat = ChatPage(api, user_id=OWNER)
    await chat.start()
    async with window(chat.address, browser=browser) as seen:
        await expect(seen.page.locator("#presence")).to_have_text("starting…")
        await chat.stop()
        await seen.page.get_by_role("combobox").fill("hello")
        await seen.page.keyboard.press("Enter")
        await expect(seen.page.locator("#toast")).to_contain_text("cannot be reached")
        await expect(seen.page.get_by_role("combobox")).to_have_value("hello")


async def test_a_deleted_message_goes(opened: Opened, client: Client) -> None:
    sent = await client.call("sendMessage", chat_id=OWNER, text="soon gone")
    async with opened() as page:
        await expect(page.get_by_text("soon gone")).to_be_visible()
        await client.call("deleteMessage", chat_id=OWNER, message_id=sent["message_id"])
        await expect(page.locator(".message")).to_have_count(0)


async def test_a_pinned_message_stands_at_the_top_until_it_is_gone(opened: Opened, client: Client) -> None:
    sent = await client.call("sendMessage", chat_id=OWNER, text="All is well\n14:35")
    async with opened() as page:
        bar = page.get_by_role("button", name="Pinned message")
        await expect(bar).to_be_hidden()
        await client.call("pinChatMessage", chat_id=OWNER, message_id=sent["message_id"])
        await expect(bar).to_contain_text("All is well 14:35")
        await client.call("editMessageText", chat_id=OWNER, message_id=sent["message_id"], text="All is well\n14:40")
        await expect(bar).to_contain_text("14:40")
        for number in range(30):
            await client.call("sendMessage", chat_id=OWNER, text=f"message {number}")
        await bar.click()
        await expect(page.locator(".message", has_text="All is well")).to_be_in_viewport()
        await client.call("deleteMessage", chat_id=OWNER, message_id=sent["message_id"])
        await expect(bar).to_be_hidden()


async def test_the_panel_tells_both_sides(opened: Opened) -> None:
    async with opened() as page:
        await expect(page.locator("#provider")).to_contain_text("pi18ea8qom883joj2aek")
        await expect(page.locator("#provider-sum")).to_have_text("1 file · 1.5 MB")
        await expect(page.locator("#owner")).to_contain_text("front · 0:12")
        await expect(page.locator("#now")).to_contain_text("front is watching")
        await expect(page.locator("#now")).to_contain_text("2 clips are being encrypted")


async def test_presence_shows_whether_the_bot_listens(opened: Opened, client: Client) -> None:
    async with opened() as page:
        await expect(page.locator("#presence")).to_have_text("starting…")
        poll = asyncio.create_task(client.raw("getUpdates", timeout=50))
        await expect(page.locator("#presence")).to_have_text("online")
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)


async def test_the_page_catches_up_after_its_server_was_away(browser: Browser, api: BotApi, client: Client) -> None:
    page_server, port = ChatPage(api, user_id=OWNER), KeptPort()
    await page_server.start(port.number)
    async with window(page_server.address, browser=browser) as seen:
        await client.call("sendMessage", chat_id=OWNER, text="before")
        await expect(seen.page.get_by_text("before", exact=True)).to_be_visible()
        await page_server.stop()
        await expect(seen.page.locator("#presence")).to_have_text("waiting for the demo…")
        await client.call("sendMessage", chat_id=OWNER, text="meanwhile")
        await page_server.start(port.number)
        await expect(seen.page.get_by_text("meanwhile")).to_be_visible()
        await expect(seen.page.locator(".message")).to_have_count(2)
    await page_server.stop()


async def test_nothing_sticks_out_at_any_width(opened: Opened, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="x" * 300, reply_markup=KEYS)
    async with opened() as page:
        await expect(page.locator(".message")).to_be_visible()
        for width in (360, 390, 768, 1024, 1440):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            assert await page.evaluate("(s => s.scrollWidth <= s.clientWidth)(document.getElementById('scroll'))")


async def test_an_album_stands_side_by_side(opened: Opened, client: Client) -> None:
    async with opened() as page:
        media = [{"type": "photo", "media": f"attach://p{number}"} for number in range(4)]
        await client.call("sendMediaGroup", chat_id=OWNER, media=media, files={f"p{n}": PHOTO for n in range(4)})
        await expect(page.locator(".album .message")).to_have_count(4)
        # Within the page, and all at once: the list may still be scrolling to its end.
        tops = await page.evaluate("[...document.querySelectorAll('.album .message')].map(one => one.offsetTop)")
        assert tops[0] == tops[1] < tops[2] == tops[3]


async def test_a_guests_link_opens_the_chat_as_the_guest(api: BotApi, opened: Opened, client: Client) -> None:
    async with opened() as page:
        await client.call("sendMessage", chat_id=OWNER, text="https://t.me/mocam_demo_bot?start=ABCDEFGHJK")
        async with page.expect_popup() as opening:
            await page.locator(".words a").click()
        guest = await opening.value
        await expect(guest.locator(".message.own")).to_have_text(re.compile("/start ABCDEFGHJK"))
        assert [message.text for message in api.messages(OWNER + 1)] == ["/start ABCDEFGHJK"]
        await guest.reload()
        await expect(guest.locator(".message.own")).to_have_count(1)
        await expect(page.locator(".message")).to_have_count(1)


async def test_the_phone_speaks_as_the_browser_does(browser: Browser, api: BotApi) -> None:
    async with ChatPage(api, user_id=OWNER) as chat, window(chat.address, browser=browser, locale="de-AT") as seen:
        await expect(seen.page.locator("#text")).to_be_visible()
        assert api.office.users[OWNER].language == "de-AT"
