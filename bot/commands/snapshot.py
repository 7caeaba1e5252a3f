"""/snapshot: a picture of now, of one camera or of all."""

from __future__ import annotations

import asyncio

from telegram.constants import ChatAction

from bot import keyboards
from bot.callback import ALL_CAMERAS, camera_key
from bot.desk import Ask, Desk
from bot.formatting import moment_text
from bot.names import file_name
from bot.ports import Unavailable
from bot.texts import clips as texts

ALBUM_LIMIT = 10


async def snapshot(desk: Desk, ask: Ask) -> None:
    """With one camera at once; with several it asks which."""
    if await _closed(desk, ask):
        return
    names = [view.name for view in desk.house.cameras.views()]
    wanted = ask.argument.strip().lower()
    if not wanted and len(names) > 1:
        await desk.say(ask, texts.CHOOSE_CAMERA, keyboards.cameras(names))
    elif not wanted or wanted == texts.ALL.lower():
        await _send(desk, ask, names)
    else:
        await _send_named(desk, ask, names, [name for name in names if name.lower() == wanted])


async def snapshot_pressed(desk: Desk, ask: Ask) -> None:
    """A camera's button, or All."""
    if await _closed(desk, ask):
        return
    names = [view.name for view in desk.house.cameras.views()]
    chosen = [name for name in names if ask.argument in (ALL_CAMERAS, camera_key(name))]
    await _send_named(desk, ask, names, chosen)


async def _closed(desk: Desk, ask: Ask) -> bool:
    state = await desk.house.arming.state()
    if state.armed:
        return False
    until = moment_text(state.until_utc, desk.now_utc(), desk.zone) if state.until_utc else ""
    await desk.say(ask, texts.snapshot_disarmed(until), keyboards.arm())
    return True


async def _send_named(desk: Desk, ask: Ask, names: list[str], chosen: list[str]) -> None:
    if chosen:
        await _send(desk, ask, chosen)
    elif len(names) == 1:
        await desk.say(ask, texts.no_such_camera(ask.argument, names))
    else:
        await desk.say(ask, texts.no_such_camera(ask.argument, names), keyboards.cameras(names))


async def _send(desk: Desk, ask: Ask, names: list[str]) -> None:
    await desk.answers.busy(ask.chat_id, ChatAction.UPLOAD_PHOTO)
    taken = await asyncio.gather(*(_take(desk, name) for name in names))
    pictures = [
        (file_name(name, "now", ".jpg"), jpeg, texts.snapshot_caption(name, desk.now_utc(), desk.zone))
        for name, jpeg, _ in taken
        if jpeg
    ]
    for at in range(0, len(pictures), ALBUM_LIMIT):
        await _send_some(desk, ask, pictures[at : at + ALBUM_LIMIT])
    failed = [texts.snapshot_failed(name, reason) for name, jpeg, reason in taken if not jpeg]
    if failed or not taken:
        await desk.say(ask, "\n".join(failed) or texts.NOTHING_SENT)


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
