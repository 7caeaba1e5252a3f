"""/record: records now, whatever moves; the message of the recording is the answer, and becomes its clip."""

from __future__ import annotations

import asyncio

from telegram.constants import ChatAction

from bot import choice, keyboards, parsing
from bot.choice import Choice
from bot.desk import Ask, Desk
from bot.formatting import clock_text, moment_text
from bot.parsing import NotUnderstood, Why
from bot.people import Act
from bot.ports import Unavailable
from bot.texts import record as texts
from bot.texts import status as status_texts

DEFAULT_S = 30


async def record(desk: Desk, ask: Ask) -> None:
    """`/record`, `/record 30s`, `/record front 2m`; with several cameras and no name it asks which."""
    names = desk.camera_names()
    chosen, rest = choice.split_several(ask.argument, names)
    try:
        seconds = parsing.recording_s(rest) if rest else DEFAULT_S
    except NotUnderstood as exc:
        stray = next((word for word in rest.split() if choice.is_nearly(word, names)), "")
        if exc.why is not Why.RECORD or not stray:
            raise
        offer = choice.near(stray, names)
        await desk.say(ask, status_texts.no_such_camera(stray, offer, names), keyboards.record(offer, _length(rest)))
        return
    if chosen is None and len(names) > 1:
        await desk.say(ask, texts.which(seconds), keyboards.record(names, seconds))
    else:
        await _record(desk, ask, chosen or choice.everything(names), seconds)


async def record_pressed(desk: Desk, ask: Ask) -> None:
    """Which camera was meant: the button carries length and camera."""
    seconds, _, key = ask.argument.partition(".")
    await _record(desk, ask, choice.of_key(key, desk.camera_names()), parsing.recording_s(seconds))


async def stop_pressed(desk: Desk, ask: Ask) -> None:
    """Ends the recording; its message shows the clip in a moment."""
    if not await desk.house.recordings.stop(parsing.event_id(ask.argument)):
        await desk.say(ask, texts.OVER)


def _length(words: str) -> int:
    """The length among words of which one is no camera; the default when there is none."""
    for word in words.split():
        try:
            return parsing.recording_s(word)
        except NotUnderstood:
            continue
    return DEFAULT_S


async def _record(desk: Desk, ask: Ask, chosen: Choice, seconds: int) -> None:
    if not chosen.names:
        await desk.say(ask, status_texts.CAMERA_GONE)
        return
    state = await desk.house.arming.state()
    if state.private:
        until = moment_text(max(state.until_utc.values()), desk.now_utc(), desk.zone) if state.until_utc else ""
        await desk.say(ask, texts.closed(until), keyboards.arm())
        return
    await desk.answers.busy(ask.chat_id, ChatAction.UPLOAD_PHOTO)
    said = await asyncio.gather(*(_begin(desk, ask, name, seconds) for name in chosen.names))
    if lines := [line for line in said if line]:
        await desk.say(ask, "\n".join(lines))


async def _begin(desk: Desk, ask: Ask, camera: str, seconds: int) -> str:
    """What there is to say; mostly nothing, since the recording has its own message."""
    try:
        begun = await desk.house.recordings.begin(camera, seconds, ask.chat_id)
    except Unavailable as exc:
        return texts.failed(camera, str(exc))
    await desk.note(ask, Act.RECORDED, f"{camera} #{begun.event_id}")
    return (
        ""
        if begun.fresh
        else texts.goes_on(camera, clock_text(begun.until_utc, desk.zone, seconds=True), begun.event_id)
    )
