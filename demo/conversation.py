"""The message store: chats, messages, edits and deletions, as both the Bot API and the chat page show them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from demo.changes import Changes
from demo.entities import FormattedText
from demo.keyboard import Button, keyboard_json
from demo.media import Media
from demo.rejection import bad_request

log = logging.getLogger(__name__)


@dataclass(slots=True)
class User:
    """Somebody who can write to the bot."""

    user_id: int
    first_name: str
    blocked: bool = False
    """Has blocked the bot: it gets 403 for this chat."""
    language: str = "en"
    """As the user's app is set."""

    def to_json(self) -> dict[str, object]:
        return {"id": self.user_id, "is_bot": False, "first_name": self.first_name, "language_code": self.language}


@dataclass(frozen=True, slots=True)
class Chat:
    """Where messages stand; a private chat has its user's id."""

    chat_id: int
    type: str
    title: str

    def to_json(self) -> dict[str, object]:
        name = "first_name" if self.type == "private" else "title"
        return {"id": self.chat_id, "type": self.type, name: self.title}


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows; an edit replaces it whole."""

    body: FormattedText
    media: Media | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()

    def looks_like(self, other: Content) -> bool:
        same_file = (self.media and self.media.file.file_id) == (other.media and other.media.file.file_id)
        same_text = (self.body.text, self.body.entities) == (other.body.text, other.body.entities)
        return same_file and same_text and self.buttons == other.buttons


@dataclass(slots=True)
class Message:
    """One message; `history` holds what it showed before each edit, oldest first."""

    message_id: int
    chat: Chat
    sender: dict[str, object]
    """The User object of who wrote it."""
    from_bot: bool
    date: datetime
    content: Content
    mono_s: float
    """When it was stored here."""
    silent: bool = False
    album_id: str = ""
    """Messages of one album share it."""
    reply_to: Message | None = None
    edit_date: datetime | None = None
    edit_mono_s: float | None = None
    """When it was last edited here."""
    deleted: bool = False
    pinned: bool = False
    read: bool = False
    """A user's message: the bot has confirmed the update that carried it."""
    reaction: str = ""
    revision: int = 0
    """Number of the change that touched it last."""
    history: list[Content] = field(default_factory=list)

    @property
    def chat_id(self) -> int:
        return self.chat.chat_id

    @property
    def kind(self) -> str:
        """`text`, `photo`, `video` or `document`."""
        return self.content.media.kind if self.content.media else "text"

    @property
    def text(self) -> str:
        """The plain text or caption."""
        return self.content.body.text

    @property
    def caption(self) -> str:
        """Same as `text`: the plain caption of a media message."""
        return self.content.body.text

    @property
    def html(self) -> str:
        """The text or caption as it was sent."""
        return self.content.body.html

    @property
    def media(self) -> Path | None:
        """The file as it lies on disk."""
        return self.content.media.path if self.content.media else None

    @property
    def buttons(self) -> tuple[tuple[Button, ...], ...]:
        """Rows of the inline keyboard."""
        return self.content.buttons

    @property
    def labels(self) -> list[str]:
        """Labels of all buttons, row by row."""
        return [button.text for row in self.content.buttons for button in row]

    def to_json(self) -> dict[str, object]:
        """The Bot API's Message object."""
        answer: dict[str, object] = {
            "message_id": self.message_id,
            "from": self.sender,
            "chat": self.chat.to_json(),
            "date": int(self.date.timestamp()),
        }
        if self.edit_date:
            answer["edit_date"] = int(self.edit_date.timestamp())
        if self.album_id:
            answer["media_group_id"] = self.album_id
        if self.reply_to:
            answer["reply_to_message"] = {k: v for k, v in self.reply_to.to_json().items() if k != "reply_to_message"}
        text, entities = "text", "entities"
        if self.content.media:
            answer |= self.content.media.to_json()
            text, entities = "caption", "caption_entities"
        if self.content.body.text:
            answer[text] = self.content.body.text
        if self.content.body.entities:
            answer[entities] = self.content.body.entities_json()
        if self.content.buttons:
            answer["reply_markup"] = keyboard_json(self.content.buttons)
        return answer


class Conversation:
    """All messages of all chats. Bounded: past `keep_messages` the oldest are forgotten and counted in `dropped`."""

    def __init__(self, changes: Changes, *, keep_messages: int = 2000, keep_edits: int = 50) -> None:
        self.changes = changes
        self.now_utc: Callable[[], datetime] = lambda: datetime.now(UTC)
        """What the time of day is; may be set."""
        self._keep_messages = keep_messages
        self._keep_edits = keep_edits
        self._messages: dict[int, Message] = {}
        self._last_id = 0
        self.dropped = 0

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages.values())

    def post(
        self,
        chat: Chat,
        sender: dict[str, object],
        content: Content,
        *,
        date: datetime | None = None,
        silent: bool = False,
        album_id: str = "",
        reply_to: Message | None = None,
    ) -> Message:
        """Stores a new message; `date` None: now."""
        self._last_id += 1
        message = Message(
            message_id=self._last_id,
            chat=chat,
            sender=sender,
            from_bot=bool(sender["is_bot"]),
            date=date or self.now_utc(),
            content=content,
            mono_s=time.monotonic(),
            silent=silent,
            album_id=album_id,
            reply_to=reply_to,
        )
        self._messages[message.message_id] = message
        self._forget_oldest()
        return self.touch(message)

    def edit(self, message: Message, content: Content) -> Message:
        """Replaces what the message shows. Raises Rejected when nothing would change."""
        if message.content.looks_like(content):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        message.history.append(message.content)
        del message.history[: -self._keep_edits]
        message.content = content
        message.edit_date = self.now_utc()
        message.edit_mono_s = time.monotonic()
        return self.touch(message)

    def delete(self, message: Message) -> None:
        """The message stays in the store for whoever asks what was there."""
        message.deleted = True
        self.touch(message)

    def touch(self, message: Message) -> Message:
        """Notes that the message looks different now."""
        message.revision = self.changes.note()
        return message

    def find(self, chat_id: int, message_id: int) -> Message | None:
        """A message that is not deleted."""
        message = self._messages.get(message_id)
        return message if message and message.chat_id == chat_id and not message.deleted else None

    def anywhere(self, message_id: int) -> Message | None:
        """A message in whatever chat, also a deleted one."""
        return self._messages.get(message_id)

    def of_chat(self, chat_id: int, *, deleted: bool = False) -> list[Message]:
        """Oldest first; `deleted`: with the deleted ones."""
        return [m for m in self._messages.values() if m.chat_id == chat_id and (deleted or not m.deleted)]

    def changed_since(self, chat_id: int, revision: int) -> Sequence[Message]:
        """Messages of a chat touched after that revision, deleted ones too."""
        return [m for m in self._messages.values() if m.chat_id == chat_id and m.revision > revision]

    def _forget_oldest(self) -> None:
        while len(self._messages) > self._keep_messages:
            del self._messages[next(iter(self._messages))]
            self.dropped += 1
            if self.dropped == 1:
                log.info("stand-in: keeps %d messages, older ones are forgotten from now on", self._keep_messages)
