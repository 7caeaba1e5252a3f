"""The HTTP side of the stand-in: reads calls, meets faults, checks, answers."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import struct
import time
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import cast

from aiohttp import BodyPartReader, hdrs, web

from demo import account, editing, sending
from demo.call import Call
from demo.faults import Fault, Faults
from demo.files import Upload
from demo.media import UPLOAD_BYTES
from demo.office import Method, Office
from demo.rejection import Rejected, breach
from demo.spec import Spec

log = logging.getLogger(__name__)

METHODS: dict[str, Method] = {**account.METHODS, **sending.METHODS, **editing.METHODS}
_BY_LOWER_NAME = {name.lower(): name for name in METHODS}
_WELL_FORMED = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
_FIELD_BYTES = 1_000_000


class Server:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>` for one bot.

    `calls` and `violations` are bounded: the oldest are forgotten.
    """

    def __init__(self, token: str, office: Office, faults: Faults, spec: Spec) -> None:
        self._token = token
        self._office = office
        self._faults = faults
        self._spec = spec
        self.calls: deque[Call] = deque(maxlen=20_000)
        self.violations: deque[str] = deque(maxlen=1000)
        self._runner: web.AppRunner | None = None
        self._working: set[asyncio.Task[web.StreamResponse]] = set()
        self._leaving = asyncio.Event()

    async def listen(self, host: str, port: int) -> tuple[str, int]:
        """Returns the address it listens on; port 0: any free one. Raises OSError when it is taken."""
        self._leaving.clear()
        self._office.updates.reopen()
        application = web.Application(client_max_size=_FIELD_BYTES)
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        application.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, reuse_address=True).start()
        return cast("tuple[str, int]", self._runner.addresses[0][:2])

    async def close(self) -> None:
        """Closes the port and every connection. Safe to call twice."""
        self._leaving.set()
        self._office.updates.close()
        if self._runner:
            runner, self._runner = self._runner, None
            await runner.cleanup()
        await asyncio.gather(*self._working, return_exceptions=True)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused_token(request.match_info["token"]):
            return refused
        asked = request.match_info["method"]
        method = _BY_LOWER_NAME.get(asked.lower(), asked)
        if fault := self._faults.take(method, unread=True):
            return await self._break(request, Call(method, {}, {}, datetime.now(UTC), time.monotonic()), fault)
        try:
            call = await self._receive(request, method)
        except Rejected as refusal:
            return _error(refusal.code, refusal.description)
        self.calls.append(call)
        if method == "getUpdates":
            return await self._carry_out(request, call)
        # A real server works on when the client hangs up, except for a poll that nobody waits for any more.
        work = asyncio.create_task(self._carry_out(request, call), name=f"stand-in {method}")
        self._working.add(work)
        work.add_done_callback(self._working.discard)
        return await asyncio.shield(work)

    async def _carry_out(self, request: web.Request, call: Call) -> web.StreamResponse:
        try:
            return await self._with_fault(request, call, self._faults.take(call.method))
        finally:
            _throw_away(call.uploads)
            self._office.changes.note()

    async def _with_fault(self, request: web.Request, call: Call, fault: Fault | None) -> web.StreamResponse:
        if fault is None:
            return await self._execute(call)
        answer: web.Response | None = None
        if fault.stored:
            answer = await self._execute(call)
        if fault.wait_s:
            await self._pause(fault.wait_s)
        if fault.reset:
            call.status = 0
            if answer and fault.cut:
                await _send_half(request, answer)
            _reset(request)
            return answer or web.Response()
        if fault.reply is None:
            return answer or await self._execute(call)
        call.status = fault.reply.status
        headers = {"Retry-After": str(fault.reply.retry_after_s)} if fault.reply.retry_after_s is not None else {}
        return web.Response(
            status=fault.reply.status, text=fault.reply.body, content_type=fault.reply.content_type, headers=headers
        )

    async def _break(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        """While the request is still being read: nothing of it is carried out."""
        self.calls.append(call)
        await request.content.read(1)
        try:
            await self._pause(fault.wait_s)
            _reset(request)
        finally:
            self._office.changes.note()
        return web.Response()

    async def _pause(self, wait_s: float) -> None:
        try:
            await asyncio.wait_for(self._leaving.wait(), wait_s)
        except TimeoutError:
            return

    async def _execute(self, call: Call) -> web.Response:
        """Carries the call out and notes what was wrong with it."""
        call.violations += self._spec.violations(call.method, call.params, frozenset(call.uploads))
        try:
            result = await self._result(call)
            call.status = 200
            return web.json_response({"ok": True, "result": result})
        except Rejected as refusal:
            if refusal.breach and not call.violations:
                call.violations.append(f"{call.method}: {refusal.description}")
            call.status = refusal.code
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            return web.json_response(body, status=refusal.code)
        finally:
            self.violations += call.violations
            for violation in call.violations:
                log.warning("stand-in: %s", violation)

    async def _result(self, call: Call) -> object:
        if call.method not in METHODS:
            known = " by the stand-in" if self._spec.knows(call.method) else ""
            call.violations.append(f"{call.method} is not answered{known}")
            raise Rejected("Not Found", code=404)
        if any(upload.size_bytes > UPLOAD_BYTES for upload in call.uploads.values()):
            raise Rejected("Request Entity Too Large", code=413, breach=True)
        return await METHODS[call.method](self._office, call)

    async def _receive(self, request: web.Request, method: str) -> Call:
        """Reads the whole request, files straight to disk."""
        params: dict[str, object] = dict(request.query)
        uploads: dict[str, Upload] = {}
        if request.content_type.startswith("multipart/"):
            try:
                async for part in await request.multipart():
                    if isinstance(part, BodyPartReader):
                        await self._receive_part(part, params, uploads)
            except BaseException:
                _throw_away(uploads)
                raise
        elif request.content_type == "application/json" and request.can_read_body:
            params |= _json_object(await request.text())
        elif request.can_read_body:
            params |= {key: str(value) for key, value in (await request.post()).items()}
        return Call(method, params, uploads, datetime.now(UTC), time.monotonic())

    async def _receive_part(self, part: BodyPartReader, params: dict[str, object], uploads: dict[str, Upload]) -> None:
        name = part.name or ""
        if part.filename is None:
            params[name] = await part.text()
            return
        content_type = part.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
        uploads[name] = await self._office.files.receive(_chunks(part), part.filename, content_type, UPLOAD_BYTES)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused_token(request.match_info["token"]):
            return refused
        if (fault := self._faults.take("file")) and fault.reply:
            return web.Response(status=fault.reply.status, text=fault.reply.body, content_type=fault.reply.content_type)
        if fault and fault.reset:
            _reset(request)
            return web.Response()
        file = self._office.files.by_public_path(request.match_info["path"])
        if file is None:
            return _error(404, "Not Found")
        return web.FileResponse(file.path)

    def _refused_token(self, token: str) -> web.Response | None:
        if token == self._token:
            return None
        return _error(401, "Unauthorized") if _WELL_FORMED.fullmatch(token) else _error(404, "Not Found")


def _throw_away(uploads: dict[str, Upload]) -> None:
    """Those that no message took over."""
    for upload in uploads.values():
        upload.path.unlink(missing_ok=True)


def _json_object(text: str) -> dict[str, object]:
    try:
        body = json.loads(text)
    except ValueError as exc:
        raise breach("can't parse JSON request body") from exc
    if not isinstance(body, dict):
        raise breach("can't parse JSON request body: object expected")
    return body


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(64 * 1024):
        yield chunk


def _error(code: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": description}, status=code)


async def _send_half(request: web.Request, answer: web.Response) -> None:
    body = answer.body if isinstance(answer.body, bytes) else b""
    half = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await half.prepare(request)
    await half.write(body[: len(body) // 2])


def _reset(request: web.Request) -> None:
    """Closes with RST, so that the client sees a broken connection and not the end of an answer."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
