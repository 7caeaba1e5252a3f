"""Everything the stand-in remembers between calls: the bot's account, users, chats, messages, files and updates."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from demo.call import Call
from demo.changes import Changes
from demo.conversation import Chat, Conversation, Message, User
from demo.files import Files
from demo.rejection import Rejected, bad_request, breach
from demo.updates import UpdateQueue

_QUERY_LIFE_S = 900
"""How long a button press can be answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered to a button press."""

    callback_id: str
    user_id: int
    text: str
    show_alert: bool
    wall_utc: datetime
    revision: int
    """Number of the change that it was."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button press that can still be answered."""

    callback_id: str
    user_id: int
    mono_s: float


@dataclass(frozen=True, slots=True)
class Command:
    """One entry of the command menu."""

    command: str
    description: str


@dataclass(slots=True)
class Office:
    """One bot and all it knows. Used on one event loop."""

    bot_id: int
    files: Files
    changes: Changes
    conversation: Conversation
    updates: UpdateQueue
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    commands: dict[tuple[str, str], tuple[Command, ...]] = field(default_factory=dict)
    """By scope and language."""
    answers: deque[Answer] = field(default_factory=lambda: deque(maxlen=1000))
    presses: dict[str, Press] = field(default_factory=dict)
    actions: dict[int, tuple[str, float]] = field(default_factory=dict)
    """By chat: the action last shown and until when, monotonic."""

    @property
    def me(self) -> dict[str, object]:
        """The bot's User object."""
        return {"id": self.bot_id, "is_bot": True, "first_name": "MoCam", "username": "mocam_demo_bot"}

    def meet(self, user_id: int, first_name: str = "") -> User:
        """The user has written to the bot: from now on it may write back."""
        user = self.users.setdefault(user_id, User(user_id, first_name or f"User {user_id}"))
        self.chats.setdefault(user_id, Chat(user_id, "private", user.first_name))
        return user

    def chat(self, call: Call) -> Chat:
        """The chat that a call writes to. Raises Rejected: not found, or the user has blocked the bot."""
        value = call.text("chat_id")
        if not value:
            raise breach("chat_id is empty")
        number = int(value) if value.lstrip("-").isdigit() else 0
        if number not in self.chats:
            raise bad_request("chat not found")
        user = self.users.get(number)
        if user and user.blocked:
            raise Rejected("Forbidden: bot was blocked by the user", code=403)
        return self.chats[number]

    def own_message(self, call: Call) -> Message:
        """The message that an edit names. Raises Rejected when it is gone or not the bot's."""
        message = self.conversation.find(self.chat(call).chat_id, call.integer("message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot:
            # A bot that looks for a message of its own may well ask this.
            raise bad_request("message can't be edited")
        return message

    def press(self, user_id: int, message: Message, data: str) -> str:
        """A user presses a button: queues the callback query and returns its id."""
        user = self.meet(user_id)
        now = time.monotonic()
        self.presses = {key: p for key, p in self.presses.items() if now - p.mono_s < _QUERY_LIFE_S}
        callback_id = str(secrets.randbits(62))
        self.presses[callback_id] = Press(callback_id, user_id, now)
        self.updates.push(
            "callback_query",
            {
                "id": callback_id,
                "from": user.to_json(),
                "message": message.to_json(),
                "chat_instance": str(message.chat_id),
                "data": data,
            },
        )
        return callback_id

    def answer_press(self, callback_id: str, text: str, *, show_alert: bool) -> None:
        """Raises Rejected when the press is unknown or too old."""
        press = self.presses.get(callback_id)
        if press is None or time.monotonic() - press.mono_s > _QUERY_LIFE_S:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        revision = self.changes.note()
        self.answers.append(Answer(callback_id, press.user_id, text, show_alert, datetime.now(UTC), revision))

    def menu(self, user_id: int) -> tuple[Command, ...]:
        """The commands that a private chat offers: its own, else those of all private chats, else the default."""
        for scope in (f"chat:{user_id}", "all_private_chats", "default"):
            for language in ("en", ""):
                if commands := self.commands.get((scope, language)):
                    return commands
        return ()


Method = Callable[[Office, Call], Awaitable[object]]
"""Answers one Bot API method with the JSON of its result; raises Rejected."""
