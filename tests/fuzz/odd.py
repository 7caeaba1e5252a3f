"""Odd updates from a seed: everything that a phone, a stranger or a lying server may send to a bot."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.commands import BUTTONS, BY_NAME

OWNER = 4711
GUEST = 8080
"""May look, and change nothing."""
STRANGERS = (666, 777_000, 5_000_000_000, 2**62, 1)

_PIECES = (
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "NaN",
    "inf",
    "99999999999999999999",
    "٣",
    "½",
    "e1",
    "#e1",
    "e42",
    "E999999999999",
    "all",
    "front",
    "FRONT",
    "frnt",
    "30d",
    "20GB",
    "-3h",
    "3h",
    "0h",
    "off",
    "forever",
    "archive",
    "remote 90d",
    "here 1d archive off",
    "yesterday",
    "2026-02-30",
    "31.2.",
    "mon",
    "../../etc/passwd",
    "$(id)",
    "`id`",
    "'; DROP TABLE clip; --",
    "<b>",
    "</b>",
    "<script>",
    "&lt;",
    "&",
    "%s%n%x",
    "{0.__class__}",
    "\\",
    '"',
    "\u202eabc",
    "\u200b",
    "\ufeff",
    "👩‍👩‍👧‍👦",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞",
    "\x00",
    "\x1b[2J",
    "\n\n",
    "a" * 400,
    "\ud800",
    "\udfff",
    "1:AAxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "rtsp://u:p@h/s",
    "null",
    "true",
    "[]",
    "{}",
    "10:00-11:00",
    "mon-fri 8-17",
    "10%",
    "high",
    "low",
    "text only",
    "photo",
    "drill",
    "until 7",
    "for 2h",
    "max",
    "١٢",
    "+5",
    "5 5 5",
    "/",
    "//",
    "@",
    "#",
    "\u2212" + "7d",
)
_VALUES: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53,
    2**63,
    1e308,
    "",
    "x",
    [],
    {},
    [[]],
    {"a": 1},
    "\ud800",
    "9" * 100,
)


@dataclass(frozen=True, slots=True)
class Odd:
    """One update; `authorised` when a correct bot may take it as its owner's."""

    kind: str
    payload: object
    authorised: bool


class Oddities:
    """Makes them; the same seed, the same updates."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._serial = 10_000_000

    def by_strangers(self) -> Odd:
        """Nothing of it may have any effect, or get any answer."""
        r = self._random
        if r.random() < 0.25:
            # The owner's name in another than their private chat, or their chat under another name, is no owner.
            user, chat = (OWNER, -r.randrange(1, 10**9)) if r.random() < 0.5 else (r.choice(STRANGERS), OWNER)
            chat_type = r.choice(("group", "supergroup", "channel")) if user == OWNER else "private"
        else:
            user = r.choice(STRANGERS)
            chat, chat_type = (user, "private") if r.random() < 0.7 else (-r.randrange(1, 10**9), "group")
        return self._made(user, chat, chat_type, authorised=False)

    def by_owner(self) -> Odd:
        """From the owner's own chat, whatever stands in it."""
        return self._made(OWNER, OWNER, "private", authorised=True)

    def by_guest(self) -> Odd:
        """From the chat of somebody who was invited to look."""
        return self._made(GUEST, GUEST, "private", authorised=True)

    def broken(self) -> Odd:
        """Of a server that lies: fields gone, or of another type, in what would be anybody's."""
        made = self._made(self._random.choice((OWNER, GUEST, *STRANGERS)), OWNER, "private", authorised=True)
        payload = made.payload
        for _ in range(self._random.randrange(1, 4)):
            payload = self._mangled(payload)
        return Odd(made.kind, payload, authorised=True)

    # -- what they are made of -----------------------------------------------------------------------------------

    def _made(self, user: int, chat: int, chat_type: str, *, authorised: bool) -> Odd:
        makers: tuple[tuple[str, Callable[[int, int, str], object]], ...] = (
            ("message", self._message),
            ("message", self._message),
            ("callback_query", self._press),
            ("callback_query", self._press),
            ("my_chat_member", self._membership),
        )
        # The owner's own blocking of the bot would only end the conversation.
        kind, maker = self._random.choice(makers[:4] if authorised else makers)
        return Odd(kind, maker(user, chat, chat_type), authorised)

    def _user(self, user: int) -> dict[str, object]:
        names = self._random.sample(_PIECES, 2)
        return {
            "id": user,
            "is_bot": False,
            "first_name": names[0] or "x",
            "last_name": names[1],
            "username": "someone",
        }

    def _chat(self, chat: int, chat_type: str) -> dict[str, object]:
        return {"id": chat, "type": chat_type, "first_name": "x", "title": self._random.choice(_PIECES)}

    def _message(self, user: int, chat: int, chat_type: str) -> dict[str, object]:
        r = self._random
        self._serial += 1
        message: dict[str, object] = {
            "message_id": self._serial,
            "date": r.choice(
                (int(time.time()),) * 8 + (0, 1, int(time.time()) - 3600, int(time.time()) + 10**6, 2**40)
            ),
            "chat": self._chat(chat, chat_type),
            "from": self._user(user),
        }
        what = r.random()
        if what < 0.85:
            message["text"] = self._text()
        elif what < 0.93:
            message |= {
                "photo": [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}],
                "caption": "/disarm",
            }
        else:
            message |= {"location": {"latitude": 1.0, "longitude": 2.0}}
        if r.random() < 0.1:
            entity = {
                "type": r.choice(("bot_command", "url", "spoiler", "?")),
                "offset": r.randrange(-5, 5000),
                "length": 9,
            }
            message["entities"] = [entity]
        return message

    def _text(self) -> str:
        r = self._random
        if r.random() < 0.15:
            return "".join(chr(r.randrange(1, 0x2FFF)) for _ in range(r.randrange(1, 300)))
        name = r.choice(
            (*BY_NAME, *BY_NAME, "statsu", "disram", "", "clip@mocam_demo_bot", "STATUS", "x" * 60, "start")
        )
        arguments = " ".join(r.choice(_PIECES) for _ in range(r.choice((0, 1, 1, 2, 3))))
        return (r.choice(("/", "/", "/", "/", "", " /")) + f"{name} {arguments}")[:4096]

    def _press(self, user: int, chat: int, chat_type: str) -> dict[str, object]:
        r = self._random
        press: dict[str, object] = {
            "id": str(r.randrange(2**62)),
            "from": self._user(user),
            "chat_instance": "1",
            "data": self._data(),
        }
        shape = r.random()
        if shape < 0.7:
            press["message"] = self._message(user, chat, chat_type) | {
                "from": {"id": 1, "is_bot": True, "first_name": "b"}
            }
        elif shape < 0.85:
            press["message"] = {"message_id": self._serial, "date": 0, "chat": self._chat(chat, chat_type)}
        elif shape < 0.95:
            press["inline_message_id"] = "AAAA"
        else:
            del press["data"]
        return press

    def _data(self) -> str:
        r = self._random
        if r.random() < 0.1:
            return "".join(chr(r.randrange(1, 0x2FFF)) for _ in range(r.randrange(1, 60)))
        verb = r.choice((*BUTTONS, "run", "run", "?", "", "late"))
        argument = r.choice(
            (r.choice(_PIECES), r.choice(tuple(BY_NAME)), f"{r.choice(_PIECES)}.{r.choice(_PIECES)}", "3600.*")
        )
        return f"{r.choice(('v1', 'v1', 'v1', 'v1', 'v0', ''))}:{verb}:{argument}"[:200]

    def _membership(self, user: int, chat: int, chat_type: str) -> dict[str, object]:
        r = self._random
        members = [
            {
                "user": {"id": 1, "is_bot": True, "first_name": "b"},
                "status": r.choice(("member", "left", "administrator")),
            }
            for _ in range(2)
        ]
        return {
            "chat": self._chat(chat, chat_type),
            "from": self._user(user),
            "date": int(time.time()),
            "old_chat_member": members[0],
            "new_chat_member": members[1],
        }

    def _mangled(self, value: object) -> object:
        """One part of it gone or of another kind."""
        r = self._random
        if isinstance(value, dict) and value and r.random() < 0.8:
            key = r.choice(sorted(value))
            if r.random() < 0.3:
                return {name: part for name, part in value.items() if name != key}
            return value | {key: self._mangled(value[key])}
        if isinstance(value, list) and value and r.random() < 0.8:
            return [self._mangled(value[0]), *value[1:]]
        return r.choice(_VALUES)
