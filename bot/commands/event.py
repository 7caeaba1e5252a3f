"""The buttons below an event: keep, false alarm, delete with a minute to undo it, mute, more."""

from __future__ import annotations

from datetime import timedelta

from bot import choice, event_keys, parsing
from bot.commands.card import renew
from bot.commands.mute import mute_until, next_morning, say_muted
from bot.desk import Ask, Desk
from bot.names import file_name
from bot.parsing import NotUnderstood, Why
from bot.people import Act
from bot.ports import EventView
from bot.privacy import Look
from bot.texts import alerts as texts


async def star_pressed(desk: Desk, ask: Ask) -> None:
    """Keep, or not any more: the button carries event, place and which."""
    event_id, place, wanted = _of_button(ask, 3)
    kept = wanted == "1"
    await desk.house.wishes.keep(event_id, kept=kept)
    await desk.note(ask, Act.KEPT if kept else Act.UNKEPT, f"#{event_id}")
    await _refresh(desk, ask, event_id, place)


async def false_pressed(desk: Desk, ask: Ask) -> None:
    """A false alarm, or none after all."""
    event_id, place, wanted = _of_button(ask, 3)
    await desk.house.wishes.false_alarm(event_id, false=wanted == "1")
    await _refresh(desk, ask, event_id, place)


async def bin_pressed(desk: Desk, ask: Ask) -> None:
    """Delete: in a minute."""
    event_id, place = _of_button(ask, 2)
    await desk.house.wishes.delete(event_id)
    await desk.note(ask, Act.DELETED, f"#{event_id}")
    await _refresh(desk, ask, event_id, place)


async def unbin_pressed(desk: Desk, ask: Ask) -> None:
    """Undo it, while there is time."""
    event_id, place = _of_button(ask, 2)
    if await desk.house.wishes.undo_delete(event_id):
        await desk.note(ask, Act.SPARED, f"#{event_id}")
        await _refresh(desk, ask, event_id, place)
    else:
        await desk.say(ask, texts.TOO_LATE)


async def more_pressed(desk: Desk, ask: Ask) -> None:
    """The rarer buttons, in place."""
    if (event := await _event(desk, ask, ask.argument)) and ask.message_id is not None:
        await desk.answers.edit_keyboard(ask.chat_id, ask.message_id, event_keys.more(event, desk.zone))


async def less_pressed(desk: Desk, ask: Ask) -> None:
    """The usual ones again."""
    if event := await _event(desk, ask, ask.argument):
        await _alert_keys(desk, ask, event)


async def hush_pressed(desk: Desk, ask: Ask) -> None:
    """For how long there should be no sound."""
    if (event := await _event(desk, ask, ask.argument)) and ask.message_id is not None:
        several = len(desk.camera_names()) > 1
        await desk.answers.edit_keyboard(ask.chat_id, ask.message_id, event_keys.mutes(event, several))


async def hush_for_pressed(desk: Desk, ask: Ask) -> None:
    """The button carries event, seconds (0: until the morning) and camera."""
    event_id, seconds, key = _of_button(ask, 3)
    chosen = choice.of_key(key, desk.camera_names())
    if not chosen.names:
        raise NotUnderstood(Why.MUTE)
    if seconds == str(event_keys.TOMORROW):
        until_utc = next_morning(desk)
    else:
        until_utc = desk.now_utc() + timedelta(seconds=parsing.seconds(seconds))
    await mute_until(desk, ask, chosen.named, until_utc)
    if event := await _event(desk, ask, event_id):
        await _alert_keys(desk, ask, event)
    await say_muted(desk, ask, chosen.named, until_utc)


async def show_pressed(desk: Desk, ask: Ask) -> None:
    """One picture of the event, whole, in a chat that is not to see it unasked."""
    event = await _event(desk, ask, ask.argument)
    if event is None:
        return
    picture = await desk.house.pictures.alert(event, Look.FULL)
    await desk.note(ask, Act.SNAPSHOT, f"#{event.event_id} · {event.camera}")
    caption = texts.head(event, desk.now_utc(), desk.zone)
    name = file_name(event.camera, event.event_id, ".jpg")
    await desk.answers.photo(ask.chat_id, picture, name, caption, event_keys.shown(event), event.event_id)


async def hide_pressed(desk: Desk, ask: Ask) -> None:
    """Takes that picture out of the chat again."""
    if ask.message_id is not None:
        await desk.answers.delete(ask.chat_id, ask.message_id)


async def _alert_keys(desk: Desk, ask: Ask, event: EventView) -> None:
    """The usual buttons, in place."""
    if ask.message_id is not None:
        look = (await desk.house.privacy.of(ask.chat_id)).look
        await desk.answers.edit_keyboard(ask.chat_id, ask.message_id, event_keys.alert(event, look))


async def _refresh(desk: Desk, ask: Ask, event_id: str, place: str) -> None:
    """A clip that was sent shows what was pressed; the living message is changed by its letter."""
    if place.startswith(event_keys.INDEX):
        await renew(desk, ask, event_id, place.removeprefix(event_keys.INDEX))
    if place == event_keys.CLIP and ask.message_id is not None and (event := await _event(desk, ask, event_id)):
        await desk.answers.edit_keyboard(ask.chat_id, ask.message_id, event_keys.clip(event))


async def _event(desk: Desk, ask: Ask, event_id: str) -> EventView | None:
    event = await desk.house.clips.event(parsing.event_id(event_id))
    if event is None:
        await desk.say(ask, texts.GONE)
    return event


def _of_button(ask: Ask, count: int) -> list[str]:
    words = ask.argument.split(".")
    if len(words) != count:
        raise NotUnderstood(Why.EVENT)
    return [parsing.event_id(words[0]), *words[1:]]
