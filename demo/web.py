"""The chat page: a small web server on loopback that shows one conversation live and lets its owner write."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from importlib import resources

from aiohttp import web

from demo.botapi import BotApi
from demo.changes import Changes
from demo.page_view import answer_view, bot_view, message_view, panel_view
from demo.panel import Panel

log = logging.getLogger(__name__)

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_SHOWN = 300
"""Messages that a page gets when it opens."""
_TEXT_LIMIT = 4096
_PANEL_S = 1.0
_BEAT_S = 2.0
"""At least this often something is sent, so that either side notices a dead connection."""
_HEADERS = {
    # 'unsafe-eval' is for browser drivers, which hand their conditions over as strings; nothing in the page does.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ChatPage:
    """Shows the private chat of `user_id` with the bot of `api`.

    The page commands a camera, so it answers only on loopback, only under an address that holds `key` (random unless
    given), only to the host name it was opened with, and takes orders only from itself. With `?guest` it is the
    phone of a second person, as an invited guest's.
    """

    def __init__(self, api: BotApi, panel: Panel | None = None, key: str = "", *, user_id: int) -> None:
        self._api = api
        self._panel = panel
        self._key = key or secrets.token_urlsafe(16)
        self._user_id = user_id
        self._run = secrets.token_hex(4)
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._pages = 0
        self._panel_json = ""
        self._panel_changes = Changes()
        self._panel_task: asyncio.Task[None] | None = None
        self._leaving = False

    async def __aenter__(self) -> ChatPage:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listens on 127.0.0.1; port 0: any free one. Raises OSError when the port is taken."""
        application = web.Application(middlewares=[self._guard], client_max_size=64 * 1024)
        application.router.add_get("/{key}", self._redirect)
        application.router.add_get("/{key}/events", self._events)
        application.router.add_get("/{key}/media/{file_id}", self._media)
        application.router.add_post("/{key}/say", self._say)
        application.router.add_post("/{key}/press", self._press)
        application.router.add_get("/{key}/{file:[a-z.]*}", self._file)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self._leaving = False
        self._panel_task = asyncio.create_task(self._watch_panel(), name="demo panel")

    async def stop(self) -> None:
        """Ends every open page's connection. Safe to call twice."""
        self._leaving = True
        self._panel_changes.note()
        self._api.office.changes.note()
        if self._panel_task:
            self._panel_task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._panel_task
        if self._runner:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    @property
    def address(self) -> str:
        """What to open in a browser; whoever knows it can command the bot."""
        return f"http://127.0.0.1:{self._port}/{self._key}/"

    # -- who may ask ---------------------------------------------------------------------------------------------

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A wrong host means a name that was rebound to this machine; a foreign origin, another site's script."""
        hosts = {f"127.0.0.1:{self._port}", f"localhost:{self._port}"}
        origin = request.headers.get("Origin")
        foreign = origin is not None and origin.removeprefix("http://") != request.host
        if request.host not in hosts or foreign:
            raise web.HTTPForbidden(text="This page answers only to itself on this machine.\n")
        if request.method == "POST" and request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        key = request.match_info.get("key", "")
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            raise web.HTTPNotFound(text="Open the whole address that the demo printed.\n")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    def _reader(self, request: web.Request) -> int:
        """Whose phone the page is."""
        return self._user_id + 1 if "guest" in request.query else self._user_id

    # -- what it answers -----------------------------------------------------------------------------------------

    async def _redirect(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPMovedPermanently(f"{request.path}/")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file"] or "index.html"
        suffix = name[name.rfind(".") :]
        file = resources.files("demo").joinpath("page", name)
        if suffix not in _TYPES or not file.is_file():
            raise web.HTTPNotFound
        if name == "index.html":
            # The phone speaks as the browser does.
            spoken = request.headers.get("Accept-Language", "en").replace(";", ",").split(",")[0].strip()
            self._api.speaks(self._reader(request), spoken or "en")
        headers = {"Cache-Control": "no-store"}
        return web.Response(text=file.read_text(encoding="utf-8"), content_type=_TYPES[suffix], headers=headers)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        """A file of the chat, with byte ranges, so that a video can be sought in."""
        file = self._api.office.files.find(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        headers = {"Content-Type": file.mime_type, "Cache-Control": "private, max-age=86400, immutable", **_HEADERS}
        return web.FileResponse(file.path, headers=headers)

    async def _say(self, request: web.Request) -> web.StreamResponse:
        text = (await _body(request)).get("text")
        if not isinstance(text, str) or not 1 <= len(text.strip()) <= _TEXT_LIMIT:
            raise web.HTTPBadRequest(text=f"1 to {_TEXT_LIMIT} characters\n")
        return web.json_response({"id": self._api.say(self._reader(request), text.strip())})

    async def _press(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        message_id, data = body.get("id"), body.get("data")
        if not isinstance(message_id, int) or not isinstance(data, str):
            raise web.HTTPBadRequest(text="id and data\n")
        try:
            return web.json_response({"callback": self._api.press(self._reader(request), message_id, data)})
        except LookupError as exc:
            raise web.HTTPConflict(text="That button is gone.\n") from exc

    # -- live ----------------------------------------------------------------------------------------------------

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events. Their id tells what the page has: after a break it gets exactly what it missed."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", **_HEADERS}
        )
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        self._pages += 1
        self._panel_changes.note()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._send_chat(request, response))
                group.create_task(self._send_panel(response))
        except* ConnectionError:
            pass  # the page was closed
        finally:
            self._pages -= 1
        return response

    async def _send_chat(self, request: web.Request, response: web.StreamResponse) -> None:
        office, reader = self._api.office, self._reader(request)
        run, _, number = request.headers.get("Last-Event-ID", "").partition("-")
        seen = int(number) if run == self._run and number.isdigit() else None
        told = office.changes.count if seen is None else seen
        bot: dict[str, object] = {}
        while not self._leaving:
            count = office.changes.count
            changed = office.conversation.changed_since(reader, seen or 0)
            if seen is None:
                changed = [message for message in changed if not message.deleted][-_SHOWN:]
            news: dict[str, object] = {
                "reset": seen is None,
                "messages": [message_view(message, office.files) for message in changed],
                "answers": [answer_view(a) for a in office.answers if a.revision > told and a.user_id == reader],
            }
            news_of_bot = bot_view(self._api, reader)
            if any(news.values()) or news_of_bot != bot:
                bot, seen, told = news_of_bot, count, count
                event = json.dumps(news | {"bot": bot})
                await response.write(f"id: {self._run}-{count}\nevent: chat\ndata: {event}\n\n".encode())
            else:
                await response.write(b": beat\n\n")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_BEAT_S):
                    await office.changes.after(count)

    async def _send_panel(self, response: web.StreamResponse) -> None:
        sent = ""
        while not self._leaving:
            count = self._panel_changes.count
            if self._panel_json != sent:
                sent = self._panel_json
                await response.write(f"event: panel\ndata: {sent}\n\n".encode())
            await self._panel_changes.after(count)

    async def _watch_panel(self) -> None:
        """Asks the composition what to show, only while somebody looks."""
        failing = False
        while self._panel:
            if not self._pages:
                await self._panel_changes.after(self._panel_changes.count)
                continue
            try:
                view = panel_view(
                    await self._panel.provider_listing(), await self._panel.owner_listing(), await self._panel.now()
                )
            except OSError as exc:
                if not failing:
                    log.warning("the side panel cannot be read, trying again: %s", exc)
                failing = True
            else:
                failing = False
                text = json.dumps(view)
                if text != self._panel_json:
                    self._panel_json = text
                    self._panel_changes.note()
            await asyncio.sleep(_PANEL_S)


async def _body(request: web.Request) -> dict[str, object]:
    try:
        body = await request.json()
    except ValueError as exc:
        raise web.HTTPBadRequest(text="JSON expected\n") from exc
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="an object expected\n")
    return body
