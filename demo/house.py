"""The demo: the stand-in, the page and the real program on a throw-away folder, until Ctrl-C."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from bot.ports import ArchiveState
from bot.search import Search
from demo.botapi import BotApi
from demo.panel import CameraNow, Now, OwnerClip, ProviderFile, list_folder
from demo.web import ChatPage
from mocam import logs
from mocam.app import App
from mocam.settings import CameraSettings, Settings
from mocam.store import open_store
from mocam.values import SettingsError
from storage.errors import StorageError

OWNER = 1001
CLIPS_SHOWN = 50
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


class HousePanel:
    """The page's panel over the running program; the provider's side is read from the folder as it lies there."""

    def __init__(self, app: App, archive_dir: Path) -> None:
        self._app = app
        self._archive_dir = archive_dir

    async def provider_listing(self) -> Sequence[ProviderFile]:
        return await asyncio.to_thread(list_folder, self._archive_dir)

    async def owner_listing(self) -> Sequence[OwnerClip]:
        page = await self._app.clips.page(Search(), 0, CLIPS_SHOWN)
        return [
            OwnerClip(
                event_id=event.event_id,
                camera=event.camera,
                started_utc=event.started_utc,
                duration_s=part.duration_s,
                size_bytes=part.size_bytes,
                archived=part.archive is ArchiveState.VERIFIED,
            )
            for event in (page.events if page else ())
            for part in event.parts
        ]

    async def now(self) -> Now:
        usage = await self._app.retention.usage()
        views = self._app.household.views()
        trouble = next((view.detail for view in views if view.detail), usage.archive_trouble)
        return Now(tuple(CameraNow(view.name, view.state) for view in views), usage.archive_waiting, trouble)


def run_demo(camera: str, port: int) -> int:
    """Runs the demo until SIGINT or SIGTERM; returns an exit code. `camera` is any source, or the path of a video."""
    redactor = logs.set_up("WARNING")
    try:
        source = CameraSettings(source=_address(camera)).source
    except ValueError:
        _err.print(
            f"mocam: {camera} is no camera; write scene, /dev/video0, rtsp://.. or the path of a video",
            markup=False,
            soft_wrap=True,
        )
        return 1
    folder = Path(tempfile.mkdtemp(prefix="mocam-demo-"))
    try:
        return asyncio.run(_run(source, port, folder, redactor))
    except (OSError, StorageError, SettingsError) as exc:
        _err.print(f"mocam: the demo cannot run: {exc}", markup=False)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _run(source: str, port: int, folder: Path, redactor: logs.Redactor) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    _out.print("Starting: a stand-in for Telegram, an encrypted archive, the camera ..")
    async with demo_house(source, port, folder, redactor) as (page, app):
        _out.print(f"\n  Open this in a browser on this machine:  {page.address}\n", markup=False, soft_wrap=True)
        _out.print("Ctrl-C ends it and throws everything away.")
        await app.run(stop)
    _out.print("The demo is over; nothing is left of it.")
    return 0


@asynccontextmanager
async def demo_house(
    source: str, port: int, folder: Path, redactor: logs.Redactor
) -> AsyncIterator[tuple[ChatPage, App]]:
    """Stand-in, page and program, joined in `folder`; the program still has to be `run`."""
    archive_dir = folder / "archive"
    token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(26)[:35]}"
    redactor.hide(token)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(BotApi(token, owner_ids=[OWNER]))
        settings = Settings(
            telegram_bot_token=SecretStr(token),
            telegram_owner_ids=frozenset({OWNER}),
            telegram_base_url=api.base_url,
            cameras={"front": CameraSettings(source=source)},
            archive_remote=str(archive_dir),
            data_dir=folder / "data",
        )
        store = stack.enter_context(open_store(settings.data_dir, settings.alert_storm_events))
        app = App(settings, store, redactor, announce=_out.print)
        page = ChatPage(api, HousePanel(app, archive_dir), user_id=OWNER)
        await page.start(port)
        stack.push_async_callback(page.stop)
        api.say(OWNER, "/start")
        yield page, app


def _address(camera: str) -> str:
    """A path of a video becomes its `file://` address."""
    path = Path(camera).expanduser()
    return path.resolve().as_uri() if path.is_file() else camera
