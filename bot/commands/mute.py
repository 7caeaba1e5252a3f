"""/mute: no sound for a while, or every day at certain hours; of one chat. Messages still come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import choice, keyboards, parsing
from bot.desk import Ask, Desk
from bot.parsing import NotUnderstood, Why
from bot.texts import mute as texts
from bot.texts import status as status_texts


async def mute(desk: Desk, ask: Ask) -> None:
    """Shows it; with words: `2h`, `front garden 2h`, `until 7:00`, `22:00-7:00`, `off`."""
    words = ask.argument.lower()
    if not words:
        await _show(desk, ask)
    elif words in ("off", "end", "none"):
        await desk.house.quiet.unmute(ask.chat_id)
        await desk.house.quiet.set_hours(ask.chat_id, None)
        await desk.say(ask, texts.OFF)
    elif (hours := parsing.hours(words)) is not None:
        await desk.house.quiet.set_hours(ask.chat_id, hours)
        await desk.say(ask, texts.hours_set(hours), keyboards.mute(await desk.house.quiet.of(ask.chat_id)))
    else:
        await _mute(desk, ask)


async def mute_pressed(desk: Desk, ask: Ask) -> None:
    """The buttons below /mute; what they say is done, and shown in place."""
    quiet = desk.house.quiet
    match ask.argument:
        case "on":
            await quiet.unmute(ask.chat_id)
        case "hours":
            await quiet.set_hours(ask.chat_id, (texts.NIGHT, texts.MORNING))
        case "no-hours":
            await quiet.set_hours(ask.chat_id, None)
        case "0":
            await quiet.mute(ask.chat_id, "", next_morning(desk))
        case seconds:
            await quiet.mute(ask.chat_id, "", desk.now_utc() + timedelta(seconds=parsing.seconds(seconds)))
    await _show(desk, ask)


async def mute_until(desk: Desk, ask: Ask, cameras: Sequence[str], until_utc: datetime) -> None:
    """Of these cameras, or (empty) of everything."""
    for camera in cameras or [""]:
        await desk.house.quiet.mute(ask.chat_id, camera, until_utc)


async def say_muted(desk: Desk, ask: Ask, cameras: Sequence[str], until_utc: datetime) -> None:
    """A new message, with the way back."""
    text = texts.muted(cameras, until_utc, desk.now_utc(), desk.zone)
    await desk.say(ask, text, keyboards.mute(await desk.house.quiet.of(ask.chat_id)))


def next_morning(desk: Desk) -> datetime:
    """The next 7:00 in the owner's zone."""
    return parsing.next_time(texts.MORNING, desk.now_utc(), desk.zone)


async def _mute(desk: Desk, ask: Ask) -> None:
    names = desk.camera_names()
    chosen, rest = choice.split_several(ask.argument, names)
    if (clock := parsing.until_clock(rest)) is not None:
        until_utc = parsing.next_time(clock, desk.now_utc(), desk.zone)
    else:
        try:
            until_utc = desk.now_utc() + parsing.duration(rest or "1h")
        except NotUnderstood as exc:
            if (stray := _stray(rest, names)) is not None:
                await desk.say(ask, status_texts.no_such_camera(stray, choice.near(stray, names), names))
                return
            raise (NotUnderstood(Why.MUTE) if exc.why is Why.DURATION else exc) from None
    cameras = chosen.named if chosen else ()
    await mute_until(desk, ask, cameras, until_utc)
    await say_muted(desk, ask, cameras, until_utc)


def _stray(text: str, names: Sequence[str]) -> str | None:
    """A word that is nearly a camera's name."""
    return next((word for word in text.replace(",", " ").split() if choice.is_nearly(word, names)), None)


async def _show(desk: Desk, ask: Ask) -> None:
    quiet = await desk.house.quiet.of(ask.chat_id)
    await desk.show(ask, texts.overview(quiet, desk.now_utc(), desk.zone), keyboards.mute(quiet))
