"""The Bot API methods that put new messages into a chat."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import cast

from demo.call import Call, read_text
from demo.conversation import Content, Message
from demo.entities import FormattedText
from demo.files import Upload
from demo.keyboard import Buttons, parse_keyboard
from demo.media import Media, Wish, take_upload, thumbnail_faults
from demo.office import Method, Office
from demo.rejection import bad_request, breach

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_ACTION_S = 5.0
"""How long the real server shows a chat action."""
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


async def send_message(office: Office, call: Call) -> object:
    return _post(office, call, read_message_text(call)).to_json()


async def send_photo(office: Office, call: Call) -> object:
    return await _send_media(office, call, "photo")


async def send_video(office: Office, call: Call) -> object:
    return await _send_media(office, call, "video")


async def send_document(office: Office, call: Call) -> object:
    return await _send_media(office, call, "document")


async def send_media_group(office: Office, call: Call) -> object:
    """All items are checked before the first is posted; the real server may also deliver a part."""
    office.chat(call)
    items = call.json_list("media")
    if not 2 <= len(items) <= 10:
        raise breach(f"album of {len(items)} items, 2 to 10 can be sent")
    contents = [await read_input_media(office, call, item) for item in items]
    album_id = str(secrets.randbits(53))
    return [_post(office, call, body, media, album_id=album_id).to_json() for body, media in contents]


async def send_chat_action(office: Office, call: Call) -> object:
    chat = office.chat(call)
    if call.text("action") not in _ACTIONS:
        raise breach("wrong parameter action in request")
    office.actions[chat.chat_id] = call.text("action"), time.monotonic() + _ACTION_S
    office.changes.note()
    return True


def read_message_text(call: Call) -> FormattedText:
    """The `text` of sendMessage and editMessageText."""
    body = read_text(call.params, "text", TEXT_LIMIT)
    if not body.text:
        raise breach("message text is empty")
    return body


def read_buttons(call: Call) -> Buttons:
    """The inline keyboard of a call; none: empty."""
    markup = call.json("reply_markup")
    return parse_keyboard(markup) if markup is not None else ()


async def read_input_media(office: Office, call: Call, item: object) -> tuple[FormattedText, Media]:
    """Caption and file of an InputMedia object."""
    if not isinstance(item, dict) or item.get("type") not in ("photo", "video", "document"):
        raise breach("can't parse InputMedia: the stand-in takes photo, video and document")
    source = cast("dict[str, object]", item)
    thumbnail = call.attached(str(source.get("thumbnail", "")))
    wish = Wish(
        kind=str(source["type"]),
        width=_number(source, "width"),
        height=_number(source, "height"),
        duration_s=_number(source, "duration"),
        thumbnail=thumbnail,
    )
    reference = str(source.get("media", ""))
    body = read_text(source, "caption", CAPTION_LIMIT)
    return body, await _take(office, call, call.attached(reference), reference, wish)


async def _send_media(office: Office, call: Call, kind: str) -> object:
    office.chat(call)
    wish = Wish(
        kind=kind,
        width=call.integer("width", 0),
        height=call.integer("height", 0),
        duration_s=call.integer("duration", 0),
        thumbnail=call.upload("thumbnail"),
    )
    body = read_text(call.params, "caption", CAPTION_LIMIT)
    read_buttons(call)
    media = await _take(office, call, call.upload(kind), call.text(kind), wish)
    return _post(office, call, body, media).to_json()


async def _take(office: Office, call: Call, upload: Upload | None, reference: str, wish: Wish) -> Media:
    """The uploaded file, or the stored one that the file id names."""
    if upload:
        if upload.size_bytes == 0:
            raise breach("file must be non-empty")
        if wish.thumbnail:
            call.violations += thumbnail_faults(wish.thumbnail)
        media = await asyncio.to_thread(take_upload, office.files, upload, wish)
        if media.kind != wish.kind:
            call.violations.append(f"the file sent as {wish.kind} is not one: it became a document")
        return media
    if not reference:
        raise breach(f"there is no {wish.kind} in the request")
    return _again(office, reference, wish.kind)


def _again(office: Office, file_id: str, kind: str) -> Media:
    """Media that some message showed already. Raises Rejected: unknown, dropped, or of another kind."""
    if office.files.find(file_id) is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    for message in office.conversation:
        for content in (message.content, *message.history):
            if content.media and content.media.file.file_id == file_id:
                if content.media.kind != kind:
                    raise breach(f"can't use file of type {content.media.kind.title()} as {kind.title()}")
                return content.media
    raise bad_request("wrong file identifier/HTTP URL specified")


def _post(
    office: Office, call: Call, body: FormattedText, media: Media | None = None, *, album_id: str = ""
) -> Message:
    chat = office.chat(call)
    content = Content(body, media, read_buttons(call))
    reply_to = _reply_to(office, call, chat.chat_id)
    office.actions.pop(chat.chat_id, None)
    silent = call.flag("disable_notification")
    return office.conversation.post(chat, office.me, content, silent=silent, album_id=album_id, reply_to=reply_to)


def _reply_to(office: Office, call: Call, chat_id: int) -> Message | None:
    reply = call.json("reply_parameters")
    if not isinstance(reply, dict):
        return None
    if message := office.conversation.find(chat_id, int(reply.get("message_id", 0))):
        return message
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _number(source: dict[str, object], name: str) -> int:
    value = source.get(name) or 0
    return value if isinstance(value, int) else 0


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendVideo": send_video,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
