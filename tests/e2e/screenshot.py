"""`make screenshot`: the README's picture, taken of the demo as it runs."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e.program import spawn, until
from tests.e2e.test_demo import ADDRESS
from tests.support_browser import window

ARCHIVED = re.compile(r"#e2 · archived")
SHOWN_S = 8.0
"""Where the clip stands in the picture: the visitor is in the middle."""


async def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output.txt"
        process = await spawn(Path(folder), {"TMPDIR": folder}, "demo", output=output)
        try:
            await until(lambda: ADDRESS.search(output.read_text()), 60)
            found = ADDRESS.search(output.read_text())
            assert found
            async with window(found[0], width=1280, height=860) as seen:
                await _wait_for_the_moment(seen.page)
                target.parent.mkdir(exist_ok=True)
                await seen.page.screenshot(path=str(target))
        finally:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def _wait_for_the_moment(page: Page) -> None:
    box = page.get_by_label("Message", exact=True)
    await expect(page.locator(".message", has_text="#e1")).to_contain_text("verified")
    await box.fill("/status")
    await box.press("Enter")
    alert = page.locator(".message", has_text="Motion").filter(has_text="#e2")
    await expect(alert).to_contain_text("verified")
    await expect(page.get_by_text(ARCHIVED)).to_be_visible()
    await alert.get_by_role("button", name="Play clip").click()
    video = alert.locator("video")
    await video.evaluate(f"video => {{ video.currentTime = {SHOWN_S}; video.pause(); }}")
    await page.wait_for_function("[...document.querySelectorAll('video')].some(v => v.currentTime > 5 && !v.seeking)")
    await page.mouse.move(5, 5)
    await alert.evaluate("message => message.scrollIntoView({block: 'end', behavior: 'instant'})")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
