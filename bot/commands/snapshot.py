"""/snapshot: a picture of now, of one camera or of all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from telegram.constants import ChatAction

from bot import choice, keyboards
from bot.choice import Choice
from bot.desk import Ask, Desk
from bot.formatting import moment_text
from bot.names import file_name
from bot.people import Act
from bot.ports import Unavailable
from bot.texts import clips as texts
from bot.texts import status as status_texts

ALBUM_LIMIT = 10


async def snapshot(desk: Desk, ask: Ask) -> None:
    """With one camera at once; with several it asks which."""
    if await _closed(desk, ask):
        return
    names = desk.camera_names()
    if not ask.argument and len(names) > 1:
        await desk.say(ask, texts.CHOOSE_CAMERA, keyboards.cameras(names))
    else:
        await _send_named(desk, ask, names, choice.of_word(ask.argument or choice.ALL, names))


async def snapshot_pressed(desk: Desk, ask: Ask) -> None:
    """A camera's button, or All."""
    if await _closed(desk, ask):
        return
    names = desk.camera_names()
    await _send_named(desk, ask, names, choice.of_key(ask.argument, names))


async def _closed(desk: Desk, ask: Ask) -> bool:
    """Whether every camera is; says so."""
    state = await desk.house.arming.state()
    if state.cameras or not state.until_utc:
        return False
    ends = set(state.until_utc.values())
    until = moment_text(ends.pop(), desk.now_utc(), desk.zone) if len(ends) == 1 else ""
    await desk.say(ask, texts.snapshot_disarmed(until), keyboards.arm() if ask.is_owner else None)
    return True


async def _send_named(desk: Desk, ask: Ask, names: list[str], chosen: Choice | None) -> None:
    if chosen is None:
        offer = choice.near(ask.argument, names)
        keyboard = keyboards.cameras(offer or names) if len(names) > 1 else None
        await desk.say(ask, status_texts.no_such_camera(ask.argument, offer, names), keyboard)
    elif not chosen.names:
        await desk.say(ask, status_texts.CAMERA_GONE)
    else:
        await _send(desk, ask, chosen.names)


async def _send(desk: Desk, ask: Ask, names: Sequence[str]) -> None:
    until_utc = (await desk.house.arming.state()).until_utc
    closed = [name for name in names if name in until_utc]
    await desk.answers.busy(ask.chat_id, ChatAction.UPLOAD_PHOTO)
    taken = await asyncio.gather(*(_take(desk, name) for name in names if name not in closed))
    pictures = [
        (file_name(name, "now", ".jpg"), jpeg, texts.snapshot_caption(name, desk.now_utc(), desk.zone))
        for name, jpeg, _ in taken
        if jpeg
    ]
    if shown := [name for name, jpeg, _ in taken if jpeg]:
        await desk.note(ask, Act.SNAPSHOT, ", ".join(shown))
    for at in range(0, len(pictures), ALBUM_LIMIT):
        await _send_some(desk, ask, pictures[at : at + ALBUM_LIMIT])
    failed = [texts.snapshot_failed(name, reason) for name, jpeg, reason in taken if not jpeg]
    failed += [texts.snapshot_closed(name, moment_text(until_utc[name], desk.now_utc(), desk.zone)) for name in closed]
    if failed:
        await desk.say(ask, "\n".join(failed), keyboards.to_arm(closed) if ask.is_owner else None)


async def _take(desk: Desk, name: str) -> tuple[str, bytes, str]:
    """Name, picture, and why there is none."""
    try:
        return name, await desk.house.cameras.snapshot(name), ""
    except Unavailable as exc:
        return name, b"", str(exc)


async def _send_some(desk: Desk, ask: Ask, pictures: list[tuple[str, bytes, str]]) -> None:
    if len(pictures) > 1:
        await desk.answers.album(ask.chat_id, pictures)
    else:
        name, jpeg, caption = pictures[0]
        await desk.answers.photo(ask.chat_id, jpeg, name, caption)
