"""The Bot API stand-in: an HTTP server on loopback that a bot cannot tell from a polite real one."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import struct
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

from aiohttp import BodyPartReader, hdrs, web

from demo import account, editing, sending
from demo.call import Call
from demo.changes import Changes
from demo.conversation import Chat, Content, Conversation, Message
from demo.entities import plain
from demo.faults import Fault, Faults
from demo.files import Files, Upload
from demo.media import UPLOAD_BYTES
from demo.office import Answer, Method, Office
from demo.rejection import Rejected
from demo.spec import Spec
from demo.updates import UpdateQueue

log = logging.getLogger(__name__)
T = TypeVar("T")

METHODS: dict[str, Method] = {**account.METHODS, **sending.METHODS, **editing.METHODS}
_BY_LOWER_NAME = {name.lower(): name for name in METHODS}
_WELL_FORMED = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
_FIELD_BYTES = 1_000_000


class BotApi:
    """One bot's Bot API. Used on one event loop; `async with`, or `start` and `stop`.

    `owner_ids` are users who have written to the bot before; anybody else is `chat not found` until they
    `say` something.
    """

    def __init__(
        self,
        token: str,
        *,
        spec: Spec | None = None,
        owner_ids: Iterable[int] = (),
        keep_media_bytes: int = 1_000_000_000,
    ) -> None:
        self._token = token
        self._spec = spec or Spec.found()
        self._temporary = tempfile.TemporaryDirectory(prefix="mocam-stand-in-")
        self._changes = Changes()
        self.office = Office(
            bot_id=int(token.partition(":")[0]) if token.partition(":")[0].isdigit() else 1,
            files=Files(Path(self._temporary.name), keep_bytes=keep_media_bytes),
            changes=self._changes,
            conversation=Conversation(self._changes),
            updates=UpdateQueue(self._changes),
        )
        for user_id in owner_ids:
            self.office.meet(user_id, "Owner")
        self.faults = Faults()
        self._calls: deque[Call] = deque(maxlen=20_000)
        self._violations: deque[str] = deque(maxlen=1000)
        self._runner: web.AppRunner | None = None
        self._address = ("127.0.0.1", 0)
        self._leaving = asyncio.Event()

    # -- life ----------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> BotApi:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listens; port 0: any free one."""
        self._address = (host, port)
        await self.come_back()

    async def stop(self) -> None:
        """Closes every connection and deletes all media. Safe to call twice."""
        await self.go_down()
        self._temporary.cleanup()

    async def go_down(self) -> None:
        """The network is gone: connections are refused until `come_back`; what was stored stays."""
        self._leaving.set()
        self.office.updates.close()
        if self._runner:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def come_back(self) -> None:
        """Listens again, on the same port."""
        self._leaving.clear()
        self.office.updates.reopen()
        application = web.Application(client_max_size=_FIELD_BYTES)
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        application.router.add_get("/file/bot{token}/{path:.+}", self._download)
        # A real server works on when the client hangs up: a handler is not cancelled then.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1, handler_cancellation=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, *self._address, reuse_address=True)
        await site.start()
        self._address = cast("tuple[str, int]", self._runner.addresses[0][:2])

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`; a bot appends `/bot<token>/<method>`."""
        return f"http://{self._address[0]}:{self._address[1]}"

    # -- what tests and the chat page do -------------------------------------------------------------------------

    def say(
        self, user_id: int, text: str, *, date: datetime | None = None, chat_type: str = "private", name: str = ""
    ) -> int:
        """A user writes; returns the message id. In another than a private chat the chat's id is `-user_id`."""
        user = self.office.meet(user_id, name)
        chat = self.office.chats[user_id]
        if chat_type != "private":
            chat = self.office.chats.setdefault(-user_id, Chat(-user_id, chat_type, "A group"))
        message = self.office.conversation.post(chat, user.to_json(), Content(plain(text)), date=date)
        self.office.updates.push("message", message.to_json(), lambda: self._read(message))
        return message.message_id

    def edit_by_user(self, message_id: int, text: str) -> None:
        """A user edits a message of theirs."""
        message = self._message(message_id)
        self.office.conversation.edit(message, Content(plain(text)))
        self.office.updates.push("edited_message", message.to_json())

    def press(self, user_id: int, message_id: int, data_or_label: str, *, force: bool = False) -> str:
        """A user presses a button, named by its label or callback data; returns the callback id.

        Raises LookupError when the message has no such button; `force` sends it as data even so, as an old screen does.
        """
        message = self._message(message_id)
        names = {button.data: button.data for row in message.buttons for button in row}
        names |= {button.text: button.data for row in message.buttons for button in row}
        if data_or_label not in names and not force:
            raise LookupError(f"message {message_id} has no button {data_or_label!r}, only {sorted(names)}")
        return self.office.press(user_id, message, names.get(data_or_label, data_or_label))

    def block(self, user_id: int) -> None:
        """The user blocks the bot: 403 for every message to them."""
        self._membership(user_id, blocked=True)

    def unblock(self, user_id: int) -> None:
        self._membership(user_id, blocked=False)

    def malformed_update(self) -> int | None:
        """Queues an update that no library can parse; it stays until the bot confirms it. Returns its id."""
        return self.office.updates.push("message", {"message_id": "?", "chat": None})

    def messages(self, chat_id: int, *, deleted: bool = False) -> list[Message]:
        """Messages of a chat, oldest first; `deleted`: with the deleted ones."""
        return self.office.conversation.of_chat(chat_id, deleted=deleted)

    @property
    def calls(self) -> list[Call]:
        """The calls received, oldest first; at most the last 20,000."""
        return list(self._calls)

    @property
    def violations(self) -> list[str]:
        """What no correct bot would have done; at most the last 1000."""
        return list(self._violations)

    @property
    def answers(self) -> list[Answer]:
        """The bot's answers to button presses, oldest first."""
        return list(self.office.answers)

    async def wait_for(self, predicate: Callable[[], T], timeout_s: float = 20) -> T:
        """Asks `predicate` after every change until it is true. Raises AssertionError with the last messages."""
        try:
            return await self._changes.until(predicate, timeout_s)
        except TimeoutError:
            raise AssertionError(f"nothing came in {timeout_s} s.\n{self._last_events()}") from None

    def _message(self, message_id: int) -> Message:
        message = self.office.conversation.anywhere(message_id)
        if message is None:
            raise LookupError(f"there is no message {message_id}")
        return message

    def _read(self, message: Message) -> None:
        message.read = True
        self.office.conversation.touch(message)

    def _membership(self, user_id: int, *, blocked: bool) -> None:
        user = self.office.meet(user_id)
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        user.blocked = blocked
        members = [
            {"user": self.office.me, "status": s} | ({"until_date": 0} if s == "kicked" else {})
            for s in (before, after)
        ]
        self.office.updates.push(
            "my_chat_member",
            {
                "chat": self.office.chats[user_id].to_json(),
                "from": user.to_json(),
                "date": int(time.time()),
                "old_chat_member": members[0],
                "new_chat_member": members[1],
            },
        )

    def _last_events(self) -> str:
        messages = [
            f"  {m.message_id} {'bot' if m.from_bot else 'user'} {m.kind}: {m.text!r} {m.labels or ''}"
            for m in list(self.office.conversation)[-10:]
        ]
        calls = [f"  {c.method} -> {c.status}" for c in self._calls if c.method != "getUpdates"][-10:]
        return "\n".join(["Last messages:", *messages, "Last calls:", *calls, "Violations:", *self._violations])

    # -- HTTP ----------------------------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused_token(request.match_info["token"]):
            return refused
        asked = request.match_info["method"]
        method = _BY_LOWER_NAME.get(asked.lower(), asked)
        call = await self._receive(request, method)
        self._calls.append(call)
        try:
            return await self._with_fault(request, call, self.faults.take(method))
        finally:
            for upload in call.uploads.values():
                upload.path.unlink(missing_ok=True)
            self._changes.note()

    async def _with_fault(self, request: web.Request, call: Call, fault: Fault | None) -> web.StreamResponse:
        if fault is None:
            return await self._execute(call)
        answer: web.StreamResponse | None = None
        if fault.reset and fault.stored:
            answer = await self._execute(call)
        if fault.wait_s:
            await self._pause(fault.wait_s)
        if fault.reset:
            call.status = 0
            _reset(request)
            return answer or web.Response()
        if fault.reply is None:
            return await self._execute(call)
        call.status = fault.reply.status
        headers = {"Retry-After": str(fault.reply.retry_after_s)} if fault.reply.retry_after_s is not None else {}
        return web.Response(
            status=fault.reply.status, text=fault.reply.body, content_type=fault.reply.content_type, headers=headers
        )

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
            self._violations += call.violations
            for violation in call.violations:
                log.warning("stand-in: %s", violation)

    async def _result(self, call: Call) -> object:
        if call.method not in METHODS:
            known = " by the stand-in" if self._spec.knows(call.method) else ""
            call.violations.append(f"{call.method} is not answered{known}")
            raise Rejected("Not Found", code=404)
        if any(upload.size_bytes > UPLOAD_BYTES for upload in call.uploads.values()):
            raise Rejected("Request Entity Too Large", code=413, breach=True)
        return await METHODS[call.method](self.office, call)

    async def _receive(self, request: web.Request, method: str) -> Call:
        """Reads the whole request, files straight to disk."""
        params: dict[str, object] = dict(request.query)
        uploads: dict[str, Upload] = {}
        if request.content_type.startswith("multipart/"):
            async for part in await request.multipart():
                if isinstance(part, BodyPartReader):
                    await self._receive_part(part, params, uploads)
        elif request.content_type == "application/json" and request.can_read_body:
            params |= json.loads(await request.text())
        elif request.can_read_body:
            params |= {key: str(value) for key, value in (await request.post()).items()}
        return Call(method, params, uploads, datetime.now(UTC), time.monotonic())

    async def _receive_part(self, part: BodyPartReader, params: dict[str, object], uploads: dict[str, Upload]) -> None:
        name = part.name or ""
        if part.filename is None:
            params[name] = await part.text()
            return
        content_type = part.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
        uploads[name] = await self.office.files.receive(_chunks(part), part.filename, content_type, UPLOAD_BYTES)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused_token(request.match_info["token"]):
            return refused
        if (fault := self.faults.take("file")) and fault.reply:
            return web.Response(status=fault.reply.status, text=fault.reply.body, content_type=fault.reply.content_type)
        if fault and fault.reset:
            _reset(request)
            return web.Response()
        file = self.office.files.by_public_path(request.match_info["path"])
        if file is None:
            return _error(404, "Not Found")
        return web.FileResponse(file.path)

    def _refused_token(self, token: str) -> web.Response | None:
        if token == self._token:
            return None
        return _error(401, "Unauthorized") if _WELL_FORMED.fullmatch(token) else _error(404, "Not Found")


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(64 * 1024):
        yield chunk


def _error(code: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": description}, status=code)


def _reset(request: web.Request) -> None:
    """Closes with RST, so that the client sees a broken connection and not the end of an answer."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
