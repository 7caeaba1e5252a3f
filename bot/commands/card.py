"""An event that was opened in the picture index: its clip in the place of the pictures, with its neighbours, the way
back, and what one does with it."""

from __future__ import annotations

from telegram.constants import ChatAction

from bot import clip_keys, parsing, search
from bot.delivery import Outcome, Undelivered
from bot.desk import Ask, Desk
from bot.names import file_name
from bot.parsing import NotUnderstood, Why
from bot.people import Act
from bot.ports import ArchiveState, Around, ClipView, EventView, Unavailable
from bot.privacy import Look
from bot.texts import alerts as alert_texts
from bot.texts import clips as texts
from bot.wire import UPLOAD_LIMIT_BYTES


async def open_pressed(desk: Desk, ask: Ask) -> None:
    """The button carries the event and what was searched for."""
    event_id, _, token = ask.argument.partition(".")
    event, around = await _found(desk, ask, parsing.event_id(event_id), token)
    if event is None or around is None or ask.message_id is None:
        return
    part = next((part for part in event.parts if part.local or part.archive is ArchiveState.VERIFIED), None)
    note = await _clip(desk, ask, event, around, token, part) if part else ""
    if part is None or note:
        await _picture(desk, ask, event, around, token, note)


async def renew(desk: Desk, ask: Ask, event_id: str, token: str) -> None:
    """Words and buttons as they are now; what is shown stays."""
    event, around = await _found(desk, ask, event_id, token)
    if event is not None and around is not None and ask.message_id is not None:
        keys = clip_keys.card(event, around, token, is_owner=ask.is_owner)
        await desk.answers.edit_words(ask.chat_id, ask.message_id, _caption(desk, event, around), keys)


async def _found(desk: Desk, ask: Ask, event_id: str, token: str) -> tuple[EventView | None, Around | None]:
    if not token:
        raise NotUnderstood(Why.EVENT)
    asked = search.of_token(token, desk.camera_names())
    event, around = await desk.house.clips.event(event_id), await desk.house.clips.around(event_id, asked)
    if event is None or around is None:
        await desk.say(ask, alert_texts.GONE)
    return event, around


def _caption(desk: Desk, event: EventView, around: Around, note: str = "") -> str:
    text = texts.card(event, around, desk.now_utc(), desk.zone)
    return f"{text}\n{note}" if note else text


async def _clip(desk: Desk, ask: Ask, event: EventView, around: Around, token: str, part: ClipView) -> str:
    """Shows the clip; why it could not, empty: it did."""
    keys = clip_keys.card(event, around, token, is_owner=ask.is_owner)
    if not part.local and ask.message_id is not None:
        fetching = f"<i>{texts.fetching(event, part)}</i>"
        await desk.answers.edit_words(ask.chat_id, ask.message_id, _caption(desk, event, around, fetching), keys)
    await desk.answers.busy(ask.chat_id, ChatAction.UPLOAD_VIDEO)
    for limit_bytes in (UPLOAD_LIMIT_BYTES, UPLOAD_LIMIT_BYTES // 2):
        try:
            async with desk.lending, desk.house.clips.media(part.clip_id, limit_bytes) as media:
                name, caption = file_name(event.camera, event.event_id, ".mp4"), _caption(desk, event, around)
                await desk.answers.edit_video(
                    ask.chat_id, ask.message_id or 0, media, name, caption, keys, event.event_id
                )
        except Unavailable as exc:
            return alert_texts.unavailable(str(exc))
        except Undelivered as exc:
            if exc.outcome is not Outcome.TOO_LARGE:
                raise
        else:
            await desk.note(ask, Act.CLIP, f"#{event.event_id} · {event.camera}")
            return ""
    return str(texts.TOO_LARGE)


async def _picture(desk: Desk, ask: Ask, event: EventView, around: Around, token: str, note: str) -> None:
    """Where there is no clip (yet): its picture, and words that say so."""
    keys, caption = clip_keys.card(event, around, token, is_owner=ask.is_owner), _caption(desk, event, around, note)
    try:
        jpeg = await desk.house.pictures.alert(event, Look.FULL)
    except Unavailable:
        await desk.answers.edit_words(ask.chat_id, ask.message_id or 0, caption, keys)
        return
    await desk.note(ask, Act.SNAPSHOT, f"#{event.event_id} · {event.camera}")
    name = file_name(event.camera, event.event_id, ".jpg")
    await desk.answers.edit_photo(ask.chat_id, ask.message_id or 0, jpeg, name, caption, keys, event_id=event.event_id)
