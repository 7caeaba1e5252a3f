"""`mocam demo` as a newcomer has it: one command, one address, a chat in a real browser, nothing left afterwards."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.program import spawn, until
from tests.support_browser import window

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S+")


async def test_the_whole_product_in_a_browser(tmp_path: Path) -> None:
    output = tmp_path / "output.txt"
    process = await spawn(tmp_path, {"TMPDIR": str(tmp_path)}, "demo", output=output)
    try:
        await until(lambda: ADDRESS.search(output.read_text()))
        found = ADDRESS.search(output.read_text())
        assert found
        await use(found[0])
        children = await asyncio.to_thread(descendants, process.pid)
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 120) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        print(output.read_text())  # noqa: T201 - pytest shows it beside a failure
    assert "Traceback" not in output.read_text()
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    assert [path.name for path in tmp_path.iterdir() if path != output] == [], "the throw-away folder is gone"


async def use(address: str) -> None:
    """What one does with it."""
    async with window(address, width=1360, height=900) as seen:
        page = seen.page
        await expect(page.locator(".message:not(.own)").first).to_contain_text("armed")
        alert = page.locator(".message", has_text="Motion · front").first
        await expect(alert.locator("img")).to_be_visible()
        await expect(alert.locator("video")).to_be_visible()
        await page.wait_for_function("document.querySelector('video')?.readyState >= 2")
        await expect(alert).to_contain_text("verified")
        await page.get_by_label("Message", exact=True).fill("/snapshot")
        await page.get_by_label("Message", exact=True).press("Enter")
        photos = page.locator(".message img")
        await expect(photos.last).to_be_visible()
        await page.get_by_label("Message", exact=True).fill("/disarm 2h")
        await page.get_by_label("Message", exact=True).press("Enter")
        await page.get_by_role("button", name="Yes, disarm").click()
        await expect(page.locator(".message", has_text="Disarmed until")).to_be_visible()
        assert seen.complaints == []


def descendants(pid: int) -> list[int]:
    """Children of a process and theirs."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *descendants(child)]
    return found
