"""/clip: sends one event's clip, from the archive when the copy here is gone."""

from __future__ import annotations

import logging

from telegram.constants import ChatAction

from bot import event_keys, keyboards, parsing
from bot.delivery import Outcome, Undelivered
from bot.desk import Ask, Desk
from bot.language import Text
from bot.names import file_name
from bot.people import Act
from bot.ports import ArchiveState, ClipView, EventView, Media
from bot.privacy import Look
from bot.texts import clips as texts
from bot.wire import UPLOAD_LIMIT_BYTES

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 4
"""Parts of a long event that come unasked; the others have buttons."""


async def clip(desk: Desk, ask: Ask) -> None:
    """`/clip e42`, `/clip 42`, `/clip`: the latest. The buttons of /clips carry the id."""
    if not ask.argument:
        event = await desk.house.clips.latest()
        if event is None:
            await desk.say(ask, texts.NONE_YET)
            return
    else:
        event_id = parsing.event_id(ask.argument)
        event = await desk.house.clips.event(event_id)
        if event is None:
            await desk.say(ask, texts.unknown_event(event_id))
            return
    await _send_event(desk, ask, event)


async def part_pressed(desk: Desk, ask: Ask) -> None:
    """One later part: the button carries event and number."""
    event_text, _, number = ask.argument.partition(".")
    event_id = parsing.event_id(event_text)
    event = await desk.house.clips.event(event_id)
    chosen = [part for part in event.parts if str(part.part) == number] if event else []
    if event is None or not chosen:
        await desk.say(ask, texts.unknown_event(event_id))
        return
    await _send_part(desk, ask, event, chosen[0])


async def _send_event(desk: Desk, ask: Ask, event: EventView) -> None:
    if not event.parts:
        await desk.say(ask, texts.NO_PARTS if event.ended_utc else await _not_finished(desk, ask))
        return
    for part in event.parts[:MOST_AT_ONCE]:
        await _send_part(desk, ask, event, part)
    if len(event.parts) > MOST_AT_ONCE:
        more = keyboards.parts(event, event.parts[MOST_AT_ONCE].part)
        await desk.say(ask, texts.more_parts(event, MOST_AT_ONCE), more)


async def _not_finished(desk: Desk, ask: Ask) -> Text:
    """It comes by itself only where it was told, and where clips are shown unasked."""
    told = ask.is_owner and (await desk.house.privacy.of(ask.chat_id)).look is Look.FULL
    return texts.NOT_FINISHED if told else texts.NOT_FINISHED_ASK


async def _send_part(desk: Desk, ask: Ask, event: EventView, part: ClipView) -> None:
    far = not part.local and part.archive is ArchiveState.VERIFIED
    progress = await desk.say(ask, texts.fetching(event, part)) if far else None
    try:
        await desk.answers.busy(ask.chat_id, ChatAction.UPLOAD_VIDEO)
        for limit_bytes in (UPLOAD_LIMIT_BYTES, UPLOAD_LIMIT_BYTES // 2):
            if await _sent(desk, ask, event, part, limit_bytes=limit_bytes):
                await desk.note(ask, Act.CLIP, f"#{event.event_id} · {event.camera}")
                return
        await desk.say(ask, texts.TOO_LARGE)
    finally:
        if progress is not None:
            await desk.answers.delete(ask.chat_id, progress)


async def _sent(desk: Desk, ask: Ask, event: EventView, part: ClipView, *, limit_bytes: int) -> bool:
    """False: Telegram finds it too large."""
    async with desk.lending, desk.house.clips.media(part.clip_id, limit_bytes) as media:
        caption = texts.clip_caption(event, part.part, desk.now_utc(), desk.zone, smaller=media.smaller)
        try:
            await _upload(desk, ask, event, media, caption)
        except Undelivered as exc:
            if exc.outcome is not Outcome.TOO_LARGE:
                raise
            _log.warning("a clip of %d bytes is too large for Telegram", media.path.stat().st_size)
            return False
    return True


async def _upload(desk: Desk, ask: Ask, event: EventView, media: Media, caption: str) -> None:
    await desk.answers.video(
        ask.chat_id,
        media,
        file_name(event.camera, event.event_id, ".mp4"),
        caption,
        event_keys.clip(event) if ask.is_owner else None,
        event.event_id,
    )
