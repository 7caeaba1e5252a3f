"""Headless Chromium for the tests that look at the chat page."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright, expect

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # containers of a CI have no user namespaces
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--autoplay-policy=no-user-gesture-required",
)

PATIENCE_MS = 60_000
"""Generous: on a loaded machine a page may take long to paint."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass(slots=True)
class Window:
    """One open page and what its console complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)


def chromium() -> str:
    """Path of the browser; skips the test where there is none."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("no Chromium: sudo apt install chromium")
    return path


@contextlib.asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """One browser for many windows, on one event loop; starting it takes seconds on a small machine."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS, timeout=2 * PATIENCE_MS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def window(
    address: str,
    *,
    browser: Browser | None = None,
    width: int = 1280,
    height: int = 860,
    color_scheme: Literal["light", "dark"] = "light",
    touch: bool = False,
    locale: str = "en-GB",
    zone: str | None = None,
) -> AsyncIterator[Window]:
    """Opens `address` as a new visitor; sizes in CSS pixels. Errors on its console are collected.

    Without `browser` it starts one of its own.
    """
    async with contextlib.AsyncExitStack() as stack:
        if browser is None:
            browser = await stack.enter_async_context(launched())
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            has_touch=touch,
            device_scale_factor=2 if touch else 1,
            locale=locale,
            timezone_id=zone,
        )
        stack.push_async_callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        opened = Window(await context.new_page())
        opened.page.on("console", lambda line: _console(opened, line))
        opened.page.on("pageerror", lambda error: _error(opened, error))
        await opened.page.goto(address)
        yield opened


def _console(opened: Window, line: ConsoleMessage) -> None:
    if line.type in ("error", "warning"):
        opened.complaints.append(line.text)


def _error(opened: Window, error: Error) -> None:
    opened.complaints.append(str(error))
