"""The Bot API stand-in: an HTTP server on loopback that a bot cannot tell from a polite real one."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from demo.call import Call
from demo.changes import Changes
from demo.conversation import Chat, Content, Conversation, Message
from demo.entities import plain
from demo.faults import Faults
from demo.files import Files
from demo.office import Answer, Office
from demo.server import Server
from demo.spec import Spec
from demo.updates import UpdateQueue

T = TypeVar("T")


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
        self._server = Server(token, self.office, self.faults, spec or Spec.found())
        self._address = ("127.0.0.1", 0)
        self._kept: socket.socket | None = None
        """From start to stop: bound, so that no other program gets the port while it is down, and never listened on."""

    # -- life ----------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> BotApi:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listens; port 0: any free one. Raises OSError when it is taken."""
        self._kept = socket.socket()
        # With this a server that reuses addresses, as ours does, can listen where nobody else does.
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._kept.bind((host, port))
        self._address = self._kept.getsockname()[:2]
        await self.come_back()

    async def stop(self) -> None:
        """Closes every connection and deletes all media. Safe to call twice."""
        await self.go_down()
        self._let_go_of_port()
        self._temporary.cleanup()

    async def go_down(self) -> None:
        """The network is gone: connections are refused until `come_back`; what was stored stays."""
        await self._server.close()

    async def come_back(self) -> None:
        """Listens again, on the same port."""
        self._address = await self._server.listen(*self._address)

    def _let_go_of_port(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

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

    def speaks(self, user_id: int, language: str) -> None:
        """From now on this user's app is set to that language, `de` or `de-AT`."""
        self.office.meet(user_id).language = language

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
        return self.push("message", {"message_id": "?", "chat": None})

    def push(self, kind: str, payload: object) -> int | None:
        """Queues an update of any shape, as a lying server sends; None: the bot did not ask for this kind."""
        return self.office.updates.push(kind, payload)

    def messages(self, chat_id: int, *, deleted: bool = False) -> list[Message]:
        """Messages of a chat, oldest first; `deleted`: with the deleted ones."""
        return self.office.conversation.of_chat(chat_id, deleted=deleted)

    @property
    def calls(self) -> list[Call]:
        """The calls received, oldest first; at most the last 20,000."""
        return list(self._server.calls)

    @property
    def violations(self) -> list[str]:
        """What no correct bot would have done; at most the last 1000."""
        return list(self._server.violations)

    @property
    def answers(self) -> list[Answer]:
        """The bot's answers to button presses, oldest first."""
        return list(self.office.answers)

    async def wait_for(self, predicate: Callable[[], T | None], timeout_s: float = 120) -> T:
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
        calls = [f"  {c.method} -> {c.status}" for c in self._server.calls if c.method != "getUpdates"][-10:]
        return "\n".join(["Last messages:", *messages, "Last calls:", *calls, "Violations:", *self._server.violations])
