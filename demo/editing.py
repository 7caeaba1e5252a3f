"""The Bot API methods that change or remove messages."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from demo.call import Call, read_text
from demo.conversation import Content, Message
from demo.office import Method, Office
from demo.rejection import bad_request, breach
from demo.sending import CAPTION_LIMIT, read_buttons, read_input_media, read_message_text


async def edit_message_text(office: Office, call: Call) -> object:
    message = office.own_message(call)
    if message.content.media:
        raise bad_request("there is no text in the message to edit")
    return _edit(office, message, Content(read_message_text(call), None, read_buttons(call)))


async def edit_message_caption(office: Office, call: Call) -> object:
    message = office.own_message(call)
    if message.content.media is None:
        raise bad_request("there is no caption in the message to edit")
    body = read_text(call.params, "caption", CAPTION_LIMIT)
    return _edit(office, message, Content(body, message.content.media, read_buttons(call)))


async def edit_message_media(office: Office, call: Call) -> object:
    """The message is looked up again after the upload was taken: it may have been deleted meanwhile."""
    office.own_message(call)
    buttons = read_buttons(call)
    body, media = await read_input_media(office, call, call.json("media"))
    return _edit(office, office.own_message(call), Content(body, media, buttons))


async def edit_message_reply_markup(office: Office, call: Call) -> object:
    message = office.own_message(call)
    return _edit(office, message, Content(message.content.body, message.content.media, read_buttons(call)))


async def delete_message(office: Office, call: Call) -> object:
    message = office.conversation.find(office.chat(call).chat_id, call.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if _too_old(office, message):
        raise bad_request("message can't be deleted for everyone")
    office.conversation.delete(message)
    return True


async def delete_messages(office: Office, call: Call) -> object:
    """Ids that are not there or too old are passed over, as the real server does."""
    chat = office.chat(call)
    ids = call.json_list("message_ids")
    if not 1 <= len(ids) <= 100:
        raise breach(f"{len(ids)} message identifiers, 1 to 100 can be deleted at once")
    for message_id in ids:
        message = office.conversation.find(chat.chat_id, cast("int", message_id))
        if message and not _too_old(office, message):
            office.conversation.delete(message)
    return True


async def pin_chat_message(office: Office, call: Call) -> object:
    return _pin(office, call, pinned=True)


async def unpin_chat_message(office: Office, call: Call) -> object:
    return _pin(office, call, pinned=False)


async def set_message_reaction(office: Office, call: Call) -> object:
    message = office.conversation.find(office.chat(call).chat_id, call.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    reactions = call.json_list("reaction")
    first = reactions[0] if reactions else {}
    if len(reactions) > 1 or not isinstance(first, dict):
        raise breach("REACTIONS_TOO_MANY")
    message.reaction = str(first.get("emoji", ""))
    office.conversation.touch(message)
    return True


def _too_old(office: Office, message: Message) -> bool:
    """A bot can delete only what is younger than 48 hours."""
    return office.conversation.now_utc() - message.date > timedelta(hours=48)


def _edit(office: Office, message: Message, content: Content) -> object:
    return office.conversation.edit(message, content).to_json()


def _pin(office: Office, call: Call, *, pinned: bool) -> bool:
    chat_id = office.chat(call).chat_id
    message = office.conversation.find(chat_id, call.integer("message_id", 0)) or _last_pinned(office, chat_id)
    if message is None:
        raise bad_request("message to pin not found" if pinned else "message to unpin not found")
    message.pinned = pinned
    office.conversation.touch(message)
    return True


def _last_pinned(office: Office, chat_id: int) -> Message | None:
    return next((m for m in reversed(office.conversation.of_chat(chat_id)) if m.pinned), None)


METHODS: dict[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "setMessageReaction": set_message_reaction,
}
