"""What the chat page is told: messages, bot and panel as plain JSON."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from demo.botapi import BotApi
from demo.conversation import Content, Message
from demo.files import Files, StoredFile
from demo.media import Media
from demo.office import Answer
from demo.panel import Now, OwnerClip, ProviderFile

_LISTED = 100
"""Entries of a listing that are shown; the totals count all."""
_DOING = {
    "typing": "typing…",
    "upload_photo": "sending a picture…",
    "record_video": "recording a clip…",
    "upload_video": "sending a clip…",
    "upload_document": "sending a file…",
}


def message_view(message: Message, files: Files) -> dict[str, object]:
    """One message; addresses are relative to the page, times in milliseconds since 1970."""
    return {
        "id": message.message_id,
        "fromBot": message.from_bot,
        "date": _ms(message.date),
        "edited": _ms(message.edit_date) if message.edit_date else None,
        "deleted": message.deleted,
        "silent": message.silent,
        "album": message.album_id,
        "pinned": message.pinned,
        "read": message.read,
        "reaction": message.reaction,
        "reply": message.reply_to.text if message.reply_to else None,
        "text": message.text,
        "entities": message.content.body.entities_json(),
        "media": _media_view(message, files),
        "buttons": [
            [{"text": b.text, "data": b.data, "url": b.url, "style": b.style} for b in row] for row in message.buttons
        ],
    }


def bot_view(api: BotApi, user_id: int) -> dict[str, object]:
    """Name, presence and command menu."""
    office = api.office
    action, until_mono_s = office.actions.get(user_id, ("", 0.0))
    return {
        "name": office.me["first_name"],
        "username": office.me["username"],
        "online": office.updates.polled,
        "doing": _DOING.get(action, "") if time.monotonic() < until_mono_s else "",
        "commands": [{"command": c.command, "description": c.description} for c in office.menu(user_id)],
    }


def answer_view(answer: Answer) -> dict[str, object]:
    return {"callback": answer.callback_id, "text": answer.text, "alert": answer.show_alert}


def panel_view(provider: Sequence[ProviderFile], owner: Sequence[OwnerClip], now: Now) -> dict[str, object]:
    """Both listings, newest first, and the line of what happens now."""
    newest = sorted(provider, key=lambda file: file.modified_utc, reverse=True)
    return {
        "now": {
            "cameras": [{"name": camera.name, "state": camera.state} for camera in now.cameras],
            "waiting": now.archive_waiting,
            "detail": now.detail,
        },
        "provider": {
            "count": len(provider),
            "bytes": sum(file.size_bytes for file in provider),
            "files": [
                {"path": f.path, "bytes": f.size_bytes, "modified": _ms(f.modified_utc)} for f in newest[:_LISTED]
            ],
        },
        "owner": {
            "count": len(owner),
            "bytes": sum(clip.size_bytes for clip in owner),
            "clips": [_clip_view(clip) for clip in owner[:_LISTED]],
        },
    }


def _clip_view(clip: OwnerClip) -> dict[str, object]:
    return {
        "event": clip.event_id,
        "camera": clip.camera,
        "started": _ms(clip.started_utc),
        "duration": clip.duration_s,
        "bytes": clip.size_bytes,
        "archived": clip.archived,
    }


def _media_view(message: Message, files: Files) -> dict[str, object] | None:
    media = message.content.media
    if media is None:
        return None
    poster = _poster(message.history, media) if media.kind == "video" else None
    return {
        "kind": media.kind,
        "url": _url(media.file, files),
        "poster": _url(poster, files) if poster else "",
        "width": media.width,
        "height": media.height,
        "duration": media.duration_s,
        "name": media.file.filename,
        "bytes": media.file.size_bytes,
    }


def _poster(history: Sequence[Content], media: Media) -> StoredFile | None:
    """The picture that stood there before the clip, which is sharper than a thumbnail."""
    before = next((c.media for c in reversed(history) if c.media and c.media.kind == "photo"), None)
    if before:
        return before.file
    return media.thumbnail.file if media.thumbnail else None


def _url(file: StoredFile, files: Files) -> str:
    """Empty: the file was dropped to stay within bounds."""
    return f"media/{file.file_id}" if files.find(file.file_id) else ""


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
