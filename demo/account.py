"""The Bot API methods about the bot itself: its name, its commands, its updates, its downloads."""

from __future__ import annotations

import json
import re
from typing import cast

from demo.call import Call
from demo.media import DOWNLOAD_BYTES
from demo.office import Command, Method, Office
from demo.rejection import Rejected, bad_request, breach

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})


async def get_me(office: Office, call: Call) -> object:
    return office.me | {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}


async def get_updates(office: Office, call: Call) -> object:
    allowed = call.json("allowed_updates")
    return await office.updates.poll(
        call.integer("offset", 0),
        call.integer("limit", 100),
        call.integer("timeout", 0),
        [str(kind) for kind in allowed] if isinstance(allowed, list) else None,
    )


async def delete_webhook(office: Office, call: Call) -> object:
    if call.flag("drop_pending_updates"):
        office.updates.forget()
    return True


async def get_webhook_info(office: Office, call: Call) -> object:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": office.updates.pending}


async def set_my_commands(office: Office, call: Call) -> object:
    commands = tuple(_command(item) for item in call.json_list("commands"))
    if len(commands) > 100:
        raise breach("BOT_COMMANDS_TOO_MUCH")
    office.commands[_scope(office, call)] = commands
    office.changes.note()
    return True


async def get_my_commands(office: Office, call: Call) -> object:
    commands = office.commands.get(_scope(office, call), ())
    return [{"command": c.command, "description": c.description} for c in commands]


async def delete_my_commands(office: Office, call: Call) -> object:
    office.commands.pop(_scope(office, call), None)
    office.changes.note()
    return True


async def answer_callback_query(office: Office, call: Call) -> object:
    text = call.text("text")
    if len(text) > 200:
        raise breach("MESSAGE_TOO_LONG")
    office.answer_press(call.text("callback_query_id"), text, show_alert=call.flag("show_alert"))
    return True


async def get_file(office: Office, call: Call) -> object:
    file = office.files.find(call.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if file.size_bytes > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size_bytes,
        "file_path": file.public_path,
    }


async def get_chat(office: Office, call: Call) -> object:
    return office.chat(call).to_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}


async def nothing_to_do(office: Office, call: Call) -> object:
    """Methods whose effect nobody can see here."""
    return True


_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def _command(item: object) -> Command:
    if not isinstance(item, dict):
        raise breach("can't parse BotCommand: object expected")
    command, description = str(item.get("command", "")).removeprefix("/"), str(item.get("description", ""))
    if not _COMMAND.fullmatch(command):
        raise breach("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise breach("BOT_COMMAND_DESCRIPTION_INVALID")
    return Command(command, description)


def _scope(office: Office, call: Call) -> tuple[str, str]:
    scope = call.json("scope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise breach("can't parse BotCommandScope: object expected")
    kind = str(scope.get("type", ""))
    if kind in _CHAT_SCOPES:
        chat_id = cast("int | str", scope.get("chat_id", ""))
        if not str(chat_id).lstrip("-").isdigit() or int(chat_id) not in office.chats:
            raise bad_request("chat not found")
        kind = f"{kind}:{chat_id}"
    elif kind not in _PLAIN_SCOPES:
        raise Rejected(f"Bad Request: unsupported scope {json.dumps(kind)}", breach=True)
    return kind, call.text("language_code")


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "answerCallbackQuery": answer_callback_query,
    "getFile": get_file,
    "getChat": get_chat,
    "setChatMenuButton": nothing_to_do,
    "setMyDescription": nothing_to_do,
    "setMyShortDescription": nothing_to_do,
    "setMyName": nothing_to_do,
}
